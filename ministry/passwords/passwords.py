"""The filing password (备案密码): one a subject, known to its holder only.

It exists in clear only inside ``send``, between making it and handing it to the mail server. The row keeps a
strong hash; queue, logs and mail records never see it. ``password_wanted_at`` says that one is owed, and is
cleared in the same commit that stores the hash: whatever is killed in between, the next try sends another
mail with another password, and the last one sent is the one that counts.
"""

import secrets
from dataclasses import replace

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.throttle import too_often
from ministry.mail import letters
from ministry.mail.outbox import after_commit
from ministry.models import Subject
from ministry.passwords import tries
from ministry.reference.numbers import parse_number
from ministry.register import query

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else on paper
LENGTH = 10
SET = ("password_set_at", "password_set_by")
DIFFERENT = 5  # characters that a password of the owner's own choice has at least


def want(subject_id: int) -> None:
    """Note that the subject is owed a password, once however often it is asked, and queue its sending."""
    with transaction.atomic():
        Subject.objects.filter(pk=subject_id, password_wanted_at__isnull=True).update(password_wanted_at=timezone.now())
        after_commit("ministry.send_password", subject_id)


def send(subject_id: int) -> None:
    """Make, store (hashed) and mail the password that is owed; do nothing when none is.

    The row is locked while the mail goes out, so two workers can't make two valid passwords.
    Raises OSError or SMTPException when the mail server refuses: nothing is stored then.
    """
    with transaction.atomic():
        subject = Subject.objects.select_for_update(of=("self",), no_key=True).get(pk=subject_id)
        if subject.password_wanted_at is None:
            return
        password = "".join(secrets.choice(ALPHABET) for _i in range(LENGTH))
        subject.password_hash = make_password(password)
        subject.password_wanted_at = None
        subject.password_sent_at = subject.password_set_at = timezone.now()
        subject.password_set_by = None
        subject.save(update_fields=["password_hash", "password_wanted_at", "password_sent_at", *SET])
        tries.forget(str(subject.number))
        _mail(subject, password)


def _mail(subject: Subject, password: str) -> None:
    context = {
        "subject": subject,
        "number": subject.number,
        "password": password,
        "site_url": settings.SITE_URL,
    }
    EmailMessage(
        subject=_("%(number)s: filing password") % {"number": subject.number},
        body=render_to_string("emails/filing_password.txt", context),
        to=subject.responsible_email.split(";"),
        connection=get_connection(settings.SMTP_BACKEND),
    ).send()


def check(subject: Subject | None, password: str) -> bool:
    """Return whether this is the subject's password; costs one hash either way, also without a subject."""
    return check_password(password, subject.password_hash if subject else "")


# --- Proof of being the owner ---------------------------------------------------------------------


def prove(subject: Subject, password: str, *, address: str, account: int | None = None) -> None:
    """Let pass whoever knows the subject's password; raise ValidationError with words for the user otherwise.

    ``address`` is the caller's network address (``accounts.throttle.address_of``), ``account`` the caller's, if signed
    in; tries are counted by the account then. Codes: ``wrong``, ``locked`` (too many of this caller for this number),
    ``too_often`` (too many of this caller, whatever the number). Call it before the transaction that needs
    the proof begins: inside one it refuses to work, because a rollback would forget the try.
    """
    _judge(str(subject.number), subject, password, tries.caller_of(address, account))


def prove_number(number: str, password: str, *, address: str, account: int | None = None) -> Subject:
    """Return the subject of a number as somebody typed it, if the password is its; the same otherwise as ``prove``.

    Neither the answer nor the time it takes tells whether anybody has the number.
    """
    plain = str(replace(parse_number(number), sequence=None, suffix=""))
    return _judge(plain, query.subject_of_number(plain), password, tries.caller_of(address, account))


def _judge(number: str, subject: Subject | None, password: str, caller: str) -> Subject:
    if too_often("filing_password", caller, tries=settings.PASSWORD_TRIES_OF_CALLER, seconds=3600):
        raise ValidationError(_("There were too many tries from your side. Try again in an hour."), code="too_often")
    counted = tries.count(number, caller)
    is_right = check(subject, password)
    if subject is None or not is_right:
        tries.was_wrong(counted)
        raise ValidationError(_("Number and password do not belong together."), code="wrong")
    tries.forget(number, caller)
    return subject


def change(number: str, old: str, new: str, *, address: str, by: int | None = None) -> Subject:
    """Replace the password by one of the owner's own choice and tell the registered address.

    ``by``: the account from which it is done, if it is one. Raises ValidationError as ``prove_number`` does. Whether
    ``new`` is good enough is ``check_strength``'s to say.
    """
    proven = prove_number(number, old, address=address, account=by)
    new_hash = make_password(new)
    with transaction.atomic():
        subject = Subject.objects.select_for_update(of=("self",), no_key=True).get(pk=proven.pk)
        if subject.password_hash != proven.password_hash:  # somebody was faster: the old password is not this one now
            raise ValidationError(_("Number and password do not belong together."), code="wrong")
        subject.password_hash, subject.password_set_at, subject.password_set_by_id = new_hash, timezone.now(), by
        subject.save(update_fields=["password_hash", *SET])
        context = {"subject": subject, "at": timezone.now(), "site_url": settings.SITE_URL}
        letters.queue([letters.written("password_changed", subject.responsible_email.split(";"), context)])
    return subject


def check_strength(new: str, number: str) -> None:
    """Raise ValidationError unless ``new`` is hard to guess: the rules of accounts, ten characters, not the number."""
    validate_password(new)
    if len(new) < LENGTH or len(set(new)) < DIFFERENT:
        raise ValidationError(
            _("Take at least %(length)d characters, %(different)d of them different.")
            % {"length": LENGTH, "different": DIFFERENT}
        )
    if (serial := parse_number(number).serial) in new:
        raise ValidationError(_("The password must not contain the filing number (%(serial)s).") % {"serial": serial})
