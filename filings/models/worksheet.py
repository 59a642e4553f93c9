"""What the desks' staff have typed before it becomes a record: a verification sheet, a bureau's decision."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedJSONField
from filings.models.filing import Filing


class Worksheet(models.Model):
    """What the provider's staff have filled in of one round's sheet so far; whoever takes the filing over goes on.

    When the round is verified it goes over into the ``Verification``. One of a round that was sent back stays: the
    next round begins with what no change has touched since.
    """

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="worksheets")
    round = models.PositiveSmallIntegerField(_("round"))
    # Grows with each save, so that a second window can't write over the first.
    version = models.PositiveIntegerField(default=0)
    # Item → {"answer", "note", "evidence": [keys of pictures], "by", "source"}; sealed: people note what they compare.
    entries = SealedJSONField(default=dict)
    # Remarks as they were typed, complete or not: [{"path", "code", "seen", "expected", "origin"}].
    remarks = SealedJSONField(default=list)
    place = models.CharField(_("place"), max_length=255, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("sheet in work")
        verbose_name_plural = _("sheets in work")
        ordering = ["round"]
        constraints = [models.UniqueConstraint(fields=["filing", "round"], name="one_worksheet_per_round")]

    def __str__(self) -> str:
        return f"{self.filing_id}/{self.round}"


class DecisionDraft(models.Model):
    """What the bureau's reviewers have typed of one round's decision so far; whoever takes the filing over goes on.

    It is erased when the filing leaves the bureau, and when a proposal has put its opinion on record.
    """

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="decision_drafts")
    round = models.PositiveSmallIntegerField(_("round"))
    # Grows with each save, so that a second window can't write over the first.
    version = models.PositiveIntegerField(default=0)
    # {"opinion", "question", "days"}; sealed: people write down the numbers they compare.
    words = SealedJSONField(default=dict)
    # Remarks as they were typed, complete or not: [{"path", "code", "seen", "expected"}].
    remarks = SealedJSONField(default=list)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("decision in work")
        verbose_name_plural = _("decisions in work")
        ordering = ["round"]
        constraints = [models.UniqueConstraint(fields=["filing", "round"], name="one_decision_draft_per_round")]

    def __str__(self) -> str:
        return f"{self.filing_id}/{self.round}"
