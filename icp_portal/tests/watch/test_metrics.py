"""``/metrics``: what Prometheus is told, whom it is told, and that it costs little."""

import json
import logging
import re
from datetime import timedelta
from io import StringIO
from unittest.mock import MagicMock
from uuid import uuid4

import pytest
from celery.signals import beat_init, task_success
from django.conf import settings as portal
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from post_office.models import STATUS, Email
from prometheus_client.parser import text_string_to_metric_families

from filings.evidence import malware
from filings.models import CertificateReading, EndpointState, FileCheck, Filing, WebhookEndpoint, WebhookMessage
from filings.reading import requests
from filings.states import Status
from filings.tasks import send_code
from icp_portal import schedule
from icp_portal.tests.builders import case_at, provider
from icp_portal.watch import certificate, measures
from ministry.models import Backup
from ministry.tasks import send_mails
from ops.bootstrap import ROOT

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-prometheus"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def _token(settings):
    settings.METRICS_TOKEN = TOKEN


def told() -> dict[str, float]:
    """Return the measures as Prometheus reads them: name, or name and label, → value."""
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    families = text_string_to_metric_families(answer.content.decode())
    return {
        ":".join([sample.name, *sample.labels.values()]): sample.value
        for family in families
        for sample in family.samples
    }


def test_waiting_failed_and_overdue_rows_are_told_with_their_age():
    before = told()
    late = case_at(Status.WITH_BUREAU).filing
    Filing.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    Email.objects.all().delete()
    for status in (STATUS.queued, STATUS.failed):
        Email.objects.create(from_email="a@example.cn", to=["b@example.cn"], status=status)
    Email.objects.filter(status=STATUS.queued).update(created=timezone.now() - 10 * MINUTE)

    after = told()

    assert (before["icp_overdue_filings"], after["icp_overdue_filings"]) == (0, 1)
    assert (after["icp_waiting:mails"], after["icp_failed_mails"]) == (1, 1)
    assert after["icp_waiting_seconds:mails"] == pytest.approx(600, abs=60)
    assert before["icp_waiting_seconds:uploads"] == 0
    assert after["icp_waiting:audit"] > 0
    assert 0 < after["icp_disk_free_ratio:evidence"] < 1
    assert {name: value for name, value in after.items() if name.startswith("icp_unread") and value} == {}


def test_pictures_whose_reading_was_given_up_wait_for_nothing():
    pictures = case_at(Status.WITH_BUREAU).filing.evidence.order_by("pk")[:3]
    now = timezone.now()
    for picture, tries, ordered_at in (
        (pictures[0], 0, now - 2 * HOUR),
        (pictures[1], requests.MOST_TRIES, now - 3 * HOUR),
        (pictures[2], 0, now - requests.KEPT_DUE - HOUR),
    ):
        row = CertificateReading.objects.create(evidence=picture, tries=tries)
        CertificateReading.objects.filter(pk=row.pk).update(ordered_at=ordered_at)

    after = told()

    assert after["icp_waiting:readings"] == 1
    assert after["icp_waiting_seconds:readings"] == pytest.approx(2 * 3600, abs=60)


def test_messages_behind_a_system_that_is_down_wait_since_it_may_be_called_again():
    """So the alert about workers is not raised by one provider's system: its messages are sent one after the other."""
    access_provider, now = provider(), timezone.now()
    endpoint = WebhookEndpoint.objects.create(provider=access_provider, url="https://a.cn/", events=[], secret="s")
    for _n in range(2):
        WebhookMessage.objects.create(
            endpoint=endpoint, provider=access_provider, webhook_id=uuid4(), body="{}", due_at=now - 9 * HOUR
        )
    measured = {}
    for name, next_at in (("rests", now + MINUTE), ("due", now - 10 * MINUTE)):
        WebhookEndpoint.objects.update(next_at=next_at)
        after = told()
        measured[name] = (after["icp_waiting:webhooks"], round(after["icp_waiting_seconds:webhooks"] / 60))

    assert measured == {"rests": (2, 0), "due": (2, 10)}


def test_messages_to_a_paused_address_wait_for_nobody():
    access_provider = provider()
    endpoint = WebhookEndpoint.objects.create(
        provider=access_provider, url="https://a.cn/", events=[], secret="s", state=EndpointState.PAUSED
    )
    due_at = timezone.now() - 9 * HOUR
    WebhookMessage.objects.create(
        endpoint=endpoint, provider=access_provider, webhook_id=uuid4(), body="{}", due_at=due_at
    )

    assert told()["icp_waiting:webhooks"] == 0


def test_errors_of_the_log_and_runs_of_tasks_are_told():
    for _twice in range(2):
        logging.getLogger("filings").error("something")
    for task in (send_mails, send_code):
        task_success.send(sender=task, result=None)

    after = told()

    assert (after["icp_errors_total:error"], after["icp_errors_total:critical"]) == (2, 0)
    assert after["icp_task_seconds:ministry.send_mails"] == pytest.approx(0, abs=60)
    assert "icp_task_seconds:filings.send_code" not in after  # nothing runs it periodically


def test_a_task_that_has_never_succeeded_counts_since_the_scheduler_began(time_machine):
    beat_init.send(sender=None)
    time_machine.move_to(timezone.now() + 27 * HOUR)
    task_success.send(sender=send_mails, result=None)

    after = told()

    assert after["icp_task_seconds:ministry.send_mails"] == pytest.approx(0, abs=60)
    assert after["icp_task_seconds:filings.erase_ended"] == pytest.approx(27 * 3600, abs=60)
    time_machine.move_to(timezone.now() + HOUR)
    beat_init.send(sender=None)  # one that is started again changes nothing
    assert told()["icp_task_seconds:filings.erase_ended"] == pytest.approx(28 * 3600, abs=60)


def test_a_task_of_a_new_release_counts_since_it_is_known(monkeypatch, time_machine):
    told()
    time_machine.move_to(timezone.now() + 27 * HOUR)
    monkeypatch.setattr(schedule, "RUNS", schedule.RUNS | {"filings.new": schedule.RUNS["filings.erase_ended"]})

    assert told()["icp_task_seconds:filings.new"] == pytest.approx(0, abs=60)


def test_each_task_that_runs_all_day_has_an_allowance_of_its_own():
    allowed = {name.partition(":")[2]: at for name, at in told().items() if name.startswith("icp_task_allowed")}

    assert allowed.keys() < schedule.RUNS.keys()
    assert [allowed[task] for task in ("ministry.sweep", "ministry.seal_audit")] == [300, 300]
    assert allowed["filings.watch_deadlines"] == 50 * 60
    assert allowed["filings.derive_due_dates"] == 5 * 3600
    assert not allowed.keys() & {"filings.rescan", "filings.remind_hosts", "filings.erase_ended"}


def test_a_check_of_the_files_that_has_not_ended_does_not_clear_what_the_last_one_found():
    today = timezone.localdate()
    FileCheck.objects.create(day=today - timedelta(days=3), ended_at=timezone.now(), missing=9)
    FileCheck.objects.create(day=today - timedelta(days=2), ended_at=timezone.now(), missing=3)
    begun = FileCheck.objects.create(day=today)
    assert told()["icp_faults:files"] == 3

    FileCheck.objects.filter(pk=begun.pk).update(missing=5)
    assert told()["icp_faults:files"] == 5

    FileCheck.objects.filter(pk=begun.pk).update(missing=0, ended_at=timezone.now())
    assert told()["icp_faults:files"] == 0


def test_the_wait_for_a_connection_is_told_where_there_is_a_pooler():
    found = {name: value >= 0 for name, value in told().items() if name.startswith("icp_pool")}
    assert found == ({"icp_pool_wait_seconds": True} if portal.BEHIND_POOLER else {})


def test_the_longest_wait_of_all_pools_is_told(monkeypatch, settings):
    console = MagicMock()
    console.cursor.return_value.execute.return_value.fetchall.return_value = [
        {"database": "portal", "maxwait": 0, "maxwait_us": 20},
        {"database": "portal", "maxwait": 3, "maxwait_us": 500_000},
    ]
    asked = MagicMock()
    asked.return_value.__enter__.return_value = console
    monkeypatch.setattr(measures.psycopg, "connect", asked)
    settings.BEHIND_POOLER = True

    assert measures.pool_seconds() == {"": 3.5}
    assert asked.call_args.kwargs["dbname"] == "pgbouncer"


def test_the_age_of_the_last_backup_is_told_when_there_is_one():
    assert "icp_backup_age_seconds" not in told()
    Backup.objects.create(at=timezone.now() - 3 * HOUR)
    call_command("note_backup", "pgBackRest ", stdout=StringIO())
    with pytest.raises(CommandError, match="Name the program"):
        call_command("note_backup", " ")

    assert told()["icp_backup_age_seconds"] == pytest.approx(0, abs=60)
    assert [(made.program, made.size) for made in Backup.objects.all()] == [("pgBackRest", None), ("", None)]


def test_whether_the_scanner_answers_is_told_when_there_is_one(monkeypatch, settings):
    def away() -> None:
        raise malware.NotScanned("refused")

    settings.MALWARE_SCANNER = ""
    assert "icp_scanner_up" not in told()
    settings.MALWARE_SCANNER = "tcp://127.0.0.1:3310"
    monkeypatch.setattr(malware, "ping", away)
    assert told()["icp_scanner_up"] == 0
    monkeypatch.setattr(malware, "ping", lambda: None)
    assert told()["icp_scanner_up"] == 1


def test_the_days_of_the_certificate_are_asked_once_an_hour(monkeypatch):
    def away() -> int:
        raise OSError("refused")

    asked = []
    monkeypatch.setattr(certificate, "days_left", lambda: asked.append(1) or 20)

    assert [told()["icp_certificate_days"] for _twice in range(2)] == [20, 20]
    assert len(asked) == 1
    caches["default"].clear()
    monkeypatch.setattr(certificate, "days_left", away)
    assert told()["icp_unread:icp_certificate_days"] == 1


def test_without_the_token_there_is_nothing(settings):
    answers = [
        Client().get("/metrics", headers=headers).status_code
        for headers in (
            {},
            {"Authorization": "Bearer wrong"},
            {"Authorization": "Bearer "},
            {"Authorization": "Bearer é"},
        )
    ]
    settings.METRICS_TOKEN = ""
    assert [*answers, Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code] == [404] * 5


def test_what_cannot_be_read_is_told_and_the_rest_all_the_same(monkeypatch):
    def away() -> measures.Values:
        raise OperationalError("the replica is away")

    broken = measures.Measure("icp_replica_behind_bytes", "", away)
    others = [measure for measure in measures.MEASURES if measure.of_queues]
    monkeypatch.setattr(measures, "MEASURES", (broken, *others))

    assert {name: value for name, value in told().items() if name.startswith("icp_unread")} == {
        "icp_unread:icp_replica_behind_bytes": 1,
        "icp_unread:icp_waiting": 0,
        "icp_unread:icp_waiting_seconds": 0,
    }


def test_the_number_of_statements_does_not_grow(django_assert_num_queries):
    told()
    statements = len(measures.waiting()) + 9
    assert portal.DATABASES.keys() == {"default"}
    with django_assert_num_queries(statements):
        told()
    case_at(Status.WITH_BUREAU)
    with django_assert_num_queries(statements):
        told()


def test_alerts_and_dashboard_name_measures_that_exist():
    known = {measure.name for measure in measures.MEASURES} | {"icp_unread"}
    for file in ("prometheus/alerts.yml", "grafana/portal.json"):
        assert set(re.findall(r"\bicp_[a-z_]+", (ROOT / "deploy" / file).read_text())) <= known
    json.loads((ROOT / "deploy/grafana/portal.json").read_text())
