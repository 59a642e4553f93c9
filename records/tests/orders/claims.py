"""Claims to the place of somebody else's open filing."""

from datetime import timedelta

from django.utils import timezone
from post_office.models import Email

from filings.evidence import documents
from icp_portal.demo import invent
from icp_portal.tests.builders import BEIJING, Case, reviewer
from records.models import CancellationCase
from records.orders import cancellation_cases


def owner_of(blocker: Case) -> Case:
    """Whose certificate and domain they are: a complete draft."""
    case = Case(invented=blocker.number)
    Email.objects.all().delete()
    return case


def pages(number: int = 1) -> list[documents.ScannedPage]:
    return documents.read([invent.card("PROOF", number)])


def claimed(case: Case, key: str = "filing") -> CancellationCase:
    return cancellation_cases.apply(case.filing.pk, case.host, key, "证件为我单位所有", pages())


def time_is_over(cancellation_case: CancellationCase) -> CancellationCase:
    CancellationCase.objects.filter(pk=cancellation_case.pk).update(answer_by=timezone.localdate() - timedelta(days=1))
    return CancellationCase.objects.get(pk=cancellation_case.pk)


def decided(cancellation_case: CancellationCase, *, upheld: bool, province: str = BEIJING) -> CancellationCase:
    return cancellation_cases.decide(cancellation_case.pk, reviewer(province), cancels=upheld, reason="证明材料充分")
