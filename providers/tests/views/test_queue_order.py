"""The order of the provider's queue: headings that sort, and the working days on which filings are due."""

import re
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from desks import paging
from filings import services
from filings.models import Filing, SavedFilter
from filings.moves import assignment
from filings.states import Status
from icp_portal.tests.builders import case_at, client_of, provider, staff
from providers.tests.queue_pages import QUEUE, TUESDAY, access_provider, count_of, keep, listed, numbers, sheet_of, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


# --- Order ------------------------------------------------------------------------------------------


def paged(client: Client, query: str) -> list[int]:
    """Return the ids of all filings of a view, page by page."""
    found: list[int] = []
    while True:
        page = text(client.get(f"{QUEUE}?{query}"))
        found += [int(pk) for pk in re.findall(r'name="filing" value="(\d+)"', page)]
        if not (following := re.search(r'href="\?([^"]+)" rel="next"', page)):
            return found
        query = following[1]


def sorting(client: Client, **query: str) -> dict[str, tuple[str, str]]:
    """Return each heading that sorts, with what its link asks for and its ``aria-sort``."""
    cells = re.findall(
        r'<th scope="col" class="queue-(\w+)"([^>]*)>\s*<a href="\?([^"]+)"', text(client.get(QUEUE, query))
    )
    return {
        column: (QueryDict(link)["sort"], (re.findall(r'aria-sort="(\w+)"', attributes) or [""])[0])
        for column, attributes, link in cells
    }


def test_headings_sort_both_ways_and_no_page_loses_a_filing(monkeypatch):
    monkeypatch.setattr(paging, "PAGE_SIZE", 2)
    of, verifier, _chief = access_provider()
    cases = [case_at(Status.WITH_PROVIDER, of=of) for _n in range(7)]
    for number, case in enumerate(cases):
        arrived = timezone.now() - timedelta(hours=number // 2)
        Filing.objects.filter(pk=case.filing.pk).update(subject_name="乙甲甲丁丙甲乙"[number], arrived_at=arrived)
    client, everything = client_of(verifier), Filing.objects.all()

    for word, fields in {
        "": ("arrived_at", "pk"),
        "filing": ("pk",),
        "-filing": ("-pk",),
        "host": ("subject_name", "pk"),
        "-host": ("-subject_name", "-pk"),
        "due": ("arrived_at", "pk"),
        "-due": ("-arrived_at", "-pk"),
        "holder": ("arrived_at", "pk"),  # nothing that sorts
        "-step": ("arrived_at", "pk"),
        "facts": ("arrived_at", "pk"),
        "-": ("arrived_at", "pk"),
    }.items():
        expected = list(everything.order_by(*fields).values_list("pk", flat=True))
        assert (word, paged(client, urlencode({"tab": "work", "sort": word}))) == (word, expected)


def test_a_heading_says_how_it_sorts_and_its_link_turns_that_round():
    of, verifier, _chief = access_provider()
    case_at(Status.WITH_PROVIDER, of=of)
    case_at(Status.FILED, of=of)
    client = client_of(verifier)

    assert sorting(client, tab="work") == {"filing": ("filing", ""), "host": ("host", ""), "due": ("-due", "ascending")}
    assert sorting(client, tab="work", sort="host")["host"] == ("-host", "ascending")
    assert sorting(client, tab="work", sort="-host")["host"] == ("host", "descending")
    assert sorting(client, tab="done") == {"due": ("due", "descending")}
    assert sorting(client, q="示例") == {}


def test_an_order_is_kept_with_the_filter_the_view_and_the_export():
    of, verifier, _chief = access_provider()
    cases = [case_at(Status.WITH_PROVIDER, of=of) for _n in range(3)]
    client, view = client_of(verifier), f"tab=work&province={cases[0].filing.subject_province}&sort=-filing"

    page = text(client.get(f"{QUEUE}?{view}"))
    assert '<input type="hidden" name="sort" value="-filing">' in page
    keep(client, "新的在前", view)
    assert SavedFilter.objects.get().query == view
    _head, *lines = sheet_of(client.post(reverse("provider_desk:bulk"), {"act": "export", "view": view}))
    assert [line[0] for line in lines] == numbers(*cases)[::-1]


# --- The promise ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "tab", "words"),
    [
        (26, "", "1 working day left"),
        (27, "due", "due today"),
        (28, "late", "overdue"),  # a Saturday: no working day has passed since
        (30, "late", "1 working day late"),
    ],
)
def test_a_filing_is_due_on_the_working_day_the_provider_promised_and_overdue_afterwards(time_machine, day, tab, words):
    time_machine.move_to(TUESDAY, tick=False)
    of = provider(promised_days=3)
    verifier = staff(of)
    case = case_at(Status.WITH_PROVIDER, of=of)
    time_machine.move_to(datetime(2026, 11, day, 9, 0, tzinfo=TUESDAY.tzinfo), tick=False)
    client = client_of(verifier)

    for one in ("due", "late"):
        assert (one, listed(client, tab=one)) == (one, numbers(case) if one == tab else [])
        assert (one, count_of(client, one)) == (one, "1" if one == tab else "0")
    page = text(client.get(QUEUE, {"tab": "work"}))
    assert re.findall(r"Fri 27 November 2026|[^<>]*working days? (?:left|late)|due today|overdue", page) == [
        "Fri 27 November 2026",
        words,
    ]
    assert "Received 24 November" in page


def test_what_arrives_today_says_so(time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    of = provider(promised_days=3)
    case_at(Status.WITH_PROVIDER, of=of)

    page = text(client_of(staff(of)).get(QUEUE, {"tab": "work"}))

    assert "Fri 27 November 2026" in page
    assert "3 working days left" in page
    assert "Received today" in page


def test_without_a_promise_a_row_says_when_the_filing_came_and_how_long_it_has_waited(time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    of, verifier, _chief = access_provider()
    case_at(Status.WITH_PROVIDER, of=of)
    assert "in the queue" not in text(client_of(verifier).get(QUEUE))
    time_machine.move_to(TUESDAY + timedelta(days=2), tick=False)

    page = text(client_of(verifier).get(QUEUE))

    assert "Received 24 November" in page
    assert "2 working days in the queue" in page


def test_what_the_bureau_has_returned_is_due_as_what_a_host_has_submitted(time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    of = provider(promised_days=1)
    returned = case_at(Status.RETURNED_TO_PROVIDER, of=of)
    case_at(Status.RETURNED_TO_HOST, of=of)
    client = client_of(staff(of))
    assert listed(client, tab="due") == []

    for days, tab in ((1, "due"), (2, "late")):
        time_machine.move_to(TUESDAY + timedelta(days=days), tick=False)
        assert listed(client, tab=tab) == numbers(returned)


def test_what_is_on_hold_is_due_all_the_same(time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    of = provider(promised_days=1)
    verifier = staff(of)
    case = case_at(Status.WITH_PROVIDER, of=of)
    services.claim(case.filing.pk, verifier)
    assignment.pause(case.filing.pk, verifier, until=date(2026, 12, 4), reason="等材料")

    for days, tab in ((1, "due"), (2, "late")):
        time_machine.move_to(TUESDAY + timedelta(days=days), tick=False)
        assert listed(client_of(verifier), tab=tab) == numbers(case)


def test_without_a_promise_nothing_is_due_and_the_page_says_where_it_is_set():
    of, verifier, _chief = access_provider()
    case_at(Status.WITH_PROVIDER, of=of)

    for tab in ("due", "late"):
        assert "has not promised a verification time" in text(client_of(verifier).get(QUEUE, {"tab": tab}))
