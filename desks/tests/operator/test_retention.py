"""For how long data are kept: what operators may change, from when it applies, and that the tasks follow it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module

import pytest
from django.urls import reverse
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts.models import Party
from filings import clock
from filings.deadlines import clearing, sweeps
from filings.models import Filing
from filings.states import Status
from icp_portal import schedule
from icp_portal.tests.builders import case_at, user
from ministry import retention
from ministry.mail.allowed import NEVER
from ministry.models import RetentionPeriod
from ministry.retention import DataKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


@pytest.fixture(autouse=True)
def read_again() -> Iterator[None]:
    retention.PERIODS.forget()
    yield
    retention.PERIODS.forget()


@pytest.fixture
def operator(client):
    client.force_login(user(Party.MINISTRY, name="运营员"))
    return client


def change(operator, kind: DataKind, length: object, days: int = 0, **changes: str):
    """Send the form of a kind; the period is to apply from so many days on."""
    page = reverse("operators:retention_period", args=[kind])
    seen = str(operator.get(page).context["form"].initial["seen"])
    day = (timezone.localdate() + timedelta(days=days)).isoformat()
    answer = operator.post(page, {"length": length, "valid_from": day, "why": "新规定", "seen": seen} | changes)
    retention.PERIODS.forget()
    return answer


def test_the_migrations_state_the_usual_periods():
    names = ("0005_retention", "0013_retention_of_looks")
    said = "".join(import_module(f"ministry.migrations.{name}").PERIODS for name in names)

    assert {kind: int(length) for kind, length in re.findall(r"\('(\w+)', (\d+)\)", said)} == {
        str(kind): about.length for kind, about in retention.KINDS.items()
    }


def test_every_kind_is_erased_by_a_task_that_runs():
    assert {about.task for about in retention.KINDS.values()} <= set(schedule.RUNS)


def test_a_changed_period_applies_from_its_day_and_the_task_follows_it(operator, time_machine):
    mail = Email.objects.create(from_email="a@example.cn", to=["b@example.cn"], status=STATUS.sent)
    Email.objects.filter(pk=mail.pk).update(created=timezone.now() - timedelta(days=20))

    assert change(operator, DataKind.MAILS, 14, days=2).status_code == 302

    row = RetentionPeriod.objects.filter(kind=DataKind.MAILS).first()
    assert (row.length, row.why, row.actor_name) == (14, "新规定", "运营员")
    assert clearing.clear()["mails"] == 0
    time_machine.move_to(timezone.now() + timedelta(days=2))
    retention.PERIODS.forget()
    assert clearing.clear()["mails"] == 1


def test_mails_about_no_filing_are_erased_also_if_they_failed_or_are_held_back():
    rows = [
        *(("sent", STATUS.sent, None), ("failed", STATUS.failed, None), ("held", STATUS.requeued, NEVER)),
        *(("queued", STATUS.queued, None), ("tried", STATUS.requeued, timezone.now())),
    ]
    for name, status, scheduled in rows:
        mail = Email.objects.create(
            from_email="a@example.cn", to=["b@example.cn"], subject=name, status=status, scheduled_time=scheduled
        )
        mail.logs.create(status=STATUS.failed, message="550 b@example.cn", exception_type="SMTPRecipientsRefused")
    about = Email.objects.filter(pk__in=case_at(Status.WITH_BUREAU).filing.mails.values("mail"))
    waiting = Email.objects.filter(subject__in=("queued", "tried"))
    kept = set((about | waiting).values_list("pk", flat=True))
    about.update(status=STATUS.failed)
    assert (len(kept) > 2, clearing.clear()["mails"]) == (True, 0)
    Email.objects.update(created=timezone.now() - timedelta(days=181))

    clearing.clear()

    left = Email.objects.all()
    assert not left.filter(subject__in=("sent", "failed", "held")).exists()
    assert kept <= set(left.values_list("pk", flat=True))


def test_a_shorter_life_of_drafts_ends_them_and_moves_the_reminders(operator):
    filing = case_at(Status.DRAFT).filing
    change(operator, DataKind.DRAFTS, 10)
    Filing.objects.filter(pk=filing.pk).update(touched_at=timezone.now() - timedelta(days=11))
    filing.refresh_from_db()

    assert sweeps.reminder_level(filing) == 7
    assert clock.kept_until(filing) == timezone.localdate() - timedelta(days=1)
    sweeps.lapse_drafts()

    filing.refresh_from_db()
    assert filing.status == Status.LAPSED


@pytest.mark.parametrize(
    ("kind", "length", "changes", "field", "said"),
    [
        (DataKind.VERIFIED, 4, {}, "length", "At least 5 years: "),
        (DataKind.LOOKS, 2, {}, "length", "At least 3 years: Personal Information Protection Law, art. 55 and 56"),
        (DataKind.INTERFACE, 91, {}, "length", "At least 92 days: "),
        (DataKind.MAILS, 0, {}, "length", "Enter a number from 1 to 36500."),
        (DataKind.MAILS, 10**30, {}, "length", "Enter a number from 1 to 36500."),
        (DataKind.MAILS, 10, {"valid_from": "2020-01-01"}, "valid_from", "The day must not be in the past."),
        (DataKind.MAILS, 10, {"why": ""}, "why", "This field is required."),
        (DataKind.MAILS, 10, {"seen": "7"}, "__all__", "Somebody has changed this period meanwhile."),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(operator, kind, length, changes, field, said):
    before = RetentionPeriod.objects.count()

    answer = change(operator, kind, length, **changes)

    assert answer.status_code == 200
    assert answer.context["form"].errors[field][0].startswith(said)
    assert RetentionPeriod.objects.count() == before


def test_the_list_names_what_comes_and_an_unknown_kind_is_missing(operator):
    change(operator, DataKind.MAILS, 365, days=9)

    shown = operator.get(reverse("operators:retention")).context["kinds"]

    day = timezone.localdate() + timedelta(days=9)
    assert [(one["period"], one["coming"]) for one in shown if one["kind"] == DataKind.MAILS] == [
        ("180 days", [(day, "365 days")])
    ]
    assert operator.get("/ministry/retention/records/").status_code == 404
