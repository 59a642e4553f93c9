"""The operators' desk: organisations, staff and calendar are edited here; the register is only looked at."""

from datetime import date

import pytest

from accounts.models import Party, User
from icp_portal.tests.builders import Case, provider, user
from ministry.models import CalendarDay, Mail
from providers.models import Provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client, settings):
    settings.RELAX_SECOND_FACTOR = True
    client.force_login(user(Party.MINISTRY))
    return client


def test_every_list_and_every_row_opens(operator):
    Case().submit().verify().approve()
    index = operator.get("/ministry/")
    for app in index.context["app_list"]:
        for model in app["models"]:
            assert operator.get(model["admin_url"]).status_code == 200
            row = model["model"].objects.first()
            assert row is None or operator.get(f"{model['admin_url']}{row.pk}/change/").status_code == 200
    assert {model["object_name"] for app in index.context["app_list"] for model in app["models"]} == {
        "Access",
        "BlacklistedDomain",
        "BlacklistedSubject",
        "Bureau",
        "CalendarDay",
        "CalendarYear",
        "Mail",
        "NumberSeries",
        "Provider",
        "ProvinceRule",
        "Reviewer",
        "Staff",
        "Subject",
        "User",
        "Website",
    }


def test_a_provider_is_added_with_its_provinces(operator):
    response = operator.post(
        "/ministry/providers/provider/add/",
        {
            "name": "新接入",
            "slug": "new",
            "provinces": ["110000", "440000"],
            "licence": "B1-1",
            "about": "",
            "contact_phone": "400",
            "contact_email": "a@b.cn",
            "address": "某路",
            "accepts_new": "on",
            "is_active": "on",
        },
    )
    assert response.status_code == 302
    assert Provider.objects.get().provinces == ["110000", "440000"]


def test_a_member_of_staff_is_added_without_a_password(operator):
    operator.post(
        "/ministry/accounts/user/add/", {"email": "New@B.cn", "name": "新", "party": "bureau", "is_active": "on"}
    )
    added = User.objects.get(email="new@b.cn")
    assert (added.party, added.has_usable_password()) == (Party.BUREAU, False)


def test_a_calendar_day_is_added_and_removed(operator):
    day = {"day": "2026-07-08", "year": "2026", "name": "停工日"}
    assert operator.post("/ministry/ministry/calendarday/add/", day).status_code == 302
    assert CalendarDay.objects.get(day=date(2026, 7, 8)).is_working is False
    operator.post("/ministry/ministry/calendarday/2026-07-08/delete/", {"post": "yes"})
    assert not CalendarDay.objects.filter(day=date(2026, 7, 8)).exists()


def test_a_day_of_another_year_is_refused_at_the_form(operator):
    day = {"day": "2027-07-08", "year": "2026", "name": "停工日"}
    assert operator.post("/ministry/ministry/calendarday/add/", day).status_code == 200
    assert not CalendarDay.objects.filter(day=date(2027, 7, 8)).exists()


@pytest.mark.parametrize("table", ["subject", "website", "access", "numberseries", "mail"])
def test_the_register_and_the_mails_are_only_looked_at(operator, table):
    Case().submit().verify().approve()
    assert Mail.objects.exists()
    assert operator.get(f"/ministry/ministry/{table}/add/").status_code == 403
    pk = operator.get(f"/ministry/ministry/{table}/").context["cl"].result_list[0].pk
    assert operator.post(f"/ministry/ministry/{table}/{pk}/change/", {"name": "x"}).status_code == 403
    assert operator.post(f"/ministry/ministry/{table}/{pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_strangers_provider_page_is_not_there(client):
    closed = provider(is_active=False)
    assert client.get(f"/providers/{closed.slug}/").status_code == 404
