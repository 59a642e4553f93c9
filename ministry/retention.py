"""Retention periods: the kinds of data, the period of each on a day, and changing one.

The periods are rows; the tasks that erase read them. Data that a law or the official interface protects have a shortest
period, which no operator can go below.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from ministry.models import RetentionPeriod
from ministry.process_copy import ProcessCopy

LONGEST: Final = {"days": 36_500, "years": 100}


class DataKind(StrEnum):
    """Data that are erased when their period is over."""

    DRAFTS = "drafts"
    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    LOOKS = "looks"
    MAILS = "mails"
    RECOVERIES = "recoveries"
    QUESTIONS = "questions"
    WEBHOOKS = "webhooks"
    COUNTS = "counts"
    IMPORTS = "imports"
    INTERFACE = "interface"


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept of a kind, for how long usually, why, and which task erases it.

    ``length``: the usual period, which the migrations have entered as the first row; an operator changes it on a page,
    and another usual period needs a migration. ``shortest``: the period that ``source`` prescribes; 0 when the period
    is the portal's own choice.
    """

    label: Promise
    begins: Promise
    length: int
    source: Promise
    task: str
    unit: str = "days"
    shortest: int = 0

    def shown(self, length: int) -> str:
        """Return a period in words."""
        words = (
            ngettext("%(n)d year", "%(n)d years", length)
            if self.unit == "years"
            else ngettext("%(n)d day", "%(n)d days", length)
        )
        return words % {"n": length}


_OURS: Final = gettext_lazy("No law names a period; the portal's own choice.")
_NO_LONGER: Final = gettext_lazy("Personal Information Protection Law, art. 19 and 47: no longer than necessary.")
KINDS: Final[Mapping[DataKind, Retention]] = {
    DataKind.DRAFTS: Retention(
        gettext_lazy("Drafts"), gettext_lazy("the last change; the draft then ends"), 60, _OURS, "filings.lapse_drafts"
    ),
    DataKind.UNVERIFIED: Retention(
        gettext_lazy("Filings that ended without a record, not verified: data, pictures, case file, e-mails"),
        gettext_lazy("the end of the filing"),
        365,
        _NO_LONGER,
        "filings.erase_ended",
    ),
    DataKind.VERIFIED: Retention(
        gettext_lazy("Filings that ended without a record, verified: the same, with sheet, photo and papers"),
        gettext_lazy("the end of the filing"),
        5,
        gettext_lazy("Sheet, copies of certificates, photo and papers of a verification: at least five years."),
        "filings.erase_ended",
        unit="years",
        shortest=5,
    ),
    DataKind.LOOKS: Retention(
        gettext_lazy("Who has looked at personal data of a filing, and at what; the time of the look is kept"),
        gettext_lazy("the look"),
        3,
        # 个人信息保护法第五十五条: 处理敏感个人信息 … 对处理情况进行记录; 第五十六条: 处理情况记录应当至少保存三年
        gettext_lazy("Personal Information Protection Law, art. 55 and 56: records of handling, at least three years."),
        "filings.erase_looks",
        unit="years",
        shortest=3,
    ),
    DataKind.MAILS: Retention(
        gettext_lazy("E-mails that are not about a filing"), gettext_lazy("writing"), 180, _OURS, "filings.clear"
    ),
    DataKind.RECOVERIES: Retention(
        gettext_lazy("Requests for a new filing password"), gettext_lazy("their end"), 180, _OURS, "filings.clear"
    ),
    DataKind.QUESTIONS: Retention(
        gettext_lazy("Questions whether a certificate is on record"),
        gettext_lazy("the answer"),
        30,
        _OURS,
        "filings.clear",
    ),
    DataKind.WEBHOOKS: Retention(
        gettext_lazy("Messages to providers' systems"), gettext_lazy("writing"), 30, _OURS, "filings.clear"
    ),
    DataKind.COUNTS: Retention(
        gettext_lazy("Counts of look-ups by account"), gettext_lazy("the day counted"), 30, _OURS, "filings.clear"
    ),
    DataKind.IMPORTS: Retention(
        gettext_lazy("Rows of providers' files that were not written"),
        gettext_lazy("the upload"),
        30,
        _OURS,
        "providers.erase_imports",
    ),
    DataKind.INTERFACE: Retention(
        gettext_lazy("Contents of files of the official interface"),
        gettext_lazy("the end of their processing"),
        92,
        gettext_lazy("Official interface V3.0: providers keep what they upload for at least three months."),
        "interchange.erase_old",
        shortest=92,
    ),
}

Periods = dict[str, list[tuple[date, int]]]


def length(kind: DataKind, day: date | None = None) -> int:
    """Return the period of this kind on a day, today if none is given, in the kind's unit."""
    on = day or timezone.localdate()
    rows = PERIODS.value().get(kind, [])
    return next((length for valid_from, length in rows if valid_from <= on), KINDS[kind].length)


def shown(kind: DataKind) -> str:
    """Return today's period of a kind in words."""
    return KINDS[kind].shown(length(kind))


def days(kind: DataKind) -> timedelta:
    """Return today's period of a kind that is kept for days."""
    return timedelta(days=length(kind))


def change(kind: DataKind, new: int, *, valid_from: date, why: str, by: User, seen: int) -> None:
    """Set the period from a day on; ``seen``: the number of the newest version that was seen.

    Raise ValidationError for a period shorter than prescribed, a day that has passed, or when somebody was faster.
    """
    check_length(kind, new)
    if valid_from < timezone.localdate():
        raise ValidationError({"valid_from": _("The day must not be in the past.")})
    columns = {"length": new, "valid_from": valid_from, "why": why, "user": by, "actor_name": by.name or by.email}
    try:
        with transaction.atomic():
            newest = RetentionPeriod.objects.filter(kind=kind).first()
            if (newest.number if newest else 0) != seen:
                raise _overtaken()
            RetentionPeriod.objects.create(kind=kind, number=seen + 1, **columns)
            transaction.on_commit(PERIODS.forget)
    except IntegrityError as error:
        raise _overtaken() from error


def check_length(kind: DataKind, new: int) -> None:
    """Raise ValidationError for a period that is shorter than prescribed, or longer than a century."""
    about = KINDS[kind]
    if new < about.shortest:
        message = _("At least %(period)s: %(source)s") % {"period": about.shown(about.shortest), "source": about.source}
        raise ValidationError({"length": message})
    if not 1 <= new <= LONGEST[about.unit]:
        raise ValidationError({"length": _("Enter a number from 1 to %(most)d.") % {"most": LONGEST[about.unit]}})


def _overtaken() -> ValidationError:
    return ValidationError(_("Somebody has changed this period meanwhile. Compare it, then save again."))


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later; the last of February for a leap day."""
    last = monthrange(day.year + years, day.month)[1]
    return day.replace(year=day.year + years, day=min(day.day, last))


def _read() -> Periods:
    """Return the rows of each kind, the latest first; for the same day, the one written last comes first."""
    found: Periods = {}
    for row in RetentionPeriod.objects.order_by("-valid_from", "-number"):
        found.setdefault(row.kind, []).append((row.valid_from, row.length))
    return found


PERIODS: Final = ProcessCopy(_read)
