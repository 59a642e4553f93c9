"""Access to the pages of a provider's own data, by role; strangers and lower roles get 404."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Party
from icp_portal.tests.builders import provider, user
from providers.models import Provider, StaffRole

pytestmark = pytest.mark.django_db

VERIFIER, SUPERVISOR, ADMINISTRATOR = StaffRole.VERIFIER, StaffRole.SUPERVISOR, StaffRole.ADMINISTRATOR

# address → the lowest role that may open it
PAGES = {
    "/provider/organisation/": VERIFIER,
    "/provider/organisation/edit/": ADMINISTRATOR,
    "/provider/organisation/staff/": SUPERVISOR,
    "/provider/organisation/staff/invite/": ADMINISTRATOR,
    "/provider/organisation/addresses/": VERIFIER,
    "/provider/organisation/addresses/add/": ADMINISTRATOR,
    "/provider/organisation/announcements/": VERIFIER,
    "/provider/organisation/announcements/new/": ADMINISTRATOR,
    "/provider/organisation/changes/": ADMINISTRATOR,
}


@pytest.mark.parametrize("role", StaffRole)
def test_each_page_by_role(access_provider: Provider, browser: Callable[..., Client], role: StaffRole) -> None:
    member = browser(access_provider, role)

    answers = {url: member.get(url).status_code for url in PAGES}

    assert answers == {url: 200 if role.covers(needed) else 404 for url, needed in PAGES.items()}


@pytest.mark.parametrize("party", [Party.HOST, Party.BUREAU, Party.MINISTRY, Party.PROVIDER])
def test_nobody_else_finds_anything(settings, party: Party) -> None:
    settings.RELAX_SECOND_FACTOR = True
    stranger = Client()
    stranger.force_login(user(party))

    assert {stranger.get(url).status_code for url in PAGES} == {404}


def test_staff_of_a_provider_that_is_not_active_are_signed_out(browser: Callable[..., Client]) -> None:
    answer = browser(provider(is_active=False)).get("/provider/organisation/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")
