"""Dates that a host watches: entered once, renewed or dropped by their host alone."""

import pytest
from django.urls import reverse

from filings.states import Status
from icp_portal.tests.builders import Case, case_at, client_of, host
from ministry.models import Website
from records import expiry_dates
from records.models import ExpiryDate, ExpiryKind
from records.tests.records_of_hosts import in_days, website_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def case() -> Case:
    return case_at(Status.FILED)


def add(case: Case, **data: object) -> int:
    values = {"kind": "domain", "website": "", "label": "example.cn", "ends_on": in_days(90).isoformat()} | data
    return client_of(case.host).post(reverse("records:watch_add", args=[case.filing.subject_id]), values).status_code


def test_a_host_watches_a_day_once_however_often_it_is_sent(case):
    ExpiryDate.objects.all().delete()
    assert (add(case), add(case)) == (302, 302)
    assert add(case, ends_on=in_days(120).isoformat()) == 302

    row = ExpiryDate.objects.get()
    assert (row.kind, row.label, row.ends_on, row.entered_by_id) == (
        "domain",
        "example.cn",
        in_days(120),
        case.host.user_id,
    )


@pytest.mark.parametrize(
    "data",
    [
        {"kind": ""},
        {"kind": "passport"},
        {"ends_on": ""},
        {"ends_on": "2000-01-01"},
        {"ends_on": "9999-12-31"},
        {"label": "x" * 65},
        {"label": "responsible"},
        {"website": "999999999"},
        {"website": "x"},
    ],
)
def test_what_can_not_be_watched_is_refused_at_its_field(case, data):
    before = ExpiryDate.objects.count()
    assert add(case, **data) == 200
    assert ExpiryDate.objects.count() == before


def test_another_hosts_website_can_not_be_named(case):
    other = case_at(Status.FILED)
    assert add(case, website=website_of(other).pk) == 200
    with pytest.raises(Website.DoesNotExist):
        expiry_dates.save(
            case.filing.subject_id,
            case.host,
            website_id=website_of(other).pk,
            kind=ExpiryKind.DOMAIN,
            label="",
            ends_on=in_days(9),
        )


def test_a_day_is_renewed_or_dropped_by_its_host_alone(case):
    ExpiryDate.objects.all().delete()
    add(case)
    row = ExpiryDate.objects.get()
    url = reverse("records:watch", args=[row.pk])
    stranger = client_of(host())
    for answered in (stranger.get(url), stranger.post(url, {"remove": "1"}), stranger.post(url, {"renew": "1"})):
        assert answered.status_code == 404

    client = client_of(case.host)
    assert client.post(url, {"renew": "1", "ends_on": in_days(400).isoformat()}).status_code == 302
    assert ExpiryDate.objects.get().ends_on == in_days(400)
    assert client.post(url, {"renew": "1", "ends_on": in_days(-1).isoformat()}).status_code == 200
    assert client.post(url, {"remove": "1"}).status_code == 302
    assert client.post(url, {"remove": "1"}).status_code == 404
    assert not ExpiryDate.objects.exists()


def test_nobody_fills_the_table(case, monkeypatch):
    monkeypatch.setattr(expiry_dates, "MOST", 1)
    ExpiryDate.objects.all().delete()
    assert add(case) == 302
    assert add(case, label="another.cn") == 200
    assert ExpiryDate.objects.count() == 1
