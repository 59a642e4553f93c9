"""Reservations of open filings, so that no two are open for the same thing."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from filings.models.filing import Filing


class ReservationKind(models.TextChoices):
    """The kinds of reserved values."""

    DOMAIN = "domain", _("domain")
    HOME_URL = "home_url", _("home page")
    NAME = "name", _("website name")
    MOBILE = "mobile", _("mobile")
    EMAIL = "email", _("e-mail")
    RECORD = "record", _("record")


class Reservation(models.Model):
    """One reserved value of an open filing, as a digest, because some are personal data.

    A domain or a record can be reserved by one filing only; the other kinds are only compared. A record is a subject
    that the filing is about: a migration reserves those of both hosts.
    """

    filing = models.ForeignKey(Filing, on_delete=models.CASCADE, related_name="reservations")
    kind = models.CharField(_("kind"), max_length=8, choices=ReservationKind)
    key = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(kind=ReservationKind.DOMAIN), name="one_open_filing_per_domain"
            ),
            models.UniqueConstraint(
                fields=["key"], condition=Q(kind=ReservationKind.RECORD), name="one_open_filing_per_record"
            ),
            models.UniqueConstraint(fields=["filing", "kind", "key"], name="one_reservation_per_value"),
        ]
        indexes = [models.Index(fields=["key"], name="reservation_key")]
