"""A bureau's supervision of its own work: second readings of decided filings, and monthly bulletins.

Written once, never changed. Organisations are named by string.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField
from ministry.models.audit import append_only

BUREAU = "bureaus.Bureau"


class RecheckRate(models.Model):
    """The percentage of decided filings read a second time, from a day on; the newest row of a day counts."""

    bureau = models.ForeignKey(BUREAU, on_delete=models.PROTECT, related_name="recheck_rates")
    percent = models.PositiveSmallIntegerField(_("per hundred"))
    valid_from = models.DateField(_("from"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-valid_from", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(percent__lte=100), name="recheck_rate_is_a_share")]
        triggers = append_only("recheck_rate_append_only")


class Draw(models.Model):
    """The draw among a bureau's decisions of one day. With its seed anybody can repeat it with the same result."""

    bureau = models.ForeignKey(BUREAU, on_delete=models.PROTECT, related_name="draws")
    day = models.DateField(_("decided on"))
    percent = models.PositiveSmallIntegerField()
    # Made when the day was over, so that nobody could know it while deciding.
    seed = models.CharField(max_length=64)
    candidates = models.PositiveIntegerField()
    # The SHA-256 of the candidates' numbers, in order, a blank between two.
    candidates_sha256 = models.CharField(max_length=64)
    drawn = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["bureau", "day"], name="one_draw_a_bureau_and_day")]
        triggers = append_only("draw_append_only")


class Recheck(models.Model):
    """A decision drawn for a second reading. A filing is drawn once at most."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="rechecks")
    bureau = models.ForeignKey(BUREAU, on_delete=models.PROTECT, related_name="rechecks", db_index=False)
    filing = models.OneToOneField("filings.Filing", on_delete=models.PROTECT, related_name="recheck")
    round = models.PositiveSmallIntegerField()
    # The first decision: the event of the approval or the return, and who made it.
    decision = models.ForeignKey("filings.Event", on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["bureau", "id"], name="rechecks_of_bureau")]
        triggers = append_only("recheck_append_only")


class Outcome(models.TextChoices):
    """Result of comparing a second reading with the first decision."""

    AGREES = "agrees", _("agrees")
    DIFFERS = "differs", _("differs")


class SecondReading(models.Model):
    """Another reviewer's own decision, stored before they see the first decision and who made it."""

    recheck = models.OneToOneField(Recheck, on_delete=models.PROTECT, related_name="reading")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # The name of the move: approve or return.
    verdict = models.CharField(max_length=16)
    codes = ArrayField(models.CharField(max_length=8), default=list)
    # Sealed like remarks: reviewers write down what they compare.
    note = SealedTextField(blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="second_reading_outcome_known"),
            models.CheckConstraint(
                condition=Q(verdict="approve", codes=[]) | (Q(verdict="return") & ~Q(codes=[])),
                name="second_reading_names_codes",
            ),
        ]
        triggers = append_only("second_reading_append_only", erasable={"note": ""})

    @property
    def tone(self) -> str:
        """Return the tone of its outcome (``desks.components.StatusPill``)."""
        return "done" if self.outcome == Outcome.AGREES else "attention"


class Bulletin(models.Model):
    """A bureau's published figures of a month, as they stood then; a correction is a further version."""

    bureau = models.ForeignKey(BUREAU, on_delete=models.PROTECT, related_name="bulletins")
    month = models.DateField(help_text="its first day")
    version = models.PositiveSmallIntegerField()
    # The shape is that of ``bureaus.bulletins``.
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-month", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["bureau", "month", "version"], name="one_bulletin_a_month_and_version")
        ]
        triggers = append_only("bulletin_append_only")
