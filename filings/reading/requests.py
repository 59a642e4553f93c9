"""Order the reading of a picture, and carry it out: a row in the upload's transaction, a task after it.

The task may be lost with its worker or never be run; the sweep queues it again for ``KEPT_DUE``. A picture that fails
or kills its worker is given up after ``MOST_TRIES``.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from filings.errors import FileMissing
from filings.evidence.files import content_of
from filings.models import CertificateReading, Evidence, Filing
from filings.reading import comparing, documents, is_on, recogniser
from ministry.mail.outbox import after_commit

TASK = "filings.read_picture"
MOST_TRIES = 3
# How long a reading is useful to the host who types; older requests are not queued again.
KEPT_DUE = timedelta(hours=6)
# How long a page says that a picture is being read, which takes seconds. A later result is stored and shown as well.
AWAITED = timedelta(minutes=2)
# The most that are queued at once: what a worker reads in a minute.
BATCH = 40

logger = logging.getLogger(__name__)


def order(*pictures: Evidence) -> None:
    """Order the reading of the pictures that show a certificate, if readings are on. Two queries, none otherwise."""
    wanted = [picture for picture in pictures if is_on() and comparing.document_at(picture.path)]
    for reading in CertificateReading.objects.bulk_create(CertificateReading(evidence=picture) for picture in wanted):
        after_commit(TASK, reading.pk)


def order_all(filing: Filing) -> None:
    """Order the reading of the pictures copied to this filing from another one. No query while readings are off."""
    if is_on():
        order(*filing.evidence.filter(replaced_at=None))


def owed() -> QuerySet[CertificateReading]:
    """Return the readings that are still to be carried out; those that were given up are not."""
    since = timezone.now() - KEPT_DUE
    return CertificateReading.objects.filter(read_at=None, tries__lt=MOST_TRIES, ordered_at__gt=since)


def due() -> list[int]:
    """Return the keys of the readings to be queued again, the oldest first. One query, none while they are off."""
    if not is_on():
        return []
    return list(owed().order_by("ordered_at").values_list("pk", flat=True)[:BATCH])


def is_pending(reading: CertificateReading) -> bool:
    """Return whether the picture is likely to be read in a moment."""
    is_fresh = reading.ordered_at > timezone.now() - AWAITED
    return reading.read_at is None and reading.tries < MOST_TRIES and is_fresh


def fulfil(reading_id: int) -> None:
    """Read the picture and store what it says. Nothing is stored of a picture that was erased meanwhile."""
    rows = CertificateReading.objects.filter(pk=reading_id, read_at=None)
    if not is_on() or not recogniser.is_installed():
        logger.warning("reading %d is not carried out: it is off, or the library is not installed", reading_id)
        return
    if not rows.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1):
        return
    evidence = Evidence.objects.get(reading=reading_id)
    try:
        content = content_of(evidence.file)
    except FileMissing:  # logged; the next try finds it, or nothing does
        return
    _keep(reading_id, _facts_on(evidence, content))


def _facts_on(evidence: Evidence, content: bytes) -> dict[str, documents.ReadFact]:
    document = comparing.document_at(evidence.path)
    return documents.facts_on(document, recogniser.lines_on(content)) if document else {}


def _keep(reading_id: int, facts: dict[str, documents.ReadFact]) -> None:
    """Store what was read; only its number is logged."""
    with transaction.atomic():
        reading = CertificateReading.objects.select_for_update().filter(pk=reading_id).first()
        if reading is None:
            return
        reading.facts = {name: comparing.stored(fact) for name, fact in facts.items()}
        reading.read_at = timezone.now()
        reading.save(update_fields=["facts", "read_at"])
    logger.info("reading %d: %d facts", reading_id, len(facts))
