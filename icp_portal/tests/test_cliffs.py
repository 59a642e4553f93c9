"""Costs that must grow in step with what there is, measured by counts and ratios rather than by a clock alone."""

import time

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction

from filings.models import Filing, Look
from filings.states import Status
from icp_portal.tests.builders import case_at, reviewer, user_of
from ministry.models import AuditWaiting

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
