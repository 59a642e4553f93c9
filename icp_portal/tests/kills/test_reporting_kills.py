"""Two portals over HTTP: a provider's desk reports from one to a bureau in the other, also while either is killed."""

import hashlib
import random
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from post_office.models import Email

from accounts.models import User
from bureaus.models import Bureau
from filings import facts, fields
from filings.evidence.files import content_of
from filings.models import Filing, SheetScan
from filings.states import Status
from icp_portal.tests.builders import BEIJING, Case, provider
from icp_portal.tests.killing import database_url, is_alone, until
from interchange import checking
from interchange.models import FetchedFile, Report, ReportingConnection, ReportState, ReportUpload
from interchange.reporting import applying
from interchange.tests.reporting.portals import Portal, copied_database, dropped_database
from interchange.tests.reporting.reporting_provider import sign
from ministry.models import Subject

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.xdist_group("kills")]

KILLS = 20
LONGEST_DELAY = 1.5  # seconds; an exchange of three filings takes about as long. Short ones are more frequent


class TwoPortals:
    """The provider's portal in the test's database, the bureau's in a copy made at the beginning."""

    def __init__(self, folder: Path) -> None:
        self.copy = f"{connection.settings_dict['NAME']}_bureau"
        there = copied_database(self.copy)
        Bureau.objects.filter(pk=BEIJING).update(external=True)
        self.bureau = Portal(folder, there, EVIDENCE_ROOT=str(folder / "evidence"))
        self.worker = Portal(folder, database_url())
        self.bureau.serve()
        self.provider = provider()
        self.connection = ReportingConnection.objects.create(
            provider=self.provider, bureau_id=BEIJING, url=self.bureau.url, **self.bureau.call("account")
        )

    def verified(self) -> Case:
        case = Case(of=self.provider).submit().verify()
        sign(case)
        return case

    def end(self) -> None:
        self.worker.end()
        self.bureau.end()
        until(is_alone, "nobody else is in the database")
        dropped_database(self.copy)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[TwoPortals]:
    portals = TwoPortals(tmp_path)
    yield portals
    portals.end()


def sent_of(values: dict[str, Any]) -> dict[str, Any]:
    """The facts that the interface has elements for."""
    found = ((path, facts.read(values, path)) for path, _section, field in fields.each(values) if field.in_interface)
    return {path: value for path, value in found if value not in ("", None, [])}


def official(filing: Filing) -> dict[str, str]:
    """The digests of a filing's pictures in the official sizes."""
    rows = filing.evidence.filter(replaced_at=None)
    return {one.path: hashlib.sha256(content_of(one.official)).hexdigest() for one in rows}


def test_a_filing_goes_to_the_bureau_and_its_number_comes_back(two: TwoPortals):
    case = two.verified()

    two.worker.call("exchange", two.connection.pk)
    two.bureau.call("approve")
    (there,) = two.bureau.call("on_record")
    assert (there["status"], sent_of(there["facts"])) == (Status.FILED, sent_of(case.filing.facts))
    assert there["pictures"] == official(case.filing)
    scans = SheetScan.objects.filter(sheet__verification__filing=case.filing)
    assert there["pages"] == sorted(hashlib.sha256(content_of(scan.official)).hexdigest() for scan in scans)
    two.worker.call("exchange", two.connection.pk)

    filing = case.refresh().filing
    assert (filing.status, str(filing.subject.number)) == (Status.FILED, there["number"])
    assert list(Report.objects.values_list("state", flat=True)) == [ReportState.DECIDED]
    files = FetchedFile.objects.all()
    assert [(file.open_results, file.acked_at is None) for file in files] == [(0, False)] * 2
    host = User.objects.get(pk=case.host.user_id)
    mails = [mail.message or mail.html_message for mail in Email.objects.all() if host.email in mail.to]
    assert any(there["number"] in mail for mail in mails)


def test_kills_at_any_point_of_either_side_neither_lose_nor_double(two: TwoPortals):
    cases = [two.verified() for _n in range(3)]
    chance, interrupted = random.Random(19), 0
    assert checking.MOST_TRIES == applying.MOST_TRIES

    for attempt in count():
        if interrupted == KILLS:
            break
        portal, work = (two.worker, ("exchange", two.connection.pk)) if attempt % 2 else (two.bureau, ("approve",))
        if attempt // 2 % checking.MOST_TRIES == checking.MOST_TRIES - 1:  # one more kill, and the file is given up
            portal.call(*work)
            continue
        portal.begin(*work)
        time.sleep(chance.random() ** 3 * LONGEST_DELAY)
        if attempt % 4 == 1:  # the bureau's server in the middle of an exchange
            two.bureau.stop()
            two.bureau.serve()
        interrupted += portal.kill()
    for _round in range(2):
        two.worker.call("exchange", two.connection.pk)
        two.bureau.call("approve")
    two.worker.call("exchange", two.connection.pk)

    there = two.bureau.call("on_record")
    numbers = sorted(str(case.refresh().filing.subject.number) for case in cases)
    assert [one["status"] for one in there] == [Status.FILED] * 3
    assert numbers == sorted(one["number"] for one in there)
    assert (len(set(numbers)), Subject.objects.count()) == (3, 3)
    sequences = list(ReportUpload.objects.order_by("sequence").values_list("sequence", flat=True))
    assert sequences == list(range(1, len(sequences) + 1))
    assert set(Report.objects.values_list("state", "round")) == {(ReportState.DECIDED, 1)}
    assert not FetchedFile.objects.exclude(open_results=0).exists()
    events = Filing.objects.filter(events__name="approve").count()
    assert events == 3
