"""API keys in a real browser: created with the press of a hand, copied with and without scripts, used, and ended."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.translation import gettext as _
from playwright.sync_api import Locator, expect

from accounts import api_keys
from accounts.models import ApiKey, Party, User
from icp_portal.tests import builders
from icp_portal.tests.browser import Person
from icp_portal.tests.in_browser.presses import HOLD
from icp_portal.tests.tours import Tour

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KEYS = "/keys/"
KEY = re.compile(r"icp_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")


def owner() -> User:
    return builders.user(Party.HOST, password=builders.PASSWORD)


def press(person: Person, control: Locator) -> None:
    """Press a control as a hand does, where it is when the button goes down."""
    control.scroll_into_view_if_needed()
    box = control.bounding_box()
    assert box is not None
    mouse = person.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    person.page.wait_for_timeout(HOLD)
    mouse.up()


def create(person: Person, name: str) -> str:
    """Create a key, with the password once more, and return what the page shows."""
    person.open(KEYS)
    person.write(_("Name of the API key"), name)
    press(person, person.page.get_by_role("button", name=_("Create the key")))
    person.write(_("Password"), builders.PASSWORD)
    press(person, person.page.locator("main button[type=submit]"))
    shown = person.page.locator("#made code")
    expect(shown).to_be_visible()
    return shown.inner_text()


def looks_up(key: str) -> bool:
    answer = Client().post(
        "/api/v1/records/batch",
        {"texts": ["nothing.cn"]},
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )
    return answer.status_code == 200


def test_the_pages_of_api_keys(tour: Callable[..., Tour]) -> None:
    user = owner()
    of_owner = tour(user)
    of_owner.visit(KEYS, "/api/")
    row, _key = api_keys.make(user, "nightly check of the domains of all our customers in each provin")
    of_owner.visit(KEYS, f"{KEYS}{row.pk}/end/")


def test_a_key_is_created_copied_and_ended(visitor: Callable[..., Person]) -> None:
    person = visitor(permissions=["clipboard-read", "clipboard-write"]).sign_in_as(owner())
    key = create(person, "每晚核对")
    assert KEY.fullmatch(key)
    press(person, person.page.get_by_role("button", name=_("Copy the key")))
    expect(person.page.locator("#made [role=status]")).to_have_text(_("Copied"))
    assert person.page.evaluate("() => navigator.clipboard.readText()") == key
    assert looks_up(key)

    person.open(KEYS)
    assert key not in person.page.content()
    person.follow(_("End"), person.page.locator("main table"))
    person.arrives_at(f"{KEYS}{ApiKey.objects.get().pk}/end/")
    press(person, person.page.get_by_role("button", name=_("End the key")))
    person.arrives_at(KEYS)
    expect(person.page.locator("main table")).to_have_count(0)
    assert not looks_up(key)


def test_without_scripts_the_key_is_selected_by_a_triple_click(visitor: Callable[..., Person]) -> None:
    """So that it is copied whole by hand: it is one text on one line, and nothing covers it."""
    person = visitor(java_script_enabled=False, viewport={"width": 390, "height": 844}).sign_in_as(owner())
    key = create(person, "每晚核对")

    assert KEY.fullmatch(key)
    expect(person.page.get_by_role("button", name=_("Copy the key"))).to_be_hidden()
    person.page.locator("#made code").click(click_count=3)
    assert looks_up(key)
