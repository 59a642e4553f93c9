"""Notes among colleagues in a real browser: by keyboard, at both widths, and what is typed is not lost."""

from collections.abc import Callable

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import Dialog, Locator, Page, expect

from filings import services
from filings.actors import Actor
from filings.models import Mention, StaffNote, Worksheet
from filings.review import notes
from filings.states import Status
from icp_portal.tests.browser import (
    NARROW,
    Person,
    barriers,
    overflow,
    reach,
    starting_with,
    wait_for,
    with_second_step,
)
from icp_portal.tests.builders import case_at, reviewer, staff, user_of
from icp_portal.tests.in_browser import presses
from icp_portal.tests.in_browser.hands import Hands
from icp_portal.tests.tours import Tour

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Visitor = Callable[..., Person]
DESKS = pytest.mark.parametrize("desk", ["provider", "bureau"])
SIZE = {"width": 1280, "height": 900}
SAID = "主办者来电，周五补材料。"


class Noting:
    """Somebody on the page of a filing in their work, and a colleague."""

    def __init__(self, visitor: Visitor, desk: str, *, claimed: bool = True, **options: object) -> None:
        self.case = case_at(Status.WITH_BUREAU if desk == "bureau" else Status.WITH_PROVIDER)
        self.actor: Actor = self.case.reviewer if desk == "bureau" else self.case.staff
        self.colleague = reviewer() if desk == "bureau" else staff(self.case.provider)
        if claimed:
            services.claim(self.case.filing.pk, self.actor)
        self.url = f"/{desk}/filings/{self.case.filing.pk}/"
        self.queue = f"/{desk}/"
        self.person = visitor(**{"viewport": SIZE, **options}).sign_in_as(with_second_step(user_of(self.actor)))
        self.page: Page = self.person.page

    def open(self) -> None:
        self.person.open(self.url)

    def is_told(self) -> StaffNote:
        return notes.write(self.case.filing.pk, self.colleague, text=SAID, mentioned=[self.actor], seen=0)

    @property
    def text(self) -> Locator:
        return self.page.locator("#id_note_text")

    @property
    def count(self) -> Locator:
        return self.page.locator("[data-count=note]")


@DESKS
def test_a_note_is_written_and_told_with_the_keyboard_alone(visitor: Visitor, desk: str) -> None:
    at = Noting(visitor, desk)
    at.open()
    expect(at.text).to_be_hidden()
    hands = Hands(at.person)

    hands.press("k")
    expect(at.text).to_be_visible()
    reach(at.page, name="note_text")
    at.page.keyboard.type(f"{SAID}", delay=5)
    expect(at.count).to_have_text("1")
    reach(at.page, name="note_tell", value=str(at.colleague.person_id))
    hands.press("Space")
    hands.press("Enter")  # in a field it presses no button
    reach(at.page, name="note_add")
    hands.press("Enter")

    expect(at.page.locator(".staff-note-text")).to_have_text(SAID)
    expect(at.count).to_have_text("0")
    assert Mention.objects.get().user_id == at.colleague.user_id
    assert StaffNote.objects.get().text == SAID


def test_enter_in_a_field_of_the_sheet_presses_no_button_of_the_notes(visitor: Visitor) -> None:
    at = Noting(visitor, "provider")
    at.is_told()
    at.open()
    at.page.evaluate("window.stayed = true")

    for field in (
        "[name=certificate_seen] >> nth=0",
        "#id_place",
        f"[name=note_tell][value='{at.colleague.person_id}']",
    ):
        at.page.locator(field).focus()
        at.page.keyboard.press("Enter")
        at.page.wait_for_timeout(presses.SETTLE)

    assert at.page.evaluate("window.stayed") is True
    assert Mention.objects.get().read_at is None
    expect(at.page.locator(".sheet-count").first).to_contain_text("0/")


@DESKS
@pytest.mark.parametrize("claimed", [True, False], ids=["claimed", "read"])
def test_who_is_mentioned_comes_by_the_tab_and_marks_the_note_as_read(
    visitor: Visitor, desk: str, claimed: bool
) -> None:
    at = Noting(visitor, desk, claimed=claimed)
    at.is_told()
    at.person.open(at.queue)

    at.person.follow(_("Mentions"))
    at.page.get_by_role("row").filter(has_text=at.case.filing.domain).get_by_role("link").first.click()
    expect(at.page.locator(".staff-note-text")).to_be_visible()
    at.person.press(_("Mark as read"))

    expect(at.page.get_by_role("button", name=_("Mark as read"))).to_have_count(0)
    assert Mention.objects.get().read_at is not None
    at.person.open(f"{at.queue}?tab=mentions")
    at.person.reads(_("No unread note mentions you."))


@DESKS
def test_facts_papers_and_decision_stay_in_sight_while_notes_are_unfolded(visitor: Visitor, desk: str) -> None:
    at = Noting(visitor, desk)
    for number in range(12):
        notes.write(at.case.filing.pk, at.colleague, text=f"{number}：{SAID * 5}", mentioned=[at.actor], seen=0)
    at.open()

    expect(at.text).to_be_visible()
    for part in (".pane", ".decision-bar", ".thumbs li >> nth=0"):
        expect(at.page.locator(part)).to_be_in_viewport(ratio=1)
    expect(at.page.locator(".bench-main")).to_be_in_viewport(ratio=0.95)
    after = at.page.locator("#notes + *").bounding_box()
    bar = at.page.locator(".decision-bar").bounding_box()
    assert after
    assert bar
    assert after["y"] + 100 < bar["y"]  # and facts below them
    assert list(barriers(at.page)) == []
    assert overflow(at.page) <= 0
    at.page.set_viewport_size(NARROW)
    assert overflow(at.page) <= 0
    assert list(barriers(at.page)) == []


@DESKS
@pytest.mark.parametrize("claimed", [True, False], ids=["claimed", "read"])
def test_on_a_phone_it_is_typed_added_and_read(visitor: Visitor, desk: str, claimed: bool) -> None:
    at = Noting(visitor, desk, claimed=claimed, viewport=NARROW)
    at.open()

    at.page.locator("#notes > summary").click()
    at.text.press_sequentially(f"@{at.colleague.name} {SAID}", delay=5)
    at.person.press(_("Add the note"))

    expect(at.page.locator(".staff-note-text")).to_have_text(f"@{at.colleague.name} {SAID}")
    expect(at.page.locator(".staff-notes-list")).to_contain_text(f"{_('Notified:')} {at.colleague.name}")
    assert overflow(at.page) <= 0
    tour = Tour(at.person)
    tour.look("notes")
    assert tour.wrong == []


@DESKS
def test_nothing_moves_while_a_note_is_typed_and_counted(visitor: Visitor, desk: str) -> None:
    at = Noting(visitor, desk)
    presses.listen(at.person.context)
    at.open()
    at.page.keyboard.press("k")
    at.page.wait_for_timeout(presses.SETTLE)
    at.page.evaluate("() => ears.forget()")

    at.text.press_sequentially(SAID, delay=5)
    expect(at.count).to_have_text("1")
    at.page.wait_for_timeout(presses.SETTLE)

    assert presses.moved(at.page) == []


def test_a_decision_with_an_unsent_note_is_refused_with_the_note_in_its_field(visitor: Visitor) -> None:
    at = Noting(visitor, "bureau")
    at.open()
    at.page.keyboard.press("k")
    at.text.press_sequentially(SAID, delay=5)

    at.page.get_by_role("button", name=starting_with(_("Approve and issue the number"))).click()

    at.person.reads(_("A note has been written but not added. Add it, or empty its field, first."))
    expect(at.text).to_have_value(SAID)
    at.page.locator("#notes > summary").click()
    expect(at.text).to_be_hidden()
    at.page.locator(".pending a[href='#notes']").click()
    expect(at.text).to_be_visible()


@pytest.mark.parametrize("claimed", [True, False], ids=["claimed", "read"])
def test_leaving_with_a_typed_note_asks_first_and_the_sheet_beside_it_is_saved(visitor: Visitor, claimed: bool) -> None:
    at = Noting(visitor, "provider", claimed=claimed)
    at.open()
    at.page.locator("#notes > summary").click()
    at.text.press_sequentially(SAID, delay=5)
    if claimed:
        at.page.locator("#id_place").fill("二楼大厅")
        wait_for(lambda: Worksheet.objects.filter(place="二楼大厅").exists(), "the place")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    at.page.on("dialog", stay)
    at.page.get_by_role("link", name=_("Queue"), exact=True).last.click()
    wait_for(lambda: asked or at.page.wait_for_timeout(50), "the question of the browser")

    assert asked == ["beforeunload"]
    expect(at.text).to_have_value(SAID)
    assert at.person.path() == at.url
    assert not StaffNote.objects.exists()
    at.person.press(_("Add the note"))
    expect(at.page.locator(".staff-note-text")).to_have_text(SAID)
    assert asked == ["beforeunload"]


@DESKS
def test_without_scripts_a_note_is_added_and_the_rest_of_what_is_typed_kept(visitor: Visitor, desk: str) -> None:
    at = Noting(visitor, desk, java_script_enabled=False)
    at.open()
    at.page.locator("#notes > summary").click()
    at.text.fill(SAID)
    at.page.get_by_label(at.colleague.name).check()
    field, words = ("#id_place", "二楼大厅") if desk == "provider" else ("#id_opinion", "材料齐全")
    at.page.locator(field).fill(words)

    at.person.press(_("Add the note"))

    expect(at.page.locator(".staff-note-text")).to_have_text(SAID)
    expect(at.page.locator(field)).to_have_value(words)
    assert Mention.objects.get().user_id == at.colleague.user_id
