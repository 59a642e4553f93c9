"""Roles and suspension of a provider's staff; there is always an administrator left."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from pytest_django import Settings

from accounts.models import Party
from filings import services
from filings.errors import MoveRefused
from icp_portal.tests.builders import Case, provider, staff, staff_user, user
from providers import access
from providers.house import people
from providers.models import HouseChange, Provider, Staff, StaffRole

pytestmark = pytest.mark.django_db

Browser = Callable[..., Client]
VERIFIER, SUPERVISOR, ADMINISTRATOR = StaffRole.VERIFIER, StaffRole.SUPERVISOR, StaffRole.ADMINISTRATOR


def of(member: Any) -> Staff:
    return Staff.objects.get(user=member)


def page_of(member: Staff) -> str:
    return f"/provider/house/staff/{member.pk}/"


def test_the_list_names_everybody_of_the_house_and_nobody_else(house: Provider, browser: Browser) -> None:
    mine, stranger = staff_user(house), staff_user(provider())

    page = browser(house).get("/provider/house/staff/").content.decode()

    assert (mine.email in page, stranger.email in page) == (True, False)
    assert "two-step verification not set up yet" in page


def test_a_supervisor_sees_the_list_and_nothing_to_press(house: Provider, browser: Browser) -> None:
    member = of(staff_user(house))
    supervisor = browser(house, SUPERVISOR)

    page = supervisor.get("/provider/house/staff/").content.decode()

    assert member.user.email in page
    assert page_of(member) not in page
    assert "/provider/house/staff/invite/" not in page
    assert supervisor.post(page_of(member), {"change_role": "1", "role": "administrator"}).status_code == 404
    assert of(member.user).role == VERIFIER


def test_a_role_is_changed_and_on_record(house: Provider, browser: Browser) -> None:
    member = of(staff_user(house))

    answer = browser(house).post(page_of(member), {"change_role": "1", "role": "supervisor"})

    assert answer.status_code == 302
    assert of(member.user).role == SUPERVISOR
    change = HouseChange.objects.get()
    assert (change.what, change.about, change.before, change.after) == (
        "role",
        member.user.email,
        "verifier",
        "supervisor",
    )


def test_each_act_says_what_it_has_done(house: Provider, browser: Browser) -> None:
    member = of(staff_user(house))
    services.claim(Case(of=house).submit().filing.pk, access.staff(member.user))
    Case(of=house).submit()
    administrator = browser(house)

    def said(**button: str) -> str:
        return [str(one) for one in get_messages(administrator.post(page_of(member), button).wsgi_request)][-1]

    assert said(change_role="1", role="supervisor") == f"{member.user} now has the role supervisor."
    assert said(suspend="1") == f"{member.user} has been suspended and signed out. 1 filing was released."
    assert said(reinstate="1") == f"{member.user} has been reinstated."
    assert said(suspend="1") == f"{member.user} has been suspended and signed out."


@pytest.mark.parametrize("role", ["", "king", "administrator\x00"])
def test_no_other_role_can_be_made_up(house: Provider, browser: Browser, role: str) -> None:
    member = of(staff_user(house))

    assert browser(house).post(page_of(member), {"change_role": "1", "role": role}).status_code == 200
    assert of(member.user).role == VERIFIER


@pytest.mark.parametrize("button", [{"change_role": "1", "role": "administrator"}, {"suspend": "1"}])
def test_the_staff_of_others_can_not_be_touched(house: Provider, browser: Browser, button: dict[str, str]) -> None:
    stranger = of(staff_user(provider()))

    administrator = browser(house)
    assert administrator.get(page_of(stranger)).status_code == 404
    assert administrator.post(page_of(stranger), button).status_code == 404
    with pytest.raises(Staff.DoesNotExist):
        people.change_role(staff(house, ADMINISTRATOR), stranger.pk, ADMINISTRATOR)
    kept = of(stranger.user)
    assert (kept.role, kept.suspended_at) == (VERIFIER, None)


# --- Suspension -------------------------------------------------------------------------------------------


def test_a_suspended_person_is_out_at_once_and_what_they_took_is_free(
    house: Provider, browser: Browser, settings: Settings
) -> None:
    case = Case(of=house).submit()
    member = staff_user(house)
    services.claim(case.filing.pk, access.staff(member))
    theirs = Client()
    theirs.force_login(member)
    administrator = browser(house)
    assert theirs.get("/provider/").status_code == 200

    administrator.post(page_of(of(member)), {"suspend": "1"})

    answer = theirs.get("/provider/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")
    assert "_auth_user_id" not in theirs.session
    case.refresh()
    assert case.filing.claimed_by is None
    assert case.filing.events.order_by("-pk").first().name == "release"
    assert list(HouseChange.objects.values_list("what", "about")) == [("suspended", member.email)]


@pytest.mark.parametrize("address", ["/provider/", "/provider/house/staff/"])
def test_staff_of_a_closed_provider_are_told_so(house: Provider, browser: Browser, address: str) -> None:
    client = browser(house)
    Provider.objects.filter(pk=house.pk).update(is_active=False)

    page = client.get(address, follow=True)

    assert (page.status_code, page.request["PATH_INFO"]) == (200, "/accounts/login/")
    assert f"{house.name} no longer accepts filings in this portal" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_who_was_suspended_can_be_reinstated(house: Provider, browser: Browser) -> None:
    member = of(staff_user(house, SUPERVISOR))
    administrator = browser(house)
    administrator.post(page_of(member), {"suspend": "1"})

    assert administrator.post(page_of(member), {"reinstate": "1"}).status_code == 302

    theirs = Client()
    theirs.force_login(member.user)
    assert theirs.get("/provider/").status_code == 200
    assert of(member.user).role == SUPERVISOR
    record = HouseChange.objects.order_by("pk").values_list("what", "about")
    assert list(record) == [("suspended", member.user.email), ("reinstated", member.user.email)]


@pytest.mark.parametrize("button", ["suspend", "reinstate"])
def test_what_is_so_already_is_said(house: Provider, browser: Browser, button: str) -> None:
    member = of(staff_user(house))
    administrator = browser(house)
    if button == "suspend":
        administrator.post(page_of(member), {"suspend": "1"})

    answer = administrator.post(page_of(member), {button: "1"})

    assert answer.status_code == 200
    assert "suspended" in answer.content.decode()


def test_a_filing_taken_meanwhile_by_somebody_else_stays_with_them(house: Provider) -> None:
    case = Case(of=house).submit()
    colleague, member = staff(house), of(staff_user(house))
    services.claim(case.filing.pk, colleague)

    assert people.suspend(staff(house, ADMINISTRATOR), member.pk) == 0
    assert case.refresh().filing.claimant_id() == colleague.user_id


# --- There is always an administrator ---------------------------------------------------------------------


@pytest.mark.parametrize("role", ["verifier", "supervisor"])
def test_the_last_administrator_stays_one(house: Provider, browser: Browser, role: str) -> None:
    administrator = browser(house)
    last = house.staff.get()

    answer = administrator.post(page_of(last), {"change_role": "1", "role": role})

    assert "last administrator" in answer.content.decode()
    assert of(last.user).role == ADMINISTRATOR


def test_a_suspended_or_locked_administrator_does_not_count(house: Provider, browser: Browser) -> None:
    administrator, last = browser(house), house.staff.get()
    suspended, locked = of(staff_user(house, ADMINISTRATOR)), of(staff_user(house, ADMINISTRATOR))
    administrator.post(page_of(suspended), {"suspend": "1"})
    locked.user.is_active = False
    locked.user.save()

    answer = administrator.post(page_of(last), {"change_role": "1", "role": "verifier"})

    assert "last administrator" in answer.content.decode()


def test_nobody_suspends_themselves(house: Provider, browser: Browser) -> None:
    staff_user(house, ADMINISTRATOR)
    administrator = browser(house)
    own = house.staff.latest("pk")

    answer = administrator.post(page_of(own), {"suspend": "1"})

    assert "suspend yourself" in answer.content.decode()
    assert of(own.user).suspended_at is None


def test_who_has_given_the_role_away_changes_nothing_more(house: Provider) -> None:
    one, other = staff(house, ADMINISTRATOR), staff(house, ADMINISTRATOR)
    people.change_role(one, house.staff.get(user_id=one.user_id).pk, VERIFIER)

    with pytest.raises(MoveRefused, match="no longer an administrator"):
        people.change_role(one, house.staff.get(user_id=other.user_id).pk, VERIFIER)


def test_the_ministry_sees_who_is_suspended_and_its_appointments_are_on_record(
    house: Provider, client: Client, settings: Settings
) -> None:
    settings.RELAX_SECOND_FACTOR = True
    client.force_login(user(Party.MINISTRY))
    newcomer = user(Party.PROVIDER)

    client.post("/ministry/providers/staff/add/", {"user": newcomer.pk, "provider": house.pk, "role": "administrator"})
    member = of(newcomer)
    client.post(
        f"/ministry/providers/staff/{member.pk}/change/",
        {"user": newcomer.pk, "provider": house.pk, "role": "verifier"},
    )

    assert list(HouseChange.objects.order_by("pk").values_list("what", "before", "after")) == [
        ("joined", "", "administrator"),
        ("role", "administrator", "verifier"),
    ]
