"""Have the stored files scanned for malware again, because signatures are newer than uploads (ADR 0037).

A pass reads every file of the storage but those that are encrypted there. Each batch is a transaction that stores its
progress, so a killed run is resumed, and two workers never do the same batch. A scanner that is away ends the run.
"""

import logging
import time
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from filings.evidence import file_checks, malware, quarantine
from filings.models import Rescan

EVERY: Final = timedelta(days=7)  # between the beginnings of two passes; our own choice
BATCH: Final = 20
ENCRYPTED: Final = "file_key"  # column of the tables whose files are encrypted in the storage

logger = logging.getLogger(__name__)


def go_on(seconds: float) -> None:
    """Continue the pass, or begin one when it is due, for a limited time; do nothing without a scanner."""
    if not malware.is_set():
        return
    today, end = timezone.localdate(), time.monotonic() + seconds
    if not Rescan.objects.filter(Q(ended_at=None) | Q(day__gt=today - EVERY)).exists():
        Rescan.objects.get_or_create(day=today)
    try:
        while time.monotonic() < end and _do_piece():
            pass
    except malware.NotScanned as error:
        logger.warning("the stored files are not scanned again now: %s", error)


def columns() -> list[file_checks.Column]:
    """Return the file columns whose files a scanner can read."""
    return [
        (model, name)
        for model, name in file_checks.columns()
        if ENCRYPTED not in {field.name for field in model._meta.concrete_fields}
    ]


def _do_piece() -> bool:
    """Scan the next files; return whether there may be more to do. Raise NotScanned while the scanner is away."""
    away: malware.NotScanned | None = None
    with transaction.atomic():
        rescan = Rescan.objects.select_for_update(skip_locked=True).filter(ended_at=None).first()
        if rescan is None:
            return False
        try:
            _scan_next(rescan)
        except malware.NotScanned as error:
            away = error  # what was scanned before counts
        rescan.save()
    if away:
        raise away
    return rescan.ended_at is None


def _scan_next(rescan: Rescan) -> None:
    number, _colon, last = rescan.place.partition(":")
    listed = columns()
    if int(number) >= len(listed):
        rescan.ended_at = timezone.now()
        logger.info("scanned %d stored files again", rescan.files)
        return
    model, name = listed[int(number)]
    rows = list(model._base_manager.filter(pk__gt=int(last)).exclude(**{name: ""}).order_by("pk")[:BATCH])
    for row in rows:
        rescan.files += _scan(getattr(row, name))
        rescan.place = f"{number}:{row.pk}"
    if not rows:
        rescan.place = f"{int(number) + 1}:0"


def _scan(file: FieldFile) -> bool:
    """Scan a file and put it into quarantine if malware is found; return whether it was scanned."""
    try:
        with file.open("rb") as opened:
            malware.check(opened.read())
    except malware.Infected as found:
        quarantine.put(file, str(found))
    except malware.TooLarge as error:
        logger.error("the stored file %s can't be scanned: set the scanner's StreamMaxLength: %s", file.name, error)
        return False
    except OSError:  # the nightly check of the files reports it
        return False
    return True
