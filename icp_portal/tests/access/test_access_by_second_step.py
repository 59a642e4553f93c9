"""Two-step verification of staff, and where each party arrives after signing in."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import Party
from icp_portal.tests.access.access_answers import LOGIN
from icp_portal.tests.builders import PASSWORD, Case, provider, reviewer_user, staff_user, user
from icp_portal.tests.visitors import answer, browser, with_second_factor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("party", "desk"),
    [
        (Party.PROVIDER, "provider_desk:index"),
        (Party.BUREAU, "bureau_desk:index"),
        (Party.MINISTRY, "ministry_desk:index"),
    ],
)
def test_staff_without_a_second_factor_are_sent_to_set_one_up(party, desk, settings):
    member = {
        Party.PROVIDER: lambda: staff_user(provider()),
        Party.BUREAU: reviewer_user,
        Party.MINISTRY: lambda: user(Party.MINISTRY),
    }[party]()
    client = browser(member)

    for url in (reverse(desk), reverse("query"), reverse("home"), "/provider/filings/1/", "/no/such/page/"):
        response = client.get(url)
        assert (response.status_code, response["Location"]) == (302, reverse("mfa_index"))
    assert client.post(reverse("provider_desk:claim", args=[1])).status_code == 302
    assert client.get(reverse("mfa_index")).status_code == 200

    with_second_factor(member)
    older = client.get(reverse(desk))
    assert older["Location"] == f"{reverse('mfa_reauthenticate')}?next={reverse(desk).replace('/', '%2F')}"
    assert browser(member).get(reverse(desk)).status_code == 200


def test_recovery_codes_alone_can_not_be_had_in_place_of_a_second_factor():
    member = user(Party.MINISTRY, password=PASSWORD)
    client = Client()
    client.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})

    client.post(reverse("mfa_generate_recovery_codes"))

    assert not Authenticator.objects.exists()
    assert client.get(reverse("ministry_desk:index"))["Location"] == reverse("mfa_index")


def test_hosts_need_no_second_factor():
    assert browser(user(Party.HOST)).get(reverse("filings:home")).status_code == 200


@pytest.mark.parametrize(
    ("party", "home"),
    [
        (Party.HOST, "filings:home"),
        (Party.PROVIDER, "provider_desk:index"),
        (Party.BUREAU, "bureau_desk:index"),
        (Party.MINISTRY, "ministry_desk:index"),
    ],
)
def test_each_party_lands_on_its_own_desk(party, home, settings):
    settings.RELAX_SECOND_FACTOR = True

    assert browser(user(party)).get(reverse("desk"))["Location"] == reverse(home)


def test_a_member_who_was_dismissed_or_whose_provider_was_closed_is_out_at_once(settings):
    settings.RELAX_SECOND_FACTOR = True
    case = Case().submit()
    member = staff_user(case.provider)
    client = browser(member)
    url = reverse("provider_desk:verify", args=[case.filing.pk])
    assert client.get(url).status_code == 200

    case.provider.is_active = False
    case.provider.save()
    assert answer(client, url) == LOGIN

    case.provider.is_active = True
    case.provider.save()
    client = browser(member)
    assert client.get(url).status_code == 200
    member.is_active = False
    member.save()
    assert answer(client, url) == LOGIN
