"""The filing password (备案密码): one a subject, known to its holder only.

It exists in clear only inside ``send``, between making it and handing it to the mail server. The row keeps a
strong hash; queue, logs and mail records never see it. ``password_wanted_at`` says that one is owed, and is
cleared in the same commit that stores the hash: whatever is killed in between, the next try sends another
mail with another password, and the last one sent is the one that counts.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from ministry import digests, query
from ministry.models import Recovery, Subject
from ministry.outbox import after_commit

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else on paper
LENGTH = 10
RECOVERIES_A_DAY = 3


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
        subject.save(update_fields=["password_hash", "password_wanted_at"])
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


def check(subject: Subject, password: str) -> bool:
    """Whether this is the subject's password; costs one hash either way."""
    return check_password(password, subject.password_hash)


def ask_recovery(number: str, cert_type: int, cert_number: str) -> None:
    """Take down a request for a new password and queue the look-up.

    Right or wrong, the caller does exactly this: one insert, one queued job. So answer and time tell nothing.
    """
    with transaction.atomic():
        recovery = Recovery.objects.create(
            number=number[:32], cert_type=cert_type, cert_digest=digests.of_certificate(cert_number)
        )
        after_commit("ministry.look_up_recovery", recovery.pk)


def look_up_recovery(recovery_id: int) -> None:
    """Compare a request with the register, once, and order a new password when it is right."""
    with transaction.atomic():
        recovery = Recovery.objects.select_for_update(of=("self",)).get(pk=recovery_id)
        if recovery.looked_up_at is not None:
            return
        subject = query.subject_of_number(recovery.number)
        recovery.matched = subject is not None and _holds(subject, recovery)
        recovery.looked_up_at = timezone.now()
        recovery.save(update_fields=["matched", "looked_up_at"])
        if subject is not None and recovery.matched and not _recovered_too_often(recovery.cert_digest):
            want(subject.pk)


def _holds(subject: Subject, recovery: Recovery) -> bool:
    return subject.certificates.filter(live=True, cert_type=recovery.cert_type, digest=recovery.cert_digest).exists()


def _recovered_too_often(cert_digest: str) -> bool:
    since = timezone.now() - timedelta(days=1)
    return (
        Recovery.objects.filter(cert_digest=cert_digest, matched=True, asked_at__gte=since).count() > RECOVERIES_A_DAY
    )
