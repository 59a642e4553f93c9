"""Create, send, check and change filing passwords (备案密码): one per subject, known only to its holder.

A password is in clear text only inside ``send``, between creating it and handing it to the mail server. The row stores
a strong hash; queue, logs and mail records never contain it. ``password_wanted_at`` means that one is owed, and is
cleared in the same commit that stores the hash: after a crash in between, the next try sends another mail with
another password (after ``claims.LEASE``), and the last one sent is valid.
"""

import secrets

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import split_addresses
from accounts.throttle import too_often
from ministry.mail import letters, queue, texts
from ministry.mail.claims import claimed
from ministry.mail.outbox import after_commit
from ministry.models import Subject
from ministry.passwords import elsewhere, tries
from ministry.reference.numbers import parse_number
from ministry.register import query

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without characters that are easily confused on paper
LENGTH = 10
SET = ("password_set_at", "password_set_by")
DIFFERENT = 5  # minimum of different characters in a password chosen by the owner


def want(subject_id: int) -> None:
    """Mark the subject as owed a password, once for any number of calls, and queue its sending."""
    with transaction.atomic(savepoint=False):
        Subject.objects.filter(pk=subject_id, password_wanted_at__isnull=True).update(password_wanted_at=timezone.now())
        after_commit("ministry.send_password", subject_id)


def cancel(subject_id: int) -> None:
    """Withdraw an owed password, because its address has still to be confirmed by a recovery's link."""
    Subject.objects.filter(pk=subject_id, password_wanted_at__isnull=False).update(password_wanted_at=None)


def want_with_row(subject: Subject) -> None:
    """Request a password, as ``want`` does, for a new subject whose row is not saved yet. No query."""
    subject.password_wanted_at = timezone.now()
    after_commit("ministry.send_password", subject.pk)


def send(subject_id: int) -> None:
    """Create, mail and store (hashed) the owed password; do nothing when none is owed or another worker sends it.

    No row is locked while the mail server answers. Raise OSError or SMTPException when it rejects the mail: nothing is
    stored then.
    """
    with claimed(f"filing password {subject_id}") as claim:
        subject = Subject.objects.filter(pk=subject_id, password_wanted_at__isnull=False).first()
        if claim is None or subject is None:
            return
        password = "".join(secrets.choice(ALPHABET) for _i in range(LENGTH))
        password_hash = make_password(password)
        _mail(subject, password)
        with transaction.atomic():
            if claim.end():
                _store(subject_id, password_hash)


def _store(subject_id: int, password_hash: str) -> None:
    subject = Subject.objects.select_for_update(of=("self",), no_key=True).get(pk=subject_id)
    subject.password_hash = password_hash
    subject.password_wanted_at = None
    subject.password_sent_at = subject.password_set_at = timezone.now()
    subject.password_set_by = None
    subject.save(update_fields=["password_hash", "password_wanted_at", "password_sent_at", *SET])
    tries.forget(str(subject.number))


def _mail(subject: Subject, password: str) -> None:
    context = {
        "subject": subject,
        "number": subject.number,
        "password": password,
        "site_url": settings.SITE_URL,
    }
    title, body = texts.of("filing_password", context)
    queue.send_now(EmailMessage(subject=title, body=body, to=split_addresses(subject.responsible_email)))


def check(subject: Subject | None, password: str) -> bool:
    """Return whether this is the subject's password; costs one hash either way, also without a subject."""
    return check_password(password, subject.password_hash if subject else "")


# --- Proof of being the owner ---------------------------------------------------------------------


def prove(subject: Subject, password: str, *, address: str, account: int | None = None) -> None:
    """Check the subject's password; raise ValidationError with a message for the user when it is wrong.

    ``address`` is the caller's IP address (``accounts.throttle.address_of``), ``account`` the caller's account, if
    signed in; tries are then counted by account. Codes: ``wrong``, ``locked`` (too many tries of this caller for this
    number), ``too_often`` (too many tries of this caller, for any number). Call it before the transaction that needs
    the proof: inside one it raises RuntimeError, because a rollback would undo the count.
    """
    _judge(str(subject.number), subject, password, tries.caller_of(address, account))


def prove_number(number: str, password: str, *, address: str, account: int | None = None) -> Subject:
    """Return the subject of a typed number if the password is correct; otherwise raise as ``prove`` does.

    Neither the error nor the time taken reveals whether the number exists.
    """
    plain = str(parse_number(number).of_subject)
    return _judge(plain, query.subject_of_number(plain), password, tries.caller_of(address, account))


def _judge(number: str, subject: Subject | None, password: str, caller: str) -> Subject:
    if too_often("filing_password", caller, tries=settings.PASSWORD_TRIES_OF_CALLER, seconds=3600):
        raise ValidationError(_("Too many attempts. Try again in an hour."), code="too_often")
    counted = tries.count(number, caller)
    is_right = check(subject, password)
    if subject is None or not is_right:
        tries.was_wrong(counted)
        raise ValidationError(elsewhere.not_matching(parse_number(number).province.code), code="wrong")
    tries.forget(number, caller)
    return subject


def change(number: str, old: str, new: str, *, address: str, by: int | None = None) -> Subject:
    """Replace the password by one chosen by the owner and notify the registered address.

    ``by``: the caller's account, if signed in. Raise ValidationError as ``prove_number`` does. Check ``new`` with
    ``check_strength`` before.
    """
    proven = prove_number(number, old, address=address, account=by)
    new_hash = make_password(new)
    with transaction.atomic():
        subject = Subject.objects.select_for_update(of=("self",), no_key=True).get(pk=proven.pk)
        if subject.password_hash != proven.password_hash:  # changed meanwhile: the old password is no longer valid
            raise ValidationError(_("The filing number and the filing password do not match."), code="wrong")
        subject.password_hash, subject.password_set_at, subject.password_set_by_id = new_hash, timezone.now(), by
        subject.save(update_fields=["password_hash", *SET])
        context = {"subject": subject, "at": timezone.now(), "site_url": settings.SITE_URL}
        letters.queue([letters.written("password_changed", split_addresses(subject.responsible_email), context)])
    return subject


def check_strength(new: str, number: str) -> None:
    """Raise ValidationError unless ``new`` is hard to guess: the rules of accounts, ten characters, not the number."""
    validate_password(new)
    if len(new) < LENGTH or len(set(new)) < DIFFERENT:
        raise ValidationError(
            _("Use at least %(length)d characters, %(different)d of them different.")
            % {"length": LENGTH, "different": DIFFERENT}
        )
    if (serial := parse_number(number).serial) in new:
        raise ValidationError(_("The password must not contain the filing number (%(serial)s).") % {"serial": serial})
