"""Drafts of the desks' staff: verification sheets and bureau decisions."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedJSONField
from filings.models.filing import Filing


class Worksheet(models.Model):
    """The provider's draft of one round's sheet; it stays with the filing when another person claims it.

    The ``Verification`` replaces it when the round is verified. It is kept when the round is sent back: the next round
    starts with its entries that are unaffected by changes.
    """

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="worksheets")
    round = models.PositiveSmallIntegerField(_("round"))
    # Grows with each save, so that a second window can't write over the first.
    version = models.PositiveIntegerField(default=0)
    # Item → {"answer", "note", "evidence": [primary keys of pictures], "by", "source"}; sealed like remarks.
    entries = SealedJSONField(default=dict)
    # Remarks as they were typed, complete or not: [{"path", "code", "seen", "expected", "origin"}].
    remarks = SealedJSONField(default=list)
    place = models.CharField(_("place"), max_length=255, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("sheet in progress")
        verbose_name_plural = _("sheets in progress")
        ordering = ["round"]
        constraints = [models.UniqueConstraint(fields=["filing", "round"], name="one_worksheet_per_round")]


class DecisionDraft(models.Model):
    """The bureau's draft of one round's decision; it stays with the filing when another person claims it.

    Deleted when the filing leaves the bureau, and when a proposal has stored its opinion.
    """

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="decision_drafts")
    round = models.PositiveSmallIntegerField(_("round"))
    # Grows with each save, so that a second window can't write over the first.
    version = models.PositiveIntegerField(default=0)
    # {"opinion", "question", "days"}; sealed like remarks.
    words = SealedJSONField(default=dict)
    # Remarks as they were typed, complete or not: [{"path", "code", "seen", "expected"}].
    remarks = SealedJSONField(default=list)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("decision draft")
        verbose_name_plural = _("decision drafts")
        ordering = ["round"]
        constraints = [models.UniqueConstraint(fields=["filing", "round"], name="one_decision_draft_per_round")]
