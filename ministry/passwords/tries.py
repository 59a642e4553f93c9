"""Limit consecutive wrong tries of a filing password per caller, and lock the caller for a while after too many.

A caller is an account, or an IP address when not signed in. Only that caller is locked: the holder's correct password
works whatever strangers type. Each try is counted and committed before it is checked: concurrent tries can't exceed
the limit, and no rollback undoes a count. Numbers that don't exist are counted in the same way, so that neither the
response nor its time reveals them.
"""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.mail import split_addresses
from accounts.sealed import digest
from ministry.mail import letters
from ministry.mail.outbox import after_commit
from ministry.models import PasswordTries
from ministry.register import query

FORGOTTEN_AFTER: Final = timedelta(days=1)


def caller_of(address: str, account: int | None) -> str:
    """Return the key under which the tries of an account, or else of an IP address, are counted."""
    return f"account:{account}" if account else digest(f"password-tries:{address}")


def count(number: str, caller: str) -> PasswordTries:
    """Count a caller's try for a subject's number; raise ValidationError (``locked``) while the caller is locked.

    Raise RuntimeError inside a transaction, which could roll the count back.
    """
    with transaction.atomic(durable=True):
        row, _is_new = PasswordTries.objects.select_for_update(no_key=True).get_or_create(number=number, caller=caller)
        now = timezone.now()
        if row.locked_until is not None and row.locked_until > now:
            raise ValidationError(_locked_words(row), code="locked")
        if row.locked_until is not None or row.since < now - FORGOTTEN_AFTER:
            row.wrong, row.since, row.locked_until, row.untold = 0, now, None, False
        row.wrong += 1
        if row.wrong >= settings.PASSWORD_TRIES:
            row.locked_until, row.untold = now + settings.PASSWORD_LOCK, True
        row.save()
    return row


def was_wrong(row: PasswordTries) -> None:
    """Queue the notice of the lock if the counted try was wrong and the last one allowed."""
    if row.untold:
        after_commit("ministry.tell_lock", row.pk)


def forget(number: str, caller: str = "") -> None:
    """Reset a caller's tries for a number after the correct password, or everybody's after a new password."""
    rows = PasswordTries.objects.filter(number=number, **({"caller": caller} if caller else {}))
    rows.update(wrong=0, locked_until=None, untold=False)


def clear() -> None:
    """Delete expired counts."""
    now = timezone.now()
    old = PasswordTries.objects.filter(since__lt=now - FORGOTTEN_AFTER, untold=False)
    old = old.filter(Q(told_at=None) | Q(told_at__lt=now - FORGOTTEN_AFTER))
    old.filter(Q(locked_until=None) | Q(locked_until__lt=now)).delete()


def tell_lock(tries_id: int) -> None:
    """Notify the registered address of a lock, at most once a day per number; do nothing for an unknown number."""
    with transaction.atomic():
        number = PasswordTries.objects.get(pk=tries_id).number
        rows = PasswordTries.objects.select_for_update(no_key=True).filter(number=number).order_by("pk")
        row = next(row for row in rows if row.pk == tries_id)
        if not row.untold:
            return
        now, row.untold = timezone.now(), False
        is_known = any(other.told_at and other.told_at > now - FORGOTTEN_AFTER for other in rows)
        subject = None if is_known else query.subject_of_number(number)
        if subject is not None:
            row.told_at = now
            context = {"subject": subject, "until": row.locked_until, "site_url": settings.SITE_URL}
            letters.queue([letters.written("password_locked", split_addresses(subject.responsible_email), context)])
        row.save(update_fields=["untold", "told_at"])


def _locked_words(row: PasswordTries) -> str:
    until = timezone.localtime(row.locked_until)
    return _(
        "You have entered too many wrong passwords for this number. Try again after %(time)s. If you "
        "have forgotten the password, request a new one."
    ) % {"time": date_format(until, "DATETIME_FORMAT")}
