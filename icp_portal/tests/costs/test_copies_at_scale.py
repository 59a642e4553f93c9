"""A register of two hundred websites made by the real services, in which no copy differs from another."""

from io import StringIO

import pytest
from django.core.management import call_command

from filings.kinds import Kind
from filings.models import Filing
from filings.states import Status
from filings.tests.kinds.passing import Passing
from icp_portal.tests.builders import Case, on_record, provider
from ministry import audit
from ministry.models import Access, LiveDomain, Subject, Website
from records.comparison import running
from records.legal_grounds import Act, Scope
from records.models import CopyComparison, CopyDifference
from records.orders import making
from records.tests.comparison.compared import later
from records.tests.orders.orders_made import draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("past_pooler", "no_second_factor")]

WEBSITES = 200
CHANGES = (
    (Kind.CHANGE_SUBJECT, {"subject__address": "新地址二号院"}),
    (Kind.CHANGE_WEBSITE, {"websites__0__name": "换过名字的网站"}),
    (Kind.CHANGE_ACCESS, {"websites__0__access__ip_ranges": "192.31.196.99"}),
    (Kind.NEW_WEBSITE, {}),
    (Kind.CANCEL_WEBSITE, {}),
    (Kind.CANCEL_SUBJECT, {}),
)
ORDERS = (
    (Scope.SUBJECT, Act.CANCEL, "33-23"),
    (Scope.SUBJECT, Act.SUSPEND, "33-27"),
    (Scope.WEBSITE, Act.CANCEL, "33-23"),
    (Scope.WEBSITE, Act.SUSPEND, "33-27"),
)


def ordered(case: Case, scope: Scope, act: Act, ground: str) -> None:
    key = case.filing.subject_id if scope == Scope.SUBJECT else Website.objects.get(subject=case.filing.subject_id).pk
    making.make(case.reviewer, scope, key, draft(act, ground))


def _entered_by_filings() -> int:
    filed = Filing.objects.filter(status=Status.FILED).values("subject")
    return Website.objects.filter(subject__in=filed).count()


@pytest.fixture
def register(settings) -> None:
    """Filings of every kind, migrations, orders, and records of earlier systems as entered and as imported."""
    access_provider, other = provider(), provider()
    for kind, written in CHANGES:
        later(Case(of=access_provider, websites=2).to(Status.FILED), kind, **written)
    served = Case(of=access_provider).to(Status.FILED)
    sister = Case(of=other)
    later(served, Kind.NEW_ACCESS, staff=sister.staff)
    later(served, Kind.CANCEL_ACCESS, access=Access.objects.get(provider=other), staff=sister.staff)
    for on_record_too in (False, True):
        Passing(on_record=on_record_too, websites=2).approved()
    for order in ORDERS:
        ordered(Case(of=access_provider).to(Status.FILED), *order)
    on_record(access_provider, issued="京ICP备05000001号-1")
    settings.DEMO = True
    call_command("seed_register", websites=40, processes=1, verbosity=0, stdout=StringIO())
    while _entered_by_filings() < WEBSITES:
        Case(of=access_provider, websites=5).to(Status.FILED)


@pytest.mark.usefixtures("register")
def test_two_hundred_websites_have_no_difference_in_a_full_pass_and_a_planted_one_is_found():
    audit.seal()
    runs = 0
    while not (CopyComparison.objects.exists() and CopyComparison.objects.latest("on").pass_ended_on):
        night = running.run(60)
        runs += 1
        CopyComparison.objects.filter(pk=night.pk).update(on=f"2026-01-{runs:02d}")

    compared = sum(CopyComparison.objects.values_list("compared", flat=True))
    assert (compared, CopyDifference.objects.count()) == (Subject.objects.count(), 0)

    lost = LiveDomain.objects.select_related("website").earliest("pk")
    lost.delete()
    running.compare(list(Subject.objects.values_list("pk", flat=True)))
    assert list(CopyDifference.objects.open().values_list("website", "field")) == [(lost.website_id, "public_domains")]
