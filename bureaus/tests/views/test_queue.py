"""The bureau's queue: tabs and counts, filters, search."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bureaus import rules, tabs
from bureaus.tests.queue_pages import QUEUE, due, listed, numbers, text
from desks.staff import queue
from filings import clock, services
from filings.models import Event, Filing, SavedFilter
from filings.review import notes, opinions, questions
from filings.states import Status
from icp_portal.tests.builders import GUANGDONG, Case, case_at, chief, client_of, provider, reviewer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


def count_of(client: Client, tab: str) -> str:
    found = re.search(rf'href="\?tab={tab}[^"]*"[^>]*>[^<]*<span class="tab-count">([^<]+)<', text(client.get(QUEUE)))
    assert found
    return found[1]


def asked(case: Case, days: int) -> Case:
    """Give the case a question that is to be answered ``days`` days from today."""
    questions.ask(case.filing.pk, case.refresh().reviewer, text="服务器在哪里？", days=1)
    Filing.objects.filter(pk=case.filing.pk).update(question_due_on=timezone.localdate() + timedelta(days=days))
    return case.refresh()


# --- Tabs -------------------------------------------------------------------------------------------


def test_each_filing_lies_under_its_tab_and_is_counted_there():
    mine, others, late, today, free = (case_at(Status.WITH_BUREAU) for _n in range(5))
    me = mine.reviewer
    services.claim(mine.filing.pk, me)
    services.claim(others.filing.pk, others.reviewer)
    due(late, -1)
    due(today, 0)
    for case, days in ((mine, 0), (others, -1)):  # what is to be answered today is not late
        asked(case, days)
    returned = [
        case_at(Status.RETURNED_TO_PROVIDER),
        case_at(Status.RETURNED_TO_PROVIDER).send_back(),
        case_at(Status.RETURNED_TO_PROVIDER).send_back().submit(),
    ]
    filed, earlier = case_at(Status.FILED), case_at(Status.FILED)
    case_at(Status.WITH_PROVIDER)  # the bureau does not know of these two
    case_at(Status.RETURNED_TO_HOST)
    case_at(Status.WITH_BUREAU, province=GUANGDONG)
    yesterday = timezone.now() - timedelta(days=1)
    Filing.objects.filter(pk=earlier.filing.pk).update(arrived_at=yesterday, decided_at=yesterday)
    for case in (late, filed):
        notes.write(case.filing.pk, case.reviewer, text="请看", mentioned=[me], seen=0)
    places = {
        "mine": [mine],
        "mentions": [filed, late],
        "free": [late, today, free],
        "soon": [today],
        "late": [late],
        "work": [late, today, mine, others, free],
        "proposed": [],
        "unanswered": [others],
        "returned": returned[::-1],
        "today": [filed, *returned[::-1]],
        "done": [filed, earlier],
        "withdrawn": [],
    }
    client = client_of(me)

    assert list(places) == list(tabs.BY_ID)
    for tab, cases in places.items():
        assert (tab, listed(client, tab=tab)) == (tab, numbers(*cases))
        assert (tab, count_of(client, tab)) == (tab, str(len(cases)))


def test_what_was_returned_and_came_back_the_same_day_was_decided_today_and_is_to_be_decided():
    case = case_at(Status.RETURNED_TO_PROVIDER).verify()
    client = client_of(case.reviewer)

    assert listed(client, tab="today") == listed(client, tab="free") == numbers(case)


def test_one_begins_with_one_s_own_work_and_without_any_with_what_nobody_has():
    free, mine = (case_at(Status.WITH_BUREAU) for _n in range(2))
    client = client_of(free.reviewer)
    assert listed(client) == numbers(free, mine)

    services.claim(mine.filing.pk, free.reviewer)

    assert listed(client) == numbers(mine)


def test_due_within_three_working_days_counts_the_calendar_not_the_days(time_machine):
    time_machine.move_to("2026-11-26 10:00+08:00", tick=False)  # a Thursday: Friday, Monday and Tuesday follow
    tuesday, wednesday = (due(case_at(Status.WITH_BUREAU), days) for days in (5, 6))
    client = client_of(tuesday.reviewer)

    assert listed(client, tab="soon") == numbers(tuesday)
    assert "3 working days left" in text(client.get(QUEUE, {"tab": "soon"}))
    assert wednesday.filing.due_on.isoformat() == "2026-12-02"


def test_a_count_goes_no_further_than_its_limit(monkeypatch):
    monkeypatch.setattr(queue, "MOST_COUNTED", 1)
    case, _other = (case_at(Status.WITH_BUREAU) for _n in range(2))
    assert count_of(client_of(case.reviewer), "free") == "1+"


def test_an_unknown_tab_is_nowhere():
    assert client_of(reviewer()).get(QUEUE, {"tab": "colleagues"}).status_code == 404


def test_a_line_says_how_much_time_is_left_or_how_late_it_is(time_machine):
    time_machine.move_to("2026-11-25 10:00+08:00", tick=False)
    late, today, open_ = (
        due(case_at(Status.WITH_BUREAU), -5),
        due(case_at(Status.WITH_BUREAU), 0),
        case_at(Status.WITH_BUREAU),
    )
    page = text(client_of(late.reviewer).get(QUEUE, {"tab": "work"}))

    lines = page.split("<tr data-row>")[1:]
    assert [line.count("data-row-key") for line in lines] == [1, 1, 1]
    for line, words, day, tone in zip(
        lines,
        ("3 working days late", "due today", "20 working days left"),
        ("Fri 20 November 2026", "Wed 25 November 2026", "Wed 23 December 2026"),
        ("queue-late", "queue-hold", ""),
        strict=True,
    ):
        assert words in line
        assert day in line
        assert f'<span class="{tone}">{words}' in line
        assert "Received today" in line
    assert (open_.filing.due_on, today.filing.due_on) == (clock.due(timezone.localdate()).on, timezone.localdate())


def test_a_proposed_approval_waits_for_a_second_reviewer_until_it_is_confirmed_or_refused():
    rules.change(chief(), {"two_reviewers": True, "proof_minutes": 0})
    cases = [case_at(Status.WITH_BUREAU) for _n in range(3)]
    one, two, _other = cases
    client, second = client_of(one.reviewer), reviewer()
    for case in (one, two):
        values = case.filing.facts
        values["websites"][0]["approvals"] = [1]
        Filing(pk=case.filing.pk, facts=values, prior_approvals=[1]).save(
            force_update=True, update_fields=["facts", "prior_approvals"]
        )
        services.claim(case.filing.pk, case.reviewer)
    assert listed(client, tab="proposed") == []

    for case in (one, two):
        opinions.propose(case.filing.pk, case.reviewer, version=case.refresh().filing.version, text="")
    assert listed(client, tab="proposed") == numbers(one, two)
    assert count_of(client, "proposed") == "2"

    for case in (one, two):
        services.claim(case.filing.pk, second)
    services.approve(one.filing.pk, second, version=None)
    opinions.object_to(two.filing.pk, second, version=two.refresh().filing.version, text="材料不全")
    assert listed(client, tab="proposed") == []


@pytest.mark.parametrize("sort", ["filing", "-filing", "host", "-host", "due", "-due"])
def test_a_heading_sorts_what_is_to_be_decided(sort):
    cases = [due(case_at(Status.WITH_BUREAU), days) for days in (5, 1, 3)]
    for case, name in zip(cases, "乙丙甲", strict=True):
        Filing.objects.filter(pk=case.filing.pk).update(subject_name=name)
    fields = {"filing": "pk", "host": "subject_name", "due": "due_on"}
    ascending = list(Filing.objects.order_by(fields[sort.removeprefix("-")]).values_list("pk", flat=True))

    found = listed(client_of(cases[0].reviewer), tab="work", sort=sort)

    assert found == (ascending[::-1] if sort.startswith("-") else ascending)


def test_what_is_no_longer_with_the_bureau_is_sorted_by_when_it_left():
    earlier, later = (case_at(Status.FILED) for _n in range(2))
    client = client_of(earlier.reviewer)

    assert listed(client, tab="done") == listed(client, tab="done", sort="-due") == numbers(later, earlier)
    assert listed(client, tab="done", sort="due") == numbers(earlier, later)
    assert listed(client, tab="done", sort="host") == numbers(later, earlier)


# --- Filters and search -----------------------------------------------------------------------------


def test_a_tab_is_narrowed_down_by_provider_nature_approval_and_round():
    other = provider()
    plain, theirs = case_at(Status.WITH_BUREAU), case_at(Status.WITH_BUREAU, of=other)
    again = case_at(Status.RETURNED_TO_PROVIDER).verify()
    news = case_at(Status.WITH_BUREAU)
    Filing.objects.filter(pk=news.filing.pk).update(prior_approvals=[1, 3])
    client = client_of(plain.reviewer)

    def narrowed(**query: object) -> list[int]:
        return sorted(listed(client, tab="work", **{name: str(value) for name, value in query.items()}))

    named = " ".join(reversed((other.name[:4], other.name[-6:])))
    assert narrowed(provider=other.name) == narrowed(provider=named) == numbers(theirs)
    assert narrowed(provider="%") == narrowed(provider="没有这家公司") == []
    assert narrowed(round=2) == numbers(again)
    assert narrowed(round=3) == []
    assert narrowed(approval="with") == narrowed(approval=3) == numbers(news)
    assert narrowed(approval="without") == numbers(plain, theirs, again)
    assert narrowed(approval=2) == []
    assert narrowed(nature=plain.filing.subject_nature, kind="new_filing") == sorted(
        numbers(plain, theirs, again, news)
    )
    assert narrowed(nature=5) == []
    for name, nonsense in (
        ("provider", "字" * 256),
        ("approval", "x"),
        ("round", "9"),
        ("nature", "'"),
        ("kind", "order"),
    ):
        assert narrowed(**{name: nonsense}) == sorted(numbers(plain, theirs, again, news))


def test_the_prior_approvals_of_a_filing_are_those_of_its_websites():
    case = case_at(Status.DRAFT)
    services.save_facts(case.filing.pk, case.host, {"websites.0.approvals": [3, 1]}, version=None)
    assert case.refresh().filing.prior_approvals == [1, 3]


def test_a_filter_goes_along_to_the_other_tabs_and_pages_and_can_be_kept():
    case = case_at(Status.WITH_BUREAU)
    client = client_of(case.reviewer)
    assert "?tab=late&round=1" in text(client.get(QUEUE, {"tab": "work", "round": "1"}))

    view = "tab=work&provider=a+b&round=1&nonsense=1"
    client.post(reverse("bureau_desk:save_filter"), {"view": view, "name": "本周"})

    saved = SavedFilter.objects.get()
    assert (saved.user_id, saved.query) == (case.reviewer.user_id, "tab=work&provider=a+b&round=1")
    assert f"?{saved.query}" in text(client.get(QUEUE))
    stranger = client_of(reviewer())
    assert stranger.post(reverse("bureau_desk:delete_filter", args=[saved.pk])).status_code == 404
    client.post(reverse("bureau_desk:delete_filter", args=[saved.pk]), {"view": ""})
    assert not SavedFilter.objects.exists()


def looked_for(case: Case) -> dict[str, str]:
    values = case.filing.facts
    return {
        "id": str(case.filing.pk),
        "domain": case.filing.domain,
        "address": f"https://www.{case.filing.domain}/a?b",
        "name": case.filing.subject_name,
        "website": values["websites"][0]["name"],
        "last four": values["subject"]["cert_number"][-4:],
    }


def test_a_filing_of_the_province_is_found_by_whatever_names_it():
    case = case_at(Status.FILED)
    client = client_of(case.reviewer)
    wanted = looked_for(case) | {"number": str(case.filing.subject.number)}

    for what, typed in wanted.items():
        assert (what, case.filing.pk in listed(client, q=typed)) == (what, True)


def test_no_search_tab_or_filter_reaches_another_province_or_what_a_bureau_has_not_received():
    strangers = [case_at(Status.WITH_BUREAU, province=GUANGDONG), case_at(Status.WITH_PROVIDER)]
    client = client_of(chief())
    views = [{"tab": tab} for tab in tabs.BY_ID]
    views += [{"q": typed} for case in strangers for typed in looked_for(case).values()]
    views += [{"tab": "work", "provider": case.provider.name} for case in strangers]

    for view in views:
        assert (view, listed(client, **view)) == (view, [])
    for case in strangers:
        for name in ("hand_over", "take_over", "claim", "release"):
            assert client.post(reverse(f"bureau_desk:{name}", args=numbers(case))).status_code == 404
        assert client.get(reverse("bureau_desk:take_over", args=numbers(case))).status_code == 404
    assert not Event.objects.filter(name__in=("take_over", "assign", "claim"), filing=strangers[0].filing).exclude(
        role="provider"
    )


def test_a_filing_whose_host_moves_is_found_by_the_bureau_that_has_it_now():
    case = case_at(Status.WITH_BUREAU)
    there = client_of(reviewer(GUANGDONG))
    assert listed(there, q=case.filing.domain) == []

    Filing.objects.filter(pk=case.filing.pk).update(bureau_id=GUANGDONG)
    assert listed(there, q=case.filing.domain) == []  # the keys are the first bureau's
