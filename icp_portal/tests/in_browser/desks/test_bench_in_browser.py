"""The page of a filing at both desks: how few acts a decision takes, what is in sight at once, what outlives it all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from playwright.sync_api import Locator, Page, expect

from filings import services
from filings.actors import Actor
from filings.fields import attachments
from filings.models import DecisionDraft, Filing, Worksheet
from filings.states import Status
from icp_portal.tests.browser import NARROW, Person, barriers, overflow, starting_with, wait_for, with_second_step
from icp_portal.tests.builders import Case, case_at, user_of
from icp_portal.tests.in_browser import presses
from icp_portal.tests.in_browser.hands import Hands
from icp_portal.tests.in_browser.steps import write_remark

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Visitor = Callable[..., Person]
DESKS = pytest.mark.parametrize("desk", ["provider", "bureau"])
SIZE = {"width": 1280, "height": 900}
SEEN = "名称写成“示例小站”"


class AtDesk:
    """A person on the page of a filing that they have claimed, and another filing that waits behind it."""

    def __init__(self, visitor: Visitor, desk: str, **options: object) -> None:
        self.desk = desk
        status = Status.WITH_BUREAU if desk == "bureau" else Status.WITH_PROVIDER
        self.case = case_at(status)
        self.following = Case(of=self.case.provider).to(status).filing
        self.actor: Actor = self.case.reviewer if desk == "bureau" else self.case.staff
        services.claim(self.case.filing.pk, self.actor)
        self.person = visitor(**{"viewport": SIZE, **options}).sign_in_as(with_second_step(user_of(self.actor)))
        self.page: Page = self.person.page
        self.open()

    def open(self) -> None:
        self.person.open(self.url(self.case.filing))

    def url(self, filing: Filing) -> str:
        return f"/{self.desk}/filings/{filing.pk}/"

    def row(self, number: int) -> Locator:
        return self.page.locator(f"[data-remark-row='{number}']")

    def status(self) -> str:
        return str(Filing.objects.get(pk=self.case.filing.pk).status)


def button(page: Page, name: object) -> Locator:
    return page.get_by_role("button", name=starting_with(name))


# --- Few acts -------------------------------------------------------------------------------------------


def test_an_approval_takes_two_clicks_and_the_next_filing_opens_by_itself(visitor: Visitor) -> None:
    at = AtDesk(visitor, "bureau")
    hands = Hands(at.person)

    hands.click(button(at.page, _("Approve and issue the number")))
    hands.click(button(at.page, _("Confirm the approval and issue the number")))

    at.person.arrives_at(at.url(at.following))
    assert hands.acts == 2
    assert at.status() == Status.FILED
    message = at.page.locator(".messages")
    expect(message.get_by_role("link")).to_have_attribute("href", at.url(at.case.filing))


def test_an_approval_takes_three_keys(visitor: Visitor) -> None:
    at = AtDesk(visitor, "bureau")
    hands = Hands(at.person)

    hands.press("a")
    at.person.sees(_("Confirm the approval"))
    hands.press("s")
    hands.press("Enter")

    at.person.arrives_at(at.url(at.following))
    assert hands.acts == 3


# the codes of a select that it shows
OFFERED = "select => [...select.options].filter(one => !one.closest('[hidden]')).map(one => one.value)"


def test_a_return_of_the_bureau_with_two_remarks_takes_eight_acts(visitor: Visitor) -> None:
    at = AtDesk(visitor, "bureau")
    hands = Hands(at.person)
    for number, (path, code) in enumerate((("subject.name", "P102"), ("websites.0.name", "P301"))):
        fact = at.page.locator(f'[id="row-{path}"]')
        fact.hover()
        hands.click(fact.get_by_role("link", name=starting_with(_("Write a remark"))))
        expect(at.row(number).get_by_role("combobox").first).to_be_focused()
        expect(at.row(number).get_by_role("combobox").last).to_have_value(path)
        codes = at.row(number).get_by_role("combobox").first
        assert code in codes.evaluate(OFFERED)
        assert "P401" not in codes.evaluate(OFFERED)
        hands.select(codes, code)
        hands.click(at.row(number).locator(".phrase").first)
    expect(at.page.locator("[data-count=remarks]")).to_have_text("2")

    hands.click(button(at.page, _("Return to the provider")))
    hands.click(button(at.page, _("Send")))

    at.person.arrives_at(at.url(at.following))
    assert hands.acts == 8
    assert list(at.case.filing.remarks.values_list("path", flat=True)) == ["subject.name", "websites.0.name"]


def test_a_return_of_the_provider_with_two_remarks_takes_seven_acts(visitor: Visitor) -> None:
    at = AtDesk(visitor, "provider")
    hands = Hands(at.person)

    for item in ("mobile_correct", "email_correct"):
        hands.click(at.page.locator(f"[name={item}][value=no]"))
    hands.click(button(at.page, _("Add every “No” to the remarks")))
    at.person.arrives_at(f"{at.url(at.case.filing)}#remarks")
    for number in (0, 1):
        hands.write(at.page.locator(f"#id_remarks-{number}-seen"), "停机")
    hands.click(button(at.page, _("Return to the host")))
    hands.click(button(at.page, _("Send")))

    at.person.arrives_at(at.url(at.following))
    assert hands.acts == 7
    assert at.case.filing.remarks.count() == 2


# --- In sight at once -----------------------------------------------------------------------------------


@DESKS
def test_facts_evidence_and_decision_are_in_sight_together(visitor: Visitor, desk: str) -> None:
    at = AtDesk(visitor, desk)
    page = at.page

    for part in (".pane", ".thumbs li >> nth=0", ".decision-bar"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    expect(page.locator(".bench-main")).to_be_in_viewport(ratio=0.95)
    expect(page.locator(".thumbs img").first).to_have_js_property("naturalWidth", 160)
    # whoever goes on reading keeps them in sight
    page.locator(".bench-main").hover()
    page.mouse.wheel(0, 1500)
    for part in (".pane", ".decision-bar"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    assert list(barriers(page)) == []
    assert overflow(page) <= 0
    page.set_viewport_size(NARROW)
    assert overflow(page) <= 0


def test_what_is_clear_is_one_line_each_at_the_bureau(visitor: Visitor) -> None:
    at = AtDesk(visitor, "bureau")
    register = at.page.locator("#register")

    for folded in (register, at.page.locator(".verified").first):
        expect(folded.locator("dl").first).to_be_hidden()
        box = folded.locator("summary").bounding_box()
        assert box
        assert box["height"] < 50  # two lines at most
    expect(at.page.locator(".sums")).to_be_hidden()
    expect(at.row(0)).to_be_hidden()  # no empty form of a remark
    register.locator("summary").click()
    expect(register).to_contain_text(_("nothing on record"))


def test_a_fact_in_focus_shows_its_document_at_the_bureau_too(visitor: Visitor) -> None:
    at = AtDesk(visitor, "bureau")
    title = at.page.locator(".pane [data-viewer-title]")

    for path, paper in (
        ("subject.cert_number", "papers.subject_certificate"),
        ("responsible.cert_number", "papers.responsible_front"),
    ):
        at.page.locator(f'[id="row-{path}"] .row-remark').focus()
        expect(title).to_have_text(capfirst(str(attachments.label(paper))))


@DESKS
def test_the_keys_are_listed_by_a_key(visitor: Visitor, desk: str) -> None:
    at = AtDesk(visitor, desk)

    at.page.keyboard.press("?")

    dialog = at.page.get_by_role("dialog")
    expect(dialog).to_contain_text(_("Return with remarks"))
    keys = dialog.locator("kbd").all_inner_texts()
    assert {"W", "R", "[", "]", "?"} <= set(keys)
    assert len(keys) == len(set(keys))
    at.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    at.page.keyboard.press("m")
    expect(at.row(0)).to_be_visible()


@DESKS
def test_nothing_moves_while_a_remark_is_opened_written_and_counted(visitor: Visitor, desk: str) -> None:
    at = AtDesk(visitor, desk)
    presses.listen(at.person.context)
    at.open()
    at.page.keyboard.press("m")
    at.page.wait_for_timeout(presses.SETTLE)
    at.page.evaluate("() => ears.forget()")

    write_remark(at.person, "websites.0.name", "P301", SEEN, "改用单位全称")
    expect(at.page.locator("[data-count=remarks]")).to_have_text("1")
    at.page.wait_for_timeout(presses.SETTLE)

    assert presses.moved(at.page) == []


# --- Nothing lost ---------------------------------------------------------------------------------------


@contextmanager
def lease_over(at: AtDesk) -> Iterator[None]:
    services.release(at.case.filing.pk, at.actor)
    yield
    at.page.locator("[data-part=bar]").get_by_role("button", name=_("Claim again")).click()
    at.page.wait_for_load_state()


@contextmanager
def server_away(at: AtDesk) -> Iterator[None]:
    at.page.route("**/*", lambda route: route.abort())
    yield
    expect(at.page.locator("[data-part=bar]")).not_to_be_empty()
    at.page.unroute("**/*")


@contextmanager
def reloaded(at: AtDesk) -> Iterator[None]:
    yield
    wait_for(lambda: SEEN in kept(), SEEN)
    at.page.reload()


@contextmanager
def left_and_back(at: AtDesk) -> Iterator[None]:
    yield
    at.page.get_by_role("link", name=_("Queue"), exact=True).last.click()
    at.page.wait_for_url(f"**/{at.desk}/")
    at.page.go_back()


@contextmanager
def two_tabs(at: AtDesk) -> Iterator[None]:
    other = at.person.context.new_page()
    other.goto(at.url(at.case.filing))
    other.get_by_role("button", name=starting_with(_("Add a remark"))).click()
    other.locator("#id_remarks-0-seen").fill("另一处的意见")
    wait_for(lambda: "另一处的意见" in kept(), "the other tab")
    yield
    at.page.get_by_role("button", name=_("Save what I typed here")).click()


def kept() -> str:
    """Return the remarks and texts typed at a desk, as the server has stored them."""
    return str(
        [(row.remarks, getattr(row, "words", "")) for row in (*DecisionDraft.objects.all(), *Worksheet.objects.all())]
    )


@DESKS
@pytest.mark.parametrize("mishap", [lease_over, server_away, reloaded, left_and_back, two_tabs])
def test_no_remark_is_lost(visitor: Visitor, desk: str, mishap: Callable[[AtDesk], object]) -> None:
    at = AtDesk(visitor, desk)

    with mishap(at):  # type: ignore[attr-defined]
        write_remark(at.person, "websites.0.name", "P301", SEEN, "改用单位全称")
        at.page.keyboard.press("Tab")
        at.page.wait_for_timeout(presses.SETTLE)

    wait_for(lambda: SEEN in kept(), f"the remark after {mishap.__name__}")
    at.open()
    expect(at.page.locator("#id_remarks-0-seen")).to_have_value(SEEN)
    at.person.faults.clear()  # refusals that were called for
