"""A press on a page counts: it reaches what it was aimed at, and nothing moves because of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import product

import pytest
from playwright.sync_api import Page, Route, expect

from bureaus import access as bureau_access
from filings import facts, fields, services
from filings.states import Status
from icp_portal.tests import builders
from icp_portal.tests.access.access_answers import PAGE, ROLES
from icp_portal.tests.browser import NARROW, WIDE, Person
from icp_portal.tests.in_browser import presses
from icp_portal.tests.visitors import STATUSES, World, rows_at
from providers import access as provider_access

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("presses")]

Visitor = Callable[..., Person]
WIDTHS = pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])


# --- The host's form --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Typing:
    """Somebody who fills in a page of the form, nothing of which has been typed before."""

    person: Person
    case: builders.Case
    section: fields.Section

    def begin(self) -> Page:
        typed = [self.section.path(field) for field in self.section.fields if field.type in fields.TYPED]
        services.save_facts(self.case.filing.pk, self.case.host, dict.fromkeys(typed, ""), version=None)
        self.person.open(f"/filings/{self.case.filing.pk}/edit/{self.section.id}/")
        presses.stop(self.person.page)
        return self.person.page

    def press(self, name: str, other: str, selector: str) -> list[str]:
        """Type into one field, which is saved, then into another, and press; return what went wrong."""
        page = self.begin()
        page.locator(f"[name={other}]").focus()
        page.keyboard.type("1")
        with page.expect_response("**/api/**"):
            page.locator(f"[name={name}]").focus()
        page.keyboard.type("12", delay=60)
        page.wait_for_timeout(presses.SETTLE)
        start = page.evaluate("() => performance.now()")
        with page.expect_response("**/api/**"):
            heard = presses.press(page, page.locator(selector).first)
        page.wait_for_timeout(presses.SETTLE)
        wrong = [] if heard else ["the press is lost"]
        return [f"{self.section.id}, {name}: {what}" for what in (*wrong, *map(str, presses.moved(page, start)))]


SAVE, BOX = "form[data-autosave] .btn:not(.btn-secondary)", "form[data-autosave] input[type=checkbox]:not(#id_same)"


@WIDTHS
def test_a_press_after_typing_reaches_its_aim_on_every_page_of_the_form(visitor, viewport):
    case, wrong = builders.Case(same=False), []
    person = visitor(viewport=viewport).sign_in_as(case.filing.host)
    presses.listen(person.context)
    for section in fields.sections_of(case.filing.facts):
        typed = [field.name for field in section.fields if field.type in fields.TYPED]
        aims = (SAVE, BOX) if any(field.type == fields.Type.CHOICES for field in section.fields) else (SAVE,)
        pairs = ((typed[0], typed[-1]), (typed[-1], typed[0]), (typed[-2], typed[0])) if typed[1:] else ()
        for (name, other), aim in product(pairs, aims):
            wrong += Typing(person, case, section).press(name, other, aim)

    assert wrong == []


def test_a_hint_shown_by_an_older_save_goes_when_the_field_is_left_and_does_not_come_back(visitor):
    case = builders.Case(same=False)
    services.save_facts(case.filing.pk, case.host, {"websites.0.name": ""}, version=None)
    person = visitor().sign_in_as(case.filing.host)
    presses.listen(person.context)
    page = person.page
    person.open(f"/filings/{case.filing.pk}/edit/website/?check")
    expect(page.locator("#id_name_error")).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/**", hold)
    page.locator("#id_name").focus()
    page.keyboard.type("示例科技官网", delay=20)
    start = page.evaluate("() => performance.now()")

    page.keyboard.press("Tab")
    expect(page.locator("#id_name_error")).to_have_count(0)  # before the answer
    for _try in range(100):
        if held:
            break
        page.wait_for_timeout(50)
    held.pop().continue_()
    page.unroute("**/api/**")

    expect(page.locator("[data-part=state]")).not_to_be_empty()
    expect(page.locator("#id_name_error")).to_have_count(0)
    assert presses.moved(page, start) == []


# --- All pages of the host and of both desks ----------------------------------------------------------

PARTIES = ("owner", "staff", "reviewer")


def pages_at(role: str, status: Status) -> list[tuple[str, tuple[str, ...]]]:
    """Every address that is open to this party at this status, by the table of who may open what.

    A page that strangers get too is the same for everybody: the owner presses it for all.
    """
    at, rows = ROLES.index(role), rows_at(status).items()
    own = [(name, row.args) for name, row in rows if row.get[at] == PAGE and ":" in name]
    shared = {name for name, row in rows if row.get[ROLES.index("anonymous")] == PAGE and role != "owner"}
    return [*(page for page in own if page[0] not in shared), *MORE.get((role, status), ())]


SECTIONS = fields.sections_of(facts.blank())
# The table has one page of the form, and the sheet as it is read; here are the others, and the sheet to be filled in.
MORE = {
    ("owner", Status.DRAFT): [("filings:section", ("filing", section.id)) for section in SECTIONS],
    ("staff", Status.WITH_PROVIDER): [("provider_desk:verify", ("filing",))],
}
WALKS = [(role, status) for role, status in product(PARTIES, STATUSES) if pages_at(role, status)]


def world_in_work(status: Status) -> World:
    """A world whose filing is in work at the desk that has it: the buttons of the work are on the page."""
    world = World(status)
    if status == Status.WITH_PROVIDER:
        services.claim(world.case.filing.pk, provider_access.staff(world.members["staff"]))
    if status == Status.WITH_BUREAU:
        services.claim(world.case.filing.pk, bureau_access.reviewer(world.members["reviewer"]))
    return world


def is_page(person: Person, url: str) -> bool:
    """Whether there is a page at the address, and no file."""
    answer = person.context.request.get(url)
    return answer.ok and answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(("role", "status"), WALKS)
def test_every_control_of_every_page_does_what_it_says_when_it_is_pressed(visitor, role, status):
    world = world_in_work(status)
    person = visitor().sign_in_as(world.members[role])
    presses.listen(person.context)
    known, wrong = set(), []
    for url in filter(partial(is_page, person), (world.url(*page) for page in pages_at(role, status))):
        person.open(url)
        wrong += [f"{url} {what}" for what in presses.press_all(person.page, known)]

    assert wrong == [], "\n".join(wrong)
