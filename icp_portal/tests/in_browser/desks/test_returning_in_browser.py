"""Returning a filing in a real browser: wordings picked with and without scripts, the last look, the pages whole."""

from collections.abc import Callable

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import Locator, expect

from filings import services
from filings.models import Filing, Phrase, Remark
from filings.services import RemarkDraft
from filings.states import Status
from icp_portal.demo import play
from icp_portal.tests import builders
from icp_portal.tests.browser import Person, with_second_step
from icp_portal.tests.in_browser.steps import write_remark
from icp_portal.tests.tours import Tour
from providers.models import StaffRole

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

NAME = "websites.0.name"
SAID = RemarkDraft(NAME, "P301", "名称写成“示例小站”", "改用单位全称")


def at_desk(person: Person) -> builders.Case:
    """The person stands before a filing taken into work; a colleague has returned another one before."""
    earlier = builders.Case().submit()
    play.send_back(earlier.filing, earlier.staff, SAID)
    case = builders.Case(of=earlier.provider).submit()
    services.claim(case.filing.pk, case.staff)
    person.sign_in_as(with_second_step(builders.user_of(case.staff))).open(f"/provider/filings/{case.filing.pk}/")
    return case


def first_row(person: Person) -> Locator:
    return person.page.get_by_role("group", name=_("Remark %(n)s") % {"n": 1}, exact=True)


def choose(row: Locator) -> None:
    row.get_by_role("combobox").first.select_option("P301")
    row.get_by_role("combobox").last.select_option(NAME)


def test_a_wording_is_picked_without_leaving_the_page_and_its_gap_waits_for_a_word(
    visitor: Callable[..., Person],
) -> None:
    staff = visitor()
    case = at_desk(staff)
    row = first_row(staff)
    staff.press(_("Add a remark"))
    choose(row)
    staff.page.evaluate("window.stayed = true")
    row.get_by_role("button").filter(has_text="改用单位全称").click()

    seen, expected = (row.get_by_label(label, exact=True) for label in (_("What you found"), _("What is expected")))
    expect(seen).to_have_value("名称写成＿＿")
    expect(expected).to_have_value("改用单位全称")
    expect(seen).to_be_focused()
    staff.page.keyboard.insert_text("“另一小站”")
    expect(seen).to_have_value("名称写成“另一小站”")
    assert staff.page.evaluate("window.stayed") is True
    staff.press(_("Return to the host"))
    staff.sees(_("Preview the return"))
    staff.press(_("Back to change"))
    expect(seen).to_have_value("名称写成“另一小站”")
    assert Filing.objects.get(pk=case.filing.pk).status == Status.WITH_PROVIDER
    staff.press(_("Return to the host"))
    staff.press(_("Send"))
    staff.arrives_at("/provider/")
    assert Remark.objects.last().seen == "名称写成“另一小站”"
    assert Phrase.objects.get().uses == 2


def test_nothing_moves_while_field_and_code_are_chosen(visitor: Callable[..., Person]) -> None:
    """A button pressed just then would be missed: the wordings have their room before they come."""
    staff = visitor()
    at_desk(staff)
    row = first_row(staff)
    staff.press(_("Add a remark"))
    remove, tops = row.locator("[data-drop]"), []
    for select, value in ((row.get_by_role("combobox").first, "P301"), (row.get_by_role("combobox").last, NAME)):
        tops.append(remove.evaluate("button => button.getBoundingClientRect().top + window.scrollY"))
        select.select_option(value)
    expect(row.get_by_role("button").filter(has_text="改用单位全称")).to_be_visible()
    tops.append(remove.evaluate("button => button.getBoundingClientRect().top + window.scrollY"))
    row.get_by_role("combobox").last.select_option("")
    expect(row.locator("[data-phrases] button")).to_have_count(0)
    tops.append(remove.evaluate("button => button.getBoundingClientRect().top + window.scrollY"))

    assert tops == [tops[0]] * 4


def test_without_javascript_a_wording_is_picked_and_the_mail_is_read_first(visitor: Callable[..., Person]) -> None:
    staff = visitor(java_script_enabled=False)
    case = at_desk(staff)
    choose(first_row(staff))
    staff.press(_("Standard wordings"), first_row(staff))
    first_row(staff).get_by_role("button").filter(has_text=_("wording of the code")).click()
    seen = first_row(staff).get_by_label(_("What you found"), exact=True)
    expect(seen).to_have_value(_("The website name breaks the rules"))
    staff.press(_("Return to the host"))
    staff.sees(_("Preview the return"))
    staff.reads(case.filing.provider.name)
    staff.press(_("Send"))
    staff.arrives_at("/provider/")


def test_pages_around_a_return(tour: Callable[..., Tour]) -> None:
    person = tour()
    case = at_desk(person.person)
    page = f"/provider/filings/{case.filing.pk}/"
    person.visit(f"{page}mails/", page)
    write_remark(person.person, NAME, "P301", "名称太笼统", "改用单位全称")
    person.press(_("Return to the host"), "last look of the provider")
    returned = builders.Case(of=case.provider).to(Status.RETURNED_TO_PROVIDER)
    services.claim(returned.filing.pk, case.staff)
    filed = builders.Case(of=case.provider, websites=2).to(Status.FILED)
    person.visit(f"/provider/filings/{returned.filing.pk}/?pass_on=1", f"/provider/filings/{filed.filing.pk}/")
    chief = tour(with_second_step(builders.user_of(builders.staff(case.provider, StaffRole.SUPERVISOR))))
    chief.visit("/provider/phrases/")
    chief.press(_("Hide"), "a wording hidden")
    chief.visit("/provider/phrases/?tab=hidden")


def test_pages_around_a_return_of_the_bureau(tour: Callable[..., Tour]) -> None:
    case = builders.case_at(Status.WITH_BUREAU)
    services.claim(case.filing.pk, case.reviewer)
    reviewer = tour(with_second_step(builders.user_of(case.reviewer)))
    page = f"/bureau/filings/{case.filing.pk}/"
    reviewer.visit(f"{page}mails/", page)
    write_remark(reviewer.person, NAME, "P301", "名称太笼统", "改用单位全称")
    reviewer.press(_("Return to the provider"), "last look of the bureau")
