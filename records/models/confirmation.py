"""The yearly confirmation of a website: the host's answers, and the reminders that a bureau or a provider sends."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from filings.states import Role
from ministry.models.audit import append_only

if TYPE_CHECKING:
    from filings.actors import Actor


class YearlyAnswer(models.TextChoices):
    """A host's answer to the yearly confirmation: 无变化, 已更新, 已注销 (announcement of Hubei's bureau, 2020)."""

    UNCHANGED = "unchanged", _("Everything on record is still correct")
    UPDATED = "updated", _("Something has changed: the change is filed, or I file it now")
    CANCELLED = "cancelled", _("It is no longer used: it is cancelled, or I file its cancellation now")


class Confirmation(models.Model):
    """An answer to the yearly confirmation of a website. Append-only: the latest one of a rule counts.

    ``Upkeep.yearly_answer`` repeats it for lists. ``user`` is None for the answer that the portal enters for a website
    cancelled during the period.
    """

    website = models.ForeignKey("ministry.Website", on_delete=models.PROTECT, related_name="confirmations")
    # The dated rule that requires it; its days are the period for confirming.
    rule = models.ForeignKey("ministry.ProvinceRule", on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=16, choices=YearlyAnswer)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(answer__in=YearlyAnswer.values), name="yearly_answer_known"),
        ]
        triggers = append_only("confirmation_append_only")


class YearlyReminder(models.Model):
    """A reminder of the yearly confirmation of a website that a bureau or a provider has sent. Append-only."""

    website = models.ForeignKey("ministry.Website", on_delete=models.PROTECT, related_name="yearly_reminders")
    rule = models.ForeignKey("ministry.ProvinceRule", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=8, choices=Role)
    # The provider whose staff has sent it; None for a bureau's.
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        triggers = append_only("yearly_reminder_append_only")

    def who(self, actor: "Actor") -> str:
        """Return who has sent it, by name for colleagues, as the organisation's side for everybody else."""
        if self.role == actor.role and self.provider_id == actor.provider_id:
            return self.actor_name
        return str(_("the access provider") if self.role == Role.PROVIDER else _("the bureau"))
