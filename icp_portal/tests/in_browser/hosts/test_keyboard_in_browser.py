"""The whole form without a mouse: Tab, Space, Enter, arrows and typing, from the first page to the submitted filing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils.translation import gettext as _
from playwright.sync_api import Page, expect

from filings import facts, fields, services
from filings.facts import Facts
from filings.fields import Field, Section, Type, validity
from filings.models import Entrance, Filing
from filings.rules import checks
from filings.states import Status
from icp_portal.demo import invent, play
from icp_portal.tests import builders
from icp_portal.tests.browser import Person, as_upload, reach
from ministry.reference import divisions

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Visitor = Callable[..., Person]

PROVINCE = "130000"  # one with cities, where a county is chosen in two steps


CHOSEN = "(({type, value, checked}) => type !== 'radio' || checked ? value : '')(document.activeElement)"


def typed(page: Page, name: str, text: str) -> None:
    """Reach a text field and type over what is in it."""
    reach(page, name=name)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def arrowed(page: Page, value: str) -> None:
    """Press the arrow on the list or the row of radio buttons that has the focus until it says this."""
    for _step in range(60):
        if page.evaluate(CHOSEN) == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows do not lead to {value}")


def city_of(page: Page, code: str) -> None:
    """First the city, by its place in the list."""
    cities = [dict(places) for _city, places in divisions.grouped_choices(PROVINCE)]
    reach(page, label=_("City"))
    arrowed(page, str(next(index for index, places in enumerate(cities) if code in places)))


def answered(page: Page, field: Field, value: Any) -> None:
    """Answer one field of the form."""
    if field.type == Type.CHOICES:
        for one in value:
            if page.locator(f"[name={field.name}][value='{one}']").is_checked():
                continue
            reach(page, name=field.name, value=str(one))
            page.keyboard.press("Space")
    elif field.type == Type.SWITCH:
        reach(page, name=field.name)
        page.keyboard.press("Space")
    elif value == validity.LONG_TERM:
        reach(page, name=field.name, value=value)
        page.keyboard.press("Space")
    elif field.type in (Type.CHOICE, Type.NAMED, Type.DIVISION):
        if field.type == Type.DIVISION:
            city_of(page, value)
        reach(page, name=field.name)
        arrowed(page, str(value))
    else:
        typed(page, field.name, str(value))


def sent(page: Page, button: str) -> None:
    """Reach the button and press it."""
    reach(page, text=button)
    page.keyboard.press("Enter")


def filled_in(host: Person, section: Section, values: Facts) -> None:
    """One page of the form; the focus goes forward only, so the fields stand in the order of the data dictionary."""
    host.sees(section.title)
    for field in section.fields:
        value = values.get(section.path(field))
        if value or (value is False and host.page.locator(f"[name={field.name}]").is_checked()):
            answered(host.page, field, value)
    sent(host.page, _("Save and continue"))


def test_the_form_is_filled_in_and_submitted_by_keyboard_alone(visitor: Visitor) -> None:
    owner, number = builders.host(), builders.number()
    draft = services.start(owner, provider_id=builders.provider().pk, entrance=Entrance.MINISTRY)
    values = invent.values(number, province=PROVINCE, same=False)
    host = visitor().sign_in_as(draft.host)
    page = host.page

    host.open(f"/filings/{draft.pk}/edit/")
    sent(page, str(fields.BASICS.title))
    for section in fields.sections_of(facts.written(facts.blank(), values)):
        filled_in(host, section, values)
    host.sees(_("Pictures of the certificates"))
    filing = Filing.objects.get(pk=draft.pk)
    for path, picture in invent.pictures_for(checks.papers_of(filing), number).items():
        reach(page, name=path)
        page.locator(":focus").set_input_files(as_upload(picture))
    play.prove_addresses(filing, owner)
    sent(page, _("Upload and continue"))
    host.sees(_("Check and submit"))
    sent(page, _("Submit for verification"))

    host.arrives_at(f"/filings/{filing.pk}/submitted/")
    filing.refresh_from_db()
    assert filing.status == Status.WITH_PROVIDER
    assert {path: filing.get(path) for path in values} == values


def test_what_a_page_refuses_is_corrected_by_keyboard_from_its_summary(visitor: Visitor) -> None:
    case = builders.Case()
    bad = {"websites.0.domain": "mail.example.cn", "websites.0.services": []}
    services.save_facts(case.filing.pk, case.host, bad, version=None)
    host = visitor().sign_in_as(case.filing.host)
    page = host.page
    host.open(f"/filings/{case.filing.pk}/edit/website/")
    sent(page, _("Save and continue"))

    for name in ("domain", "services"):
        expect(page.locator("[data-error-summary]")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_attribute("href", f"#id_{name}")
        page.keyboard.press("Enter")
        expect(page.locator(":focus")).to_have_attribute("name", name)
        if name == "domain":
            page.keyboard.press("Control+A")
            page.keyboard.insert_text(case.filing.domain)
        else:
            page.keyboard.press("Space")
        sent(page, _("Save and continue"))
    host.sees(fields.MANAGER.title)
