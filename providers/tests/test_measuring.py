"""How fast a provider verifies, counted by a sweep and shown to hosts who choose one."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import TimeMachineFixture

from icp_portal.tests.builders import Case, provider
from providers import measuring, tasks
from providers.models import MeasuredWork, Provider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

MONDAY = datetime(2026, 11, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
DECEMBER = datetime(2026, 12, 1, 0, 5, tzinfo=ZoneInfo("Asia/Shanghai"))


def verified(of: Provider, clock: TimeMachineFixture, days: int) -> Case:
    """A filing of November that its provider verified so many working days after it came."""
    clock.move_to(MONDAY, tick=False)
    case = Case(of=of).submit()
    clock.move_to(MONDAY + timedelta(days=days), tick=False)
    return case.verify()


@pytest.fixture
def measured(time_machine: TimeMachineFixture) -> Provider:
    """A provider that verified five filings in one to four days, of which two are decided, one by a return."""
    of = provider()
    cases = [verified(of, time_machine, days) for days in (1, 1, 2, 3, 4)]
    cases[0].return_to_provider()
    cases[1].approve()
    time_machine.move_to(DECEMBER, tick=False)
    return of


def row(of: Provider) -> tuple[object, ...]:
    work = MeasuredWork.objects.get(provider=of)
    return (work.half, work.nine_tenths, work.decided, work.returned, work.counted_on)


@pytest.mark.parametrize(("decided", "returned", "rate"), [(19, 19, None), (20, 1, 5), (20, 0, 0), (300, 100, 33)])
def test_a_rate_of_returns_is_stated_from_twenty_decisions_on(client, decided, returned, rate):
    of = provider()
    MeasuredWork.objects.create(provider=of, decided=decided, returned=returned, counted_on=timezone.localdate())
    page = client.get(f"/providers/{of.slug}/").content.decode()

    assert of.measured_work.return_rate == rate
    assert (f"{returned} ({rate}%)." in page, f"for changes: {returned}." in page) == (rate is not None, rate is None)


def test_a_provider_is_counted_over_whole_months(measured: Provider) -> None:
    measuring.measure_some()

    assert row(measured) == (2, 4, 2, 1, date(2026, 12, 1))


def test_hosts_see_it_where_they_choose_and_on_its_page(measured: Provider) -> None:
    measuring.measure_some()
    words = (
        "Last 3 months: half of its filings verified within 2 working days, nine of ten within 4.",
        "Bureaus’ decisions on its filings in the last 3 months: 2, of these returned for changes: 1.",
        "Counted on 1 December 2026.",
    )

    for url in ("/navigation/", "/navigation/beijing/", f"/providers/{measured.slug}/"):
        text = " ".join(Client().get(url).content.decode().split())
        assert all(one in text for one in words)


@pytest.mark.parametrize("decided", [2, 40])
def test_decisions_without_a_time_have_their_months_and_their_day_too(client: Client, decided: int) -> None:
    of = provider()
    MeasuredWork.objects.create(provider=of, decided=decided, returned=1, counted_on=date(2026, 12, 1))

    for url in ("/navigation/", "/navigation/beijing/", f"/providers/{of.slug}/"):
        text = " ".join(client.get(url).content.decode().split())
        assert f"Bureaus’ decisions on its filings in the last 3 months: {decided}, of these" in text
        assert "Counted on 1 December 2026." in text


def test_few_filings_give_no_time_and_none_give_no_words(time_machine: TimeMachineFixture) -> None:
    few, none = provider(), provider()
    for days in (1, 2, 3, 4):
        verified(few, time_machine, days)
    time_machine.move_to(DECEMBER, tick=False)
    measuring.measure_some()

    assert row(few) == row(none) == (None, None, 0, 0, date(2026, 12, 1))
    assert "Last 3 months" not in Client().get("/navigation/").content.decode()


def test_the_month_that_is_not_over_and_older_ones_do_not_count(
    measured: Provider, time_machine: TimeMachineFixture
) -> None:
    for day, wanted in (
        (MONDAY + timedelta(days=20), (None, 0)),
        (datetime(2027, 2, 28, 9, tzinfo=MONDAY.tzinfo), (2, 2)),
    ):
        time_machine.move_to(day, tick=False)
        measuring.measure_some()
        assert (row(measured)[0], row(measured)[2]) == wanted
    time_machine.move_to(datetime(2027, 3, 1, 9, tzinfo=MONDAY.tzinfo), tick=False)
    measuring.measure_some()
    assert row(measured)[:3] == (None, None, 0)


def test_each_run_counts_some_once_a_day_and_the_task_goes_on(
    monkeypatch: pytest.MonkeyPatch, measured: Provider
) -> None:
    others = [provider() for _n in range(3)]
    closed = provider(is_active=False)
    monkeypatch.setattr(measuring, "BATCH", 3)

    assert [measuring.measure_some(), measuring.measure_some(), measuring.measure_some()] == [True, False, False]
    assert set(MeasuredWork.objects.values_list("provider", flat=True)) == {measured.pk, *(one.pk for one in others)}
    assert not MeasuredWork.objects.filter(provider=closed).exists()
    ordered = []
    monkeypatch.setattr(tasks.measure_work, "delay", lambda: ordered.append(1))
    MeasuredWork.objects.update(counted_on=date(2026, 11, 30))
    tasks.measure_work()
    assert ordered == [1]
