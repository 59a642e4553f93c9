"""The police filing of a website: its number, its thirty days and its reminders."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from filings import actors
from filings.actors import Actor
from filings.models import Adoption
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, client_of, host, on_record, provider
from ministry.models import Website
from records import police_filing, reminders
from records.after_approval import take_up
from records.models import Upkeep
from records.tests.records_of_hosts import POLICE, in_days, text_of, website_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def case() -> Case:
    return case_at(Status.FILED)


@pytest.mark.parametrize(
    "text", [POLICE, " 京公网安备 11010802000001号 ", "京公网安备１１０１０８０２０００００１号", POLICE[:-1]]
)
def test_a_police_number_is_read_as_people_type_it(text):
    assert police_filing.check_number(text) == POLICE


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "required"),
        ("11010802000001", "invalid"),
        ("京公网安备1101080200000号", "invalid"),
        ("京公网安备110108020000011号", "invalid"),
        ("港公网安备11010802000001号", "invalid"),
        ("京ICP备2026000001号-1", "invalid"),
        ("京公网安备11010802000001号x", "invalid"),
        ("京公网安备1101080200000\u202e1号", "invisible"),
        ("9" * 5000, "too_long"),
    ],
)
def test_what_is_no_police_number_is_refused(text, code):
    with pytest.raises(ValidationError) as refusal:
        police_filing.check_number(text)
    assert refusal.value.code == code


def taken_up_after(days: int) -> tuple[Actor, Website]:
    """A website that was approved so many days ago elsewhere and has just been taken into an account."""
    site, member = on_record(provider()), host()
    Website.objects.update(approved_on=in_days(-days))
    Adoption.objects.create(host_id=member.person_id, subject=site.subject)
    take_up(site.subject)
    return member, Website.objects.select_related("upkeep").get()


@pytest.mark.parametrize(("days", "due"), [(31, None), (2000, None), (30, 0), (10, 20)])
def test_of_an_older_record_nobody_says_that_the_police_filing_is_late(days, due):
    member, site = taken_up_after(days)
    page = text_of(client_of(member), "records:website", site.pk)

    assert site.upkeep.police_due_on == (None if due is None else in_days(due))
    assert ("Is it filed with the police?" in page) == (due is None)
    assert ("File with the police and enter the number here" in page) == (due is not None)
    assert reminders_of_police() == (0 if due is None or due > 10 else 1)


def reminders_of_police() -> int:
    reminders.sweep()
    return Email.objects.filter(subject__contains="police").count()


def test_the_day_of_its_opening_begins_the_thirty_days_of_an_older_record():
    member, site = taken_up_after(2000)
    client, url = client_of(member), reverse("records:police", args=[site.pk])
    assert "The opening date is not known." in client.get(url).content.decode()

    client.post(url, {"opened_on": in_days(-5).isoformat()})
    assert Upkeep.objects.get().police_due_on == in_days(25)
    refused = client.post(url, {"opened_on": ""}).content.decode()
    assert "can be changed but not removed" in refused, "the thirty days would begin for nobody any more"
    assert Upkeep.objects.get().police_due_on == in_days(25)
    client.post(url, {"opened_on": in_days(-6).isoformat(), "number": POLICE})

    page = text_of(client, "records:website", site.pk)
    assert POLICE in page
    assert "Is it filed with the police?" not in page


def test_what_is_late_here_stays_late_when_the_form_is_saved_without_a_day(case):
    with time_machine.travel(timezone.now() + timedelta(days=60), tick=False):
        due = Upkeep.objects.get().police_due_on
        post_police(case)

        assert Upkeep.objects.get().police_due_on == due
        assert "File with the police and enter the number here" in text_of(
            client_of(case.host), "records:website", website_of(case).pk
        )


def post_police(case: Case, **data: object) -> int:
    url = reverse("records:police", args=[website_of(case).pk])
    return client_of(case.host).post(url, data).status_code


def test_the_number_ends_the_case_and_joins_the_footer(case):
    assert post_police(case, number=POLICE) == 302

    upkeep = Upkeep.objects.get()
    assert upkeep.police_number == POLICE
    assert upkeep.police_done_at is not None
    page = text_of(client_of(case.host), "records:website", upkeep.pk)
    assert "File with the police" not in page
    assert page.count(POLICE) == 2  # in the line to copy, and as it was entered


def test_saying_that_it_is_done_ends_it_too_and_can_be_taken_back(case):
    assert post_police(case, done="on") == 302
    assert Upkeep.objects.get().police_done_at is not None

    assert post_police(case) == 302
    assert Upkeep.objects.get().police_done_at is None


def test_the_thirty_days_count_from_the_opening_where_the_host_names_it(case):
    Upkeep.objects.update(police_told=0)
    assert post_police(case, opened_on=in_days(40).isoformat()) == 302

    upkeep = Upkeep.objects.get()
    assert (upkeep.police_due_on, upkeep.police_told) == (in_days(70), None)


@pytest.mark.parametrize(
    "data",
    [{"number": "京公网安备123号"}, {"opened_on": "1900-01-01"}, {"opened_on": "9999-12-31"}, {"opened_on": "x"}],
)
def test_what_can_not_be_is_refused_and_nothing_is_kept(case, data):
    before = Upkeep.objects.values().get()
    assert post_police(case, **data) == 200
    assert Upkeep.objects.values().get() == before


def test_a_stranger_keeps_nothing_about_somebody_elses_website(case):
    for member in (host(), case.staff, case.reviewer, actors.on_behalf(case.staff, "示例接入")):
        with pytest.raises(Upkeep.DoesNotExist):
            police_filing.save(website_of(case).pk, member, number=POLICE, done=True, opened_on=None)
    assert Upkeep.objects.get().police_number == ""
