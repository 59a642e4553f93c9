"""Tasks with work to do: a month counted, providers measured, a message sent, a question about a certificate answered.

Each run is undone by rolling back its transaction, with the message and the question that it creates; what is sent to
another system is not sent.
"""

from collections.abc import Iterator
from functools import partial
from unittest.mock import patch
from uuid import uuid4

from django.utils import timezone

from bench.browsers import undone
from bench.measuring import Case
from bench.sign_in import APART
from filings.figures import monthly
from filings.models import AttemptOutcome, MessageState, WebhookEndpoint, WebhookMessage
from filings.webhooks import posting, sending, writing
from ministry.models import CertificateQuestion, SubjectCertificate, SubjectContact
from ministry.public import certificate_questions
from providers import measuring
from providers.models import MeasuredWork


def cases() -> Iterator[Case]:
    """Yield every case."""
    month = timezone.localdate().replace(day=1)
    yield Case("work: counting a month", undone(lambda: monthly.count(month)), None, 12, long=True)
    # Eight queries a provider, the list of those that are due, and the savepoint.
    measuring_some = f"work: measuring {measuring.BATCH} providers"
    yield Case(measuring_some, undone(_measure), None, 8 * measuring.BATCH + 4, long=True)
    accepted = posting.PostResult(AttemptOutcome.OK, took=1, status=200)
    sent = partial(patch.object, posting, "post", return_value=accepted)
    yield Case(
        "work: sending a message", undone(lambda: sending.deliver(_message().endpoint_id)), None, 22, within=sent
    )
    first = "work: answering a certificate question"
    yield Case(first, undone(lambda: certificate_questions.answer(_question("0" * 64).pk)), None, 10)
    on_record = SubjectCertificate.objects.filter(live=True).latest("pk")
    answered = undone(lambda: certificate_questions.answer(_question(on_record.digest).pk))
    yield Case(f"{first}, on record", answered, None, 10, beside=first, apart=APART)


def _measure() -> None:
    MeasuredWork.objects.all().delete()
    measuring.measure_some()


def _message() -> WebhookMessage:
    """Return a message that is due, to a system of a provider."""
    endpoint, now = WebhookEndpoint.objects.latest("pk"), timezone.now()
    return WebhookMessage.objects.create(
        endpoint=endpoint,
        provider=endpoint.provider,
        webhook_id=uuid4(),
        type="filing.submit",
        body=writing.body_of_test(now),
        state=MessageState.WAITING,
        due_at=now,
    )


def _question(cert_digest: str) -> CertificateQuestion:
    """Return a question about a certificate, from an address that is not on its record."""
    return CertificateQuestion.objects.create(
        cert_type=1,
        cert_digest=cert_digest,
        unit_digest="",
        email="question@bench.test",
        email_digest=SubjectContact.objects.order_by("pk")[0].digest,
    )
