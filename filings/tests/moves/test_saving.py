"""What a change of a filing writes."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from filings import facts, services
from filings.models import Filing
from filings.moves.moving import changing
from filings.states import Status
from icp_portal.tests.builders import Case

pytestmark = pytest.mark.django_db


def written(captured: CaptureQueriesContext) -> set[str]:
    """The columns of the filing that were written."""
    updates = [query["sql"] for query in captured if query["sql"].startswith('UPDATE "filings_filing"')]
    return {name for sql in updates for name in re.findall(r'"(\w+)" = ', sql.partition(" WHERE ")[0])}


def test_a_move_writes_only_the_columns_that_it_changes():
    case = Case().submit()
    with CaptureQueriesContext(connection) as captured:
        services.withdraw(case.filing.pk, case.host, version=None)
    assert written(captured) == {"status", "arrived_at", "touched_at", "version"}


def test_an_approval_takes_its_number_last():
    """Of 24 statements at most; after the counter only what has the number in it: subject, event, websites, mails."""
    case = Case().to(Status.WITH_BUREAU)
    services.claim(case.filing.pk, case.reviewer)
    with CaptureQueriesContext(connection) as captured:
        services.approve(case.filing.pk, case.reviewer, version=None)

    sent = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    tables = [re.sub(r'^(?:INSERT INTO|SELECT .*? FROM) "?(\w+)"? .*', r"\1", sql, flags=re.DOTALL) for sql in sent]
    late = tables[tables.index("ministry_numberseries") + 1 :]
    assert late == ["ministry_subject", "filings_event", "ministry_website", "post_office_email", "filings_filingmail"]
    assert len(sent) <= 24


def test_facts_changed_in_place_are_written():
    case = Case()
    with changing(case.filing.pk, case.host, None) as filing:
        filing.facts["subject"]["name"] = "另一公司"
        filing.withheld.append(3)
    filing = Filing.objects.get(pk=case.filing.pk)
    assert (facts.read(filing.facts, "subject.name"), filing.withheld) == ("另一公司", [3])
    assert filing.version == case.filing.version + 1
