"""Addresses of providers' own systems, the messages to them about filings, and each attempt to send one."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sealed import OptionalSealedTextField, SealedTextField
from filings.actors import Actor
from filings.states import Role
from ministry.models.audit import audited

LONGEST_URL = 500
LONGEST_EXCERPT = 200


class EndpointState(models.TextChoices):
    """State of an address; messages are written for it and sent to it only while it is live."""

    LIVE = "live", _("in use")
    PAUSED = "paused", _("paused")
    GONE = "gone", _("switched off: the system answered that it is gone (410)")
    FAILING = "failing", _("switched off: it failed for days")
    DELETED = "deleted", _("deleted")


class MessageState(models.TextChoices):
    """The state of a message."""

    WAITING = "waiting", _("waiting to be sent")
    SENT = "sent", _("delivered")
    GIVEN_UP = "given_up", _("not delivered, given up")
    DROPPED = "dropped", _("not sent: the filing is no longer with you")


class AttemptOutcome(models.TextChoices):
    """Outcome of an attempt to send a message."""

    OK = "ok", _("accepted")
    STATUS = "status", _("answered with an error")
    SLOW = "slow", _("no complete answer within the time limit")
    NAME = "name", _("host name not found")
    ADDRESS = "address", _("the host name leads to an address that is not public")
    TLS = "tls", _("certificate or encryption not accepted")
    CONNECTION = "connection", _("no connection, or it was closed")


class OfProvider(models.QuerySet[Any]):
    """Rows of a provider's own data."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the rows of the actor's provider; none for other parties."""
        return self.filter(provider=actor.provider_id or 0) if actor.role == Role.PROVIDER else self.none()


class EndpointQuerySet(OfProvider):
    def visible_to(self, actor: Actor) -> Self:
        """Return the addresses of the actor's provider that are not deleted; none for other parties."""
        return super().visible_to(actor).exclude(state=EndpointState.DELETED)

    def live(self) -> Self:
        """Return the addresses that messages are written for and sent to."""
        return self.filter(state=EndpointState.LIVE)


class WebhookEndpoint(models.Model):
    """An address of a provider's system, with the events it receives and the secret that signs messages to it.

    ``events``: names of ``states.EVENT_LABELS``. ``former_secret`` signs too until ``former_until``, after a rotation.
    ``failures``: attempts that failed since the last success, the first of them at ``failing_since``. After a
    failure nothing is sent before ``next_at``; the lease of a worker that sends to it ends at ``busy_until``.
    """

    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="+", db_index=False)
    url = models.CharField(_("address"), max_length=LONGEST_URL)
    events = ArrayField(models.CharField(max_length=16), verbose_name=_("events"))
    secret = SealedTextField()
    former_secret = OptionalSealedTextField(null=True)
    former_until = models.DateTimeField(null=True)
    state = models.CharField(_("state"), max_length=8, choices=EndpointState, default=EndpointState.LIVE)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(auto_now_add=True)

    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    # When the supervisors were last told that a message was given up.
    told_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(default=timezone.now)
    busy_until = models.DateTimeField(default=timezone.now)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "url"], condition=~Q(state=EndpointState.DELETED), name="one_webhook_per_address"
            ),
            models.CheckConstraint(
                condition=Q(former_secret__isnull=True, former_until__isnull=True)
                | Q(former_secret__isnull=False, former_until__isnull=False),
                name="former_secret_ends",
            ),
        ]
        indexes = [
            models.Index(fields=["provider"], condition=Q(state=EndpointState.LIVE), name="live_webhooks_of_provider"),
        ]
        triggers = audited(left_out=("failures", "failing_since", "told_at", "next_at", "busy_until"))

    def __str__(self) -> str:
        return self.url

    @property
    def is_live(self) -> bool:
        """Return whether messages are written for it and sent to it."""
        return self.state == EndpointState.LIVE

    @property
    def has_answered_gone(self) -> bool:
        """Return whether its system has answered 410 (Gone): no more messages are sent to it."""
        return self.state == EndpointState.GONE

    @property
    def is_failing(self) -> bool:
        """Return whether it was switched off because every message had failed for days."""
        return self.state == EndpointState.FAILING


class WebhookMessage(models.Model):
    """One event for one address. Every attempt has the same ``webhook_id`` and the same ``body``.

    ``event`` is None for a test. A message that is being sent is due again when its worker's lease has ended.
    """

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="messages", db_index=False)
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="+", db_index=False)
    event = models.ForeignKey("filings.Event", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    webhook_id = models.UUIDField(unique=True)
    type = models.CharField(_("type"), max_length=32)
    body = models.TextField()
    state = models.CharField(_("state"), max_length=8, choices=MessageState, default=MessageState.WAITING)
    # Attempts since it was written, or since somebody pressed “Send again”.
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(_("time"), default=timezone.now)

    objects = OfProvider.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["provider", "-id"], name="webhooks_of_provider"),
            models.Index(fields=["made_at"], name="webhooks_by_age"),
            models.Index(fields=["due_at", "id"], condition=Q(state=MessageState.WAITING), name="webhooks_due"),
            models.Index(
                fields=["endpoint", "due_at", "id"],
                condition=Q(state=MessageState.WAITING),
                name="webhooks_due_of_endpoint",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.type}"

    @property
    def public_id(self) -> str:
        """Return its identifier as sent in ``webhook-id``."""
        return f"msg_{self.webhook_id.hex}"


class WebhookAttempt(models.Model):
    """An attempt to send a message.

    ``status``: that of the response, None without one; ``excerpt``: the beginning of the body of one that refused it;
    ``took``: milliseconds.
    """

    message = models.ForeignKey(WebhookMessage, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(_("time"))
    outcome = models.CharField(_("result"), max_length=12, choices=AttemptOutcome)
    status = models.PositiveSmallIntegerField(null=True)
    took = models.PositiveIntegerField()
    excerpt = models.CharField(max_length=LONGEST_EXCERPT, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome__in=[AttemptOutcome.OK, AttemptOutcome.STATUS]) | Q(status__isnull=False),
                name="answered_attempt_has_a_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.outcome}"
