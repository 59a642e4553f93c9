"""The verifier's page in a real browser: few acts for a clean filing, by mouse and by keyboard; what stays put."""

from collections.abc import Callable

import pytest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from playwright.sync_api import Locator, expect

from filings import checklist_items, services
from filings.fields import attachments
from filings.models import Filing, Worksheet
from filings.states import Status
from filings.verification import worksheets
from icp_portal.demo import invent
from icp_portal.tests.browser import Person, starting_with, wait_for, with_second_step
from icp_portal.tests.builders import Case, case_at, staff_user, user_of
from icp_portal.tests.in_browser.hands import Hands

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Visitor = Callable[..., Person]


def page_of(case: Case) -> str:
    return f"/provider/filings/{case.filing.pk}/"


def at_work(case: Case, visitor: Visitor, **options: object) -> Person:
    """The verifier of a filing that is taken, on its page."""
    services.claim(case.filing.pk, case.staff)
    verifier = visitor(**options).sign_in_as(with_second_step(user_of(case.staff)))
    verifier.open(page_of(case))
    return verifier


def item(person: Person, item_id: str) -> Locator:
    """The line of the sheet with this id."""
    return person.page.locator(f"[data-item]:has([name={item_id}])")


def saved(case: Case, item_id: str) -> worksheets.SheetEntry:
    """Wait until the sheet on the server has an answer to the item."""

    def found() -> worksheets.SheetEntry | None:
        entry = worksheets.entries_of(Worksheet.objects.filter(filing=case.filing).first()).get(item_id)
        return entry if entry and entry.answer else None

    return wait_for(found, f"an answer to {item_id}")


def forgive_refusals(person: Person) -> None:
    """The browser reports each refusal; here they were called for."""
    assert all("409" in fault for fault in person.faults)
    person.faults.clear()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_clean_filing_is_verified_with_ten_acts(visitor: Visitor, scripts: bool) -> None:
    case = case_at(Status.WITH_PROVIDER)
    verifier = visitor(java_script_enabled=scripts).sign_in_as(with_second_step(user_of(case.staff)))
    verifier.open("/provider/")
    hands, page = Hands(verifier), verifier.page

    hands.click(page.get_by_role("row").filter(has_text=case.filing.domain).get_by_role("button", name=_("Claim")))
    verifier.arrives_at(page_of(case))
    for block in checklist_items.BLOCKS:
        hands.click(page.locator(f"#block-{block}").get_by_role("button"))
        expect(page.locator(f"#block-{block} .sheet-count")).to_have_text(complete(case, block))
    photograph(hands, case, scripts=scripts)
    hands.click(verifier.control(_("I have verified this face to face; the data are true.")))
    hands.click(page.get_by_role("button", name=starting_with(_("Send to the bureau"))))

    verifier.arrives_at("/provider/")
    case.refresh()
    assert case.filing.status == Status.WITH_BUREAU
    assert hands.acts == (10 if scripts else 11)  # a file is chosen, and its reason
    # the portal's own answer stands with its source; the verifier's yes has none
    verification = case.filing.verifications.get()
    assert set(verification.notes) == {"approval_kept"}
    assert verification.answers["approval_kept"] == checklist_items.NOT_APPLICABLE


def photograph(hands: Hands, case: Case, *, scripts: bool) -> None:
    """With the camera of the page, or as a file and why."""
    page = hands.page
    if scripts:
        hands.click(page.get_by_role("link", name=starting_with(_("Take a photo with the camera"))))
        hands.click(page.get_by_role("button", name=_("Take the photo"), exact=True))
        return
    hands.click(page.get_by_text(_("Upload a file instead")))
    hands.choose(page.get_by_label(_("Face-to-face photo"), exact=True), invent.portrait(case.filing.pk))
    hands.select(page.get_by_label(_("Reason for uploading a file"), exact=True), "better_camera")


def complete(case: Case, block: str) -> str:
    count = sum(one.block == block for one in case.filing.sheet_items)
    return f"{count}/{count}"


def test_the_sheet_is_filled_in_and_passed_by_keys_alone(visitor: Visitor) -> None:
    case = case_at(Status.WITH_PROVIDER)
    verifier = visitor().sign_in_as(with_second_step(user_of(case.staff)))
    verifier.open(page_of(case))
    hands = Hands(verifier)

    hands.press("t")
    expect(verifier.page.locator("[data-sheet]")).to_be_visible()
    for number in range(1, len(checklist_items.BLOCKS) + 1):
        hands.press(str(number))
    hands.press("c")
    expect(verifier.page.get_by_role("button", name=_("Take the photo"), exact=True)).to_be_focused()
    hands.press("Enter")
    verifier.reads(_("The photo is ready. It is sent together with the form."))
    hands.press("s")
    hands.press("p")

    verifier.arrives_at("/provider/")
    assert Filing.objects.get(pk=case.filing.pk).status == Status.WITH_BUREAU
    assert hands.acts == 10


def test_an_item_is_answered_by_key_and_kept_at_once(visitor: Visitor) -> None:
    case = case_at(Status.WITH_PROVIDER)
    verifier = at_work(case, visitor)
    page = verifier.page

    item(verifier, "mobile_correct").get_by_role("radio").first.focus()
    page.keyboard.press("n")
    expect(item(verifier, "mobile_correct").locator("textarea")).to_be_focused()
    page.keyboard.insert_text("空号")
    page.keyboard.press("Tab")

    assert saved(case, "mobile_correct") == worksheets.SheetEntry(checklist_items.NO, "空号")
    page.reload()
    verifier.press(_("Add every “No” to the remarks"))
    row = page.get_by_role("group", name=_("Remark %(n)s") % {"n": 1}, exact=True)
    expect(row.get_by_label(_("What you found"), exact=True)).to_have_value("空号")
    expect(row.get_by_role("combobox").first).to_have_value("1011")
    expect(row.get_by_role("combobox").last).to_have_value("responsible.mobile")


def test_what_an_item_is_about_is_marked_and_shown_and_each_picture_keeps_its_zoom(visitor: Visitor) -> None:
    case = case_at(Status.WITH_PROVIDER)
    verifier = at_work(case, visitor)
    page = verifier.page
    title = page.locator(".pane [data-viewer-title]")
    shown = title.inner_text()

    item(verifier, "copies_kept").get_by_role("radio").first.focus()
    expect(page.locator(".summary-row.is-about").first).to_be_visible()
    expect(page.locator(".thumbs .is-about")).not_to_have_count(0)
    expect(title).to_have_text(shown)  # one of its papers, already
    page.keyboard.press("]")
    expect(title).not_to_have_text(shown)
    page.keyboard.press("+")
    page.keyboard.press("o")
    expect(page.locator(".pane img")).to_have_class("zoom-2 turn-1")
    page.keyboard.press("[")
    expect(title).to_have_text(shown)
    expect(page.locator(".pane img")).to_have_class("zoom-1 turn-0")
    page.keyboard.press("]")
    expect(page.locator(".pane img")).to_have_class("zoom-2 turn-1")
    # a fact that has the focus shows its document
    page.locator("#row-subject\\.cert_number .row-remark").focus()
    expect(title).to_have_text(capfirst(str(attachments.label("papers.subject_certificate"))))
    # a link names a paper: without scripts it leads to it, with them it is shown
    link = item(verifier, "copies_kept").locator("[data-paper]").last
    link.click()
    expect(title).to_have_text(link.inner_text())


def test_a_colleague_who_saved_meanwhile_is_not_written_over(visitor: Visitor) -> None:
    case = case_at(Status.WITH_PROVIDER)
    verifier = at_work(case, visitor)
    page = verifier.page
    other = {"email_correct": worksheets.SheetEntry(checklist_items.YES)}
    worksheets.save(case.filing.pk, case.staff, other, version=0)

    item(verifier, "mobile_correct").get_by_role("radio").first.check()
    expect(page.locator("[data-part=bar]")).to_contain_text(_("Not saved: this was changed elsewhere"))
    expect(item(verifier, "mobile_correct").get_by_role("radio").first).to_be_checked()
    page.get_by_role("button", name=_("Save what I typed here")).click()

    assert saved(case, "mobile_correct").answer == checklist_items.YES
    forgive_refusals(verifier)


def test_the_lease_runs_out_and_nothing_typed_is_lost(visitor: Visitor) -> None:
    case = case_at(Status.WITH_PROVIDER)
    verifier = at_work(case, visitor)
    page = verifier.page
    services.release(case.filing.pk, case.staff)

    item(verifier, "mobile_correct").get_by_role("radio").first.check()
    page.locator("[data-part=bar]").get_by_role("button", name=_("Claim again")).click()

    assert saved(case, "mobile_correct").answer == checklist_items.YES
    expect(item(verifier, "mobile_correct").get_by_role("radio").first).to_be_checked()
    forgive_refusals(verifier)


def test_who_has_a_filing_is_seen_by_a_colleague(visitor: Visitor) -> None:
    case = case_at(Status.WITH_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    worksheets.save(case.filing.pk, case.staff, {"mobile_correct": worksheets.SheetEntry("no", "空号")}, version=0)
    colleague = visitor().sign_in_as(with_second_step(staff_user(case.provider)))
    colleague.open(page_of(case))

    colleague.reads(case.staff.name)
    colleague.reads("空号")
    expect(colleague.page.locator("form[data-sheet]")).to_have_count(0)


# --- Every press counts -------------------------------------------------------------------------------------

HELD = 90  # milliseconds between down and up of a quick press
WATCH_LAYOUT = """() => {
  window.moved = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      for (const { node } of entry.sources) window.moved.push(`${entry.value} ${node?.className || node?.nodeName}`);
    }
  }).observe({ type: "layout-shift" });
}"""


def press(person: Person, target: Locator) -> None:
    """Press the mouse on the middle of something that does not have the focus, and let go a moment later."""
    mouse = person.page.mouse
    person.page.evaluate("document.activeElement.blur()")
    target.evaluate("(element) => element.scrollIntoView({ block: 'center' })")  # clear of the bar
    box = target.bounding_box()
    assert box
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    person.page.wait_for_timeout(HELD)
    mouse.up()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_first_press_on_every_answer_counts_and_nothing_moves(visitor: Visitor, width: int) -> None:
    case = case_at(Status.WITH_PROVIDER)
    verifier = at_work(case, visitor, viewport={"width": width, "height": 844})
    page = verifier.page
    page.evaluate(WATCH_LAYOUT)
    lost = []
    for radio in page.locator("[data-item] .field-control input[type=radio]").all():
        press(verifier, radio)
        if not radio.is_checked():
            lost.append(f"{radio.get_attribute('name')} {radio.get_attribute('value')}")

    assert lost == []
    assert page.evaluate("window.moved") == []


@pytest.mark.parametrize("width", [1280, 390])
def test_a_no_stays_a_no_when_the_rest_of_its_block_is_said_yes(visitor: Visitor, width: int) -> None:
    case = case_at(Status.WITH_PROVIDER)
    verifier = at_work(case, visitor, viewport={"width": width, "height": 844})
    page = verifier.page

    press(verifier, item(verifier, "mobile_correct").locator("[value=no]"))
    press(verifier, page.locator("#block-contact [data-seen]"))

    expect(page.locator("#block-contact .sheet-count")).to_have_text(complete(case, "contact"))
    assert saved(case, "email_correct").answer == checklist_items.YES
    assert saved(case, "mobile_correct").answer == checklist_items.NO


def test_the_switch_of_the_keys_moves_nothing(visitor: Visitor) -> None:
    case = case_at(Status.WITH_PROVIDER)
    verifier = at_work(case, visitor)
    page = verifier.page
    page.evaluate(WATCH_LAYOUT)
    switch = page.locator("[data-keys-switch]")

    for pressed in ("false", "true"):
        press(verifier, switch)
        expect(switch).to_have_attribute("aria-pressed", pressed)

    assert page.evaluate("window.moved") == []


def test_a_yes_takes_the_remark_of_its_no_along_where_it_stands_but_no_edited_one(visitor: Visitor) -> None:
    case = case_at(Status.WITH_PROVIDER)
    verifier = at_work(case, visitor)
    page = verifier.page
    for item_id in ("mobile_correct", "email_correct"):
        press(verifier, item(verifier, item_id).locator("[value=no]"))
    press(verifier, page.get_by_role("button", name=starting_with(_("Add every “No” to the remarks"))))
    verifier.arrives_at(f"{page_of(case)}#remarks")
    page.locator("#id_remarks-1-seen").fill("退信三次")
    page.evaluate(WATCH_LAYOUT)

    for item_id in ("mobile_correct", "email_correct"):
        press(verifier, item(verifier, item_id).locator("[value=yes]"))

    expect(page.locator("#id_remarks-0-path")).to_have_value("")
    expect(page.locator("#id_remarks-1-seen")).to_have_value("退信三次")
    expect(page.locator(".remark-outlives.is-shown")).to_have_count(1)
    wait_for(lambda: Worksheet.objects.get().entries["email_correct"]["answer"] == "yes", "the second yes")
    assert [one["seen"] for one in Worksheet.objects.get().remarks] == ["退信三次"]
    assert page.evaluate("window.moved") == []
    page.reload()
    expect(page.locator(".remark-outlives.is-shown")).to_have_count(1)
