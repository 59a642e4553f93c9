"""Applications about a record, the objections of its host, and who decides."""

from datetime import timedelta

from django.utils import timezone

from icp_portal.tests.builders import on_record
from ministry.models import Website
from ministry.register import ends
from providers.models import Provider
from records.models import CancellationCase
from records.orders import cancellation_cases


def time_is_over(cancellation_case: CancellationCase) -> CancellationCase:
    """As if the last day for objections had been yesterday."""
    yesterday = timezone.localdate() - timedelta(days=1)
    CancellationCase.objects.filter(pk=cancellation_case.pk).update(answer_by=yesterday)
    return CancellationCase.objects.get(pk=cancellation_case.pk)


def decided(cancellation_case: CancellationCase, by: object, *, cancels: bool) -> CancellationCase:
    return cancellation_cases.decide(
        cancellation_case.pk, by, cancels=cancels, reason="证明材料充分", document="京通管注〔2026〕3号"
    )


def shell(access_provider: Provider, province: str = "110000") -> Website:
    website = on_record(access_provider, province)
    ends.cancel_access(website.accesses.get().pk, timezone.localdate())
    return website
