"""Notices to providers about changes by another provider's filing, and their receipts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from filings.models.filing import Filing
from filings.models.webhook import OfProvider


class ProviderNotice(models.Model):
    """A notice of one approved filing to another provider that serves the subject."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="provider_notices", db_index=False)
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("time"), auto_now_add=True)
    receipt_at = models.DateTimeField(_("receipt"), null=True)
    receipt_by = models.CharField(_("by"), max_length=128, blank=True)

    objects = OfProvider.as_manager()

    class Meta:
        verbose_name = _("notice to a provider")
        verbose_name_plural = _("notices to providers")
        constraints = [
            models.UniqueConstraint(fields=["filing", "provider"], name="told_once"),
            models.CheckConstraint(
                condition=Q(receipt_at=None, receipt_by="") | (Q(receipt_at__isnull=False) & ~Q(receipt_by="")),
                name="receipt_has_a_name",
            ),
        ]
        indexes = [models.Index(fields=["provider", "-id"], name="told_to_provider")]
