"""The files that wait for a provider's system: written by the portal, handed out oldest first until acknowledged."""

from django.db import transaction
from django.utils import timezone

from accounts.sealed import next_keys
from interchange import kept_files
from interchange.models import Connection, Download, Upload
from interchange.result_codes import CallRefused, MsgCode
from ministry.reference import provinces


def write(connection: Connection, xml: bytes, upload: Upload | None = None) -> Download:
    """Store a file for the provider's system; call it inside ``filings.evidence.files.kept``.

    Its name has the form that a captured one has: time, province, number; unique in the portal.
    """
    key, now = next_keys(Download, 1)[0], timezone.now()
    slug = provinces.by_code(connection.bureau_id).slug
    name = f"{timezone.localtime(now):%Y%m%d%H%M%S}_{slug}_{key}.xml"
    row = Download(pk=key, connection=connection, upload=upload, file_name=name, made_at=now)
    kept_files.add(row, xml)
    return row


def next_of(connection: Connection) -> Download | None:
    """Return the oldest file that is not acknowledged; None if there is none. It stays until it is acknowledged.

    Those of a sandbox are erased also without.
    """
    row = connection.downloads.filter(acked_at=None).exclude(content="").order_by("pk").first()
    if row and row.handed_at is None:
        Download.objects.filter(pk=row.pk, handed_at=None).update(handed_at=timezone.now())
    return row


def acknowledge(connection: Connection, file_name: str) -> None:
    """Record the receipt of a file, once; raise CallRefused (21, or 999 for a file that was not handed out)."""
    if not file_name:
        raise CallRefused(MsgCode.NO_FILE_NAME)
    with transaction.atomic():
        rows = connection.downloads.select_for_update(no_key=True).filter(file_name=file_name)
        if (row := rows.exclude(handed_at=None).first()) is None:
            raise CallRefused(MsgCode.OTHER)
        if row.acked_at is None:
            row.acked_at = timezone.now()
            row.save(update_fields=["acked_at"])
