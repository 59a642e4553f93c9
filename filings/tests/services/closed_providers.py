"""Providers that have closed, and filings that go to another one."""

from post_office.models import Email

from filings.states import Status
from icp_portal.tests.builders import Case, case_at, provider
from providers.models import Provider


def close(access_provider: Provider) -> None:
    Provider.objects.filter(pk=access_provider.pk).update(is_active=False)


def closed_at(status: Status) -> tuple[Case, Provider]:
    """A filing at a status whose provider has closed, and another provider."""
    case = case_at(status)
    close(case.provider)
    Email.objects.all().delete()
    return case.refresh(), provider()
