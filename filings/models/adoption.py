"""That a host has taken a record that was made elsewhere into its account, with the record's filing password."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ministry.models.audit import append_only


class AdoptionQuerySet(models.QuerySet["Adoption"]):
    def in_force(self) -> Self:
        """Those that still make the record the host's: not ended, the record in force, the password that proved it the
        present one or replaced by this very host.
        """
        return self.until_cancelled().filter(end=None, subject__live=True)

    def until_cancelled(self) -> Self:
        """Return those in force, and those that nothing but the end of the record has ended."""
        proved = Q(subject__password_set_at=None) | Q(at__gt=F("subject__password_set_at"))
        own_choice = Q(host=F("subject__password_set_by"))
        return self.filter(proved | own_choice).filter(Q(end=None) | Q(end__why=AdoptionEnding.CANCELLED))

    def lapsed(self) -> Self:
        """Return those that are not in force any more although nobody has written down their end yet."""
        return self.filter(end=None).exclude(pk__in=self.model._default_manager.in_force())


class Adoption(models.Model):
    """Whose the record is from then on, beside the hosts whose first filings it stems from."""

    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey("ministry.Subject", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        triggers = append_only("adoption_append_only")

    def __str__(self) -> str:
        return f"{self.host_id} {self.subject_id}"


class AdoptionEnding(models.TextChoices):
    """Why a record is not in an account any more."""

    PASSWORD = "password", _("a new filing password")
    CANCELLED = "cancelled", _("record cancelled")
    GIVEN_BACK = "given_back", _("given back")


class AdoptionEnd(models.Model):
    """The end of an adoption. Whoever knows the password then may begin another."""

    adoption = models.OneToOneField(Adoption, on_delete=models.PROTECT, related_name="end")
    why = models.CharField(max_length=16, choices=AdoptionEnding)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(why__in=AdoptionEnding.values), name="adoption_end_known"),
        ]
        triggers = append_only("adoption_end_append_only")

    def __str__(self) -> str:
        return f"{self.adoption_id} {self.why}"
