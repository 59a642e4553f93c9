"""Count the texts that a user's programs look up, up to a quota a day of China's calendar.

Counted for the user and not for a key, so that a new key brings no new quota; in the database, so that nothing is
forgotten when the cache is lost.
"""

import math
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import LookUps, User

# Exact for any number of callers at once: the row is locked while it is compared and counted.
_TAKE: Final = """
INSERT INTO accounts_lookups (user_id, day, texts) SELECT %(user)s, %(day)s, %(texts)s WHERE %(texts)s <= %(quota)s
ON CONFLICT (day, user_id) DO UPDATE SET texts = accounts_lookups.texts + excluded.texts
WHERE accounts_lookups.texts + excluded.texts <= %(quota)s
RETURNING texts
"""


@dataclass(frozen=True, slots=True)
class Quota:
    """The quota of a user's day, how much of it is used, and in how many seconds the next day begins."""

    a_day: int
    used: int
    ends_in: int

    @property
    def left(self) -> int:
        return max(self.a_day - self.used, 0)


class QuotaSpent(Exception):
    """There is not enough left of the quota of the day."""

    def __init__(self, quota: Quota) -> None:
        super().__init__(quota)
        self.quota = quota


def take(user: User, texts: int) -> Quota:
    """Count ``texts`` look-ups and return what is left; raise QuotaSpent, and count none, if they are too many.

    One query, two when it raises.
    """
    now = timezone.localtime()
    values: dict[str, Any] = {"user": user.pk, "day": now.date(), "texts": texts, "quota": _a_day(user)}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        counted = cursor.fetchone()
    if counted is None:
        raise QuotaSpent(_quota(user, _used(user, now), now))
    return _quota(user, counted[0], now)


def of_today(user: User) -> Quota:
    """Return the quota of today. One query."""
    now = timezone.localtime()
    return _quota(user, _used(user, now), now)


def _a_day(user: User) -> int:
    return settings.LOOK_UPS_A_DAY if user.look_ups_a_day is None else user.look_ups_a_day


def _used(user: User, now: datetime) -> int:
    return LookUps.objects.filter(user=user, day=now.date()).values_list("texts", flat=True).first() or 0


def _quota(user: User, used: int, now: datetime) -> Quota:
    midnight = datetime.combine(now.date() + timedelta(days=1), time.min, now.tzinfo)
    return Quota(_a_day(user), used, math.ceil((midnight - now).total_seconds()))
