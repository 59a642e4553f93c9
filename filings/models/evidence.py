"""Papers and photos. Private: no public URL, streamed only after ``visible_to``.

And the results of the nightly check of the stored files.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedJSONField
from filings.models.documents import private_name
from filings.models.filing import Filing
from ministry.models.audit import audited


class EvidenceKind(models.TextChoices):
    """What a picture shows."""

    SUBJECT_CERTIFICATE = "subject_certificate", _("business licence or other certificate of the organisation")
    RESPONSIBLE_FRONT = "responsible_front", _("responsible person's certificate, portrait side")
    RESPONSIBLE_BACK = "responsible_back", _("responsible person's certificate, other side")
    MANAGER_FRONT = "manager_front", _("website's responsible person's certificate, portrait side")
    MANAGER_BACK = "manager_back", _("website's responsible person's certificate, other side")
    PHOTO = "photo", _("face-to-face photo of the website's responsible person")
    APPROVAL = "approval", _("prior approval document")
    APP_ICON = "app_icon", _("icon of the APP")


def private_path(evidence: "Evidence", _filename: str) -> str:
    """Return the name of a new file."""
    return private_name("pictures", evidence.filing_id)


class Evidence(models.Model):
    """One picture, re-encoded in three sizes. A newer one at its path replaces it; the older one is kept."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="evidence")
    # what it shows and of whom: see ``filings.fields.attachments``
    path = models.CharField(_("path"), max_length=64)
    file = models.FileField(upload_to=private_path)
    # The copy within the official limit (100 KB, the verification sheet's 150 KB), for the bureaus' interface. Pictures
    # older than this feature have none.
    official = models.FileField(upload_to=private_path, blank=True)
    # A small copy for lists of pictures, on which no writing can be read. Pictures older than this feature have none.
    thumb = models.FileField(upload_to=private_path, blank=True)
    sha256 = models.CharField(max_length=64)
    original_sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    official_size = models.PositiveIntegerField(default=0)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    phash = models.BigIntegerField(null=True)  # alike for pictures that look the same; see filings.evidence.pictures
    advice = ArrayField(models.CharField(max_length=16), default=list)  # codes of filings.evidence.quality
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # The handover it came through, if taken with a phone; in the host's name all the same.
    handover = models.ForeignKey("filings.Handover", on_delete=models.PROTECT, null=True, related_name="pictures")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "path"], condition=Q(replaced_at=None), name="one_current_picture_per_path"
            ),
        ]
        indexes = [
            models.Index(fields=["file"], name="picture_file"),
            models.Index(fields=["official"], name="picture_official"),
            models.Index(fields=["thumb"], name="picture_thumb"),
            models.Index(fields=["phash"], condition=Q(replaced_at=None), name="picture_looks"),
            models.Index(fields=["original_sha256"], condition=Q(replaced_at=None), name="picture_original"),
        ]
        triggers = audited()


class CertificateReading(models.Model):
    """The text read on the picture of a certificate, or the order to read it (``filings.reading``).

    Only a help to type and to compare, so nothing on record rests on it. Erased with the filing's data.
    """

    evidence = models.OneToOneField(Evidence, on_delete=models.CASCADE, related_name="reading")
    # Fact of the document → {"value", "box": shares of width and height}; sealed like the filing's facts.
    facts = SealedJSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=0)
    ordered_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("reading of a certificate")
        verbose_name_plural = _("readings of certificates")
        indexes = [models.Index(fields=["ordered_at"], condition=Q(read_at=None), name="reading_due")]


class Rescan(models.Model):
    """A pass of the malware scanner over the stored files; an interrupted one resumes at ``place``."""

    day = models.DateField(_("day"), unique=True)
    place = models.CharField(max_length=64, default="0:0")  # number of the column and primary key of the last row
    files = models.PositiveIntegerField(default=0)  # that were scanned
    ended_at = models.DateTimeField(_("completed at"), null=True)

    class Meta:
        verbose_name = _("repeated scan of the stored files")
        verbose_name_plural = _("repeated scans of the stored files")

    def __str__(self) -> str:
        return f"{self.day}"


class QuarantinedFile(models.Model):
    """A stored file in which a repeated scan has found malware: it is kept, but opened for nobody until released."""

    file = models.CharField(max_length=100)  # its name in the storage
    of = models.CharField(max_length=200)  # table, primary key and column of the row that names it
    signature = models.CharField(max_length=200)
    found_at = models.DateTimeField(auto_now_add=True)
    released_at = models.DateTimeField(null=True)
    # None on the command line. Without an index: the table has few rows, and making one would lock it.
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=200, blank=True)  # of the release

    class Meta:
        verbose_name = _("file in quarantine")
        verbose_name_plural = _("files in quarantine")
        constraints = [models.UniqueConstraint(fields=["file", "signature"], name="one_quarantine_a_signature")]
        triggers = audited()

    def __str__(self) -> str:
        return f"{self.of} ({self.signature})"


class FileCheck(models.Model):
    """A comparison of the storage with the rows that name its files; an interrupted run resumes at ``place``."""

    day = models.DateField(_("day"), unique=True)
    step = models.PositiveSmallIntegerField(default=0)  # of file_checks.STEPS
    place = models.CharField(max_length=255, blank=True)  # the last row or file checked
    rows = models.PositiveIntegerField(_("files on record"), default=0)
    missing = models.PositiveIntegerField(_("missing from the storage"), default=0)
    examples = ArrayField(models.CharField(max_length=200), verbose_name=_("the first of them"), default=list)
    files = models.PositiveIntegerField(_("files in the storage"), default=0)
    unnamed = models.PositiveIntegerField(_("files without a record"), default=0)
    removed = models.PositiveIntegerField(_("of these, removed"), default=0)
    fault = models.TextField(_("why nothing was removed"), blank=True)
    ended_at = models.DateTimeField(_("completed at"), null=True)

    class Meta:
        ordering = ["-day"]
        verbose_name = _("check of the stored files")
        verbose_name_plural = _("checks of the stored files")

    def __str__(self) -> str:
        return f"{self.day}"
