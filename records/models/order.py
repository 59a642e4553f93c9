"""Orders of a bureau with legal ground and paper, each provider's task and receipt, and password resets."""

from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField
from filings.actors import Actor
from filings.models.documents import OfficialPaper
from filings.models.filing import Filing
from filings.states import Role, Status
from ministry.models.audit import append_only, audited
from ministry.reference.numbers import FilingNumber
from records.legal_grounds import BY_CODE, Act, Ground, Scope

ORDER_EVENTS = {
    "make": _("Order issued"),
    "remind": _("Provider reminded of the receipt"),
    "confirm": _("Receipt submitted"),
}


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return a bureau's own orders, or those about subjects under which the host has filed.

        If several accounts share a subject, also check each order with ``ownership.is_about``. Providers see their
        tasks only.
        """
        match actor.role:
            case Role.HOST if not actor.is_on_behalf:
                filed = Filing.objects.filter(host=actor.person_id, status=Status.FILED)
                return self.filter(subject__in=filed.values("subject"))
            case Role.BUREAU:
                return self.filter(bureau_id=actor.bureau_id)
        return self.none()


class Order(models.Model):
    """One order; ``website`` and ``access`` depend on the scope. Written only by ``records.orders``."""

    bureau = models.ForeignKey("bureaus.Bureau", on_delete=models.PROTECT, related_name="orders")
    act = models.CharField(_("kind of order"), max_length=8, choices=Act)
    scope = models.CharField(_("scope"), max_length=8, choices=Scope)
    subject = models.ForeignKey("ministry.Subject", on_delete=models.PROTECT, related_name="orders")
    website = models.ForeignKey("ministry.Website", on_delete=models.PROTECT, null=True, related_name="orders")
    access = models.ForeignKey("ministry.Access", on_delete=models.PROTECT, null=True, related_name="orders")
    # code in records.legal_grounds; empty for a lifting
    ground = models.CharField(_("legal ground"), max_length=16, blank=True)
    document = models.CharField(_("document number"), max_length=64)
    reason = SealedTextField(_("reason"))
    paper = models.ForeignKey(OfficialPaper, on_delete=models.PROTECT, null=True, related_name="orders")
    on = models.DateField(_("issued on"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=128)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=Act.values), name="order_act_known"),
            models.CheckConstraint(
                condition=Q(scope=Scope.SUBJECT, website=None, access=None)
                | Q(scope=Scope.WEBSITE, website__isnull=False, access=None)
                | Q(scope=Scope.ACCESS, website__isnull=False, access__isnull=False),
                name="order_names_its_target",
            ),
            models.CheckConstraint(
                condition=Q(act=Act.LIFT, ground="") | (~Q(act=Act.LIFT) & ~Q(ground="")),
                name="order_has_a_ground",
            ),
        ]
        indexes = [models.Index(fields=["bureau", "-made_at", "-id"], name="orders_of_bureau")]
        triggers = append_only("order_append_only")

    @property
    def number(self) -> FilingNumber:
        """Return the number of the website, or else of the subject."""
        return self.website.number if self.website else self.subject.number

    @property
    def is_suspension(self) -> bool:
        """Return whether it suspends the record; one that neither suspends nor lifts cancels."""
        return self.act == Act.SUSPEND

    @property
    def is_lifting(self) -> bool:
        """Return whether it ends a suspension."""
        return self.act == Act.LIFT

    @property
    def legal_ground(self) -> Ground | None:
        """Return the legal ground; None for a lifting."""
        return BY_CODE.get(self.ground)


class OrderTaskQuerySet(models.QuerySet["OrderTask"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return a provider's own tasks, or those of a bureau's orders."""
        match actor.role:
            case Role.PROVIDER:
                return self.filter(provider_id=actor.provider_id)
            case Role.BUREAU:
                return self.filter(order__bureau_id=actor.bureau_id)
        return self.none()

    def open(self) -> Self:
        """Return those without a receipt."""
        return self.filter(confirmed_at=None)


class OrderTask(models.Model):
    """One provider's task for an order: cut off or restore these accesses, and give a receipt with the time."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="tasks")
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="order_tasks")
    access_ids = ArrayField(models.BigIntegerField())
    made_at = models.DateTimeField(auto_now_add=True)
    reminded_on = models.DateField(_("reminded on"), null=True)
    done_at = models.DateTimeField(_("done at"), null=True)
    confirmed_at = models.DateTimeField(_("receipt"), null=True)
    confirmed_by = models.CharField(_("by"), max_length=128, blank=True)

    objects = OrderTaskQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "provider"], name="one_task_per_order_and_provider"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, done_at=None) | Q(confirmed_at__isnull=False, done_at__isnull=False),
                name="receipt_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "-made_at", "-id"], name="order_tasks_of_provider"),
            models.Index(fields=["provider", "id"], condition=Q(confirmed_at=None), name="order_tasks_open"),
        ]
        triggers = audited()

    def is_late(self, today: date) -> bool:
        """Return whether the receipt is still missing after the day of the order."""
        return self.confirmed_at is None and self.order.on < today


class OrderEvent(models.Model):
    """An event of an order."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    task = models.ForeignKey(OrderTask, on_delete=models.PROTECT, null=True, related_name="events")
    name = models.CharField(max_length=16, choices=ORDER_EVENTS)
    role = models.CharField(max_length=8, choices=Role)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=128)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        triggers = append_only("order_event_append_only")


class CounterResetQuerySet(models.QuerySet["CounterReset"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the resets at the reviewer's bureau."""
        return self.filter(bureau_id=actor.bureau_id) if actor.role == Role.BUREAU else self.none()


class CounterReset(models.Model):
    """A filing password issued at a bureau's counter: who came, with what proof, where it was sent."""

    bureau = models.ForeignKey("bureaus.Bureau", on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey("ministry.Subject", on_delete=models.PROTECT, related_name="counter_resets")
    came = SealedTextField(_("visitor"))
    proof = models.CharField(_("proof shown"), max_length=255)
    paper = models.ForeignKey(OfficialPaper, on_delete=models.PROTECT, related_name="counter_resets")
    old_email = SealedTextField(_("previous e-mail address"))
    new_email = SealedTextField(_("new e-mail address"), blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    objects = CounterResetQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["bureau", "-id"], name="counter_resets_of_bureau")]
        triggers = append_only("counter_reset_append_only")


class CounterLook(models.Model):
    """A reviewer's access to the proof of a password reset."""

    reset = models.ForeignKey(CounterReset, on_delete=models.PROTECT, related_name="looks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        triggers = append_only("counter_look_append_only")
