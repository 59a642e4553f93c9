"""Numbers in full for whoever has claimed a filing, and the record of that look."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from filings import services
from filings.actors import Actor
from filings.models import Filing, Look
from filings.moves import assignment
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, staff, user_of
from providers.models import StaffRole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
BOTH = pytest.mark.parametrize("status", [Status.WITH_PROVIDER, Status.WITH_BUREAU])


def page_of(case: Case, actor: Actor) -> str:
    client = Client()
    client.force_login(user_of(actor))
    response = client.get(f"/{'bureau' if actor == case.reviewer else 'provider'}/filings/{case.filing.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def numbers_in(case: Case, page: str) -> list[bool]:
    return [str(case.filing.get(path)) in page for path in ("subject.cert_number", "responsible.mobile")]


def looks(actor: Actor) -> list[str]:
    return list(Look.objects.filter(user=actor.user_id).values_list("what", flat=True))


@BOTH
def test_who_has_claimed_a_filing_sees_its_numbers_and_has_looked_once(status: Status) -> None:
    case = case_at(status)
    actor = case.reviewer if status == Status.WITH_BUREAU else case.staff
    assert numbers_in(case, page_of(case, actor)) == [False, False]
    assert looks(actor) == []
    services.claim(case.filing.pk, actor)

    pages = [page_of(case, actor) for _load in range(3)]

    assert [numbers_in(case, page) for page in pages] == [[True, True]] * 3
    assert looks(actor) == ["facts"]


def test_each_claim_is_a_look_of_its_own_and_a_longer_lease_is_none() -> None:
    case = case_at(Status.WITH_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    page_of(case, case.staff)
    services.claim(case.filing.pk, case.staff)  # longer
    page_of(case, case.staff)
    assert looks(case.staff) == ["facts"]
    Filing.objects.filter(pk=case.filing.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))

    assert numbers_in(case, page_of(case, case.staff)) == [False, False]
    services.claim(case.filing.pk, case.staff)
    page_of(case, case.staff)

    assert looks(case.staff) == ["facts", "facts"]


def test_a_colleague_to_whom_it_is_assigned_has_a_look_of_their_own_and_the_former_one_reads_masks() -> None:
    case = case_at(Status.WITH_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    page_of(case, case.staff)
    colleague, chief = staff(case.provider), staff(case.provider, StaffRole.SUPERVISOR)

    assignment.assign([case.filing.pk], chief, to=colleague)
    assert looks(colleague) == []  # nobody has opened it yet

    assert numbers_in(case, page_of(case, colleague)) == [True, True]
    assert numbers_in(case, page_of(case, case.staff)) == [False, False]
    assert [looks(one) for one in (case.staff, colleague, chief)] == [["facts"], ["facts"], []]


def test_who_asks_for_the_numbers_without_a_claim_has_looked_each_time() -> None:
    case = case_at(Status.WITH_PROVIDER)
    client = Client()
    client.force_login(user_of(case.staff))

    for _load in range(2):
        client.get(f"/provider/filings/{case.filing.pk}/?full=1")

    assert looks(case.staff) == ["facts", "facts"]
