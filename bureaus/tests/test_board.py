"""The chief's board: its numbers against a count by hand, access, and what it leaves out."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.utils import timezone

from bureaus import absences, board
from bureaus.models import Reviewer
from bureaus.tests.queue_pages import text
from filings import clock, services
from filings.models import Filing
from filings.states import Status
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case, case_at, chief, client_of, provider, reviewer
from ministry.calendar import workdays

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

BOARD = "/bureau/board/"


@pytest.fixture(autouse=True)
def _wednesday(settings, time_machine):
    settings.RELAX_SECOND_FACTOR = True
    time_machine.move_to("2026-11-25 10:00+08:00", tick=False)


def at(case: Case, days: int, age: int = 0) -> Case:
    """Make the case due ``days`` days from today and received ``age`` days ago."""
    today = timezone.localdate()
    received = timezone.now() - timedelta(days=age)
    Filing.objects.filter(pk=case.filing.pk).update(due_on=today + timedelta(days=days), received_at=received)
    return case.refresh()


def test_what_each_has_and_when_it_falls_due():
    one, two = provider(name="甲接入"), provider(name="乙接入")
    late, today, thursday = (at(case_at(Status.WITH_BUREAU, of=one), days) for days in (-2, 0, 1))
    tuesday = at(case_at(Status.WITH_BUREAU, of=two), 6)
    elsewhere = [case_at(Status.FILED, of=one), case_at(Status.WITH_BUREAU, of=one, province=GUANGDONG)]
    services.claim(late.filing.pk, late.reviewer)
    services.claim(thursday.filing.pk, late.reviewer)
    services.claim(tuesday.filing.pk, tuesday.reviewer)
    Filing.objects.filter(pk=tuesday.filing.pk).update(claimed_until=timezone.now())  # time has run out

    found = board.of_bureau(BEIJING)

    assert [(line.name, line.open, found.late(line)) for line in found.providers] == [
        ("甲接入", 3, 1),
        ("乙接入", 1, 0),
    ]
    people = {line.id: line for line in found.people}
    assert (people[late.reviewer.user_id].open, people[None].open, people[today.reviewer.user_id].open) == (2, 2, 0)
    assert found.people[0].id == late.reviewer.user_id
    assert people[None].days == {today.filing.due_on: 1, tuesday.filing.due_on: 1}
    assert people[late.reviewer.user_id].days[thursday.filing.due_on] == 1
    assert found.all.open == 4
    assert elsewhere


def test_the_days_are_today_and_the_next_twenty_working_days():
    found = board.of_bureau(BEIJING)

    assert found.days[0] == date(2026, 11, 25)
    assert len(found.days) == 21
    assert all(workdays.is_working_day(day) for day in found.days)
    assert found.days[-1] == clock.due(date(2026, 11, 25)).on
    assert found.soon == date(2026, 11, 30)


def test_on_a_day_off_there_is_no_today(time_machine):
    time_machine.move_to("2026-11-28 10:00+08:00", tick=False)  # a Saturday
    found = board.of_bureau(BEIJING)
    assert (found.days[0], len(found.days), found.soon) == (date(2026, 11, 30), 20, date(2026, 12, 2))


def test_ages_are_counted_in_working_days():
    for age in (0, 7, 8, 28, 60):  # 0, 5, 6, 20 and 42 working days, without holidays among them
        at(case_at(Status.WITH_BUREAU), 1, age)
    ages = dict(zip(board.age_labels(), board.of_bureau(BEIJING).ages, strict=True))
    assert list(ages) == ["0–5", "6–10", "11–15", "16–20", "21–25", "26+"]
    assert ages == {"0–5": 2, "6–10": 1, "11–15": 0, "16–20": 1, "21–25": 0, "26+": 1}


def test_the_page_shows_the_days_of_the_whole_of_one_reviewer_and_of_one_provider():
    case, other = at(case_at(Status.WITH_BUREAU), 1), at(case_at(Status.WITH_BUREAU), 1)
    services.claim(case.filing.pk, case.reviewer)
    client = client_of(chief())
    absences.enter(case.reviewer, case.reviewer.user_id, *[timezone.localdate()] * 2, other.reviewer.user_id)

    whole = text(client.get(BOARD))
    assert "To be decided: 2, overdue: 0." in whole
    assert "11/26 2" in whole  # the chart, read aloud
    assert case.reviewer.name in whole
    assert ">On leave<" in whole
    for query in (
        {"reviewer": case.reviewer.user_id},
        {"reviewer": "none"},
        {"provider": other.provider.pk},
    ):
        part = text(client.get(BOARD, query))
        assert (query, "11/26 1" in part, "Show the whole bureau" in part) == (query, True, True)
    nothing = text(client.get(BOARD, {"reviewer": other.reviewer.user_id}))
    assert "11/26 0" in nothing


def test_each_line_says_what_is_overdue_due_today_and_due_in_three_working_days(monkeypatch):
    monkeypatch.setattr("bureaus.views.board.MOST_PROVIDERS", 1)
    busy, other = provider(name="甲接入"), provider(name="乙接入")
    for days in (-9, -1, 0, 1, 2, 5, 6):  # Monday, 30 November, is the third working day from now
        at(case_at(Status.WITH_BUREAU, of=busy), days)
    at(case_at(Status.WITH_BUREAU, of=other), 0)

    page = client_of(chief()).get(BOARD)

    counts = [(row["line"].name, row["late"], row["today"], row["soon"]) for row in page.context["providers"]]
    assert counts == [("甲接入", 2, 1, 4)]
    assert "One more provider is in the downloaded file." in text(page)
    assert "To be decided: 8, overdue: 2." in text(page)


def test_only_those_on_leave_today_are_marked(time_machine):
    away, cover = reviewer(), reviewer()
    absences.enter(away, away.user_id, *[timezone.localdate()] * 2, cover.user_id)
    client = client_of(chief())

    def marked() -> list[int]:
        return [row["line"].id for row in client.get(BOARD).context["people"] if row["absent"]]

    assert marked() == [away.user_id]
    time_machine.move_to("2026-11-26 10:00+08:00", tick=False)
    assert marked() == []


def test_the_board_is_the_chief_s_alone_and_knows_no_other_province():
    strange = case_at(Status.WITH_BUREAU, province=GUANGDONG)
    services.claim(strange.filing.pk, strange.reviewer)
    client = client_of(chief())

    for who in (reviewer(), strange.staff, strange.host):
        assert [client_of(who).get(url).status_code for url in (BOARD, f"{BOARD}reviewers.csv")] == [404, 404]
    for query in ({"reviewer": strange.reviewer.user_id}, {"provider": strange.provider.pk}, {"reviewer": "x"}):
        assert client.get(BOARD, query).status_code == 404
    assert client.get(f"{BOARD}ministry.csv").status_code == 404
    page = text(client.get(BOARD))
    assert strange.reviewer.name not in page
    assert strange.provider.name not in page
    assert "No filing is waiting for a decision." in page


def test_what_somebody_who_left_still_has_is_shown_under_their_name():
    case = case_at(Status.WITH_BUREAU)
    services.claim(case.filing.pk, case.reviewer)
    Reviewer.objects.filter(user=case.reviewer.user_id).delete()

    people = board.of_bureau(BEIJING).people

    assert [(line.name, line.open) for line in people] == [(case.reviewer.name, 1), ("Unassigned", 0)]


def test_the_file_says_the_same_day_by_day_and_nothing_in_it_is_a_formula():
    case = at(case_at(Status.WITH_BUREAU, of=provider(name="=1+1")), 1)
    services.claim(case.filing.pk, case.reviewer)
    client = client_of(chief())

    files = {}
    for name in ("reviewers", "providers"):
        response = client.get(f"{BOARD}{name}.csv")
        assert f'filename="{name}-2026-11-25.csv"' in response["Content-Disposition"]
        files[name] = list(csv.reader(io.StringIO(response.content.decode().lstrip("\ufeff"))))

    head, *lines = files["reviewers"]
    assert head[:5] == ["Name", "To decide", "Overdue", "2026-11-25", "2026-11-26"]
    assert lines[0][:5] == [case.reviewer.name, "1", "0", "0", "1"]
    assert files["providers"][1][:5] == ["'=1+1", "1", "0", "0", "1"]
