"""How often a filing password may be tried: a few times in a row, then not for a while.

Each try is counted, and committed, before it is judged: tries at the same moment can't be more than the limit, and
no rollback forgets one. A number that nobody has counts in the same way, so neither answer nor time tells.
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

from ministry import letters, query
from ministry.models import PasswordTries
from ministry.outbox import after_commit

FORGOTTEN_AFTER: Final = timedelta(days=1)


def count(number: str) -> PasswordTries:
    """Count a try for a subject's number; raise ValidationError (``locked``) when there may be none now.

    Must not be called inside a transaction, which could take the count back.
    """
    with transaction.atomic(durable=True):
        row, _is_new = PasswordTries.objects.select_for_update(no_key=True).get_or_create(number=number)
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


def forget(number: str) -> None:
    """Forget the tries for a number: its password was right, or it has a new one."""
    PasswordTries.objects.filter(number=number).update(wrong=0, locked_until=None, untold=False)


def clear() -> None:
    """Remove what counts no more."""
    now = timezone.now()
    old = PasswordTries.objects.filter(since__lt=now - FORGOTTEN_AFTER, untold=False)
    old.filter(Q(locked_until=None) | Q(locked_until__lt=now)).delete()


def tell_lock(tries_id: int) -> None:
    """Announce a lock to the registered address, once; of a number that nobody has there is nobody to tell."""
    with transaction.atomic():
        row = PasswordTries.objects.select_for_update(no_key=True).get(pk=tries_id)
        if not row.untold:
            return
        row.untold = False
        row.save(update_fields=["untold"])
        if (subject := query.subject_of_number(row.number)) is not None:
            context = {"subject": subject, "until": row.locked_until, "site_url": settings.SITE_URL}
            letters.queue([letters.written("password_locked", subject.responsible_email.split(";"), context)])


def _locked_words(row: PasswordTries) -> str:
    until = timezone.localtime(row.locked_until)
    return _(
        "There were too many wrong tries for this number. Try again after %(time)s. "
        "If you don't know the password any more, have a new one sent."
    ) % {"time": date_format(until, "DATETIME_FORMAT")}
