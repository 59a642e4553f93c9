"""Issued verification sheets and scans of their signed copies."""

import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedJSONField
from filings.models.documents import private_name
from filings.models.record import Verification
from ministry.models.audit import append_only

TOKEN_BYTES = 16  # 128 bits, as 22 letters in an address


def new_token() -> str:
    """Return a random token for the URL of the sheet's public page, which is printed on the sheet."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def private_page(scan: "SheetScan", _filename: str) -> str:
    """Return the name of a new file."""
    return private_name("sheets", scan.sheet_id)


class Sheet(models.Model):
    """One website's verification sheet of one round, with all its content as issued."""

    verification = models.ForeignKey(Verification, on_delete=models.PROTECT, related_name="sheets")
    website = models.PositiveSmallIntegerField(help_text="counted from 0")
    token = models.CharField(max_length=32, unique=True, default=new_token)
    # The shape is that of ``filings.verification.sheets``.
    content = SealedJSONField()
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("verification sheet")
        verbose_name_plural = _("verification sheets")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["verification", "website"], name="one_sheet_per_website")]
        triggers = append_only("sheet_append_only", erasable={"content": {}})

    def __str__(self) -> str:
        return str(self.content["number"])


def private_pdf(stored: "SheetPdf", _filename: str) -> str:
    """Return the name of a new file."""
    return private_name("sheets", stored.sheet_id, "pdf")


class SheetPdf(models.Model):
    """An issued sheet as it was drawn first: every later look gets the same bytes. See ``verification.sheet_files``."""

    sheet = models.OneToOneField(Sheet, on_delete=models.PROTECT, primary_key=True, related_name="+")
    file = models.FileField(upload_to=private_pdf)
    sha256 = models.CharField(max_length=64)
    drawn_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["file"], name="sheet_pdf_file")]


class SheetScan(models.Model):
    """One page of a signed copy, re-encoded in two sizes. Older versions are kept."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="scans")
    version = models.PositiveSmallIntegerField()
    page = models.PositiveSmallIntegerField()
    file = models.FileField(upload_to=private_page)
    # the copy within the official limit of 150 KB, for the bureaus' interface
    official = models.FileField(upload_to=private_page)
    sha256 = models.CharField(max_length=64)
    # of the uploaded file; the pages of one PDF share it
    original_sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    advice = ArrayField(models.CharField(max_length=16), default=list)  # codes of filings.evidence.quality
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("signed copy of a verification sheet")
        verbose_name_plural = _("signed copies of verification sheets")
        ordering = ["sheet", "-version", "page"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "version", "page"], name="one_scan_per_version_and_page")
        ]
        indexes = [
            models.Index(fields=["file"], name="scan_file"),
            models.Index(fields=["official"], name="scan_official"),
        ]
        triggers = append_only("sheet_scan_append_only", erasable={"file": "", "official": ""})
