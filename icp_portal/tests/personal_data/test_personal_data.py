"""A person's report: the data kept, until when, and which office has looked, its staff unnamed."""

import json
from datetime import date, datetime

import pytest
from django.apps import apps
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import LookUps, Party, User
from filings import services
from filings.deadlines.erasing import erase_ended
from filings.models import Filing
from filings.states import Status
from icp_portal import own_rows
from icp_portal.tests.builders import case_at, sign_in, user, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]
PAGE = "/personal-data/"


def test_a_host_reads_what_is_kept_and_which_office_has_looked_and_nothing_of_others(client):
    case, stranger = case_at(Status.FILED), case_at(Status.WITH_BUREAU)
    filing, reviewer = case.refresh().filing, case.reviewer
    services.record_look(filing, case.staff, "facts")
    services.record_look(filing, reviewer, "papers.responsible_front")
    services.export_case_file(filing, reviewer, "PDF 00ff")
    services.record_look(stranger.refresh().filing, stranger.reviewer, "facts")

    answer = sign_in(client, user_of(case.host)).get(PAGE)

    kept, looks = answer.context["kept"], answer.context["looks"]
    assert [(one.what, one.until) for one in kept] == [
        ("Your account", "as long as the account exists"),
        (f"Filing {filing.pk} ({filing.topic})", "for good: it led to a record"),
        (f"Record {filing.subject.number}", "for good: a number is never assigned again"),
        ("Contacts' e-mail addresses", "until your last filing is erased; for good if one led to a record"),
    ]
    assert [(look.office, look.what) for look in looks[:3]] == [
        (filing.bureau.name, "case file downloaded"),
        (filing.bureau.name, "responsible person's certificate, portrait side"),
        (filing.provider.name, "the full data"),
    ]
    assert {look.about for look in looks} == {f"Filing {filing.pk} ({filing.topic})"}
    page = answer.content.decode()
    assert all(str(user_of(actor)) not in page for actor in (case.staff, reviewer))
    assert f"Filing {stranger.filing.pk} " not in page


def test_every_column_that_names_an_account_is_in_the_report_or_said_not_to_be():
    columns = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is User
    }
    listed = [*own_rows.COUNTED, *own_rows.IN_THE_ACCOUNT, *own_rows.IN_A_FILING_OR_RECORD, *own_rows.OF_THE_WORK]

    assert sorted(listed) == sorted(columns)


def test_what_other_tables_keep_is_counted_for_the_account_that_it_is_about(client):
    case, stranger = case_at(Status.DRAFT), case_at(Status.DRAFT)
    for actor, days in ((case.host, 2), (stranger.host, 1)):
        for day in range(days):
            LookUps.objects.create(user=user_of(actor), day=date(2026, 1, 1 + day), texts=3)

    kept = sign_in(client, user_of(case.host)).get(PAGE).context["kept"]

    (look_ups,) = [one for one in kept if one.what == "Look-ups by your programs"]
    assert look_ups.contains == "2, each with a day, and how many texts"
    assert look_ups.until.endswith(" days")


def test_the_file_says_what_the_page_says(client):
    case = case_at(Status.DRAFT)
    client = sign_in(client, user_of(case.host))

    answer = client.get(PAGE, {"as": "file"})

    report = json.loads(answer.content)
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
        "application/json",
        "private, no-store",
    )
    assert report["account"] == user_of(case.host).email
    assert [one["what"] for one in report["kept"]] == [one.what for one in client.get(PAGE).context["kept"]]
    assert report["looks"] == []


def test_what_is_erased_is_no_longer_kept_and_before_that_its_last_day_is_named(client, time_machine):
    time_machine.move_to(datetime(2026, 1, 5, 10, tzinfo=timezone.get_default_timezone()))
    case = case_at(Status.WITHDRAWN)
    client = sign_in(client, user_of(case.host))
    until = client.get(PAGE).context["kept"][1].until
    time_machine.move_to(datetime(2027, 1, 7, 10, tzinfo=timezone.get_default_timezone()))
    erase_ended()

    after = sign_in(client, user_of(case.host)).get(PAGE).context["kept"][1]

    assert Filing.objects.get(pk=case.filing.pk).erased_at is not None
    assert until == date_format(date(2027, 1, 5))
    assert (after.contains, after.until[:9]) == ("Only that the filing existed, its moves and their times", "erased on")


@pytest.mark.parametrize("party", [Party.PROVIDER, Party.BUREAU, Party.MINISTRY])
def test_staff_read_what_is_kept_about_their_account(client, party):
    answer = sign_in(client, user(party)).get(PAGE)

    assert [one.what for one in answer.context["kept"]] == ["Your account"]
    assert "Who has looked" not in answer.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_filings(client, django_assert_num_queries):
    case = case_at(Status.WITHDRAWN)
    client = sign_in(client, user_of(case.host))
    client.get(PAGE)
    with django_assert_num_queries(8 + len(own_rows.COUNTED)):
        client.get(PAGE)
    case_at(Status.WITHDRAWN, owner=case.host)
    with django_assert_num_queries(8 + len(own_rows.COUNTED)):
        client.get(PAGE)
