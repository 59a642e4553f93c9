"""A provider's figures: its own moves by month, in working days of the calendar, and who may see them."""

import csv
import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings
from time_machine import TimeMachineFixture

from accounts.models import User
from filings.figures import provider_work
from filings.figures.provider_work import Span
from filings.models import Event
from filings.states import Status
from icp_portal.tests.builders import Case, provider, staff
from providers.models import StaffRole

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
NOVEMBER = Span.of(date(2026, 11, 1))


@pytest.fixture
def days(time_machine: TimeMachineFixture) -> Case:
    """Return a filing of November: submitted on Monday, verified on Wednesday, returned on Friday, verified the Monday
    after, approved on Tuesday, the 10th.
    """
    time_machine.move_to(MONDAY, tick=False)
    case = Case(of=provider(name="示例接入甲"))
    steps = {"submit": 0, "verify": 2, "return_to_provider": 4, "approve": 8}
    for name, day in list(steps.items())[:3]:
        time_machine.move_to(MONDAY + timedelta(days=day), tick=False)
        getattr(case, name)()
    time_machine.move_to(MONDAY + timedelta(days=7), tick=False)
    case.verify()
    time_machine.move_to(MONDAY + timedelta(days=8), tick=False)
    case.approve()
    time_machine.move_to(MONDAY + timedelta(days=20), tick=False)
    return case


def desk(settings: Settings, user_id: int | None) -> Client:
    settings.RELAX_SECOND_FACTOR = True
    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    return client


def test_each_move_is_counted_once_in_its_month(days: Case) -> None:
    [october, november] = provider_work.months(days.provider.pk, Span.of(date(2026, 11, 30), 2))

    assert (october.first, dict(october.moves), october.return_rate) == (date(2026, 10, 1), {}, None)
    assert dict(november.moves) == {"submit": 1, "verify": 2, "return": 1, "approve": 1}
    assert november.return_rate == 0.5


def test_a_filing_lies_somewhere_for_working_days(days: Case) -> None:
    found = {
        stage.status: (stage.count, stage.half, stage.nine_tenths)
        for stage in provider_work.stages(days.provider.pk, NOVEMBER)
    }

    assert found == {
        Status.WITH_PROVIDER: (1, 2, 2),
        Status.WITH_BUREAU: (2, 1, 2),
        Status.RETURNED_TO_PROVIDER: (1, 1, 1),
    }


@pytest.mark.parametrize(
    ("waited", "half", "nine_tenths"),
    [
        ({3: 1}, 3, 3),
        ({0: 1, 4: 1}, 0, 4),
        ({1: 9, 20: 1}, 1, 1),
        ({1: 8, 2: 1, 20: 1}, 1, 2),
        ({1: 89, 20: 11}, 1, 20),
    ],
)
def test_half_and_nine_tenths_are_reached_on_a_day_that_occurred(waited, half, nine_tenths) -> None:
    assert (provider_work.share_within(waited, 0.5), provider_work.share_within(waited, 0.9)) == (half, nine_tenths)


def test_the_bureaus_reasons_are_counted_and_the_providers_own_are_not(days: Case) -> None:
    assert provider_work.reasons(days.provider.pk, NOVEMBER) == [("P301", 1)]
    other = Case(of=days.provider).submit().send_back()
    assert other.filing.remarks.count() == 1
    assert provider_work.reasons(days.provider.pk, NOVEMBER) == [("P301", 1)]


def test_people_answer_for_what_the_bureau_returned_of_theirs(days: Case) -> None:
    [person] = provider_work.people(days.provider.pk, NOVEMBER)

    assert (person.user_id, person.verified, person.sent_back, person.returned) == (days.staff.user_id, 2, 0, 1)


def test_a_return_counts_for_the_month_in_which_the_bureau_had_received_the_filing(
    days: Case, time_machine: TimeMachineFixture
) -> None:
    late = Case(of=days.provider).submit().verify()
    time_machine.move_to(MONDAY + timedelta(days=30), tick=False)  # 2 December
    late.return_to_provider().verify()

    found = [provider_work.people(days.provider.pk, Span.of(date(2026, month, 1))) for month in (11, 12)]

    assert [[(one.name, one.verified, one.returned) for one in people] for people in found] == [
        [(days.staff.name, 2, 1), (late.staff.name, 1, 1)],
        [(late.staff.name, 1, 0)],
    ]


def test_nothing_of_another_provider_or_month_is_counted(days: Case) -> None:
    for provider_id, span in ((provider().pk, NOVEMBER), (days.provider.pk, Span.of(date(2026, 10, 1)))):
        assert [dict(month.moves) for month in provider_work.months(provider_id, span)] == [{}]
        assert provider_work.stages(provider_id, span) == []
        assert provider_work.reasons(provider_id, span) == []
        assert provider_work.people(provider_id, span) == []


def test_the_page_shows_charts_with_their_numbers_and_tables(days: Case, settings: Settings) -> None:
    page = desk(settings, days.staff.user_id).get(reverse("provider_desk:figures")).content.decode()

    assert 'aria-label="核验通过，提交管局审核' in page
    assert "11 2" in page.split('aria-label="核验通过，提交管局审核')[1].split('"')[0]
    assert "网站名称不符合要求" in page or "P301" in page
    assert "本单位核验" in page


def test_a_verifier_sees_the_own_line_and_a_supervisor_everybodys(days: Case, settings: Settings) -> None:
    Case(of=days.provider).submit().send_back()  # by somebody else
    url = reverse("provider_desk:figures_export", args=["people"])

    def lines(user_id: int | None) -> int:
        return len(list(csv.reader(io.StringIO(desk(settings, user_id).get(url).content.decode("utf-8-sig"))))) - 1

    supervisor = staff(days.provider, StaffRole.SUPERVISOR)
    assert (lines(days.staff.user_id), lines(supervisor.user_id), lines(staff(provider()).user_id)) == (1, 2, 0)


def test_the_same_numbers_as_csv_and_no_name_is_a_formula(days: Case, settings: Settings) -> None:
    User.objects.filter(pk=days.staff.user_id).update(name="=1+1")
    client = desk(settings, days.staff.user_id)

    answer = client.get(reverse("provider_desk:figures_export", args=["people"]) + "?month=2026-11")

    assert answer["Content-Disposition"] == 'attachment; filename="people-2026-11.csv"'
    [head, line] = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (len(head), line) == (4, ["'=1+1", "2", "0", "1"])


@pytest.mark.parametrize("month", ["2026-13", "2026-12", "1999-01", "x", "0000-00", "2026-11-01", "²026-11"])
def test_a_month_that_is_none_or_has_not_begun_is_not_found(days: Case, settings: Settings, month: str) -> None:
    client = desk(settings, days.staff.user_id)
    for url in (reverse("provider_desk:figures"), reverse("provider_desk:figures_export", args=["months"])):
        assert client.get(url, {"month": month}).status_code == 404


def test_there_are_no_other_tables(days: Case, settings: Settings) -> None:
    client = desk(settings, days.staff.user_id)
    assert client.get(reverse("provider_desk:figures_export", args=["users"])).status_code == 404


def test_the_page_costs_the_same_however_much_has_moved(days: Case, settings: Settings) -> None:
    client = desk(settings, days.staff.user_id)
    url = reverse("provider_desk:figures")

    def cost() -> int:
        cache.clear()
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    few = cost()
    for _n in range(3):
        Case(of=days.provider).submit().verify().return_to_provider()

    assert (few, cost()) == (8, 8)


def test_a_providers_months_are_read_from_their_index(days: Case) -> None:
    copies = [
        Event(filing=days.filing, provider=other, name="claim", round=1, role="provider", actor_name="x")
        for other in (provider(), days.provider)
        for _n in range(1_000)
    ]
    Event.objects.bulk_create(copies)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE filings_event")
    assert "moves_of_provider" in provider_work._moves(days.provider.pk, NOVEMBER).explain()
