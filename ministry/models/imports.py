"""Imports of a national register: which pieces of which files were written, and the digests of their rows.

Rows come only with an import, so these tables don't grow in daily work.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ministry.models.audit import AuditShape, append_only
from ministry.models.feed import follows_imports


class RegisterPiece(models.Model):
    """A piece of an imported register, written in one transaction with its rows. Append-only."""

    # SHA-256 over the files of the import: the same files are written once
    files = models.CharField(_("SHA-256 of the files"), max_length=64)
    number = models.PositiveIntegerField(_("piece"))
    # How many pieces the files have
    pieces = models.PositiveIntegerField(_("pieces in all"))
    subjects = models.PositiveIntegerField(_("subjects"))
    websites = models.PositiveIntegerField(_("websites"))
    accesses = models.PositiveIntegerField(_("accesses"))
    versions = models.PositiveIntegerField(_("versions of records"))
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("piece of an imported register")
        verbose_name_plural = _("pieces of an imported register")
        constraints = [models.UniqueConstraint(fields=["files", "number"], name="a_piece_is_written_once")]
        triggers = [*append_only("register_piece_append_only"), follows_imports()]


class RegisterPieceRows(models.Model):
    """The rows of one table that a piece wrote, instead of an entry of the audit log for each. Append-only.

    ``digests`` has 16 bytes for each of ``keys``: the beginning of the digest that an entry of the row would have. The
    log has the SHA-256 of both columns.
    """

    piece = models.ForeignKey(RegisterPiece, on_delete=models.PROTECT, related_name="rows", verbose_name=_("piece"))
    # The table, and the columns it had
    shape = models.ForeignKey(AuditShape, on_delete=models.PROTECT, related_name="+", db_index=False)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    keys = ArrayField(models.BigIntegerField())
    digests = models.BinaryField()

    class Meta:
        verbose_name = _("rows of an imported piece")
        verbose_name_plural = _("rows of an imported piece")
        indexes = [models.Index(fields=["shape", "last", "first"], name="imported_rows_by_key")]
        triggers = append_only("register_piece_rows_append_only", secret=["keys", "digests"])
