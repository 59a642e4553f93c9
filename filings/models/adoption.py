"""Adoptions: a host has added a record to its account with the record's filing password."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ministry.models.audit import append_only


class AdoptionQuerySet(models.QuerySet["Adoption"]):
    def in_force(self) -> Self:
        """Return adoptions in force: not ended, record live, password unchanged since or changed by this host."""
        return self.until_cancelled().filter(end=None, subject__live=True)

    def until_cancelled(self) -> Self:
        """Return adoptions in force, and those that ended only because the record was cancelled."""
        proved = Q(subject__password_set_at=None) | Q(at__gt=F("subject__password_set_at"))
        own_choice = Q(host=F("subject__password_set_by"))
        return self.filter(proved | own_choice).filter(Q(end=None) | Q(end__why=AdoptionEnding.CANCELLED))

    def lapsed(self, since: datetime | None = None) -> Self:
        """Return adoptions no longer in force that have no ``AdoptionEnd`` yet.

        ``since``: only those of records with a password set from then on, or cancelled from its day on; these are read
        from the indexes of the records, all others only by reading every adoption.
        """
        shut_out = Q(at__lte=F("subject__password_set_at")) & ~Q(host=F("subject__password_set_by"))
        rows = self.filter(shut_out | Q(subject__live=False), end=None)
        if since is None:
            return rows
        set_since = Q(subject__password_set_at__gte=since)
        return rows.filter(set_since | Q(subject__live=False, subject__cancelled_on__gte=timezone.localdate(since)))


class Adoption(models.Model):
    """A host that owns the record from then on, beside those whose filings created it."""

    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey("ministry.Subject", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        triggers = append_only("adoption_append_only")


class AdoptionEnding(models.TextChoices):
    """Why a record was removed from an account."""

    PASSWORD = "password", _("a new filing password")
    CANCELLED = "cancelled", _("record cancelled")
    GIVEN_BACK = "given_back", _("given back")


class AdoptionEnd(models.Model):
    """The end of an adoption; with the current password a new one can be created."""

    adoption = models.OneToOneField(Adoption, on_delete=models.PROTECT, related_name="end")
    why = models.CharField(max_length=16, choices=AdoptionEnding)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(why__in=AdoptionEnding.values), name="adoption_end_known"),
        ]
        triggers = append_only("adoption_end_append_only")
