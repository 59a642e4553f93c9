"""Pages by key lose nothing and show nothing twice while filings come and go."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from desks.paging import PAGE_SIZE
from filings.models import Filing
from filings.states import Status
from icp_portal.tests.builders import case_at
from icp_portal.tests.costs.counted import browser, more

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def walk(client: Client, url: str, between: Callable[[], None] = lambda: None) -> list[list[int]]:
    """The numbers of the filings on each page, following "next page"; ``between`` runs after the first."""
    pages = []
    while url:
        page = client.get(url).content.decode()
        pages.append([int(pk) for pk in re.findall(r'data-label="[^"]*">\s*<a\s+href="/[a-z/]*/(\d+)/"', page)])
        following = re.search(r'href="(\?[^"]*after=[^"]+)"', page)
        url = url.partition("?")[0] + following[1].replace("&amp;", "&") if following else ""
        if len(pages) == 1:
            between()
        assert len(pages) < 10
    return pages


def in_order(filings: Any, *keys: str) -> list[int]:
    return list(filings.order_by(*keys).values_list("pk", flat=True))


LISTS = pytest.mark.parametrize(
    ("status", "who", "url", "keys"),
    [
        (Status.WITH_PROVIDER, "staff", "/provider/", ("arrived_at", "pk")),
        (Status.WITH_BUREAU, "reviewer", "/bureau/", ("due_on", "pk")),
        (Status.FILED, "reviewer", "/bureau/?tab=done", ("-arrived_at", "-pk")),
        (Status.WITH_PROVIDER, "staff", "/provider/?tab=work&sort=-host", ("-subject_name", "-pk")),
        (Status.WITH_BUREAU, "reviewer", "/bureau/?tab=work&sort=filing", ("pk",)),
        (Status.WITH_BUREAU, "host", "/filings/", ("-created_at", "-pk")),
    ],
)


@LISTS
def test_sixty_filings_are_three_pages_without_gaps_or_doubles(status, who, url, keys):
    case = case_at(status)
    more(case, 59)
    Filing.objects.filter(pk__gt=case.filing.pk + 30).update(arrived_at=case.filing.arrived_at)  # equal keys too

    pages = walk(browser(getattr(case, who).user_id), url)

    assert [len(page) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 60 - 2 * PAGE_SIZE]
    assert [pk for page in pages for pk in page] == in_order(Filing.objects.all(), *keys)


@pytest.mark.parametrize(
    ("status", "who", "url", "keys"),
    [
        (Status.WITH_PROVIDER, "staff", "/provider/", ("arrived_at", "pk")),
        (Status.WITH_BUREAU, "reviewer", "/bureau/", ("due_on", "pk")),
    ],
)
def test_a_filing_that_leaves_between_two_pages_makes_no_gap(status, who, url, keys):
    case = case_at(status)
    more(case, 59)
    expected = in_order(Filing.objects.all(), *keys)

    def leave() -> None:
        """The first one and the last one of the first page are done meanwhile."""
        gone = [expected[0], expected[PAGE_SIZE - 1]]
        Filing.objects.filter(pk__in=gone).update(status=Status.RETURNED_TO_HOST)

    pages = walk(browser(getattr(case, who).user_id), url, leave)

    assert [pk for page in pages for pk in page] == expected


def test_a_filing_that_arrives_between_two_pages_is_at_the_end():
    case = case_at(Status.WITH_PROVIDER)
    more(case, 29)
    expected = in_order(Filing.objects.all(), "arrived_at", "pk")
    arrived: list[int] = []

    def arrive() -> None:
        late = Filing.objects.get(pk=case.filing.pk)
        late.pk, late.domain, late.subject_digest = None, "late.cn", "f" * 64
        late.arrived_at += timedelta(hours=1)
        late.save(force_insert=True)
        arrived.append(late.pk)

    pages = walk(browser(case.staff.user_id), "/provider/", arrive)

    assert [pk for page in pages for pk in page] == expected + arrived


def test_what_the_bureau_returned_comes_first_and_is_never_cut_off():
    case = case_at(Status.RETURNED_TO_PROVIDER)
    more(case, 109)
    client = browser(case.staff.user_id)

    shown = {pk for page in walk(client, "/provider/?tab=returned") for pk in page}

    assert shown == set(Filing.objects.values_list("pk", flat=True))
