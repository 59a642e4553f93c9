"""How a provider's hosts are connected: stated once by its administrator, completed by its verifier on the sheet."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.translation import gettext as _

from filings import services
from filings.states import Status
from icp_portal.demo import play
from icp_portal.tests.builders import Case, sign_in, user_of
from ministry.reference import code_tables
from providers.models import OrganisationChange, Provider
from providers.organisation import records
from providers.tests.organisation.test_organisation_pages import EDIT, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

Browser = Callable[..., Client]
CLOUD, BEIJING = code_tables.CLOUD, 2
CONTROL = "fill-websites-0-access-ip_ranges"


def test_what_an_administrator_states_is_shown_and_on_record_in_words(
    access_provider: Provider, browser: Browser
) -> None:
    administrator = browser(access_provider)

    administrator.post(EDIT, typed(access_provider, access_ways=[3, CLOUD], access_places=[BEIJING]))

    access_provider.refresh_from_db()
    assert access_provider.usual_access == {"ways": [3, CLOUD], "places": [BEIJING]}
    assert administrator.get("/provider/organisation/").context["usual_access"] == {
        "ways": "Virtual host, Cloud",
        "places": "Beijing",
    }
    shown = [records.words(row.what, row.after) for row in OrganisationChange.objects.order_by("what")]
    assert shown == ["Beijing", "Virtual host, Cloud"]


@pytest.mark.parametrize("half", [{"access_ways": [CLOUD]}, {"access_places": [BEIJING]}])
def test_half_of_it_is_nothing(access_provider: Provider, browser: Browser, half: dict[str, list[int]]) -> None:
    browser(access_provider).post(EDIT, typed(access_provider, **half))

    access_provider.refresh_from_db()
    assert access_provider.usual_access == {}


@pytest.mark.parametrize("wrong", [{"access_ways": ["99"]}, {"access_places": ["x\x00"]}])
def test_what_is_in_no_table_is_refused(
    access_provider: Provider, browser: Browser, wrong: dict[str, list[str]]
) -> None:
    answer = browser(access_provider).post(EDIT, typed(access_provider, **wrong))

    assert list(answer.context["form"].errors) == list(wrong)
    assert not OrganisationChange.objects.exists()


def test_the_verifier_is_asked_for_the_address_beside_the_item_about_the_access(access_provider: Provider) -> None:
    access_provider.access_ways, access_provider.access_places = [CLOUD], [BEIJING]
    access_provider.save()
    case = Case(of=access_provider)
    services.save_facts(case.filing.pk, case.host, {"websites.0.access.ip_ranges": ""}, version=None)
    case.submit()
    services.claim(case.filing.pk, case.staff)
    play.photograph(case.filing, case.staff)
    desk = sign_in(Client(), user_of(case.staff))
    page = f"/provider/filings/{case.filing.pk}/"
    answers = play.answers(case.refresh().filing)

    def send(text: str) -> HttpResponse:
        kept = case.filing.worksheets.first()
        version = {"version": case.refresh().filing.version, "worksheet": kept.version if kept else 0}
        return desk.post(page, {**answers, **version, "place": "营业厅", "statement": "on", "pass": "1", CONTROL: text})

    assert CONTROL in desk.get(page).context["sheet"].fields
    assert send("").context["sheet"].errors == {CONTROL: [_("This is needed to pass the filing on. Fill it in.")]}
    assert list(send("10.0.0.1").context["sheet"].errors) == [CONTROL]
    assert send("192.31.196.9").status_code == 302
    filing = case.refresh().filing
    assert (filing.status, filing.get("websites.0.access.ip_ranges")) == (Status.WITH_BUREAU, "192.31.196.9")
