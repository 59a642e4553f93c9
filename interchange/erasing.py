"""Delete the contents of old files of connections; their rows stay, because the ledger has no gap."""

from datetime import timedelta
from typing import Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from interchange.models import Download, Exchange, FetchedFile, Report, ReportUpload, Upload
from interchange.models.files import SealedFile
from ministry import retention
from ministry.retention import DataKind

# Of a sandbox: with a run each hour none is older than a day.
KEPT_OF_SANDBOX: Final = timedelta(hours=22)
LATELY: Final = timedelta(days=7)  # more than nights without a run
MOST: Final = 500  # files of each query that a run deletes; the rest follows in the next one


def erase_old() -> None:
    """Delete the contents of files of both sides that were done with before their period, and older exchanges.

    Of a sandbox all contents go sooner. The last upload of a connection stays, because isp_querypreviousupload returns
    it or is compared with it; not that of a sandbox.
    """
    now = timezone.now()
    before, tried_before = now - retention.days(DataKind.INTERFACE), now - KEPT_OF_SANDBOX
    uploads = Upload.objects.filter(checked_at__lt=before).exclude(sequence=F("connection__last_sequence"))
    downloads = Download.objects.filter(acked_at__lt=before)
    tried = Upload.objects.filter(connection__is_sandbox=True, checked_at__lt=tried_before)
    answered = Download.objects.filter(connection__is_sandbox=True, made_at__lt=tried_before)
    sent = ReportUpload.objects.filter(sent_at__lt=before).exclude(sequence=F("connection__last_sequence"))
    fetched = FetchedFile.objects.filter(acked_at__lt=before, applied_at__lt=before)
    for rows in (uploads, downloads, tried, answered, sent, fetched):
        for row in rows.exclude(content="").order_by("pk")[:MOST]:
            _erase(row)
    Exchange.objects.filter(at__lt=before).delete()
    _erase_words()


def _erase_words() -> None:
    """Delete what bureaus' systems have said of filings whose data were erased lately."""
    for report in Report.objects.filter(filing__erased_at__gt=timezone.now() - LATELY):
        report.message = report.password_md5 = ""
        report.save(update_fields=["message", "password_md5"])


def _erase(row: SealedFile) -> None:
    name = str(row.content.name)
    with transaction.atomic():
        row.content, row.file_key = "", ""
        changed = ["content", "file_key"]
        if isinstance(row, FetchedFile):
            row.faults = ""
            changed.append("faults")
        row.save(update_fields=changed)
        transaction.on_commit(lambda: default_storage.delete(name), robust=True)  # a function: Django logs its name
