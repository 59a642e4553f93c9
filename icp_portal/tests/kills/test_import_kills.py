"""An import whose worker is killed while it is checked or written.

Each test decides where: it locks a row of the import, and kills the worker while that waits for the row.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from filings.models import Filing, MandateWay
from icp_portal.tests.builders import provider, staff
from icp_portal.tests.forked import connected
from icp_portal.tests.killing import Backend, Worker, until
from icp_portal.tests.racing import waiting_at_a_lock
from providers.imports import writing
from providers.imports.files import problem_lines
from providers.models import Import, ImportMode, ImportState
from providers.tasks import resume_imports
from providers.tests.imports.sheets_to_import import row, workbook

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.xdist_group("kills")]


def is_done(batch: Import, state: ImportState) -> bool:
    batch.refresh_from_db()
    return batch.state == state


def result_of(batch: Import) -> tuple[list[tuple[Any, ...]], list[Any]]:
    """What an import comes to: its faults, and what its filings say, in the order of the rows."""
    rows = batch.rows.filter(filing__isnull=False).select_related("filing__mandate")
    return list(problem_lines(batch)), [
        (one.number, one.filing.facts, one.filing.mandate.host_email, one.filing.events.count()) for one in rows
    ]


@contextmanager
def killed_at(batch: Import, index: int, backend: Backend) -> Iterator[None]:
    """A worker that begins what the broker holds is killed when it waits to change this row of the batch."""
    with transaction.atomic():
        batch.rows.select_for_update().get(pk=batch.rows.values_list("pk", flat=True)[index])
        worker = backend.start_worker()
        until(waiting_at_a_lock, "the worker waits to change the row")
        worker.kill()
        yield
    until(lambda: connected() == 0, "the killed worker's transaction is gone")


def resumed(batch: Import, state: ImportState, backend: Backend) -> Worker:
    """Start another worker, which resumes the batch, and wait until the batch is in this state."""
    worker = backend.start_worker()
    resume_imports()
    resume_imports()  # and once too often
    until(lambda: is_done(batch, state), f"the batch is “{state.label}”")
    return worker


def test_an_import_killed_while_it_is_checked_and_while_it_is_written(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writing, "STALLED", writing.STALLED * 0)
    rows = [row(responsible__mobile="123") if number % 10 == 3 else row() for number in range(60)]
    content, member = workbook(rows), staff(provider())
    batch = writing.begin(member, "list.xlsx", content)

    with killed_at(batch, 29, backend):
        assert batch.counts()["checked"] == writing.CHECKED_A_PIECE, "it was killed in the second piece"
    resumed(batch, ImportState.CHECKED, backend).kill()

    writing.decide(batch.pk, member, mode=ImportMode.ROWS, way=MandateWay.INVITE, days=90)
    with killed_at(batch, 29, backend):
        assert (Filing.objects.count(), batch.counts()["written"]) == (26, 26), "nothing is half written"
    resumed(batch, ImportState.DONE, backend)

    quiet = staff(provider())
    undisturbed = writing.begin(quiet, "list.xlsx", content)
    until(lambda: is_done(undisturbed, ImportState.CHECKED), "the same file has been checked elsewhere")
    writing.decide(undisturbed.pk, quiet, mode=ImportMode.ROWS, way=MandateWay.INVITE, days=90)
    until(lambda: is_done(undisturbed, ImportState.DONE), "the same file has been written elsewhere")
    assert result_of(batch) == result_of(undisturbed)
    assert batch.counts() == {"all": 60, "checked": 60, "faulty": 6, "written": 54, "refused": 0}
    assert Filing.objects.count() == 2 * 54


def test_all_rows_or_none_killed_in_the_middle_is_none_and_then_all(backend: Backend, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writing, "STALLED", writing.STALLED * 0)
    member = staff(provider())
    batch = writing.begin(member, "list.xlsx", workbook([row() for _n in range(30)]))
    while writing.check_some(batch.pk):
        pass

    writing.decide(batch.pk, member, mode=ImportMode.ALL, way=MandateWay.INVITE, days=90)
    with killed_at(batch, 29, backend):
        assert (Filing.objects.count(), batch.counts()["written"]) == (0, 0)
    resumed(batch, ImportState.DONE, backend)
    assert (Filing.objects.count(), batch.counts()["written"]) == (30, 30)
