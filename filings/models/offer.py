"""Migration offers (迁移): a host's consent to give a website on record to another host."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.sealed import SealedTextField
from filings.actors import Actor
from filings.states import Role
from ministry.models.audit import append_only
from ministry.reference import code_tables


class OfferQuerySet(models.QuerySet["Offer"]):
    def made_to(self, actor: Actor) -> Self:
        """Return those addressed to the e-mail of the host's account."""
        if actor.role != Role.HOST or actor.is_on_behalf:
            return self.none()
        return self.filter(email=Subquery(User.objects.filter(pk=actor.person_id).values("email")[:1]))

    def open(self) -> Self:
        """Return those that have not ended or expired."""
        return self.filter(end=None, until__gte=timezone.localdate())


class Offer(models.Model):
    """An offer of a website to the unit with this certificate and e-mail address, valid until a last day.

    It covers filings first submitted up to that day. Written only by ``filings.agreements.migration_offers``.
    """

    website = models.ForeignKey("ministry.Website", on_delete=models.PROTECT, related_name="offers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(_("e-mail"), max_length=128)
    name = models.CharField(_("name"), max_length=255)
    cert_type = models.PositiveSmallIntegerField(_("certificate type"))
    cert_number = SealedTextField(_("certificate number"))
    until = models.DateField(_("until"))
    at = models.DateTimeField(auto_now_add=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("migration offer")
        verbose_name_plural = _("migration offers")
        triggers = append_only("offer_append_only")

    @property
    def shown_cert_type(self) -> str:
        """Return the certificate type in words."""
        return code_tables.name_of(code_tables.CERTIFICATE_TYPES, self.cert_type)

    @property
    def ended_by(self) -> str:
        """Return why it has ended (``OfferEnding``); empty while it has not. No query when ``end`` is loaded."""
        return self.end.why if hasattr(self, "end") else ""

    @property
    def is_declined(self) -> bool:
        """Return whether the host it was made to has declined it."""
        return self.ended_by == OfferEnding.DECLINED

    @property
    def is_taken_up(self) -> bool:
        """Return whether the website has been migrated with it."""
        return self.ended_by == OfferEnding.MIGRATED

    @property
    def is_open(self) -> bool:
        """Return whether the website can be migrated with it today."""
        return not self.ended_by and self.until >= timezone.localdate()


class OfferEnding(models.TextChoices):
    """Why an offer has ended."""

    TAKEN_BACK = "taken_back", _("withdrawn by the host")
    DECLINED = "declined", _("declined")
    MIGRATED = "migrated", _("migrated")


class OfferEnd(models.Model):
    """The end of an offer before its last day."""

    offer = models.OneToOneField(Offer, on_delete=models.PROTECT, related_name="end")
    why = models.CharField(max_length=16, choices=OfferEnding)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(why__in=OfferEnding.values), name="offer_end_known"),
        ]
        triggers = append_only("offer_end_append_only")
