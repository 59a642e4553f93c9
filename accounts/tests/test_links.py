"""Where somebody goes on after signing in, when a form was sent from a page whose session had ended."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from icp_portal.tests.builders import Case, case_at, sign_in

pytestmark = pytest.mark.django_db


def goes_on_at(response) -> str:
    assert response.status_code == 302
    return parse_qs(urlsplit(response["Location"]).query)["next"][0]


@pytest.mark.parametrize(
    ("pressed", "page"),
    [
        ("provider_desk:claim", "provider_desk:verify"),
        ("provider_desk:release", "provider_desk:verify"),
        ("filings:copy", "filings:status"),
        ("filings:submit", "filings:check"),
    ],
)
def test_a_press_after_the_session_has_ended_leads_back_to_its_page(pressed, page):
    case = case_at("with_provider")
    came = f"{settings.SITE_URL}{reverse(page, args=[case.filing.pk])}?full=1"

    response = Client().post(reverse(pressed, args=[case.filing.pk]), headers={"referer": came})

    assert goes_on_at(response) == f"{reverse(page, args=[case.filing.pk])}?full=1"


@pytest.mark.parametrize("came", ["", "https://elsewhere.example/filings/", "no address", "//elsewhere.example/x"])
def test_a_press_from_nowhere_leads_to_the_desk(came):
    case = Case()

    response = Client().post(reverse("filings:submit", args=[case.filing.pk]), headers={"referer": came})

    assert goes_on_at(response) == reverse("desk")


def test_a_page_leads_back_to_itself():
    case = Case()
    page = f"{reverse('filings:status', args=[case.filing.pk])}?after=2"

    assert goes_on_at(Client().get(page)) == page


@pytest.mark.parametrize(("name", "page"), [("submit", "check"), ("handover", "papers")])
def test_an_address_that_draws_a_page_for_a_form_leads_to_that_forms_page_when_it_is_opened(name, page):
    """As after signing in again: the browser's referer was the address of the drawn page."""
    case = Case()

    response = sign_in(Client(), case.filing.host).get(reverse(f"filings:{name}", args=[case.filing.pk]))

    assert (response.status_code, response["Location"]) == (302, reverse(f"filings:{page}", args=[case.filing.pk]))


@pytest.mark.parametrize("name", ["copy", "add_website", "remove_picture"])
def test_an_address_that_only_takes_forms_says_so_when_it_is_opened(name):
    case = Case()

    response = sign_in(Client(), case.filing.host).get(reverse(f"filings:{name}", args=[case.filing.pk]))

    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert f"<h1>{_('This address has no page')}</h1>" in response.content.decode()
