"""Erase the data of filings that ended without a record, when their period of retention is over.

A filing that no provider has verified is kept for its period: nobody needs its data any longer than its host
may start again with them (Personal Information Protection Law, art. 19 and 47). One with papers of a verification is
kept for years (``ministry.retention``). One that led to a record is never erased.

What stays is what happened, not what was said: the filing's row with kind, province and type of host; events with
their times and who acted, because the audit log and the figures count them; the codes and fields of remarks; the
answers of a verification (yes, no) and the hashes of pictures. So do papers of orders and of cases about a
cancellation, which are records of their own, and phrases, which are stored without a filing's data.
"""

import logging
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from cryptography.fernet import InvalidToken
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from post_office.models import Email

from filings import clock, facts, states
from filings.actors import portal
from filings.deadlines import batches
from filings.evidence import pictures
from filings.models import (
    Answer,
    Appointment,
    CertificateReading,
    DecisionDraft,
    Evidence,
    Filing,
    Mailbox,
    Mention,
    OfficialPage,
    PersonCheck,
    PhotoWord,
    SearchEntry,
    Sheet,
    SheetPdf,
    SheetScan,
    Trace,
    Verification,
    Worksheet,
)
from filings.models.filing import FilingQuerySet
from filings.moves.moving import locked, record
from ministry import audit

BATCH = 500

logger = logging.getLogger(__name__)

# What other apps have written about a filing, in append-only rows; they add themselves.
ELSEWHERE: list[Callable[[Filing], QuerySet[Any]]] = []
# Drafts, keys, codes and marks that are not part of the record.
DELETED: tuple[type[Model], ...] = (
    *(Appointment, DecisionDraft, Mention, PersonCheck, PhotoWord),
    *(SearchEntry, Trace, Worksheet),
)


def erase_ended(after: int = 0) -> batches.Run:
    """Erase the data of the filings that are due, see ``batches.run``, then their files.

    Any later call deletes files left by a killed run.
    """
    run = batches.run(_due(), _erase, after)
    _delete_files()
    return run


def _due() -> FilingQuerySet:
    verified = Exists(Verification.objects.filter(filing=OuterRef("pk")))
    ended = Filing.objects.kept().filter(status__in=states.ENDED_EMPTY_HANDED, arrived_at__lt=clock.data_before())
    return ended.filter(~verified | Q(arrived_at__lt=clock.papers_before()))


def _erase(filing_id: int) -> bool:
    """Erase the data of a filing; return whether that was done. One that no key decrypts is logged and skipped."""
    try:
        return _erased(filing_id)
    except InvalidToken:
        logger.critical("filing %d can't be erased: no key opens it; see verify_audit", filing_id)
        return False


def _erased(filing_id: int) -> bool:
    with locked(filing_id, portal()) as filing:
        if filing.erased_at is not None:
            return False  # by another worker
        filing.facts, filing.answers_draft, filing.erased_at = facts.blank(), {}, timezone.now()
        filing.subject_name = filing.domain = filing.subject_digest = ""
        filing.save(update_fields=["facts", "answers_draft", "erased_at", "subject_name", "domain", "subject_digest"])
        for rows in _statements(filing):
            audit.erase(rows)
        for model in DELETED:
            model._default_manager.filter(filing=filing).delete()
        CertificateReading.objects.filter(evidence__filing=filing).delete()
        Email.objects.filter(pk__in=filing.mails.values("mail")).delete()
        _forget_mailboxes(filing)
        record(filing, "erase", portal())
    return True


def _statements(filing: Filing) -> Iterable[QuerySet[Any]]:
    """Return the append-only rows with texts about the filing. Those that name files follow afterwards."""
    return (
        filing.snapshots.all(),
        filing.events.all(),
        filing.remarks.all(),
        Answer.objects.filter(remark__filing=filing),
        filing.questions.all(),
        filing.replies.all(),
        filing.host_questions.all(),
        filing.host_replies.all(),
        filing.opinions.all(),
        filing.staff_notes.all(),
        filing.verifications.all(),
        Sheet.objects.filter(verification__filing=filing),
        filing.photographs.all(),
        *(rows_of(filing) for rows_of in ELSEWHERE),
    )


def _forget_mailboxes(filing: Filing) -> None:
    """Delete the verified addresses of a host of whom no other filing is kept."""
    of_host = Q(host=filing.host_id, host__isnull=False) | Q(mandate=filing.mandate_id, mandate__isnull=False)
    if not Filing.objects.kept().filter(of_host).exists():
        Mailbox.objects.of(filing.host_id, filing.mandate_id).delete()


def _delete_files() -> None:
    """Delete the files of erased filings: first the file, then its row or its name there.

    So a remaining name shows that its file may still exist, and a run continues a killed one.
    """
    evidence = Evidence.objects.filter(filing__erased_at__isnull=False)
    drawn = SheetPdf.objects.filter(sheet__verification__filing__erased_at__isnull=False)
    for row in chain(_some(evidence), _some(drawn)):
        pictures.delete_files(row)
        row.delete()
    scans = SheetScan.objects.filter(sheet__verification__filing__erased_at__isnull=False)
    pages = OfficialPage.objects.filter(paper__replies__filing__erased_at__isnull=False)
    hosts_pages = OfficialPage.objects.filter(paper__host_replies__filing__erased_at__isnull=False)
    for rows in (scans, pages, hosts_pages):
        for row in _some(rows.exclude(file="")):
            pictures.delete_files(row)
            audit.erase(rows.filter(pk=row.pk))


def _some(rows: QuerySet[Any]) -> Iterable[Any]:
    """Yield rows in batches; each must be gone from ``rows`` before the next one is asked for."""
    while found := list(rows.order_by("pk")[:BATCH]):
        yield from found
