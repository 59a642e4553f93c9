"""Files of a connection: the ledger of uploads and the outbox of downloads. Their contents are sealed."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField
from filings.models.documents import private_name
from interchange.models.connection import LARGEST_SEQUENCE, Connection
from ministry.models.audit import audited

LONGEST_FILE_NAME = 128  # bytes; of return_FileName


# Advances the connection's counter with each upload; fails unless it is the next one.
_NEXT_SEQUENCE = """
    UPDATE <connections> SET last_sequence = NEW.sequence
     WHERE id = NEW.connection_id AND last_sequence = NEW.sequence - 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'not the next upload of its connection' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


def next_sequence(table: str) -> str:
    """Return the SQL of the trigger that numbers uploads; ``table``: that of their connections."""
    return _NEXT_SEQUENCE.replace("<connections>", table)


def private_path(row: Any, _filename: str) -> str:
    """Return the name of a new file."""
    return private_name("interchange", row.connection_id, ending="sealed")


class SealedFile(models.Model):
    """A file of a connection: its XML, encrypted with a key of its own; see ``interchange.kept_files``."""

    content = models.FileField(upload_to=private_path)
    file_key = SealedTextField()
    size = models.PositiveIntegerField()  # bytes of the XML

    class Meta:
        abstract = True


class KeptFile(SealedFile):
    """A file of a connection of a provider's system to a bureau of the portal."""

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="%(class)ss", db_index=False)

    class Meta:
        abstract = True


class UploadState(models.TextChoices):
    """The state of an upload."""

    WAITING = "waiting", _("waiting to be checked")
    CHECKED = "checked", _("checked")
    FAILED = "failed", _("could not be checked")


class Upload(KeptFile):
    """An accepted upload. ``digest`` is its ``beianInfoHash``: the same digest again is the same file.

    ``tries``: times a worker has begun to check it, the last time at ``tried_at``. ``records`` and ``refused``: counted
    when it was checked.
    """

    sequence = models.BigIntegerField(_("sequence"))
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=UploadState, default=UploadState.WAITING)
    received_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    records = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "sequence"], name="sequence_once_per_connection"),
            models.CheckConstraint(condition=Q(sequence__range=(1, LARGEST_SEQUENCE)), name="upload_sequence_in_range"),
            models.CheckConstraint(condition=Q(state__in=UploadState.values), name="upload_state_known"),
            models.CheckConstraint(
                condition=Q(state=UploadState.WAITING, checked_at=None)
                | (~Q(state=UploadState.WAITING) & Q(checked_at__isnull=False)),
                name="checked_upload_has_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["connection", "sequence"], condition=Q(state=UploadState.WAITING), name="uploads_waiting"
            ),
            models.Index(fields=["content"], name="upload_file"),
        ]
        triggers = [
            *audited(left_out=("tries", "tried_at")),
            pgtrigger.Trigger(
                name="sequence_without_gap",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=next_sequence("interchange_connection"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.connection_id} {self.sequence}"


class Download(KeptFile):
    """A file for the provider's system, handed out until it is acknowledged. ``upload``: whose result it is, if any."""

    upload = models.OneToOneField(Upload, on_delete=models.PROTECT, null=True, related_name="result")
    file_name = models.CharField(max_length=LONGEST_FILE_NAME)
    made_at = models.DateTimeField(default=timezone.now)
    handed_at = models.DateTimeField(null=True)
    acked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "file_name"], name="download_name_once_per_connection"),
            models.CheckConstraint(
                condition=Q(acked_at=None) | Q(handed_at__isnull=False), name="acknowledged_download_was_handed_out"
            ),
        ]
        indexes = [
            models.Index(fields=["connection", "id"], condition=Q(acked_at=None), name="downloads_due"),
            models.Index(fields=["connection", "-id"], name="downloads_of_connection"),
            models.Index(fields=["content"], name="download_file"),
        ]
        triggers = audited()

    def __str__(self) -> str:
        return self.file_name
