"""Differences between the copies of a record, and the progress of the nightly comparison of the copies."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedJSONField, SealedTextField
from filings.models import Filing
from ministry.models import Access, Subject, Website
from ministry.models.audit import audited
from records.models.order import CounterReset, Order


class Copies(models.TextChoices):
    """The two copies that were compared; the first one is the earlier in the course of a filing."""

    VERIFIED = "verified", _("verified by the provider / approved by the bureau")
    RECEIPT = "receipt", _("receipt of the approval / approved by the bureau")
    REGISTER = "register", _("approved by the bureau / register")
    PUBLIC = "public", _("register / public query")
    BUREAU = "bureau", _("register / bureau's own system")


class CopyDifferenceQuerySet(models.QuerySet["CopyDifference"]):
    def open(self) -> Self:
        """Return those that are not settled."""
        return self.filter(settled_at=None)

    def settled(self) -> Self:
        """Return those that are settled."""
        return self.filter(settled_at__isnull=False)


class CopyDifference(models.Model):
    """One fact that two copies of a record state differently: a task for the operators, until it is settled.

    Written only by ``records.comparison``. ``field`` is the path of a fact as in a filing (a website's always
    ``websites.0.…``), or a word of ``records.comparison.expected``. ``values`` has what each copy states, in the
    order of ``copies``; ``filing``, ``order`` or ``reset`` is what the first value comes from.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="differences")
    website = models.ForeignKey(Website, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    access = models.ForeignKey(Access, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reset = models.ForeignKey(CounterReset, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    copies = models.CharField(_("copies"), max_length=8, choices=Copies)
    # Which row of the record: "subject", "website 3", "access 3 at 5", "filing 7"
    place = models.CharField(max_length=64)
    field = models.CharField(_("field"), max_length=96)
    values = SealedJSONField()
    found_at = models.DateTimeField(_("found"))
    settled_at = models.DateTimeField(_("settled"), null=True)
    # None if the copies were found equal again
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # Sealed, because operators may write personal data here.
    reason = SealedTextField(_("reason"), blank=True)

    objects = CopyDifferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("difference between copies")
        verbose_name_plural = _("differences between copies")
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "place", "field", "copies"],
                condition=Q(settled_at=None),
                name="one_open_difference_of_a_field",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=False) | Q(settled_by=None), name="open_difference_is_settled_by_nobody"
            ),
            models.CheckConstraint(condition=Q(copies__in=Copies.values), name="compared_copies_known"),
        ]
        indexes = [
            models.Index(fields=["found_at", "id"], condition=Q(settled_at=None), name="open_differences"),
            models.Index(
                fields=["settled_at", "id"], condition=Q(settled_at__isnull=False), name="settled_differences"
            ),
        ]
        triggers = audited()

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what it is about within its record: row, field and copies."""
        return self.place, self.field, self.copies

    @property
    def stated(self) -> tuple[Any, Any]:
        """Return the two values, in the order of ``copies``."""
        one, other = self.values
        return one, other


class CopyComparison(models.Model):
    """The comparison of one night, with the place at which the next run and the next night continue."""

    on = models.DateField(_("day"), unique=True)
    # The last entry of the audit log whose record has been compared
    entry = models.BigIntegerField()
    # The full pass: the last subject compared, the last one of this night, and since when and until when it went
    place = models.BigIntegerField()
    until = models.BigIntegerField()
    pass_began_on = models.DateField()
    pass_ended_on = models.DateField(null=True)
    compared = models.PositiveIntegerField(_("records compared"), default=0)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("comparison of the copies")
        verbose_name_plural = _("comparisons of the copies")
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"
