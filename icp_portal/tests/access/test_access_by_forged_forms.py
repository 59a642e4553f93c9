"""Forms are only accepted with their token, and signing in never leads to another site."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Party
from filings.models import Filing
from filings.states import Status
from icp_portal.tests.access.access_answers import ELSEWHERE, FIRST_ROLES, PAGE, ROLES
from icp_portal.tests.access.access_senders import SENDERS
from icp_portal.tests.access.access_table import ITS
from icp_portal.tests.builders import PASSWORD, user
from icp_portal.tests.visitors import STATUSES, World, browser, rows_at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_logout", "account_signup", "ministry:recover_password", "ministry:change_password"],
)
def test_a_form_of_everybody_without_its_token_is_refused(name):
    assert browser(user(Party.HOST), enforce_csrf_checks=True).post(reverse(name)).status_code == 403


def test_a_form_without_its_token_is_taken_from_nobody():
    """Whoever may send a form must have had its page: another site can't send it in their name."""
    taken = []
    for status in STATUSES:
        world = World(status)
        rows = {name: row for name, row in rows_at(status).items() if row.posted}
        before = Filing.objects.order_by("pk").values()[0]
        for role in FIRST_ROLES[1:]:
            client = browser(world.members[role], enforce_csrf_checks=True)
            for name, row in rows.items():
                answered = client.post(world.url(name, row.args), {"version": before["version"]}).status_code
                if answered not in (403, 404) and SENDERS.get(name, row.get)[ROLES.index(role)] in (PAGE, ELSEWHERE):
                    taken.append((name, role, answered))
        assert Filing.objects.order_by("pk").values()[0] == before

    assert taken == []


def test_a_form_with_its_token_is_taken():
    world = World(Status.DRAFT)
    client = browser(world.case.filing.host, enforce_csrf_checks=True)
    page = client.get(world.url("filings:check", ITS)).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]

    response = client.post(
        world.url("filings:submit", ITS),
        {"version": world.case.filing.version, "csrfmiddlewaretoken": token},
    )

    assert response.status_code == 302
    assert world.case.refresh().filing.status == Status.WITH_PROVIDER


@pytest.mark.parametrize("door", ["account_login", "provider_desk:login", "ministry_desk:login"])
@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_does_not_lead_out_of_the_portal(door, target):
    member = user(Party.HOST, password=PASSWORD)
    client = Client()
    page = client.get(reverse(door), {"next": target})
    url = page["Location"] if page.status_code == 302 else f"{reverse(door)}?{urlencode({'next': target})}"

    response = client.post(url, {"login": member.email, "password": PASSWORD, "next": target})

    assert (response.status_code, response["Location"]) == (302, reverse("desk"))
