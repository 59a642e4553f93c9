"""Events of the bureau's clock, and moved due dates of which hosts are still to be notified."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from filings.models.filing import Filing
from ministry.models.audit import append_only


class Tick(models.TextChoices):
    """The type of a clock entry."""

    STARTED = "started", _("Started")
    RESTARTED = "restarted", _("Restarted")
    MOVED = "moved", _("Due date moved")
    CONFIRMED = "confirmed", _("Due date confirmed")
    STOPPED = "stopped", _("Stopped")


class Why(models.TextChoices):
    """The reason for a clock entry."""

    RECEIVED = "received", _("The bureau received the filing; day 1 is the next working day.")
    CHANGED = "changed", _("The filing was changed and submitted again; the days count from the last change.")
    SPLIT = "split", _("Split off from a filing under review; the days count from the same receipt.")
    CALENDAR = "calendar", _("The work calendar has changed.")
    RETURNED = "return", _("The bureau returned the filing with reasons.")
    UNSENT = "unsent", _("The filing could not be sent to the bureau's system and is back at the access provider.")
    APPROVED = "approve", _("The bureau approved the filing.")
    DISPLACED = "displace", _("The filing was ended: its certificate or domain belongs to somebody else.")
    TRANSFERRED = "transfer", _("The filing moved to another access provider, which verifies it again.")
    ENDED = "end_by_order", _("The filing ended, because the bureau cancelled what it is about.")


# Reasons to stop that are decisions; the others only take the filing from the bureau.
DECISIONS = (Why.APPROVED, Why.RETURNED)


class ClockEntry(models.Model):
    """One event of a filing's clock. Append-only."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="clock_entries", db_index=False)
    # Denormalised to count a bureau's decisions without joining filings.
    bureau = models.ForeignKey("bureaus.Bureau", on_delete=models.PROTECT, related_name="+", db_index=False)
    round = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=16, choices=Tick)
    why = models.CharField(max_length=16, choices=Why)
    # The day it counts from.
    received_on = models.DateField()
    # The due date from then on; for a stop, the one until then. None if unknown.
    due_on = models.DateField(null=True)
    is_provisional = models.BooleanField(default=False)
    # For a moved due date: the one before.
    was_due_on = models.DateField(null=True)
    # For a moved due date: the notices on which the new one is based.
    notice = models.CharField(max_length=500, blank=True)
    # The day it happened, in China time.
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["filing", "id"], name="clock_of_filing"),
            models.Index(
                fields=["bureau", "on"],
                include=["due_on", "why"],
                condition=Q(what=Tick.STOPPED),
                name="decisions_of_bureau",
            ),
            models.Index(
                fields=["bureau", "on"],
                include=["why"],
                condition=Q(what__in=[Tick.STARTED, Tick.RESTARTED]),
                name="receipts_of_bureau",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(what__in=Tick.values), name="clock_entry_known"),
            models.CheckConstraint(condition=Q(why__in=Why.values), name="clock_entry_has_known_reason"),
        ]
        triggers = append_only("clock_entry_append_only")

    @property
    def was_late(self) -> bool:
        """Return whether it stops the clock after the due date."""
        return self.what == Tick.STOPPED and self.due_on is not None and self.on > self.due_on


class CalendarApplied(models.Model):
    """The work calendar with which all open due dates were compared last. One row, with the primary key 1."""

    digest = models.CharField(max_length=64)
    # When a run saw this calendar first, and when the last complete run began.
    seen_at = models.DateTimeField()
    compared_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_applied_calendar")]


class MovedDate(models.Model):
    """A moved due date of which the host has not been notified; deleted in the transaction that writes the mail."""

    filing = models.OneToOneField(Filing, on_delete=models.CASCADE, primary_key=True, related_name="moved_date")
    # Denormalised, to notify each provider in one mail.
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="+", db_index=False)
    # The date the host was given; several moves before the mail are reported as one.
    was_due_on = models.DateField()
    moved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["provider", "filing"], name="moved_dates_to_tell")]
