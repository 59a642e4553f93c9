"""The way back in a real browser: corrected by keyboard alone, read by axe, on a phone, compared at both desks."""

from collections.abc import Callable

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from filings import services
from filings.rules import corrections
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests import builders
from icp_portal.tests.browser import NARROW, WIDE, Person, barriers, overflow, reach, with_second_step

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Visitor = Callable[..., Person]

NAME, MOBILE, CERTIFICATE = "websites.0.name", "responsible.mobile", "papers.subject_certificate"


def returned(*paths: str) -> builders.Case:
    case = builders.Case().submit()
    services.claim(case.filing.pk, case.staff)
    remarks = [services.RemarkDraft(path, "B703", "与证件不符", "与证件一致") for path in paths]
    services.send_back(case.filing.pk, case.staff, version=None, remarks=remarks)
    return case.refresh()


def looks_right(page: Page) -> None:
    assert list(barriers(page)) == []
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        assert overflow(page) <= 0


# A picture that comes late, as over a slow connection: the page is complete only then.
LATE_PICTURE = """
    document.addEventListener("DOMContentLoaded", () => {
        document.body.append(Object.assign(new Image(), { src: "/favicon.ico?late" }));
    });
"""


def test_who_types_elsewhere_already_is_not_led_to_the_linked_field(visitor: Visitor) -> None:
    case = returned(NAME)
    host = visitor().sign_in_as(User.objects.get(pk=case.host.user_id))
    (remark,) = corrections.open_remarks(case.filing)
    page, held = host.page, list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/favicon.ico?late", hold)
    page.add_init_script(LATE_PICTURE)

    with page.expect_request("**/favicon.ico?late"):
        page.goto(f"/filings/{case.filing.pk}/correct/#id_{NAME}", wait_until="domcontentloaded")
    answer = page.locator(f"[name=answer-{remark.pk}]")
    answer.press_sequentially("已")
    held.pop().abort()
    page.wait_for_load_state("load")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    expect(answer).to_be_focused()


def test_a_returned_filing_is_corrected_by_keyboard_alone(visitor: Visitor) -> None:
    case = returned(NAME, MOBILE)
    host = visitor(viewport=NARROW).sign_in_as(User.objects.get(pk=case.host.user_id))
    first, second = corrections.open_remarks(case.filing)
    page = host.page
    host.open(f"/filings/{case.filing.pk}/correct/")
    host.sees(ngettext("One item to correct", "%(n)s items to correct", 2) % {"n": 2})
    looks_right(page)
    page.set_viewport_size(NARROW)

    reach(page, name=NAME)
    page.keyboard.press("Control+A")
    page.keyboard.type("示例新名称官网")
    reach(page, name=f"answer-{first.pk}")
    page.keyboard.type("已改为与证件一致的名称。")
    reach(page, name=MOBILE)
    page.keyboard.press("Control+A")
    page.keyboard.type("123")
    reach(page, text=_("Save and continue"))
    page.keyboard.press("Enter")

    expect(page.locator("[data-error-summary]")).to_be_focused()
    looks_right(page)
    reach(page, name=MOBILE)
    page.keyboard.press("Control+A")
    page.keyboard.type("13800009999")
    reach(page, name=f"answer-{second.pk}")
    page.keyboard.type("号码已更换。")
    reach(page, text=_("Save and continue"))
    page.keyboard.press("Enter")
    host.sees(_("Check and submit"))
    reach(page, text=_("Submit for verification"))
    page.keyboard.press("Enter")

    host.arrives_at(f"/filings/{case.filing.pk}/submitted/")
    case.refresh()
    assert (case.filing.status, case.filing.round) == (Status.WITH_PROVIDER, 2)
    assert (case.filing.get(NAME), case.filing.get(MOBILE)) == ("示例新名称官网", "13800009999")
    assert [one.answer.text for one in (first, second)] == ["已改为与证件一致的名称。", "号码已更换。"]


def test_the_error_summary_leads_to_the_field_and_to_the_answer(visitor: Visitor) -> None:
    case = returned(MOBILE)
    (remark,) = corrections.open_remarks(case.filing)
    host = visitor().sign_in_as(User.objects.get(pk=case.host.user_id))
    host.open(f"/filings/{case.filing.pk}/correct/")
    host.page.locator(f"[name='{MOBILE}']").fill("123")
    host.press(_("Save and continue"))

    links = host.page.locator("[data-error-summary] a")
    expect(links).to_have_count(2)
    for link, name in zip(links.all(), (MOBILE, f"answer-{remark.pk}"), strict=True):
        link.click()
        expect(host.page.locator(f"[name='{name}']")).to_be_focused()


def test_pictures_and_words_of_two_rounds_at_every_party(visitor: Visitor) -> None:
    case = returned(NAME, CERTIFICATE)
    answers = {remark.pk: "已改正。" for remark in corrections.open_remarks(case.filing)}
    services.save_facts(case.filing.pk, case.host, {NAME: "示例新名称官网"}, version=None, answers=answers)
    services.add_evidence(case.filing.pk, case.host, "papers.subject_certificate", invent.card("NEW", 7))
    services.submit(case.filing.pk, case.host, version=None)
    case.refresh().verify().return_to_provider().verify()
    pages = {
        case.host: [f"/filings/{case.filing.pk}/rounds/?from=1&to=2"],
        case.staff: [f"/provider/filings/{case.filing.pk}/", f"/provider/filings/{case.filing.pk}/rounds/?from=1&to=2"],
        case.reviewer: [f"/bureau/filings/{case.filing.pk}/", f"/bureau/filings/{case.filing.pk}/rounds/"],
    }
    for actor, paths in pages.items():
        person = visitor().sign_in_as(with_second_step(User.objects.get(pk=actor.user_id)))
        for path in paths:
            person.open(path)
            looks_right(person.page)
        if actor != case.reviewer:
            pictures = 2 if actor == case.host else 3  # the photo of round 2 is the desks' own
            expect(person.page.locator(".diff del")).to_have_count(1)
            expect(person.page.locator(".diff img")).to_have_count(pictures)


def test_a_closed_page_has_no_controls_and_leads_to_the_correction_page(visitor: Visitor) -> None:
    case = returned(NAME)
    host = visitor().sign_in_as(User.objects.get(pk=case.host.user_id))
    host.open(f"/filings/{case.filing.pk}/edit/subject/")

    host.reads(case.filing.get("subject.name"))
    expect(host.page.get_by_role("main").get_by_role("textbox")).to_have_count(0)
    host.follow(_("Correct and answer on one page"))
    host.arrives_at(f"/filings/{case.filing.pk}/correct/")
    host.follow(_("Edit everything"))
    host.press(_("Unlock everything"))
    host.arrives_at(f"/filings/{case.filing.pk}/edit/")
    host.follow(_("The site host"))
    expect(host.page.locator("[name='name']")).to_be_editable()
