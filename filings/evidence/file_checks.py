"""Every night: rows whose file is missing are reported, files that no row names are removed.

A file without a row is what a killed process or a full disk has left. It is removed when it is older than ``AGE``, so
that nothing is touched that is only now being kept. Many at once are no rubbish but a sign of the wrong database, of a
backup for example: then nothing is removed, and that is reported. Each piece is a transaction that notes how far it
came, so a run that was killed goes on there, and two workers never do the same.
"""

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from filings.models import FileCheck

AGE = timedelta(days=2)  # no transaction and no upload is as long
BATCH = 500
SECONDS = 60  # a run; the next one goes on
EXAMPLES = 20
# So many files without a row, and more than this share of all, are not what was left behind.
MANY, SHARE = 100, 0.1

logger = logging.getLogger(__name__)
Column = tuple[type[models.Model], str]


def go_on() -> bool:
    """Go on with the check of today, or an earlier one that was ended; return whether it has to go on again."""
    FileCheck.objects.get_or_create(day=timezone.localdate())
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if not do_piece():
            return False
    return True


def do_piece() -> bool:
    """Do the next piece of the oldest check that is not ended; return whether there was one to be had."""
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


# --- The steps: each does a piece, and returns whether there is more --------------------------------------


def _find_missing(check: FileCheck) -> bool:
    """Of the next rows of a table, those whose file is not there. ``place``: the column's number and the row's key."""
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
    """Of the next files, how many no row names; after the last one, judge whether they may be removed."""
    batch = _next_files(check)
    check.files += len(batch)
    check.unnamed += len(_unnamed(batch))
    if not batch and check.unnamed > max(MANY, SHARE * check.files):
        check.fault = _("%(unnamed)d of %(files)d files are named by nothing: is this their database?") % {
            "unnamed": check.unnamed,
            "files": check.files,
        }
    return bool(batch)


def _remove_unnamed(check: FileCheck) -> bool:
    """Remove those of the next files that no row names and that are old enough."""
    if check.fault:
        return False
    batch = _next_files(check)
    for name in _unnamed(batch):
        default_storage.delete(name)
        logger.info("removed %s, which nothing names", name)
        check.removed += 1
    return bool(batch)


STEPS: tuple[Callable[[FileCheck], bool], ...] = (_find_missing, _count_unnamed, _remove_unnamed)


# --- What is on record, and what is there -----------------------------------------------------------------


def columns() -> list[Column]:
    """Return every column of the portal that names files of the storage."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField) and field.storage is default_storage
    ]


def _unnamed(names: Iterable[str]) -> list[str]:
    """Return those that no row names and that are older than ``AGE``."""
    left = {name for name in names if _is_old(name)}
    for model, column in columns() if left else ():
        left -= set(model._base_manager.filter(**{f"{column}__in": left}).values_list(column, flat=True))
    return sorted(left)


def _is_old(name: str) -> bool:
    try:
        written: datetime = default_storage.get_modified_time(name)
    except OSError:  # gone meanwhile
        return False
    return written < timezone.now() - AGE


def _next_files(check: FileCheck) -> list[str]:
    """Return the next files behind ``place``, which moves on."""
    root = Path(default_storage.path(""))
    after = tuple(check.place.split("/")) if check.place else ()
    batch = ["/".join(parts) for parts in islice(_walked(root, (), after), BATCH)]
    check.place = batch[-1] if batch else check.place
    return batch


def _walked(root: Path, folder: tuple[str, ...], after: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the files below a folder in the order of their names, those up to ``after`` passed over unread."""
    for entry in sorted(_entries(root.joinpath(*folder)), key=lambda entry: entry.name):
        parts = (*folder, entry.name)
        if entry.is_dir(follow_symlinks=False):
            if parts >= after[: len(parts)]:
                yield from _walked(root, parts, after)
        elif parts > after:
            yield parts


def _entries(folder: Path) -> list[Any]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except (FileNotFoundError, PermissionError):  # nothing yet; a file system's own lost+found
        return []
