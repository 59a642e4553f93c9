"""Tasks of the providers: imports, and the count of their work.

Each run does a piece and queues the next, so that no task is long.
"""

from celery import shared_task

from providers import measuring
from providers.imports import writing
from providers.models import ImportState


@shared_task(name="providers.check_import")
def check_import(import_id: int) -> None:
    if writing.check_some(import_id):
        check_import.delay(import_id)


@shared_task(name="providers.write_import")
def write_import(import_id: int) -> None:
    if writing.write_some(import_id):
        write_import.delay(import_id)


RUNS = {ImportState.CHECKING: check_import, ImportState.WRITING: write_import}


@shared_task(name="providers.resume_imports")
def resume_imports() -> None:
    """Resume the imports that a killed worker or a dead broker has left."""
    for import_id, state in writing.stalled():
        RUNS[ImportState(state)].delay(import_id)


@shared_task(name="providers.erase_imports")
def erase_imports() -> None:
    writing.erase_old()


@shared_task(name="providers.measure_work")
def measure_work() -> None:
    if measuring.measure_some():
        measure_work.delay()
