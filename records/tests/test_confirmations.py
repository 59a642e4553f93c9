"""The yearly confirmation of records by their hosts."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from filings.errors import MoveRefused
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, client_of, host
from ministry.models import ProvinceRule, Subject, Website
from ministry.reference.topics import Topic
from ministry.register import ends
from records import annual_confirmation, reminders
from records.models import Confirmation, Upkeep, YearlyAnswer
from records.tests.records_of_hosts import rule, text_of, website_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def case() -> Case:
    return case_at(Status.FILED)


def confirm(case: Case, answer: YearlyAnswer = YearlyAnswer.UNCHANGED) -> Confirmation:
    return annual_confirmation.confirm(website_of(case).pk, case.host, answer)


def test_a_host_confirms_in_the_time_its_bureau_set_and_a_double_click_counts_once(case):
    asked = rule()
    client, url = client_of(case.host), reverse("records:confirm", args=[website_of(case).pk])
    assert "示例公告" in client.get(url).content.decode()

    answers = [client.post(url, {"answer": "unchanged", "seen": "0"}) for _n in range(2)]

    assert [answer["Location"] for answer in answers] == [reverse("records:website", args=[website_of(case).pk])] * 2
    row = Confirmation.objects.get()
    assert (row.rule, row.answer, row.user_id) == (asked, "unchanged", case.host.user_id)
    assert "Confirmed" in client.get(url).content.decode()
    assert "Confirm that the data on record" not in text_of(client, "records:home")


def test_an_answer_is_corrected_while_the_period_runs_and_the_first_one_is_kept(case):
    asked = rule()
    first = confirm(case)
    client, url = client_of(case.host), reverse("records:confirm", args=[website_of(case).pk])

    client.post(url, {"answer": "updated", "seen": str(first.pk)})

    assert list(Confirmation.objects.values_list("answer", "rule")) == [("unchanged", asked.pk), ("updated", asked.pk)]
    upkeep = Upkeep.objects.get()
    assert (upkeep.yearly_answer, upkeep.yearly_rule) == ("updated", asked)
    later = time_machine.travel(timezone.now() + timedelta(days=21), tick=False)
    with later, pytest.raises(MoveRefused, match="not asking for a confirmation"):
        confirm(case)
    assert Confirmation.objects.count() == 2


@pytest.mark.parametrize("seen", ["0", "", "-1", "x", "9" * 40])
def test_who_has_not_seen_the_answer_of_another_window_is_told_it_and_can_choose_again(case, seen):
    rule()
    first = confirm(case)
    client, url = client_of(case.host), reverse("records:confirm", args=[website_of(case).pk])

    response = client.post(url, {"answer": "cancelled", "seen": seen})

    page = response.content.decode()
    assert (response.status_code, Confirmation.objects.count()) == (200, 1)
    assert "You (in another window) answered meanwhile: “Everything on record is still correct”" in page
    assert f'name="seen" value="{first.pk}"' in page
    assert 'value="cancelled"' in page[: page.index("checked")].rsplit("<input", 1)[1]


@pytest.mark.parametrize(
    ("answer", "page"), [("updated", "/records/websites/{}/"), ("cancelled", "kind=cancel_website")]
)
def test_an_answer_leads_to_what_it_needs(case, answer, page):
    rule()
    website, client = website_of(case), client_of(case.host)

    response = client.post(reverse("records:confirm", args=[website.pk]), {"answer": answer, "seen": "0"})

    assert page.format(website.pk) in response["Location"]
    assert client.get(response["Location"]).status_code == 200
    reminded = "You have answered that it is no longer used" in text_of(client, "records:home")
    assert reminded == (answer == "cancelled")


def test_a_website_cancelled_in_the_period_counts_as_answered(case):
    asked, website = rule(), website_of(case)
    reminders.sweep()
    ends.cancel_website(website.pk, timezone.localdate())
    reminders.sweep()

    row = Confirmation.objects.get()
    assert (row.rule, row.answer, row.user_id) == (asked, "cancelled", None)
    page = text_of(client_of(case.host), "records:confirm", website.pk)
    assert "The website is no longer on record under this number" in page
    url = reverse("records:confirm", args=[website.pk])
    assert client_of(case.host).post(url, {"answer": "unchanged"}).status_code == 200
    assert Confirmation.objects.count() == 1


@pytest.mark.parametrize(("first", "last"), [(1, 20), (-20, -1)])
def test_outside_of_that_time_there_is_nothing_to_confirm(case, first, last):
    rule(first=first, last=last)
    with pytest.raises(MoveRefused, match=_("Your bureau is not asking for a confirmation at this time.")):
        confirm(case)
    page = text_of(client_of(case.host), "records:confirm", website_of(case).pk)
    assert "Your bureau is not asking for a confirmation at this time." in page


@pytest.mark.parametrize(
    ("columns", "asked"),
    [
        ({"province": "440000"}, False),
        ({"province": ""}, True),
        ({"audience": "individuals"}, False),
        ({"audience": "units"}, True),
        ({"last": None}, True),
    ],
)
def test_only_those_whom_the_rule_concerns_are_asked(case, columns, asked):
    rule(**columns)
    subject = Subject.objects.get()
    assert bool(annual_confirmation.rule_for(subject, annual_confirmation.rules_on(timezone.localdate()))) == asked


def test_each_year_is_confirmed_by_itself(case):
    rule(first=-10, last=20)
    confirm(case)
    rule(first=355, last=385)
    with time_machine.travel(timezone.now() + timedelta(days=360), tick=False):
        confirm(case, YearlyAnswer.UPDATED)
    assert list(Confirmation.objects.values_list("answer", flat=True)) == ["unchanged", "updated"]


def test_a_stranger_confirms_nothing_and_an_answer_nobody_offers_is_refused(case):
    rule()
    with pytest.raises(Website.DoesNotExist):
        annual_confirmation.confirm(website_of(case).pk, host(), YearlyAnswer.UNCHANGED)
    url = reverse("records:confirm", args=[website_of(case).pk])
    assert client_of(case.host).post(url, {"answer": "deleted"}).status_code == 200
    assert not Confirmation.objects.exists()


def test_a_confirmation_is_never_changed(case):
    rule()
    row = confirm(case)
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        Confirmation.objects.filter(pk=row.pk).update(answer="updated")


def test_the_one_year_that_a_public_document_states_is_on_record():
    seeded = ProvinceRule.objects.get(topic=Topic.YEARLY_CONFIRMATION)
    assert (seeded.province, seeded.valid_from, seeded.valid_to) == ("420000", date(2020, 1, 15), date(2020, 4, 15))
