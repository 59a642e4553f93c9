"""Answer by e-mail whether a certificate is on record, to people who have shown that it is theirs.

Numbers of certificates are known to many, and whether a person is on record is nobody else's business. So "yes" or "no"
is only sent to an e-mail address that is on the same record, and to that of an account whose owner has shown the
certificate at a face-to-face check (``PROOFS``). For any other address the answer says that there is no record with
this certificate and this address, which tells nothing about the certificate. The page and its time are the same for
all: the register is asked by a worker. The limits are our own choice.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.links import link_to
from ministry.mail import letters
from ministry.mail.outbox import after_commit
from ministry.models import CertificateQuestion, ContactKind, Subject, SubjectCertificate, SubjectContact
from ministry.reference import code_tables
from ministry.register import digests

ANSWERS_A_DAY: Final = 3  # to one address, so that nobody's mailbox is filled
# Return whether the owner of a question's address has shown that the certificate is theirs. Apps above this one add to
# it; none may read the register, so that for others the answer costs the same whether it is on record or not.
PROOFS: Final[list[Callable[[CertificateQuestion], bool]]] = []


def ask(cert_type: int, cert_number: str, email: str) -> None:
    """Store a question and queue its answer; none beyond ``ANSWERS_A_DAY``. The same statements for every certificate.

    ``cert_number`` and ``email`` are in normal form.
    """
    address = digests.of_contact(ContactKind.EMAIL, email)
    with transaction.atomic():
        _one_at_a_time(address)
        since = timezone.now() - timedelta(days=1)
        asked = CertificateQuestion.objects.filter(email_digest=address, asked_at__gt=since).count()
        if asked >= ANSWERS_A_DAY:
            return
        question = CertificateQuestion.objects.create(
            cert_type=cert_type,
            cert_digest=digests.of_certificate(cert_number),
            unit_digest=digests.of_unit(cert_type, cert_number),
            email=email,
            email_digest=address,
        )
        after_commit("ministry.answer_certificate_question", question.pk)


def answer(question_id: int) -> None:
    """Answer a question, once."""
    with transaction.atomic():
        question = CertificateQuestion.objects.select_for_update(no_key=True).get(pk=question_id)
        if question.answered_at is not None:
            return
        question.answered_at = timezone.now()
        question.save(update_fields=["answered_at"])
        template, found = _answered(question)
        context = {
            "certificate": code_tables.name_of(code_tables.CERTIFICATE_TYPES, question.cert_type),
            "subject": found,
            "record_url": link_to("record", str(found.number)) if found else "",
            "ask_url": link_to("query_certificate"),
            "guide_url": link_to("guide:ask"),
        }
        letters.queue([letters.written(template, [question.email], context)])


def _answered(question: CertificateQuestion) -> tuple[str, Subject | None]:
    """Return the mail that answers, and the subject in force if it may be told.

    Without a proof the statements are the same whether the certificate is on record or not.
    """
    found = _subject(question, with_address=True)
    is_shown = any(proof(question) for proof in PROOFS)
    if found is None and is_shown:
        found = _subject(question, with_address=False)
        return ("certificate_shown_on_record" if found else "certificate_not_on_record"), found
    return ("certificate_on_record" if found else "certificate_not_found"), found


def _subject(question: CertificateQuestion, *, with_address: bool) -> Subject | None:
    """Return the subject in force with this certificate, or another one of the unit; ``with_address``: and with it."""
    same = Q(cert_type=question.cert_type, digest=question.cert_digest)
    if question.unit_digest:
        same |= Q(unit_digest=question.unit_digest, unit_digest__gt="")
    contact = SubjectContact.objects.filter(
        subject=OuterRef("subject"), kind=ContactKind.EMAIL, digest=question.email_digest
    )
    held = SubjectCertificate.objects.filter(same, live=True, subject__live=True)
    if with_address:
        held = held.filter(Exists(contact))
    return Subject.objects.filter(pk__in=held.values("subject")).first()


def _one_at_a_time(address: str) -> None:
    """Serialise the questions of one address until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"certificate question:{address}"])
