"""Mandates (委托): a host lets a provider fill in and submit filings on its behalf for a limited time."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import languages
from filings.actors import Actor
from filings.models.documents import OfficialPaper
from filings.states import Role
from ministry.models.audit import append_only, audited


class MandateWay(models.TextChoices):
    """How the host has granted a mandate."""

    INVITE = "invite", _("consent in the portal")
    PAPER = "paper", _("signed document")


class MandateState(models.TextChoices):
    """The state of a mandate, derived from its dates: see ``Mandate.state``."""

    ASKED = "asked", _("waiting for the host's consent")
    UNANSWERED = "unanswered", _("not answered in time")
    REFUSED = "refused", _("refused by the host")
    IN_FORCE = "in_force", _("in force")
    EXPIRED = "expired", _("expired")
    ENDED = "ended", _("ended")

    @property
    def is_asked(self) -> bool:
        """Return whether the host can still answer."""
        return self == self.ASKED

    @property
    def is_in_force(self) -> bool:
        """Return whether the provider may act."""
        return self == self.IN_FORCE


MANDATE_EVENTS = {
    "ask": _("Consent requested by e-mail"),
    "paper": _("Signed document recorded"),
    "grant": _("Consent given"),
    "refuse": _("Refused"),
    "end": _("Ended"),
    "take_back": _("Request withdrawn"),
}


class MandateQuerySet(models.QuerySet["Mandate"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the mandates of the actor as host or of the actor's provider; none for others."""
        match actor.role:
            case Role.HOST if not actor.is_on_behalf:
                return self.filter(host_id=actor.user_id)
            case Role.PROVIDER:
                return self.filter(provider_id=actor.provider_id)
        return self.none()

    def open(self) -> Self:
        """Return those neither refused nor ended; at most one per provider and address."""
        return self.filter(refused_at=None, ended_at=None)

    def waiting(self) -> Self:
        """Return those the host can still answer."""
        return self.open().filter(granted_at=None, answer_by__gte=timezone.localdate())

    def in_force(self) -> Self:
        """Return those under which a provider may act today; none of hosts whose account is closed."""
        rows = self.open().filter(granted_at__isnull=False, until__gte=timezone.localdate())
        return rows.filter(Q(host=None) | Q(host__is_active=True))

    def current(self) -> Self:
        """Return those that wait for an answer or are in force."""
        today = timezone.localdate()
        return self.open().filter(Q(granted_at=None, answer_by__gte=today) | Q(until__gte=today))


class Mandate(models.Model):
    """The right of ``provider`` to act for the host behind ``host_email`` up to and including ``until``.

    Written only by ``agreements.mandates``. ``host`` is the account with that address, once there is one.
    """

    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="mandates")
    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="mandates")
    host_email = models.EmailField(_("host's e-mail"), max_length=128)
    host_name = models.CharField(_("site host"), max_length=128)
    way = models.CharField(_("given by"), max_length=8, choices=MandateWay)
    paper = models.ForeignKey(OfficialPaper, on_delete=models.PROTECT, null=True, related_name="mandates")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    # The length the provider asks for; the host may choose another of ``mandates.LENGTHS``.
    asked_days = models.PositiveSmallIntegerField()
    answer_by = models.DateField()
    granted_at = models.DateTimeField(null=True)
    until = models.DateField(_("until"), null=True)
    refused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        constraints = [
            models.CheckConstraint(
                condition=Q(granted_at=None, until=None) | Q(granted_at__isnull=False, until__isnull=False),
                name="granted_mandate_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(granted_at=None) | Q(refused_at=None), name="mandate_granted_or_refused"
            ),
            models.CheckConstraint(
                condition=~Q(way=MandateWay.PAPER) | Q(paper__isnull=False), name="mandate_has_its_paper"
            ),
            models.UniqueConstraint(
                fields=["provider", "host_email"],
                condition=Q(refused_at=None, ended_at=None),
                name="one_open_mandate_per_host",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "-id"], name="mandates_of_provider"),
            models.Index(fields=["host_email"], condition=Q(host=None), name="mandates_without_account"),
        ]
        triggers = audited()

    def state(self, today: date | None = None) -> MandateState:
        """Return its state on a day, today by default."""
        today = today or timezone.localdate()
        if self.refused_at:
            return MandateState.REFUSED
        if self.ended_at:
            return MandateState.ENDED
        if self.until is None:
            return MandateState.ASKED if today <= self.answer_by else MandateState.UNANSWERED
        return MandateState.IN_FORCE if today <= self.until else MandateState.EXPIRED


class MandateEvent(models.Model):
    """An event of a mandate."""

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="events")
    name = models.CharField(max_length=16, choices=MANDATE_EVENTS)
    role = models.CharField(max_length=8, choices=Role)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=128)
    note = models.CharField(max_length=255, blank=True)
    note_english = models.CharField(max_length=255, blank=True)  # empty where ``note`` is what somebody has typed
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        triggers = append_only("mandate_event_append_only")

    @property
    def shown_note(self) -> str:
        """Return the note in the language of the page."""
        return (languages.is_english() and self.note_english) or self.note
