"""Appointments for the face-to-face check: places and weekly times of a provider, closed days, bookings of hosts."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from filings.actors import Actor
from filings.models.filing import Filing
from filings.states import Role

SHORTEST, LONGEST = 5, 240  # minutes of an appointment
MOST_AT_ONCE = 50  # appointments at the same time in one place


class MeetingPlace(models.Model):
    """A place where a provider meets hosts. Once it has ended nothing new is booked there."""

    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="places")
    name = models.CharField(_("name"), max_length=64)
    address = models.CharField(_("address"), max_length=255)
    phone = models.CharField(_("telephone"), max_length=64)
    directions = models.CharField(_("how to get there"), max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["provider", "id"], condition=Q(ended_at=None), name="places_of_provider")]

    def __str__(self) -> str:
        return self.name


class Weekday(models.IntegerChoices):
    """A day of the week, as ``date.weekday`` counts."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class MeetingHours(models.Model):
    """Weekly times of a place in China time: appointments of ``minutes`` each, ``at_once`` of them side by side."""

    place = models.ForeignKey(MeetingPlace, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("day of the week"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    minutes = models.PositiveSmallIntegerField(_("length of an appointment"))
    at_once = models.PositiveSmallIntegerField(_("appointments at the same time"))

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="meeting_hours_run_forward"),
            models.CheckConstraint(condition=Q(weekday__in=Weekday.values), name="meeting_weekday_known"),
            models.CheckConstraint(condition=Q(minutes__range=(SHORTEST, LONGEST)), name="meeting_length"),
            models.CheckConstraint(condition=Q(at_once__range=(1, MOST_AT_ONCE)), name="meetings_at_once"),
        ]


class ClosedDay(models.Model):
    """A day on which a provider meets nobody, besides the public holidays of the work calendar."""

    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="closed_days")
    day = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=100)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["provider", "day"], name="closed_once_a_day")]


def time_words(starts: datetime, ends: datetime | None = None) -> str:
    """Return a time in words, in China time: day with weekday, and from when to when."""
    local = timezone.localtime(starts)
    until = f"–{timezone.localtime(ends):%H:%M}" if ends else ""
    values = {"day": date_format(local, "DEADLINE_FORMAT"), "time": f"{local:%H:%M}{until}"}
    return gettext("%(day)s, %(time)s") % values


class AppointmentState(models.TextChoices):
    """The state of an appointment."""

    BOOKED = "booked", _("booked")
    PAST = "past", _("past")  # took place, as far as the portal knows
    CANCELLED = "cancelled", _("cancelled by the host")
    CALLED_OFF = "called_off", _("cancelled by the access provider")
    DROPPED = "dropped", _("no longer needed")
    MISSED = "missed", _("did not come")


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the appointments of the actor's provider with the filings it still has; none for other parties."""
        if actor.role != Role.PROVIDER:
            return self.none()
        return self.filter(place__provider=actor.provider_id or 0, filing__provider=actor.provider_id or 0)

    def booked(self) -> Self:
        """Return those neither cancelled nor over."""
        return self.filter(state=AppointmentState.BOOKED)


class Appointment(models.Model):
    """A host's appointment with its provider for one filing. ``Filing.meets_at`` is the start of the booked one."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="appointments")
    place = models.ForeignKey(MeetingPlace, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    state = models.CharField(max_length=16, choices=AppointmentState, default=AppointmentState.BOOKED)
    booked_at = models.DateTimeField()  # or moved
    # When its host was reminded.
    reminded_at = models.DateTimeField(null=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing"], condition=Q(state=AppointmentState.BOOKED), name="one_booked_appointment"
            ),
            models.CheckConstraint(condition=Q(state__in=AppointmentState.values), name="appointment_state_known"),
        ]
        indexes = [
            models.Index(fields=["place", "starts_at", "id"], name="appointments_of_place"),
            models.Index(
                fields=["starts_at"],
                condition=Q(state=AppointmentState.BOOKED, reminded_at=None),
                name="appointments_to_remind",
            ),
        ]

    @property
    def when(self) -> str:
        """Return its time in words."""
        return time_words(self.starts_at, self.ends_at)
