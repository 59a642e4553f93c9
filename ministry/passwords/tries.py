"""How often a caller may try a filing password: a few times in a row, then not for a while.

A caller is an account, or a network address where nobody has signed in. Only the caller waits: the holder comes in with
the right password whatever strangers type. Each try is counted, and committed, before it is judged: tries at the same
moment can't be more than the limit, and no rollback forgets one. A number that nobody has counts in the same way, so
neither answer nor time tells.
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

from accounts.sealed import digest
from ministry.mail import letters
from ministry.mail.outbox import after_commit
from ministry.models import PasswordTries
from ministry.register import query

FORGOTTEN_AFTER: Final = timedelta(days=1)


def caller_of(address: str, account: int | None) -> str:
    """Return the key under which the tries of an account, or else of a network address, are counted."""
    return f"account:{account}" if account else digest(f"password-tries:{address}")


def count(number: str, caller: str) -> PasswordTries:
    """Count a caller's try for a subject's number; raise ValidationError (``locked``) when there may be none now.

    Must not be called inside a transaction, which could take the count back.
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
    """The counted try was wrong; if it was the last one, have the lock announced."""
    if row.untold:
        after_commit("ministry.tell_lock", row.pk)


def forget(number: str, caller: str = "") -> None:
    """Forget a caller's tries for a number, whose password it knew; everybody's when the number has a new password."""
    rows = PasswordTries.objects.filter(number=number, **({"caller": caller} if caller else {}))
    rows.update(wrong=0, locked_until=None, untold=False)


def clear() -> None:
    """Remove what counts no more."""
    now = timezone.now()
    old = PasswordTries.objects.filter(since__lt=now - FORGOTTEN_AFTER, untold=False)
    old = old.filter(Q(told_at=None) | Q(told_at__lt=now - FORGOTTEN_AFTER))
    old.filter(Q(locked_until=None) | Q(locked_until__lt=now)).delete()


def tell_lock(tries_id: int) -> None:
    """Tell the registered address, at most once a day, that somebody is guessing; nobody if no one has the number."""
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
            letters.queue([letters.written("password_locked", subject.responsible_email.split(";"), context)])
        row.save(update_fields=["untold", "told_at"])


def _locked_words(row: PasswordTries) -> str:
    until = timezone.localtime(row.locked_until)
    return _(
        "There were too many wrong tries for this number from your side. Try again after %(time)s. "
        "If you don't know the password any more, have a new one sent."
    ) % {"time": date_format(until, "DATETIME_FORMAT")}
