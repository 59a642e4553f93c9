"""A filing that waits for its host or its provider is warned of three times, then lapses; acts begin it anew."""

import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from celery import current_app
from django.db import connection
from django.urls import reverse
from post_office.models import Email

from filings import services, tasks
from filings.deadlines import batches, sweeps, waiting
from filings.errors import MoveRefused
from filings.models import Filing, Reservation
from filings.moves import assignment
from filings.services import claiming
from filings.states import Status
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case, case_at, provider, sign_in, staff, user_of
from icp_portal.tests.racing import Gate, one_then_the_other, won
from ministry.models import ProvinceRule
from ministry.reference.topics import Topic

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 25, 22, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
# status → the days after its arrival on which it is warned of; the night in which it lapses
WAITS = {
    Status.WITH_PROVIDER: ((15, 38, 44), 46),
    Status.RETURNED_TO_HOST: ((15, 38, 44), 46),
    Status.RETURNED_TO_PROVIDER: ((60, 83, 89), 91),
}


def begin(time_machine, status: Status, **fields) -> Case:
    time_machine.move_to(START, tick=False)
    case = case_at(status, **fields)
    Email.objects.all().delete()
    return case


def on_day(time_machine, day: int, hour: int = 9) -> None:
    time_machine.move_to(START.replace(hour=hour) + timedelta(days=day), tick=False)


def a_day(time_machine, day: int) -> list[str]:
    """What is written in the night and the morning of the day, each sweep twice; whom to."""
    last = Email.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    on_day(time_machine, day, hour=4)
    waiting.lapse()
    waiting.lapse()
    on_day(time_machine, day)
    waiting.warn()
    waiting.warn()
    sweeps.remind_hosts()
    return [mail.to[0] for mail in Email.objects.filter(pk__gt=last).order_by("pk")]


@pytest.mark.parametrize("status", WAITS)
def test_what_waits_is_warned_of_three_times_and_lapses_after_the_day_it_was_promised(time_machine, status):
    case = begin(time_machine, status)
    warned, night = WAITS[status]
    both = [user_of(case.host).email, case.provider.contact_email]
    reminded = {7: both[:1], 30: both[:1]} if status == Status.RETURNED_TO_HOST else {}

    written = {day: mails for day in range(night + 3) if (mails := a_day(time_machine, day))}

    assert written == {**dict.fromkeys((*warned, night), both), **reminded}
    filing = case.refresh().filing
    assert (filing.status, filing.waits_until, filing.events.last().name) == (Status.LAPSED, None, "lapse")
    assert not Reservation.objects.exists()
    assert Case(invented=case.number).submit().filing.status == Status.WITH_PROVIDER


def test_the_mails_name_the_day_and_the_way_on(time_machine):
    case = begin(time_machine, Status.RETURNED_TO_HOST)
    a_day(time_machine, 15)
    to_host, to_provider = Email.objects.order_by("pk")
    assert (
        to_host.subject
        == f"备案单 {case.filing.pk}（{case.filing.domain}）：如无人继续办理，2027年1月9日（周六）后失效"
    )
    assert f"/filings/{case.filing.pk}/continue/" in to_host.message
    assert "2027年1月9日（周六）前仍无人办理的" in to_host.message
    assert f"{case.filing.pk} · {case.filing.subject_name}" in to_provider.message
    assert "2027年1月9日（周六）" in to_provider.message


def test_a_provider_hears_of_all_its_filings_in_one_mail(time_machine):
    time_machine.move_to(START, tick=False)
    access_provider = provider()
    for _n in range(3):
        Case(of=access_provider).submit()
    Email.objects.all().delete()
    assert a_day(time_machine, 15).count(access_provider.contact_email) == 1


def test_the_pages_say_when_it_ends(time_machine, client, settings):
    settings.RELAX_SECOND_FACTOR = True
    case = begin(time_machine, Status.WITH_PROVIDER)
    a_day(time_machine, 15)
    sign_in(client, user_of(case.host))
    assert "将于2027年1月9日（周六）后失效" in client.get(f"/filings/{case.filing.pk}/").content.decode()
    sign_in(client, user_of(case.staff))
    page = client.get(reverse("provider_desk:verify", args=[case.filing.pk])).content.decode()
    assert "2027年1月9日（周六）前仍无人办理的" in page


ACTS = {
    "claim": lambda case: services.claim(case.filing.pk, case.staff),
    "send_back": lambda case: case.send_back(),
    "verify": lambda case: case.verify(),
    "reminder": lambda case: assignment.remind([case.send_back().filing.pk], case.staff),
}


@pytest.mark.parametrize("act", ACTS)
def test_whoever_does_something_takes_the_end_away(time_machine, act):
    case = begin(time_machine, Status.WITH_PROVIDER)
    a_day(time_machine, 40)
    assert case.refresh().filing.waits_until == date(2027, 2, 3)

    ACTS[act](case)

    filing = case.refresh().filing
    assert (filing.waits_until, filing.wait_told) == (None, None)
    on_day(time_machine, 200)
    assert waiting.lapse().changed == 0


def test_after_a_claim_the_days_count_from_it(time_machine):
    case = begin(time_machine, Status.WITH_PROVIDER)
    on_day(time_machine, 20)
    services.claim(case.filing.pk, case.staff)
    days = [day for day in range(21, 70) if a_day(time_machine, day)]
    assert days == [20 + 15, 20 + 38, 20 + 44, 20 + 46]


def test_what_is_on_hold_waits_for_its_day(time_machine):
    case = begin(time_machine, Status.WITH_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    assignment.pause(case.filing.pk, case.staff, until=date(2026, 12, 24), reason="等待材料")
    assert [day for day in range(1, 29) if a_day(time_machine, day)] == []
    assert a_day(time_machine, 29)  # back since 24 December, untouched for 29 days


def test_nothing_lapses_without_the_last_warning(time_machine):
    case = begin(time_machine, Status.WITH_PROVIDER)
    a_day(time_machine, 15)
    on_day(time_machine, 80, hour=4)  # the portal was silent
    assert waiting.lapse().changed == 0
    assert len(a_day(time_machine, 80)) == 2
    assert case.refresh().filing.waits_until == date(2027, 2, 14)  # tomorrow
    assert a_day(time_machine, 81) == []
    a_day(time_machine, 82)
    assert case.refresh().filing.status == Status.LAPSED


def test_a_backlog_is_given_thirty_days(time_machine):
    case = begin(time_machine, Status.WITH_PROVIDER)
    assert [day for day in range(400, 440) if a_day(time_machine, day)] == [400, 423, 429, 431]
    assert case.refresh().filing.status == Status.LAPSED


def rule(topic: Topic, province: str, amount: int) -> None:
    ProvinceRule.objects.create(
        province=province, topic=topic, amount=amount, source="示例", severity="warns", valid_from=date(2026, 1, 1)
    )


def test_the_limit_is_a_rule_of_the_province_and_can_be_ended(time_machine):
    rule(Topic.DAYS_WITH_PROVIDER, GUANGDONG, 100)
    here = begin(time_machine, Status.WITH_PROVIDER, province=BEIJING)
    there = begin(time_machine, Status.WITH_PROVIDER, province=GUANGDONG)
    a_day(time_machine, 15)
    assert here.refresh().filing.waits_until == date(2027, 1, 9)
    assert there.refresh().filing.waits_until is None
    a_day(time_machine, 70)
    assert there.refresh().filing.waits_until == date(2027, 3, 5)

    ProvinceRule.objects.filter(topic=Topic.DAYS_RETURNED_TO_HOST).update(valid_to=date(2026, 11, 30))
    other = Case().submit().send_back()
    for day in (100, 200, 400):
        a_day(time_machine, day)
    assert other.refresh().filing.waits_until is None


@pytest.mark.parametrize("status", [status for status in Status if status not in WAITS])
def test_nothing_else_ever_waits(time_machine, status):
    case = begin(time_machine, status)
    on_day(time_machine, 300)
    assert (waiting.warn(), waiting.lapse().changed) == (0, 0)
    assert case.refresh().filing.status == status


def test_a_touched_filing_is_passed_by_between_list_and_lock(time_machine, monkeypatch):
    """Its host changes it after the night's list was made and before its turn came."""
    case = begin(time_machine, Status.RETURNED_TO_HOST)
    for day in (15, 38, 44):
        a_day(time_machine, day)
    on_day(time_machine, 46, hour=4)
    lapse_if = sweeps.lapse_if

    def change_first(over, filing_id):
        services.save_facts(filing_id, case.host, {"websites.0.name": "示例新名称网站"}, version=None)
        return lapse_if(over, filing_id)

    monkeypatch.setattr(sweeps, "lapse_if", change_first)
    assert waiting.lapse().changed == 0
    assert case.refresh().filing.status == Status.RETURNED_TO_HOST


def test_one_night_lapses_all_that_is_over(time_machine, monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 2)
    monkeypatch.setattr(current_app.conf, "task_always_eager", True)
    time_machine.move_to(START, tick=False)
    for _n in range(5):
        Case().submit()
    Filing.objects.update(waits_until=START.date() - timedelta(days=1), wait_told=1)
    tasks.lapse_waiting()
    assert set(Filing.objects.values_list("status", flat=True)) == {Status.LAPSED}


def test_the_sweeps_start_from_their_indexes(time_machine):
    case = begin(time_machine, Status.WITH_PROVIDER)
    ended = {"host": case.filing.host, "provider": case.filing.provider, "entrance": "ministry", "round": 1}
    Filing.objects.bulk_create(Filing(status=Status.WITHDRAWN, **ended) for _n in range(2_000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE filings_filing")
    today = START.date()
    assert "filing_waits" in waiting._near(waiting.limits(today), today).explain()


@pytest.mark.usefixtures("transactional_db")
class TestTwoWorkersAtOnce:
    """Real threads, real commits."""

    def test_each_filing_is_warned_of_once(self, monkeypatch):
        for _n in range(6):
            Case().submit()
        now = datetime.now(tz=ZoneInfo("Asia/Shanghai"))
        Filing.objects.update(waits_until=now.date() + timedelta(days=30))
        Email.objects.all().delete()
        both, told, result = threading.Barrier(2), waiting.notices.warn_of_end, []

        def tell_together(filings):
            if len(filings) == 3 and Email.objects.count() == 0:
                both.wait(10)  # each holds a batch of its own before either commits
            told(filings)

        def run():
            try:
                result.append(waiting.warn(batch=3))
            finally:
                connection.close()

        monkeypatch.setattr(waiting.notices, "warn_of_end", tell_together)
        workers = [threading.Thread(target=run, daemon=True) for _n in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(20)

        assert result == [3, 3]
        assert Email.objects.count() == 12
        assert set(Filing.objects.values_list("wait_told", flat=True)) == {30}

    def test_a_provider_that_takes_it_at_that_moment_keeps_it_or_is_told(self, monkeypatch):
        case = Case().submit()
        yesterday = datetime.now(tz=ZoneInfo("Asia/Shanghai")).date() - timedelta(days=1)
        Filing.objects.update(waits_until=yesterday, wait_told=1)
        gate = Gate(monkeypatch, claiming, "record")  # inside the claim

        claim, night = one_then_the_other(gate, lambda: services.claim(case.filing.pk, case.staff), waiting.lapse)

        assert won(claim, night) == [True, True]
        assert night.result == batches.Run(0)
        assert case.refresh().filing.status == Status.WITH_PROVIDER

    def test_two_nights_at_once_lapse_it_once(self, monkeypatch):
        case = Case().submit()
        yesterday = datetime.now(tz=ZoneInfo("Asia/Shanghai")).date() - timedelta(days=1)
        Filing.objects.update(waits_until=yesterday, wait_told=1)
        gate = Gate(monkeypatch, waiting.clock, "kept_until")

        one, other = one_then_the_other(gate, waiting.lapse, waiting.lapse)

        assert sorted([one.result.changed, other.result.changed]) == [0, 1]
        assert case.refresh().filing.events.filter(name="lapse").count() == 1
        with pytest.raises(MoveRefused, match="已失效"):
            services.close(case.filing.pk, staff(case.provider), version=None, reason="asked", words="是")
