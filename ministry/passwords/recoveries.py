"""Recover a filing password: a request, a confirmation, a new password to the registered address.

Number and certificate number of a unit are public, so a request alone changes nothing: the old password stays valid
until the registered address confirms. Every contact on file is notified and can stop the request; without an answer it
expires. The person asking sees the same response whether the data are right or wrong.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.utils import timezone

from accounts.links import link_to
from accounts.mail import mask_address, split_addresses
from accounts.sealed import digest
from ministry.mail import letters
from ministry.mail.outbox import after_commit
from ministry.models import Recovery, RecoveryOutcome, Subject
from ministry.passwords import elsewhere, passwords
from ministry.reference import english
from ministry.reference.numbers import parse_number
from ministry.register import digests, query

RECOVERIES_A_DAY: Final = 3
# After a stop or a confirmation, asking again is a new request.
UNANSWERED: Final = ("", RecoveryOutcome.WRONG)
_SALT: Final = "ministry.recoveries.answer"


def ask(number: str, cert_type: int, cert_number: str) -> Recovery:
    """Store a request and queue its look-up; repeated data return the same request until it is answered.

    ``number`` is a filing number, with or without a website's suffix. Right or wrong, the same statements are executed.
    """
    certificate = digests.of_certificate(cert_number)
    question = {
        "number": str(parse_number(number).of_subject),
        "cert_type": cert_type,
        "cert_digest": certificate,
    }
    with transaction.atomic():
        _one_at_a_time(certificate)
        now = timezone.now()
        recovery = Recovery.objects.filter(expires_at__gt=now, outcome__in=UNANSWERED, **question).first()
        if recovery is None:
            recovery = Recovery.objects.create(asked_at=now, expires_at=now + settings.RECOVERY_LIFE, **question)
            after_commit("ministry.look_up_recovery", recovery.pk)
    return recovery


def begin(subject_id: int) -> bool:
    """Begin a request for somebody who has proved at a counter to be the host, and notify every contact on file.

    The registered address confirms it as any other; a password that was owed is not sent before that. An earlier
    request ends. Return False, and do nothing, while that one is being answered. The subject's row must be locked.
    """
    now = timezone.now()
    others = Recovery.objects.filter(subject=subject_id, ended_at=None)
    if others.exists() and not list(others.select_for_update(of=("self",), skip_locked=True, no_key=True)):
        return False
    others.update(outcome=RecoveryOutcome.JOINED, ended_at=now)
    passwords.cancel(subject_id)
    subject = Subject.objects.get(pk=subject_id)
    certificate = subject.certificates.filter(live=True).order_by("pk")[0]
    recovery = Recovery.objects.create(
        number=str(subject.number),
        cert_type=certificate.cert_type,
        cert_digest=certificate.digest,
        subject=subject,
        asked_at=now,
        looked_up_at=now,
        expires_at=now + settings.RECOVERY_LIFE,
    )
    _tell_contacts(recovery, subject)
    return True


def look_up(recovery_id: int) -> None:
    """Compare a request with the register, once; if it matches, notify every contact on file."""
    with transaction.atomic():
        recovery = _locked(recovery_id)
        if recovery.looked_up_at is not None:
            return
        recovery.looked_up_at = timezone.now()
        recovery.subject = subject = _holder(recovery)
        if subject is None:
            _end(recovery, RecoveryOutcome.WRONG)
        elif outcome := _why_not(recovery, subject):
            _end(recovery, outcome)
        else:
            recovery.save(update_fields=["looked_up_at", "subject"])
            _tell_contacts(recovery, subject)


def end_expired() -> None:
    """End requests that were not answered in time. Safe to run concurrently."""
    late = Recovery.objects.filter(subject__isnull=False, ended_at=None, expires_at__lte=timezone.now())
    late.update(outcome=RecoveryOutcome.EXPIRED, ended_at=timezone.now())


# --- The answer -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RecoveryAnswer:
    """A recovery and the contact whose mail had the link: ``contact`` is the contact's address, masked."""

    recovery: Recovery
    contact: str
    address_digest: str
    # Whether the mail went to the address that is registered now
    is_registered: bool

    @property
    def may_confirm(self) -> bool:
        """Return whether this contact may confirm now: the registered address, also after it has stopped the request.

        Otherwise a stranger whose requests it stops uses up the mails of the day (``RECOVERIES_A_DAY``).
        """
        recovery = self.recovery
        has_stopped_it = recovery.stopped_by_digest == self.address_digest and recovery.expires_at > timezone.now()
        return self.is_registered and (recovery.is_under_way or has_stopped_it) and not self.no_new_one

    @property
    def no_new_one(self) -> str:
        """Return why no password can be sent: its bureau has got a system of its own meanwhile. Else empty."""
        return elsewhere.no_new_one(self.recovery.subject.province) if self.recovery.subject else ""


def of_token(token: str) -> RecoveryAnswer | None:
    """Return the recovery of a link; None for an invalid link."""
    try:
        recovery_id, contact, address_digest = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    recovery = Recovery.objects.filter(pk=recovery_id).select_related("subject").first()
    if recovery is None or recovery.subject is None:
        return None
    registered = [_digest(each) for each in split_addresses(recovery.subject.responsible_email.lower())]
    return RecoveryAnswer(recovery, contact, address_digest, address_digest in registered)


def confirm(found: RecoveryAnswer) -> bool:
    """Order a new password for the registered address; return whether one was ordered.

    The old password stays valid until the new one has been handed to the mail server (``passwords.send``).
    """
    with transaction.atomic():
        recovery = _locked(found.recovery.pk)
        if not (recovery.subject and replace(found, recovery=recovery).may_confirm):
            return False
        subject = recovery.subject
        if not subject.live:
            _end(recovery, RecoveryOutcome.CANCELLED)
        elif subject.password_sent_at is not None and subject.password_sent_at > recovery.asked_at:
            _end(recovery, RecoveryOutcome.JOINED)
        else:
            _end(recovery, RecoveryOutcome.ORDERED)
            passwords.want(subject.pk)
    return recovery.outcome == RecoveryOutcome.ORDERED


def stop(found: RecoveryAnswer) -> bool:
    """Stop the recovery on behalf of a contact; return False when it had ended otherwise before."""
    with transaction.atomic():
        recovery = _locked(found.recovery.pk)
        if recovery.subject is not None and recovery.is_under_way:
            recovery.stopped_by, recovery.stopped_by_digest = found.contact, found.address_digest
            _end(recovery, RecoveryOutcome.STOPPED)
            _tell_stopped(recovery, recovery.subject)
    return recovery.outcome == RecoveryOutcome.STOPPED


def contacts(subject: Subject) -> list[str]:
    """Return every address on file for a subject: its own responsible person's and those of its websites, each once."""
    websites = subject.websites.filter(live=True).order_by("sequence")
    found = [subject.responsible_email, *(website.responsible_email for website in websites)]
    return list(dict.fromkeys(address.lower() for text in found for address in split_addresses(text)))


# --- Inside ---------------------------------------------------------------------------------------


def _one_at_a_time(certificate: str) -> None:
    """Serialise requests about the same certificate until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"recovery:{certificate}"])


def _locked(recovery_id: int) -> Recovery:
    return Recovery.objects.select_for_update(of=("self",), no_key=True).get(pk=recovery_id)


def _holder(recovery: Recovery) -> Subject | None:
    """Return the subject with this number and certificate, its row locked; None when there is none."""
    subject = query.subject_of_number(recovery.number)
    if subject is None:
        return None
    held = subject.certificates.filter(live=True, cert_type=recovery.cert_type, digest=recovery.cert_digest)
    if not held.exists():
        return None
    return Subject.objects.select_for_update(of=("self",), no_key=True).get(pk=subject.pk)


def _why_not(recovery: Recovery, subject: Subject) -> str:
    """Return the outcome of a request that can't proceed; empty when its mails are to be sent."""
    end_expired()
    others = Recovery.objects.filter(subject=subject).exclude(pk=recovery.pk)
    if others.filter(ended_at=None).exists():
        return RecoveryOutcome.JOINED
    if others.filter(asked_at__gt=recovery.asked_at - timedelta(days=1)).count() >= RECOVERIES_A_DAY:
        return RecoveryOutcome.TOO_OFTEN
    return ""


def _end(recovery: Recovery, outcome: str) -> None:
    recovery.outcome, recovery.ended_at = outcome, timezone.now()
    if outcome != RecoveryOutcome.STOPPED:
        recovery.stopped_by = recovery.stopped_by_digest = ""
    recovery.save(update_fields=["looked_up_at", "subject", "outcome", "ended_at", "stopped_by", "stopped_by_digest"])


def _tell_contacts(recovery: Recovery, subject: Subject) -> None:
    registered = split_addresses(subject.responsible_email.lower())
    context = {"subject": subject, "recovery": recovery, "to": _shown(subject)}
    letters.queue(
        letters.written(
            "recovery_contact",
            [address],
            context | {"url": _answer_url(recovery, address), "may_confirm": address in registered},
        )
        for address in contacts(subject)
    )


def _tell_stopped(recovery: Recovery, subject: Subject) -> None:
    context = {"subject": subject, "recovery": recovery}
    letters.queue(letters.written("recovery_stopped", [address], context) for address in contacts(subject))


def _shown(subject: Subject) -> str:
    """Return the registered address masked, as shown to the other contacts."""
    return english.joined(map(mask_address, split_addresses(subject.responsible_email)))


def _answer_url(recovery: Recovery, address: str) -> str:
    token = signing.dumps((recovery.pk, mask_address(address), _digest(address)), salt=_SALT)
    return link_to("ministry:answer_recovery", token)


def _digest(address: str) -> str:
    return digest(f"recovery:{address}")
