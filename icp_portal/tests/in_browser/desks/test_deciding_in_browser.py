"""A decision at the bureau's desk in a real browser: what is typed outlives it all, an approval takes two presses."""

import re
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from filings import services
from filings.models import DecisionDraft, Filing, Worksheet
from filings.states import Status
from icp_portal.tests.browser import NARROW, Person, overflow, wait_for, with_second_step
from icp_portal.tests.builders import Case, case_at, user_of
from icp_portal.tests.in_browser.steps import write_remark

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Visitor = Callable[..., Person]
OPINION = "法定代表人与执照不符"
SEEN = "名称太笼统"


def at_work(visitor: Visitor, **options: object) -> tuple[Case, Person]:
    """The reviewer of a filing that is taken, on its page."""
    case = case_at(Status.WITH_BUREAU)
    services.claim(case.filing.pk, case.reviewer)
    person = visitor(**options).sign_in_as(with_second_step(user_of(case.reviewer)))
    person.open(f"/bureau/filings/{case.filing.pk}/")
    return case, person


def kept(text: str) -> None:
    """Wait until what was typed is on the server."""

    def found() -> bool:
        rows = (*DecisionDraft.objects.all(), *Worksheet.objects.all())
        return any(text in str((getattr(row, "words", ""), row.remarks)) for row in rows)

    wait_for(found, text)


def end_session(person: Person) -> None:
    """The session has run out, on the server."""
    Session.objects.all().delete()
    cache.clear()


def forgive_refusals(person: Person, *codes: str) -> None:
    """The browser reports each refusal; here they were called for."""
    assert all(fault.startswith(codes) for fault in person.faults)
    person.faults.clear()


def test_what_is_typed_is_kept_before_the_field_is_left_and_survives_a_crash(visitor: Visitor) -> None:
    case, reviewer = at_work(visitor)
    opinion = reviewer.page.locator("#id_opinion")
    opinion.focus()
    reviewer.page.keyboard.insert_text(OPINION)
    kept(OPINION)  # nobody has left the field

    reviewer.context.clear_cookies()
    reviewer.page.close(run_before_unload=False)
    reviewer.page = reviewer.context.new_page()
    reviewer.sign_in_as(user_of(case.reviewer)).open(f"/bureau/filings/{case.filing.pk}/")

    expect(reviewer.page.locator("#id_opinion")).to_have_value(OPINION)


@pytest.mark.parametrize("desk", ["bureau", "provider"])
def test_after_signing_in_again_elsewhere_the_page_saves_what_stands_on_it(visitor: Visitor, desk: str) -> None:
    case = case_at(Status.WITH_BUREAU if desk == "bureau" else Status.WITH_PROVIDER)
    actor = case.reviewer if desk == "bureau" else case.staff
    services.claim(case.filing.pk, actor)
    person = visitor().sign_in_as(with_second_step(user_of(actor)))
    person.open(f"/{desk}/filings/{case.filing.pk}/")
    end_session(person)
    write_remark(person, "websites.0.name", "P301", SEEN, "改用单位全称")
    bar = person.page.locator("[data-part=bar]")
    expect(bar).to_contain_text(_("Not saved: you have been signed out"))

    person.sign_in_as(user_of(actor))
    # signing in makes a new token: that of the page counts no more
    person.context.add_cookies([{"name": "csrftoken", "value": "b" * 32, "url": person.origin}])
    person.press(_("I have signed in: save now"))

    kept(SEEN)
    expect(bar).to_be_empty()
    expect(person.page.locator("[data-part=state]")).to_contain_text(_("Saved at"))
    person.page.reload()
    row = person.page.get_by_role("group", name=_("Remark %(n)s") % {"n": 1}, exact=True)
    expect(row.get_by_label(_("What you found"), exact=True)).to_have_value(SEEN)
    forgive_refusals(person, "403", "401")


@pytest.mark.parametrize("desk", ["bureau", "provider"])
def test_back_from_the_last_look_leaves_each_remark_where_it_belongs(visitor: Visitor, desk: str) -> None:
    case = case_at(Status.WITH_BUREAU if desk == "bureau" else Status.WITH_PROVIDER)
    actor = case.reviewer if desk == "bureau" else case.staff
    services.claim(case.filing.pk, actor)
    person = visitor().sign_in_as(with_second_step(user_of(actor)))
    person.open(f"/{desk}/filings/{case.filing.pk}/")
    page = person.page
    person.press(_("Add a remark"))
    page.locator("#id_remarks-0-code").select_option("P301")  # which opens another one
    person.press(_("Add a remark"))
    page.locator("#id_remarks-0-code").select_option("")
    for name, text in (("path", "websites.0.name"), ("code", "P301")):
        page.locator(f"#id_remarks-1-{name}").select_option(text)
    page.locator("#id_remarks-1-seen").fill(SEEN)
    page.locator("#id_remarks-1-expected").fill("改用单位全称")
    person.press(_("Return to the provider") if desk == "bureau" else _("Return to the host"))
    person.sees(_("Preview the return"))

    page.go_back()

    values = [page.locator(f"#id_remarks-{n}-seen") for n in range(3)]
    expect(values[0]).to_have_value(SEEN)
    for value in values[1:]:
        expect(value).to_have_value("")
    page.locator("#id_remarks-0-expected").fill("改用注册商标")
    page.keyboard.press("Tab")
    kept("改用注册商标")
    # removed where it stands
    page.locator("[data-drop]").first.click()
    expect(values[0]).to_have_value("")
    wait_for(lambda: not (DecisionDraft if desk == "bureau" else Worksheet).objects.get().remarks, "no remark")


def test_an_approval_is_shown_and_confirmed_by_three_keys(visitor: Visitor) -> None:
    case, reviewer = at_work(visitor)
    page = reviewer.page
    page.keyboard.press("a")
    reviewer.sees(_("Confirm the approval"))
    reviewer.reads(case.filing.domain)
    assert Filing.objects.get(pk=case.filing.pk).status == Status.WITH_BUREAU
    page.set_viewport_size(NARROW)
    assert overflow(page) <= 0

    page.keyboard.press("s")
    page.keyboard.press("Enter")

    reviewer.arrives_at("/bureau/")
    assert Filing.objects.get(pk=case.filing.pk).status == Status.FILED


@pytest.mark.parametrize("desk", ["bureau", "provider"])
def test_with_a_drafted_remark_the_page_opens_at_its_top_with_its_keys_alive(visitor: Visitor, desk: str) -> None:
    case = case_at(Status.WITH_BUREAU if desk == "bureau" else Status.RETURNED_TO_PROVIDER)
    actor = case.reviewer if desk == "bureau" else case.staff
    services.claim(case.filing.pk, actor)
    person = visitor().sign_in_as(with_second_step(user_of(actor)))
    person.open(f"/{desk}/filings/{case.filing.pk}/{'?pass_on=1' if desk == 'provider' else ''}")
    page = person.page
    if desk == "bureau":
        write_remark(person, "websites.0.name", "P301", SEEN, "改用单位全称")
        kept("改用单位全称")
        page.goto(page.url)

    expect(page.locator("[data-count=remarks]")).to_have_text("1")
    assert page.evaluate("window.scrollY") == 0
    assert page.evaluate("document.activeElement.matches('input, select, textarea')") is False
    page.keyboard.press("w")
    expect(page).to_have_url(re.compile("#remarks$"))


def test_a_typed_return_stops_an_approval_and_is_one_link_away(visitor: Visitor) -> None:
    case, reviewer = at_work(visitor)
    write_remark(reviewer, "websites.0.name", "P301", SEEN, "改用单位全称")

    reviewer.press(_("Approve and issue the number"))
    reviewer.follow(_("See the remarks"))

    assert reviewer.path().endswith("#remarks")
    assert Filing.objects.get(pk=case.filing.pk).status == Status.WITH_BUREAU
