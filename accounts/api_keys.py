"""API keys of a user's programs: create, end, and find the user of one."""

import re
import secrets
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiKey, User
from accounts.sealed import digest
from accounts.signals import security_changed

MOST: Final = 5  # keys in force per user; our own choice
_KEY: Final = re.compile(r"(icp_[0-9a-f]{8})_[A-Za-z0-9_-]{43}", re.ASCII)


def make(user: User, name: str) -> tuple[ApiKey, str]:
    """Create a key; return its row, and the key itself, which is nowhere stored. Sends ``security_changed``.

    Raise ValidationError when the user has a key with this name, or ``MOST`` keys.
    """
    prefix = f"icp_{secrets.token_hex(4)}"
    key = f"{prefix}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # one at a time
        names = list(user.api_keys.filter(ended_at=None).values_list("name", flat=True))
        if name in names:
            raise ValidationError(_("You already have a key with this name. Choose another name."), code="name")
        if len(names) >= MOST:
            raise ValidationError(
                _("You have %(most)d keys, which is the maximum. End one first.") % {"most": MOST}, code="most"
            )
        row = ApiKey.objects.create(user=user, name=name, prefix=prefix, digest=_digest(key))
        security_changed.send(sender=User, user=user, what="api_key_made", about=str(row))
    return row, key


def end(user: User, key_id: int) -> ApiKey | None:
    """End a key of the user and return it; None if it is another's or has ended. Sends ``security_changed``."""
    with transaction.atomic():
        row = user.api_keys.select_for_update().filter(pk=key_id, ended_at=None).first()
        if row is None:
            return None
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        security_changed.send(sender=User, user=user, what="api_key_ended", about=str(row))
    return row


def end_all() -> None:
    """End all keys in force after a change of ``DIGEST_KEY``; notify their owners as ``end`` does.

    Keys aren't stored, so their digests can't be derived again.
    """
    for row in ApiKey.objects.filter(ended_at=None).select_related("user").order_by("pk"):
        end(row.user, row.pk)


def owner_of(key: str) -> User | None:
    """Return the user of a key in force and note the day of its use; None for any other text.

    One query, two for the first use on a day.
    """
    if not _KEY.fullmatch(key):
        return None
    rows = ApiKey.objects.select_related("user").filter(digest=_digest(key), ended_at=None, user__is_active=True)
    if not (row := next(iter(rows), None)):
        return None
    today = timezone.localdate()
    if row.last_used_on != today:
        ApiKey.objects.filter(pk=row.pk).update(last_used_on=today)
    return row.user


def _digest(key: str) -> str:
    return digest(f"api key:{key}")
