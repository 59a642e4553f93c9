"""Seals of face-to-face photos, and the one-time words shown in them."""

import uuid
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedJSONField
from filings.models.evidence import Evidence
from filings.models.filing import Filing
from filings.models.record import Event
from ministry.models.audit import append_only


class Way(models.TextChoices):
    """How a photo was taken."""

    CAMERA = "camera", _("taken with the camera of this page")
    UPLOAD = "upload", _("uploaded as a file")
    AGAIN = "again", _("an earlier photo, reused")
    REPORTED = "reported", _("sent by the provider's own system")


class PhotoWord(models.Model):
    """A word that is valid for a short time and one photo: of a person, in a round of a filing, by a verifier."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="photo_words")
    path = models.CharField(max_length=64)  # of the photo: see ``filings.fields.attachments``
    person = models.CharField(max_length=64)  # a keyed digest: see ``filings.verification.photographs``
    round = models.PositiveSmallIntegerField()
    verifier = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=16)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    # Set when a photo has been stored with it, or the verifier has asked for another word.
    closed_at = models.DateTimeField(null=True)


class BrokenOpenField(SealedJSONField):
    """A sealed JSON field that is read as None if its ciphertext was tampered with; the page then shows a warning."""

    def from_db_value(self, value: str | None, *args: object) -> Any:
        try:
            return super().from_db_value(value, *args)
        except InvalidToken:
            return None


class Photograph(models.Model):
    """The seal of a face-to-face photo, created with its event; ``content`` is what it seals.

    The other columns are copies for lists and queries; ``verification.photographs.faults`` compares them all.
    """

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="photographs")
    # None once erased.
    evidence = models.OneToOneField(Evidence, on_delete=models.PROTECT, null=True, related_name="photograph")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="photograph")
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.CharField(max_length=64)  # a keyed digest of the certificate
    # The same for all uses of one shot, like ``taken_at``.
    shot = models.UUIDField(default=uuid.uuid4)
    taken_at = models.DateTimeField(default=timezone.now)
    # The shape is that of ``filings.verification.photographs``.
    content = BrokenOpenField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["provider", "person", "taken_at"], name="photographs_of_person")]
        triggers = append_only(
            "photograph_append_only",
            left_out=["person"],
            erasable={"evidence": None, "person": "", "content": {}},
        )
