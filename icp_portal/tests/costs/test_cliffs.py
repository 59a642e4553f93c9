"""Costs that must grow in step with what there is, measured by counts and ratios rather than by a clock alone."""

import json
import time
from datetime import timedelta

import pgtrigger
import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from post_office.models import STATUS, Email

from filings import tasks
from filings.models import Filing, FilingMail, Look
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, reviewer, user_of
from ministry import retention
from ministry import tasks as ministry_tasks
from ministry.models import AuditWaiting, Recovery, RecoveryOutcome
from ministry.retention import DataKind

pytestmark = pytest.mark.django_db

LOOKS = """
INSERT INTO filings_look (filing_id, user_id, role, what, at)
SELECT %s, %s, 'bureau', 'facts', now() FROM generate_series(1, %s)
"""


def seconds_for(filing: Filing, user_id: int, rows: int) -> float:
    """How long so many audited rows take in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        start = time.monotonic()
        cursor.execute(LOOKS, [filing.pk, user_id, rows])
        return time.monotonic() - start


def test_audited_rows_cost_the_same_however_many_one_transaction_writes():
    """Eight times the rows took 68 times as long with a subtransaction a row, 11 times without."""
    filing = Filing.objects.get(pk=case_at(Status.WITH_BUREAU).filing.pk)
    reader = user_of(reviewer()).pk
    seconds_for(filing, reader, 100)

    few = min(seconds_for(filing, reader, 5_000) for _n in range(2))

    assert seconds_for(filing, reader, 40_000) < 30 * few


def test_no_trigger_asks_by_an_exception_whether_it_is_ignored():
    """Each caught exception is a subtransaction. The function is the database's own, whatever the connection says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = '_pgtrigger_should_ignore'")
        assert "EXCEPTION" not in cursor.fetchone()[0]


def test_triggers_are_ignored_as_before():
    filing = case_at(Status.WITH_BUREAU).filing
    with pgtrigger.ignore("filings.Look:audited"), connection.cursor() as cursor:
        cursor.execute(LOOKS, [filing.pk, filing.host_id, 1])
    assert not AuditWaiting.objects.filter(name="filings_look").exists()

    with connection.cursor() as cursor:
        cursor.execute(LOOKS, [filing.pk, filing.host_id, 1])
    assert AuditWaiting.objects.filter(name="filings_look").count() == 1
    with pytest.raises(DatabaseError, match="Cannot update or delete"):
        Look.objects.all().delete()


SENT = """
INSERT INTO post_office_email
    ("from_email", "to", "cc", "bcc", "subject", "message", "html_message", "status", "created", "last_updated",
     "scheduled_time", "backend_alias")
SELECT 'icp@icp.test', 'somebody@example.cn', '', '', 'title', repeat('words ', 100), '', 0, now(), now(), now(), ''
FROM generate_series(1, 20000)
"""


def test_a_waiting_mail_is_found_without_reading_those_that_were_sent(mailbox):
    with connection.cursor() as cursor:
        cursor.execute(SENT)
        cursor.execute("ANALYZE post_office_email")  # or the plan hangs on what an earlier test has left
    Case().submit()
    waiting = Email.objects.filter(status=STATUS.queued).count()
    assert waiting
    with CaptureQueriesContext(connection) as asked:
        ministry_tasks.send_mails()
    assert len(mailbox.messages()) == waiting
    sql = next(one["sql"] for one in asked.captured_queries if "SKIP LOCKED" in one["sql"])

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]

    assert "mails_waiting" in json.dumps(plan)
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 50


def test_what_is_over_is_cleared_and_what_is_evidence_stays():
    case = Case().submit()
    old = timezone.now() - retention.days(DataKind.MAILS) - timedelta(days=1)
    Email.objects.update(status=STATUS.sent, created=old)
    about_a_filing = set(FilingMail.objects.filter(filing=case.filing.pk).values_list("mail_id", flat=True))
    assert about_a_filing
    with connection.cursor() as cursor:
        cursor.execute(SENT.replace("20000", "2500"))
    others = Email.objects.exclude(pk__in=about_a_filing)
    others.update(created=old)
    fresh, failed, waiting = others.order_by("pk")[:3].values_list("pk", flat=True)
    Email.objects.filter(pk=fresh).update(created=timezone.now())
    Email.objects.filter(pk=failed).update(status=STATUS.failed)
    Email.objects.filter(pk=waiting).update(status=STATUS.queued)
    for days in (-1, 1):
        expires = timezone.now() + timedelta(days=days)
        Session.objects.create(session_key=f"key{days}", session_data="", expire_date=expires)
        Recovery.objects.create(
            number=f"number {days}",
            cert_type=1,
            expires_at=old,
            outcome=RecoveryOutcome.WRONG,
            ended_at=timezone.now() - retention.days(DataKind.RECOVERIES) + timedelta(days=days),
        )

    tasks.clear()

    assert set(Email.objects.values_list("pk", flat=True)) == {*about_a_filing, fresh, waiting}
    assert list(Session.objects.values_list("session_key", flat=True)) == ["key1"]
    assert list(Recovery.objects.values_list("number", flat=True)) == ["number 1"]
