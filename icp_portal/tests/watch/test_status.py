"""The state of the portal: what operators see of it, and what they are mailed each morning."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts.models import Party
from filings.models import FileCheck, Filing
from filings.states import Status
from icp_portal import schedule
from icp_portal.tasks import tell_status
from icp_portal.tests.builders import case_at, sign_in, user
from icp_portal.watch import beats, certificate, status
from ministry import audit
from ministry.models import AuditCheck, Backup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


@pytest.fixture(autouse=True)
def in_order(monkeypatch):
    """A portal in which everything is as it should be."""
    monkeypatch.setattr(beats, "last", lambda: dict.fromkeys(schedule.RUNS, int(time.time())))
    monkeypatch.setattr(status, "missing_year", lambda _today: None)
    audit.seal()  # the rows of the migrations, which may have waited for long
    AuditCheck.objects.create(number=0, chain="")
    FileCheck.objects.create(day=timezone.localdate(), ended_at=timezone.now())


def looked_at() -> dict[str, tuple[str, str]]:
    """The areas that are not in order, with tone and text."""
    found = {str(area): (one.tone, one.text) for area, one in status.conditions()}
    return {area: said for area, said in found.items() if said[0] != status.FINE}


def test_a_portal_in_order_says_so_on_the_page_and_by_mail():
    operator = user(Party.MINISTRY)

    answer = sign_in(Client(), operator).get(reverse("portal_status"))
    for _twice in range(2):
        tell_status()

    assert answer.status_code == 200
    assert looked_at() == {}
    assert answer.content.decode().count("In order") == len(status.AREAS)
    mail = Email.objects.get(to=[operator.email])
    assert mail.subject.endswith(": 0 items need attention in the operation of the portal")
    assert "Everything is in order." in mail.message


def test_what_is_not_in_order_is_named_with_its_numbers(monkeypatch, settings):
    late = case_at(Status.WITH_BUREAU).filing
    Filing.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    Email.objects.all().delete()
    Email.objects.create(from_email="a@example.cn", to=["b@example.cn"], status=STATUS.failed)
    AuditCheck.objects.create(number=1, chain="", fault="entry 7: changed")
    FileCheck.objects.update(missing=3)
    settings.FIELD_KEYS = [*settings.FIELD_KEYS, "an older one"]
    monkeypatch.setattr(status, "missing_year", lambda _today: 2027)
    monkeypatch.setattr(beats, "last", lambda: dict.fromkeys(schedule.RUNS, int(time.time())) | {"ministry.sweep": 0})
    monkeypatch.setattr(certificate, "days_left", lambda: 20)
    monkeypatch.setattr("icp_portal.watch.measures.disk_free", lambda: {"evidence": 0.05})

    operator = user(Party.MINISTRY)
    tell_status()

    said = looked_at()
    assert said.pop("Nightly work")[0] == "attention"
    assert said == {
        "Background work": ("attention", "Not run in time: ministry.sweep. Are workers and beat running?"),
        "E-mails": ("attention", "Failed: 1. Waiting for more than an hour: 0, filing passwords: 0."),
        "Filings": ("attention", "Overdue at the bureaus: 1."),
        "Audit log": ("wrong", "entry 7: changed"),
        "Stored files": ("wrong", "Missing: 3."),
        "Work calendar": ("attention", "The notice of 2027 is missing."),
        "Keys of personal data": ("attention", "2 keys: after manage.py reseal remove the old ones."),
        "Certificate of the website": ("attention", "Valid for another 20 days."),
        "Disk": ("wrong", "At least 5 % are free."),
    }
    assert ": 10 items need attention" in Email.objects.get(to=[operator.email]).subject


def test_a_new_portal_is_given_the_time_in_which_its_tasks_have_run_once(monkeypatch, time_machine):
    monkeypatch.undo()  # no task has run yet
    assert not {"Background work", "Nightly work"} & looked_at().keys()

    time_machine.move_to(timezone.now() + timedelta(hours=2))
    assert looked_at()["Background work"][0] == "wrong"
    assert "Nightly work" not in looked_at()

    time_machine.move_to(timezone.now() + timedelta(hours=27))
    assert looked_at()["Nightly work"][0] == "attention"
    assert "filings.erase_ended" in looked_at()["Nightly work"][1]


def test_a_task_that_runs_every_ten_minutes_is_late_after_an_hour(monkeypatch):
    now = int(time.time())
    monkeypatch.setattr(
        beats, "last", lambda: dict.fromkeys(schedule.RUNS, now) | {"filings.watch_deadlines": now - 3600}
    )

    said = "Not run in time: filings.watch_deadlines. Are workers and beat running?"
    assert looked_at() == {"Background work": ("attention", said)}


def test_a_check_of_the_files_that_ended_days_ago_needs_attention():
    now = timezone.now()
    FileCheck.objects.update(ended_at=now - timedelta(days=3))
    assert looked_at()["Stored files"][0] == "attention"
    assert looked_at()["Stored files"][1].startswith("No check has ended since ")

    begun = FileCheck.objects.create(day=timezone.localdate() + timedelta(days=1), missing=2)
    assert looked_at()["Stored files"] == ("wrong", "Missing: 2.")

    FileCheck.objects.filter(pk=begun.pk).update(missing=0, ended_at=now)
    assert "Stored files" not in looked_at()


def test_a_backup_that_is_missing_or_old_needs_attention(settings):
    assert "Backup" not in looked_at()  # not set up
    settings.BACKUP_RECIPIENTS = ["age1…"]
    assert looked_at()["Backup"] == ("attention", "None has been made yet.")

    Backup.objects.create(at=timezone.now() - timedelta(days=3))
    assert looked_at()["Backup"][1].startswith("None has been made since ")
    Backup.objects.create()
    assert "Backup" not in looked_at()


def test_a_certificate_that_can_not_be_verified_is_a_fault(settings):
    settings.SITE_URL = "https://localhost:1"

    assert looked_at()["Certificate of the website"][0] == "wrong"
