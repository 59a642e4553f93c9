"""Requests for a new filing password."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ministry.models.register import Subject


class RecoveryOutcome(models.TextChoices):
    """How a recovery ended."""

    WRONG = "wrong", _("data not on record")
    TOO_OFTEN = "too_often", _("requested too often")
    JOINED = "joined", _("another request was under way or has been sent")
    STOPPED = "stopped", _("stopped by a contact on file")
    CANCELLED = "cancelled", _("subject no longer on record")
    ORDERED = "ordered", _("new password sent")
    EXPIRED = "expired", _("the address on record has not confirmed it in time")


class Recovery(models.Model):
    """A request for a new filing password. Stored for every try, right or wrong, so that both cost the same.

    A repeated request shares the row until ``expires_at``, unless it was stopped or confirmed before.
    """

    number = models.CharField(_("number"), max_length=32)
    cert_type = models.PositiveSmallIntegerField(_("certificate type"))
    cert_digest = models.CharField(max_length=64, editable=False)
    asked_at = models.DateTimeField(_("requested at"), default=timezone.now)
    expires_at = models.DateTimeField(_("confirmation due"))
    looked_up_at = models.DateTimeField(_("looked up at"), null=True)
    # Set once the data are looked up and found correct
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, null=True, related_name="recoveries", verbose_name=_("subject")
    )
    outcome = models.CharField(_("outcome"), max_length=16, blank=True, choices=RecoveryOutcome)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    # Masked address of the contact who stopped it
    stopped_by = models.CharField(_("stopped by"), max_length=255, blank=True)
    # Keyed digest of that address: addresses of one organisation may look the same when masked
    stopped_by_digest = models.CharField(max_length=64, blank=True, editable=False, db_default="")

    class Meta:
        verbose_name = _("password recovery")
        verbose_name_plural = _("password recoveries")
        constraints = [
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(ended_at__isnull=True, subject__isnull=False),
                name="one_recovery_under_way",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at__isnull=True)
                | Q(outcome__in=RecoveryOutcome.values, ended_at__isnull=False),
                name="recovery_ends_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome=RecoveryOutcome.STOPPED) ^ Q(stopped_by=""), name="who_stopped_a_recovery"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(looked_up_at__isnull=True), name="recovery_open"),
            models.Index(fields=["expires_at"], condition=Q(ended_at__isnull=True), name="recovery_under_way"),
            models.Index(fields=["cert_digest", "expires_at"], name="recovery_of_certificate"),
        ]

    @property
    def is_under_way(self) -> bool:
        """Return whether it can still be confirmed or stopped."""
        return self.subject_id is not None and self.ended_at is None and self.expires_at > timezone.now()
