"""An import whose worker is killed while it is checked or written."""

from typing import Any

import pytest
from django.db import transaction

from filings.models import Filing, MandateWay
from icp_portal.tests.builders import provider, staff
from icp_portal.tests.committed import committed, seeded_again  # noqa: F401 — fixtures
from icp_portal.tests.killing import Backend, until
from providers.imports import writing
from providers.imports.files import problem_lines
from providers.models import Import, ImportMode, ImportState
from providers.tasks import resume_imports
from providers.tests.imports.sheets_to_import import row, workbook

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.xdist_group("kills")]


def is_done(batch: Import, state: ImportState) -> bool:
    batch.refresh_from_db()
    return batch.state == state


def result_of(batch: Import) -> tuple[list[tuple[Any, ...]], list[Any]]:
    """What an import comes to: its faults, and what its filings say, in the order of the rows."""
    rows = batch.rows.filter(filing__isnull=False).select_related("filing__mandate")
    return list(problem_lines(batch)), [
        (one.number, one.filing.facts, one.filing.mandate.host_email, one.filing.events.count()) for one in rows
    ]


def test_an_import_killed_while_it_is_checked_and_while_it_is_written(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writing, "STALLED", writing.STALLED * 0)
    rows = [row(responsible__mobile="123") if number % 10 == 3 else row() for number in range(60)]
    content, member = workbook(rows), staff(provider())
    batch = writing.begin(member, "list.xlsx", content)

    worker = backend.start_worker()
    until(lambda: batch.counts()["checked"], "some rows are checked")
    worker.kill()
    assert 0 < batch.counts()["checked"] < 60, "it was killed in the middle"
    worker = backend.start_worker()
    resume_imports()
    until(lambda: is_done(batch, ImportState.CHECKED), "all rows are checked")

    writing.decide(batch.pk, member, mode=ImportMode.ROWS, way=MandateWay.INVITE, days=90)
    until(lambda: batch.counts()["written"] > 5, "some rows are written")
    worker.kill()
    written = batch.counts()["written"]
    assert 5 < written < 54, "it was killed in the middle"
    assert Filing.objects.count() == written, "nothing is half written"
    backend.start_worker()
    resume_imports()
    resume_imports()  # and once too often
    until(lambda: is_done(batch, ImportState.DONE), "all rows are written")

    quiet = staff(provider())
    undisturbed = writing.begin(quiet, "list.xlsx", content)
    until(lambda: is_done(undisturbed, ImportState.CHECKED), "the same file has been checked elsewhere")
    writing.decide(undisturbed.pk, quiet, mode=ImportMode.ROWS, way=MandateWay.INVITE, days=90)
    until(lambda: is_done(undisturbed, ImportState.DONE), "the same file has been written elsewhere")
    assert result_of(batch) == result_of(undisturbed)
    assert batch.counts() == {"all": 60, "checked": 60, "faulty": 6, "written": 54, "refused": 0}
    assert Filing.objects.count() == 2 * 54


def is_being_written(batch: Import) -> bool:
    """Whether a worker has the batch in its hands just now."""
    with transaction.atomic():
        return not Import.objects.select_for_update(skip_locked=True).filter(pk=batch.pk).exists()


def test_all_rows_or_none_killed_in_the_middle_is_none_and_then_all(backend: Backend, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writing, "STALLED", writing.STALLED * 0)
    member = staff(provider())
    batch = writing.begin(member, "list.xlsx", workbook([row() for _n in range(30)]))
    worker = backend.start_worker()
    until(lambda: is_done(batch, ImportState.CHECKED), "all rows are checked")

    writing.decide(batch.pk, member, mode=ImportMode.ALL, way=MandateWay.INVITE, days=90)
    until(lambda: is_being_written(batch), "the rows are being written")
    worker.kill()
    until(lambda: not is_being_written(batch), "the database has noticed")
    assert (Filing.objects.count(), batch.counts()["written"]) == (0, 0)

    backend.start_worker()
    resume_imports()
    until(lambda: is_done(batch, ImportState.DONE), "all rows are written")
    assert (Filing.objects.count(), batch.counts()["written"]) == (30, 30)
