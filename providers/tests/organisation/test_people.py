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
from icp_portal.tests.builders import Case, provider, staff, staff_user, user, user_of
from providers import access
from providers.models import OrganisationChange, Provider, Staff, StaffRole
from providers.organisation import people

pytestmark = pytest.mark.django_db

Browser = Callable[..., Client]
VERIFIER, SUPERVISOR, ADMINISTRATOR = StaffRole.VERIFIER, StaffRole.SUPERVISOR, StaffRole.ADMINISTRATOR


def of(member: Any) -> Staff:
    return Staff.objects.get(user=member)


def page_of(member: Staff) -> str:
    return f"/provider/organisation/staff/{member.pk}/"


def test_the_list_names_all_staff_of_the_provider_and_nobody_else(access_provider: Provider, browser: Browser) -> None:
    mine, stranger = staff_user(access_provider), staff_user(provider())

    page = browser(access_provider).get("/provider/organisation/staff/").content.decode()

    assert (mine.email in page, stranger.email in page) == (True, False)
    assert "two-step verification not set up yet" in page


def test_a_supervisor_sees_the_list_and_nothing_to_press(access_provider: Provider, browser: Browser) -> None:
    member = of(staff_user(access_provider))
    supervisor = browser(access_provider, SUPERVISOR)

    page = supervisor.get("/provider/organisation/staff/").content.decode()

    assert member.user.email in page
    assert page_of(member) not in page
    assert "/provider/organisation/staff/invite/" not in page
    assert supervisor.post(page_of(member), {"change_role": "1", "role": "administrator"}).status_code == 404
    assert of(member.user).role == VERIFIER


def test_a_role_is_changed_and_on_record(access_provider: Provider, browser: Browser) -> None:
    member = of(staff_user(access_provider))

    answer = browser(access_provider).post(page_of(member), {"change_role": "1", "role": "supervisor"})

    assert answer.status_code == 302
    assert of(member.user).role == SUPERVISOR
    change = OrganisationChange.objects.get()
    assert (change.what, change.about, change.before, change.after) == (
        "role",
        member.user.email,
        "verifier",
        "supervisor",
    )


def test_each_act_says_what_it_has_done(access_provider: Provider, browser: Browser) -> None:
    member = of(staff_user(access_provider))
    services.claim(Case(of=access_provider).submit().filing.pk, access.staff(member.user))
    Case(of=access_provider).submit()
    administrator = browser(access_provider)

    def said(**button: str) -> str:
        return [str(one) for one in get_messages(administrator.post(page_of(member), button).wsgi_request)][-1]

    assert said(change_role="1", role="supervisor") == f"{member.user} now has the role supervisor."
    assert said(suspend="1") == f"{member.user} has been suspended and signed out. 1 filing was released."
    assert said(reinstate="1") == f"{member.user} has been reinstated."
    assert said(suspend="1") == f"{member.user} has been suspended and signed out."


@pytest.mark.parametrize("role", ["", "king", "administrator\x00"])
def test_no_other_role_can_be_made_up(access_provider: Provider, browser: Browser, role: str) -> None:
    member = of(staff_user(access_provider))

    assert browser(access_provider).post(page_of(member), {"change_role": "1", "role": role}).status_code == 200
    assert of(member.user).role == VERIFIER


@pytest.mark.parametrize("button", [{"change_role": "1", "role": "administrator"}, {"suspend": "1"}])
def test_the_staff_of_others_can_not_be_touched(
    access_provider: Provider, browser: Browser, button: dict[str, str]
) -> None:
    stranger = of(staff_user(provider()))

    administrator = browser(access_provider)
    assert administrator.get(page_of(stranger)).status_code == 404
    assert administrator.post(page_of(stranger), button).status_code == 404
    with pytest.raises(Staff.DoesNotExist):
        people.change_role(staff(access_provider, ADMINISTRATOR), stranger.pk, ADMINISTRATOR)
    kept = of(stranger.user)
    assert (kept.role, kept.suspended_at) == (VERIFIER, None)


# --- Suspension -------------------------------------------------------------------------------------------


def test_a_suspended_person_is_out_at_once_and_what_they_took_is_free(
    access_provider: Provider, browser: Browser, settings: Settings
) -> None:
    case = Case(of=access_provider).submit()
    member = staff_user(access_provider)
    services.claim(case.filing.pk, access.staff(member))
    theirs = Client()
    theirs.force_login(member)
    administrator = browser(access_provider)
    assert theirs.get("/provider/").status_code == 200

    administrator.post(page_of(of(member)), {"suspend": "1"})

    answer = theirs.get("/provider/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")
    assert "_auth_user_id" not in theirs.session
    case.refresh()
    assert case.filing.claimed_by is None
    assert case.filing.events.order_by("-pk").first().name == "release"
    assert list(OrganisationChange.objects.values_list("what", "about")) == [("suspended", member.email)]


@pytest.mark.parametrize("address", ["/provider/", "/provider/organisation/staff/"])
def test_staff_of_a_closed_provider_are_told_so(access_provider: Provider, browser: Browser, address: str) -> None:
    client = browser(access_provider)
    Provider.objects.filter(pk=access_provider.pk).update(is_active=False)

    page = client.get(address, follow=True)

    assert (page.status_code, page.request["PATH_INFO"]) == (200, "/accounts/login/")
    assert f"{access_provider.name} no longer accepts filings in this portal" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_who_was_suspended_can_be_reinstated(access_provider: Provider, browser: Browser) -> None:
    member = of(staff_user(access_provider, SUPERVISOR))
    administrator = browser(access_provider)
    administrator.post(page_of(member), {"suspend": "1"})

    assert administrator.post(page_of(member), {"reinstate": "1"}).status_code == 302

    theirs = Client()
    theirs.force_login(member.user)
    assert theirs.get("/provider/").status_code == 200
    assert of(member.user).role == SUPERVISOR
    record = OrganisationChange.objects.order_by("pk").values_list("what", "about")
    assert list(record) == [("suspended", member.user.email), ("reinstated", member.user.email)]


@pytest.mark.parametrize("button", ["suspend", "reinstate"])
def test_what_is_so_already_is_said(access_provider: Provider, browser: Browser, button: str) -> None:
    member = of(staff_user(access_provider))
    administrator = browser(access_provider)
    if button == "suspend":
        administrator.post(page_of(member), {"suspend": "1"})

    answer = administrator.post(page_of(member), {button: "1"})

    assert answer.status_code == 200
    assert "suspended" in answer.content.decode()


def test_a_filing_taken_meanwhile_by_somebody_else_stays_with_them(access_provider: Provider) -> None:
    case = Case(of=access_provider).submit()
    colleague, member = staff(access_provider), of(staff_user(access_provider))
    services.claim(case.filing.pk, colleague)

    assert people.suspend(staff(access_provider, ADMINISTRATOR), member.pk) == 0
    assert case.refresh().filing.claimant_id() == colleague.user_id


# --- There is always an administrator ---------------------------------------------------------------------


@pytest.mark.parametrize("role", ["verifier", "supervisor"])
def test_the_last_administrator_stays_one(access_provider: Provider, browser: Browser, role: str) -> None:
    administrator = browser(access_provider)
    last = access_provider.staff.get()

    answer = administrator.post(page_of(last), {"change_role": "1", "role": role})

    assert "last administrator" in answer.content.decode()
    assert of(last.user).role == ADMINISTRATOR


def test_a_suspended_or_locked_administrator_does_not_count(access_provider: Provider, browser: Browser) -> None:
    administrator, last = browser(access_provider), access_provider.staff.get()
    suspended, locked = of(staff_user(access_provider, ADMINISTRATOR)), of(staff_user(access_provider, ADMINISTRATOR))
    administrator.post(page_of(suspended), {"suspend": "1"})
    locked.user.is_active = False
    locked.user.save()

    answer = administrator.post(page_of(last), {"change_role": "1", "role": "verifier"})

    assert "last administrator" in answer.content.decode()


def test_nobody_suspends_themselves(access_provider: Provider, browser: Browser) -> None:
    staff_user(access_provider, ADMINISTRATOR)
    administrator = browser(access_provider)
    own = access_provider.staff.latest("pk")

    answer = administrator.post(page_of(own), {"suspend": "1"})

    assert "suspend yourself" in answer.content.decode()
    assert of(own.user).suspended_at is None


def test_who_has_given_the_role_away_changes_nothing_more(access_provider: Provider) -> None:
    one, other = staff(access_provider, ADMINISTRATOR), staff(access_provider, ADMINISTRATOR)
    people.change_role(one, access_provider.staff.get(user_id=one.user_id).pk, VERIFIER)

    with pytest.raises(MoveRefused, match="no longer an administrator"):
        people.change_role(one, access_provider.staff.get(user_id=other.user_id).pk, VERIFIER)


def test_who_is_suspended_while_they_work_changes_nothing_more(access_provider: Provider) -> None:
    one, other = staff(access_provider, ADMINISTRATOR), staff(access_provider, ADMINISTRATOR)
    people.suspend(other, of(user_of(one)).pk)

    with pytest.raises(MoveRefused, match="no longer an administrator"):
        people.change_role(one, of(user_of(other)).pk, VERIFIER)


def test_the_ministry_sees_who_is_suspended_and_its_appointments_are_on_record(
    access_provider: Provider, client: Client, settings: Settings
) -> None:
    settings.RELAX_SECOND_FACTOR = True
    client.force_login(user(Party.MINISTRY))
    newcomer = user(Party.PROVIDER)

    client.post(
        "/ministry/providers/staff/add/", {"user": newcomer.pk, "provider": access_provider.pk, "role": "administrator"}
    )
    member = of(newcomer)
    client.post(
        f"/ministry/providers/staff/{member.pk}/change/",
        {"user": newcomer.pk, "provider": access_provider.pk, "role": "verifier"},
    )

    assert list(OrganisationChange.objects.order_by("pk").values_list("what", "before", "after")) == [
        ("joined", "", "administrator"),
        ("role", "administrator", "verifier"),
    ]
