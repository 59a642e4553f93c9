"""Check stored files every night: report rows whose file is missing, remove files that no row names.

A file without a row is left by a killed process or a full disk. It is removed when it is older than ``AGE``, so that
uploads in progress are not touched. Very many at once indicate the wrong database, a backup for example: then nothing
is removed, and that is reported. Each batch is a transaction that stores its progress, so a killed run is resumed, and
two workers never do the same batch.
"""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, cast

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from filings.models import FileCheck

AGE = timedelta(days=2)  # longer than any transaction or upload
BATCH = 500
SECONDS = 60  # per run; the next one continues
EXAMPLES = 20
# More files without a row than both limits indicate the wrong database.
MANY, SHARE = 100, 0.1

logger = logging.getLogger(__name__)
Column = tuple[type[models.Model], str]


def go_on() -> bool:
    """Continue the oldest unfinished check, or begin that of today; return whether there is more to do."""
    if not FileCheck.objects.filter(ended_at=None).exists():
        FileCheck.objects.get_or_create(day=timezone.localdate())
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if not do_piece():
            return False
    return True


def do_piece() -> bool:
    """Do the next batch of the oldest unfinished check; return whether there was one to do."""
    with transaction.atomic():
        rows = FileCheck.objects.select_for_update(skip_locked=True).filter(ended_at=None)
        if (check := rows.order_by("day").first()) is None:
            return False
        if check.step == len(STEPS):
            _end(check)
        elif not STEPS[check.step](check):
            check.step, check.place = check.step + 1, ""
        check.save()
    return True


def _end(check: FileCheck) -> None:
    check.ended_at = timezone.now()
    if check.fault:
        logger.critical("stored files: %s", check.fault)
    if check.missing:
        logger.error("%d files on record are missing, first %s", check.missing, ", ".join(check.examples))
    logger.info(
        "stored files: %d on record, %d missing; %d stored, %d named by nothing, %d of them removed",
        *(check.rows, check.missing, check.files, check.unnamed, check.removed),
    )


# --- The steps: each does a batch, and returns whether there is more --------------------------------------


def _find_missing(check: FileCheck) -> bool:
    """Count missing files of the next rows of a table. ``place``: number of the column and primary key."""
    number, _colon, last = (check.place or "0:0").partition(":")
    listed = columns()
    if int(number) == len(listed):
        return False
    model, name = listed[int(number)]
    rows = model._base_manager.filter(pk__gt=int(last)).exclude(**{name: ""}).order_by("pk")
    found = list(rows.values_list("pk", name)[:BATCH])
    for pk, file in found:
        if not default_storage.exists(file):
            check.missing += 1
            check.examples = [*check.examples, f"{model._meta.label} {pk} {name}"][:EXAMPLES]
    check.rows += len(found)
    check.place = f"{number}:{found[-1][0]}" if found else f"{int(number) + 1}:0"
    return True


def _count_unnamed(check: FileCheck) -> bool:
    """Count the next files that no row names; after the last one, decide whether they may be removed."""
    batch = _next_files(check)
    check.files += len(batch)
    check.unnamed += len(_unnamed(batch))
    if not batch and check.unnamed > max(MANY, SHARE * check.files):
        check.fault = _(
            "%(unnamed)d of %(files)d files have no record: check that the database and the storage belong together."
        ) % {
            "unnamed": check.unnamed,
            "files": check.files,
        }
    return bool(batch)


def _remove_unnamed(check: FileCheck) -> bool:
    """Remove the next files that no row names and that are older than ``AGE``."""
    if check.fault:
        return False
    batch = _next_files(check)
    for name in _unnamed(batch):
        default_storage.delete(name)
        logger.info("removed %s, which nothing names", name)
        check.removed += 1
    return bool(batch)


STEPS: tuple[Callable[[FileCheck], bool], ...] = (_find_missing, _count_unnamed, _remove_unnamed)


# --- Columns and files ------------------------------------------------------------------------------------


def columns() -> list[Column]:
    """Return every file column that uses the default storage."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField) and field.storage is default_storage
    ]


def _unnamed(names: Iterable[str]) -> list[str]:
    """Return the names that no row has and whose files are older than ``AGE``."""
    left = set(names)
    for model, column in columns():
        if left:
            left -= set(model._base_manager.filter(**{f"{column}__in": left}).values_list(column, flat=True))
    return sorted(filter(_is_old, left))


def _is_old(name: str) -> bool:
    try:
        written: datetime = default_storage.get_modified_time(name)
    except OSError:  # gone meanwhile
        return False
    return written < timezone.now() - AGE


def _next_files(check: FileCheck) -> list[str]:
    """Return the next files after ``place`` and advance it."""
    batch: list[str] = cast(Any, default_storage).names_after(check.place, BATCH)
    check.place = batch[-1] if batch else check.place
    return batch
