"""A page of the form while it is filled in: saved on leaving a field, hints beside it, a bar when saving fails."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils.translation import gettext as _
from playwright.sync_api import Locator, Page, Route, expect

from filings import services
from filings.fields.validity import LONG_TERM
from filings.models import Filing
from icp_portal.tests import builders
from icp_portal.tests.browser import NARROW, Person, barriers, overflow

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Visitor = Callable[..., Person]
WRONG_MOBILE = "12800000000"


class Writer:
    """The host of a complete draft, on a page of its form."""

    def __init__(self, visitor: Visitor, section: str = "responsible", case: builders.Case | None = None) -> None:
        self.case = case or builders.Case()
        self.person = visitor().sign_in_as(self.case.filing.host)
        self.page: Page = self.person.page
        self.address = f"/filings/{self.case.filing.pk}/edit/{section}/"
        self.person.open(self.address)

    def type(self, label: str, text: str) -> None:
        """Fill in a field and leave it."""
        self.person.write(_(label), text)
        self.page.keyboard.press("Tab")

    def kept(self, path: str) -> Any:
        return Filing.objects.get(pk=self.case.filing.pk).get(path)

    def is_saved(self, path: str, value: str) -> None:
        """Wait until the portal has it."""
        self.wait_for(lambda: self.kept(path) == value)
        expect(self.state()).to_contain_text(_("Saved at"))

    def wait_for(self, answer: Callable[[], Any]) -> None:
        """Ask until there is an answer, while the browser goes on."""
        for _try in range(200):
            if answer():
                return
            self.page.wait_for_timeout(50)
        pytest.fail("waited in vain")

    def state(self) -> Locator:
        return self.page.locator("[data-part=state]")

    def bar(self) -> Locator:
        return self.page.locator("[data-part=bar]")

    def field(self, name: str) -> Locator:
        return self.page.locator(f".field:has(#id_{name})")

    def forgive(self, *faults: str) -> None:
        """What the browser may have reported in this test."""
        assert set(self.person.faults) <= set(faults)
        self.person.faults.clear()

    def save_address(self) -> str:
        return str(self.page.locator("form[data-autosave]").get_attribute("data-autosave"))


def test_leaving_a_field_saves_it_and_a_reload_shows_it(visitor):
    writer = Writer(visitor)
    writer.type("Office telephone", "010-66009999")
    writer.is_saved("responsible.office_phone", "010-66009999")
    version = str(Filing.objects.get(pk=writer.case.filing.pk).version)
    expect(writer.page.locator("[name=version]")).to_have_value(version)
    expect(writer.page.locator("#id_email")).to_be_focused()

    writer.person.open(writer.address)

    expect(writer.person.control(_("Office telephone"))).to_have_value("010-66009999")
    expect(writer.bar()).to_be_hidden()


def test_a_home_page_that_nobody_has_typed_follows_the_domain_however_it_is_written(visitor):
    writer = Writer(visitor, "website")
    writer.type("Home page", "")
    for typed, domain in (("https://www.Example-One.CN/index", "example-one.cn"), ("Example-Two.cn", "example-two.cn")):
        writer.type("Domain", typed)
        expect(writer.person.control(_("Domain"))).to_have_value(domain)
        writer.is_saved("websites.0.home_url", f"www.{domain}")


def test_a_field_one_has_only_looked_at_is_not_sent(visitor):
    writer = Writer(visitor)
    sent: list[str] = []
    writer.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    for _step in range(12):
        writer.page.keyboard.press("Tab")
    writer.page.wait_for_timeout(500)

    assert sent == []


def test_a_hint_appears_at_the_field_one_has_left_and_goes_when_it_is_corrected(visitor):
    case = builders.Case()
    services.save_facts(case.filing.pk, case.host, {"responsible.email": "", "responsible.mobile": ""}, version=None)
    writer = Writer(visitor, case=case)
    good = builders.Case().filing.get("responsible.mobile")
    mobile = writer.person.control(_("Mobile number"))
    form = writer.page.locator("form[data-autosave]")
    height = form.evaluate("(form) => form.getBoundingClientRect().height")

    writer.type("Mobile number", WRONG_MOBILE)

    error = writer.page.locator("#id_mobile_error .field-error")
    expect(error).to_be_visible()
    assert form.evaluate("(form) => form.getBoundingClientRect().height") == height  # also by parts of a pixel
    expect(mobile).to_have_attribute("aria-invalid", "true")
    expect(mobile).to_have_attribute("aria-describedby", "id_mobile_helptext id_mobile_error")
    expect(writer.page.locator("#id_email_error")).to_have_count(0)  # empty, but not left yet
    expect(writer.page.locator("#id_emergency_mobile")).to_be_focused()
    assert list(barriers(writer.page)) == []
    writer.page.set_viewport_size(NARROW)
    assert overflow(writer.page) <= 0
    told = error.inner_text()

    writer.person.open(f"{writer.address}?check")
    expect(error).to_have_text(told)  # the same words as without JavaScript
    expect(mobile).to_have_attribute("aria-describedby", "id_mobile_helptext id_mobile_error")
    writer.type("Mobile number", good)
    expect(error).to_have_count(0)
    assert mobile.get_attribute("aria-invalid") is None
    expect(mobile).to_have_attribute("aria-describedby", "id_mobile_helptext")


def test_no_hint_comes_from_the_save_of_a_half_typed_text(visitor):
    case = builders.Case()
    services.save_facts(case.filing.pk, case.host, {"responsible.email": ""}, version=None)
    writer, held = Writer(visitor, case=case), list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    writer.page.route("**/api/**", hold)

    writer.type("E-mail address", "zhang@")
    writer.wait_for(lambda: held)
    writer.type("E-mail address", "zhang@example.cn")
    held.pop().continue_()
    writer.wait_for(lambda: held)  # the next save begins when the page has read the answer to the first

    expect(writer.page.locator("#id_email_error")).to_have_count(0)
    held.pop().continue_()
    writer.is_saved("responsible.email", "zhang@example.cn")


def test_the_end_of_validity_is_a_date_or_the_box_beside_it(visitor):
    case = builders.Case()
    services.save_facts(case.filing.pk, case.host, {"responsible.cert_until": ""}, version=None)
    writer = Writer(visitor, case=case)
    until, box = writer.person.control(_("Certificate valid until")), writer.page.locator("#id_cert_until_long_term")
    error = writer.page.locator("#id_cert_until_error .field-error")

    until.fill("2045-05-31")
    box.check()
    writer.person.control(_("Mobile number")).focus()
    expect(error).to_contain_text(_("Enter a date or choose “long-term”, not both."))
    expect(box).to_have_attribute("aria-describedby", "id_cert_until_helptext id_cert_until_error")
    assert list(barriers(writer.page)) == []
    writer.page.set_viewport_size(NARROW)
    assert overflow(writer.page) <= 0

    until.fill("")
    writer.person.control(_("Mobile number")).focus()
    writer.is_saved("responsible.cert_until", LONG_TERM)
    expect(error).to_have_count(0)
    box.uncheck()
    until.fill("2045-05-31")
    writer.person.control(_("Mobile number")).focus()
    writer.is_saved("responsible.cert_until", "2045-05-31")


def test_without_javascript_long_term_is_chosen_by_the_same_box(visitor):
    case = builders.Case()
    services.save_facts(case.filing.pk, case.host, {"responsible.cert_until": ""}, version=None)
    host = visitor(java_script_enabled=False, viewport=NARROW).sign_in_as(case.filing.host)
    host.open(f"/filings/{case.filing.pk}/edit/responsible/")

    host.page.get_by_label(_("Long-term: the certificate has no end date")).check()
    host.press(_("Save and continue"))

    assert Filing.objects.get(pk=case.filing.pk).get("responsible.cert_until") == LONG_TERM


def test_a_value_that_is_too_long_is_counted_told_and_kept_on_the_page(visitor):
    writer = Writer(visitor, "website")
    long = "长" * 520
    writer.person.control(_("Website name")).fill("长" * 500)
    expect(writer.field("name").locator(".field-count")).to_have_text(f"{_('Characters left:')} 12")
    writer.person.control(_("Website name")).fill(long)
    expect(writer.field("name").locator(".field-count")).to_have_text(f"{_('Characters over the limit:')} 8")
    writer.page.keyboard.press("Tab")
    expect(writer.page.locator("#id_name_error")).to_be_visible()
    expect(writer.person.control(_("Website name"))).to_have_value(long)
    writer.type("Remark", "公司介绍")
    writer.is_saved("websites.0.remark", "公司介绍")
    assert writer.kept("websites.0.name") != long
    assert list(barriers(writer.page)) == []


def test_without_a_network_everything_stays_and_is_saved_when_it_is_back(visitor):
    writer = Writer(visitor)
    writer.person.context.set_offline(True)
    writer.type("Office telephone", "010-66009999")
    expect(writer.bar()).to_contain_text(_("Not saved: no connection to the portal"))
    expect(writer.page.locator("#id_email")).to_be_focused()
    assert list(barriers(writer.page)) == []
    writer.page.set_viewport_size(NARROW)
    assert overflow(writer.page) <= 0

    writer.person.press(_("Save and continue"))  # must not lead to the browser's own page of errors
    writer.page.wait_for_timeout(500)
    expect(writer.person.control(_("Office telephone"))).to_have_value("010-66009999")
    assert writer.person.path() == writer.address
    assert writer.page.evaluate("() => !window.dispatchEvent(new Event('beforeunload', {cancelable: true}))")

    writer.person.context.set_offline(False)

    writer.is_saved("responsible.office_phone", "010-66009999")
    expect(writer.bar()).to_be_hidden()
    assert writer.page.evaluate("() => window.dispatchEvent(new Event('beforeunload', {cancelable: true}))")


def test_a_fault_of_the_portal_is_told_and_tried_again(visitor):
    writer = Writer(visitor)
    tries = count()

    def answer(route: Route) -> None:
        if next(tries):
            route.continue_()
        else:
            route.fulfill(status=503, json={"code": "fault", "detail": "x"})

    writer.page.route("**/api/**", answer)
    writer.type("Office telephone", "010-66009999")
    expect(writer.bar()).to_contain_text(_("Not saved: the portal has an error"))

    writer.is_saved("responsible.office_phone", "010-66009999")
    expect(writer.bar()).to_be_hidden()
    writer.forgive(f"503 {writer.save_address()}")


def test_two_windows_the_slower_one_sees_both_and_decides(visitor):
    first = Writer(visitor, "website")
    second = Writer(visitor, "website", first.case)
    first.type("Website name", "第一个网站名")
    first.is_saved("websites.0.name", "第一个网站名")

    second.type("Website name", "第二个网站名")

    expect(second.bar()).to_contain_text(_("Not saved: this was changed elsewhere"))
    expect(second.page.locator("#id_name_error")).to_contain_text(f"{_('Currently saved:')} 第一个网站名")
    expect(second.person.control(_("Website name"))).to_have_value("第二个网站名")
    assert list(barriers(second.page)) == []
    assert second.kept("websites.0.name") == "第一个网站名"
    second.person.press(_("Save what I typed here"))
    second.is_saved("websites.0.name", "第二个网站名")
    expect(second.bar()).to_be_hidden()
    expect(second.page.locator("#id_name_error")).to_have_count(0)

    first.type("Website name", "第三个网站名")
    first.person.press(_("Load the saved values"))
    expect(first.person.control(_("Website name"))).to_have_value("第二个网站名")
    for writer in (first, second):
        writer.forgive(f"409 {writer.save_address()}")


def test_signed_out_elsewhere_everything_stays_and_is_saved_after_signing_in(visitor):
    writer = Writer(visitor)
    Session.objects.all().delete()
    cache.clear()
    writer.type("Office telephone", "010-66009999")
    expect(writer.bar()).to_contain_text(_("Not saved: you have been signed out"))
    expect(writer.bar().get_by_role("link")).to_have_attribute("href", "/accounts/login/")
    writer.person.press(_("Save and continue"))  # would lead to the sign-in page, and lose what was typed
    writer.page.wait_for_timeout(500)
    assert writer.person.path() == writer.address

    writer.person.sign_in_as(writer.case.filing.host)
    writer.person.context.add_cookies([{"name": "csrftoken", "value": "b" * 32, "url": writer.person.origin}])
    writer.person.press(_("I have signed in: save now"))

    writer.is_saved("responsible.office_phone", "010-66009999")
    expect(writer.bar()).to_be_hidden()
    writer.forgive(f"401 {writer.save_address()}", f"403 {writer.save_address()}")
    writer.person.press(_("Save and continue"))
    writer.person.arrives_at(writer.address.replace("responsible", "website"))


def test_a_filing_that_has_gone_on_is_told(visitor):
    writer = Writer(visitor)
    writer.case.submit()
    writer.type("Office telephone", "010-66009999")

    expect(writer.bar()).to_contain_text(_("Not saved: this page can't be edited now"))
    writer.forgive(f"409 {writer.save_address()}")


def test_the_button_waits_for_the_save_under_way_and_never_loses_against_it(visitor):
    writer = Writer(visitor)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    writer.page.route("**/api/**", hold)
    writer.type("Office telephone", "010-66009999")
    writer.wait_for(lambda: held)
    writer.person.write(_("Office telephone"), "010-66008888")
    writer.page.get_by_role("button", name=_("Save and continue")).click(no_wait_after=True)
    writer.page.wait_for_timeout(300)
    assert writer.person.path() == writer.address
    held.pop().continue_()
    writer.wait_for(lambda: held)  # what was typed meanwhile
    held.pop().continue_()

    writer.person.arrives_at(writer.address.replace("responsible", "website"))

    assert writer.kept("responsible.office_phone") == "010-66008888"


def test_a_link_pressed_right_after_typing_loses_nothing(visitor):
    writer = Writer(visitor)
    writer.person.write(_("Office telephone"), "010-66009999")
    writer.person.follow(_("Back to the list of pages"))

    writer.person.arrives_at(f"/filings/{writer.case.filing.pk}/edit/")

    assert writer.kept("responsible.office_phone") == "010-66009999"


def test_a_page_that_came_back_because_of_a_shapeless_value_knows_that_it_is_not_saved(visitor):
    writer = Writer(visitor, "website")
    for label, text in ((_("Website name"), "长" * 600), (_("Remark"), "公司介绍")):
        # Not typed: what is typed would be saved on the way, at the same moment as the page is sent.
        writer.person.control(label).evaluate("(field, text) => { field.value = text; }", text)
    writer.page.evaluate("() => HTMLFormElement.prototype.submit.call(document.querySelector('form[data-autosave]'))")
    writer.person.reads(_("To be corrected:"))
    assert writer.kept("websites.0.remark") == ""
    writer.person.control(_("Home page")).focus()
    writer.page.keyboard.press("Tab")

    writer.is_saved("websites.0.remark", "公司介绍")


def test_the_county_follows_the_city_by_keyboard(visitor):
    case = builders.Case(province=builders.GUANGDONG)
    writer = Writer(visitor, "subject", case)
    city = writer.page.get_by_label(_("City"), exact=True)
    county = writer.person.control(_("City or county"))
    kept = case.filing.get("subject.division")
    expect(county).to_have_value(kept)

    city.focus()
    writer.page.keyboard.type("深圳")
    city.select_option("深圳市")
    expect(county).to_have_value("")
    assert all(value == "" or value.startswith("4403") for value in values_of(county))
    county.select_option("440305")
    writer.page.keyboard.press("Tab")
    writer.is_saved("subject.division", "440305")

    city.select_option("东莞市")  # has no counties: it is chosen at once
    expect(county).to_have_value("441900")
    assert list(barriers(writer.page)) == []
    writer.page.set_viewport_size(NARROW)
    assert overflow(writer.page) <= 0
    writer.person.open(writer.address)


def values_of(select: Locator) -> list[str]:
    return [str(option.get_attribute("value")) for option in select.locator("option").all()]


def test_without_javascript_the_cities_are_groups_of_one_list(visitor):
    case = builders.Case(province=builders.GUANGDONG)
    host = visitor(java_script_enabled=False).sign_in_as(case.filing.host)
    host.open(f"/filings/{case.filing.pk}/edit/subject/")

    expect(host.page.get_by_label(_("City"), exact=True)).to_have_count(0)
    host.control(_("City or county")).select_option("440305")
    host.press(_("Save and continue"))

    assert Filing.objects.get(pk=case.filing.pk).get("subject.division") == "440305"
