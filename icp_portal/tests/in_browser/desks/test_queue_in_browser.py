"""The queues of both desks in a real browser: how many filings a screen shows, and what folds away."""

import re
from collections.abc import Callable

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import Page, expect

from accounts.models import User
from filings.states import Status
from icp_portal.tests.browser import NARROW, Person, barriers, overflow, with_second_step
from icp_portal.tests.builders import case_at, chief, staff, user_of
from icp_portal.tests.costs.counted import more
from providers.models import StaffRole

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Visitor = Callable[..., Person]

DESK = {"width": 1280, "height": 900}
# Rows that stand in the window as a whole, and under no bar.
SEEN = """() => [...document.querySelectorAll("tr[data-row]")].filter((row) => {
    const {left, right, top, bottom} = row.getBoundingClientRect();
    const covers = (y) => !row.contains(document.elementFromPoint((left + right) / 2, y));
    return top >= 0 && bottom <= window.innerHeight && !covers(top + 2) && !covers(bottom - 2);
}).length"""


def desks() -> list[tuple[str, User]]:
    """Return both desks' busiest tabs, with somebody who may do everything there; each has more than a page."""
    case = case_at(Status.WITH_BUREAU)
    more(case, 30)
    waiting = case_at(Status.WITH_PROVIDER, of=case.provider)
    more(waiting, 30, first=30)
    supervisor, head = staff(case.provider, StaffRole.SUPERVISOR), chief()
    people = [with_second_step(user_of(actor)) for actor in (supervisor, head)]
    return list(zip(("/provider/?tab=work", "/bureau/?tab=work"), people, strict=True))


def top_of_rows(page: Page) -> float:
    box = page.locator("tr[data-row]").first.bounding_box()
    assert box
    return box["y"]


def test_the_first_screen_of_a_desk_shows_fourteen_filings_in_two_lines_each(visitor: Visitor) -> None:
    for address, user in desks():
        person = visitor(viewport=DESK).sign_in_as(user)
        person.open(address)

        assert (address, person.page.evaluate(SEEN) >= 14) == (address, True)
        assert overflow(person.page) == 0
        assert list(barriers(person.page)) == []


def test_what_unfolds_moves_no_row(visitor: Visitor) -> None:
    for address, user in desks():
        person = visitor(viewport=DESK).sign_in_as(user)
        person.open(address)
        before = top_of_rows(person.page)

        for name in (_("Filter"), _("My views"), _("Display")):
            fold = person.page.locator("summary").filter(has_text=name)
            fold.click()
            expect(fold.locator("xpath=..").get_by_role("button").first).to_be_visible()
            assert (name, top_of_rows(person.page)) == (name, before)
            person.page.keyboard.press("Escape")
            expect(person.page.locator("details[open]")).to_have_count(0)


def test_the_first_screen_of_a_phone_shows_a_filing_and_the_rest_folds_away(visitor: Visitor) -> None:
    for address, user in desks():
        person = visitor(viewport=NARROW).sign_in_as(user)
        person.open(address)
        page = person.page
        row = page.locator("tr[data-row]").first.bounding_box()
        tabs = page.locator(".tabs").bounding_box()

        assert row
        assert tabs
        assert (address, row["y"] + row["height"] < NARROW["height"]) == (address, True)
        assert tabs["height"] < 60
        assert overflow(page) == 0
        assert list(barriers(page)) == []

        page.locator("summary").filter(has_text=_("Filter")).click()
        person.control(_("Kind")).select_option("new_filing")
        person.press(_("Filter"))
        expect(page).to_have_url(re.compile("tab=work&kind=new_filing"))
        expect(page.locator("tr[data-row]")).to_have_count(25)


def test_rows_and_columns_are_chosen_without_javascript(visitor: Visitor) -> None:
    for address, user in desks():
        person = visitor(viewport=DESK, java_script_enabled=False).sign_in_as(user)
        person.open(address)
        page = person.page
        expect(page.locator("tr[data-row]")).to_have_count(25)

        page.locator("summary").filter(has_text=_("Display")).click()
        person.control(_("Rows per page")).select_option("50")
        page.get_by_label(_("Claimed by"), exact=True).uncheck()
        person.press(_("Save"))

        expect(page.locator("tr[data-row]")).to_have_count(31)
        expect(page.get_by_role("columnheader", name=_("Claimed by"))).to_have_count(0)


def test_a_search_by_certificate_is_found_again_on_the_way_back(visitor: Visitor) -> None:
    case = case_at(Status.WITH_PROVIDER)
    number = case.filing.get("subject.cert_number")
    person = visitor().sign_in_as(with_second_step(user_of(case.staff)))
    person.open("/provider/")
    page = person.page

    page.get_by_role("searchbox").fill(number)
    page.keyboard.press("Enter")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    assert number not in page.url
    assert number not in page.content()
    found = page.url
    page.locator("tr[data-row] a").first.click()
    page.go_back()
    page.reload()

    assert page.url == found
    expect(page.locator("tr[data-row]")).to_have_count(1)
