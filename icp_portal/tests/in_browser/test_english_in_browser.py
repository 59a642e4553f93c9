"""English pages in a real browser: axe finds no barrier at either width, in light and dark, and nothing is too wide."""

from collections.abc import Callable

import pytest

from filings import fields
from filings.states import Status
from icp_portal.tests.browser import NARROW, Person
from icp_portal.tests.builders import case_at
from icp_portal.tests.tours import Tour

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("individual", [True, False])
def test_english_pages_have_no_barriers(visitor: Callable[..., Person], individual: bool) -> None:
    case = case_at(Status.DRAFT, individual=individual)
    tour = Tour(visitor(locale="en-GB").sign_in_as(case.filing.host), at_both=True, language="en")
    form = [f"/filings/{case.filing.pk}/edit/{section.id}/" for section in fields.sections_of(case.filing.facts)]

    tour.visit("/", "/guide/", "/query/?q=nothing.cn", "/filings/", "/filings/begin/", *form)
    tour.visit(f"/filings/{case.filing.pk}/edit/papers/", f"/filings/{case.filing.pk}/check/")

    assert tour.wrong == []


# Cells whose label is taller than they are, so that it lies over the label below.
OVERLAID = """() => [...document.querySelectorAll("td[data-label]")]
    .filter((cell) => cell.scrollHeight > cell.clientHeight)
    .map((cell) => cell.dataset.label)"""


def test_labels_of_two_lines_in_the_list_do_not_overlap_on_a_phone(visitor: Callable[..., Person]) -> None:
    case = case_at(Status.WITH_PROVIDER)
    host = visitor(locale="en-GB", viewport=NARROW).sign_in_as(case.filing.host)
    host.open("/filings/")
    assert host.page.locator("td[data-label]").count() > 1
    assert host.page.evaluate(OVERLAID) == []
