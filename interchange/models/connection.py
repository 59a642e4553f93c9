"""Connections of providers' systems to a bureau, their changes, and the random values of their calls."""

from datetime import time
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField
from ministry.models.audit import append_only, audited

LONGEST_USER_NAME = 32
LONGEST_NETWORK = 43  # of an IPv6 network as text
LARGEST_SEQUENCE = 2**32 - 1  # the interface's counter has four bytes
SMALLEST_ISP_ID, LARGEST_ISP_ID = 10**11, 10**12 - 1  # twelve digits, as in the document's samples


class ConnectionProfile(models.TextChoices):
    """The algorithms of a connection (``interchange.envelope``)."""

    STRICT = "strict", _("Interface V3.0 (MD5, AES-CBC)")
    MODERN = "modern", _("SHA-256 and AES-GCM")


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def of_bureau(self, bureau_id: str) -> Self:
        """Return the connections of a bureau, closed ones too, with their providers."""
        return self.filter(bureau=bureau_id).select_related("provider")

    def in_force(self) -> Self:
        """Return the connections that are not closed."""
        return self.filter(closed_at=None)


class Connection(models.Model):
    """The account of a provider's system at a bureau; one that is closed keeps its row and its counter.

    ``is_sandbox``: for trying out; its uploads are checked and answered, and nothing comes of them.
    ``secret``: the AES key. ``networks``: source addresses it may call from, as CIDR. ``reports_from`` and
    ``reports_until``: hours of a day in China time in which it may upload, both None for the whole day.
    ``waiting_limit``: accepted uploads that may wait to be checked. ``last_sequence``: of the last accepted upload, 0
    before the first.
    """

    bureau = models.ForeignKey("bureaus.Bureau", on_delete=models.PROTECT, related_name="+", db_index=False)
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="+")
    is_sandbox = models.BooleanField(_("Sandbox"), default=False)
    isp_id = models.BigIntegerField("ispId", unique=True)
    user_name = models.CharField(max_length=LONGEST_USER_NAME, unique=True)
    # Acts for the system on filings: nobody can sign in with it. Made at the first filing.
    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    password = SealedTextField()
    secret = SealedTextField()
    iv = SealedTextField()
    profile = models.CharField(
        _("Algorithms"), max_length=8, choices=ConnectionProfile, default=ConnectionProfile.STRICT
    )
    is_lenient = models.BooleanField(_("Lenient reading"), default=True)
    networks = ArrayField(models.CharField(max_length=LONGEST_NETWORK), verbose_name=_("Source addresses"))
    reports_from = models.TimeField(_("Uploads only from"), null=True)
    reports_until = models.TimeField(_("Uploads only until"), null=True)
    may_report = models.BooleanField(_("Permission to report"), default=True)
    waiting_limit = models.PositiveSmallIntegerField(_("Files that may wait"), default=20)
    uploads_paused = models.BooleanField(_("Uploads paused"), default=False)
    downloads_paused = models.BooleanField(_("Downloads paused"), default=False)
    last_sequence = models.BigIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bureau", "provider", "is_sandbox"], name="one_connection_of_each_kind"),
            models.CheckConstraint(
                condition=Q(isp_id__range=(SMALLEST_ISP_ID, LARGEST_ISP_ID)), name="isp_id_has_twelve_digits"
            ),
            models.CheckConstraint(
                condition=Q(last_sequence__range=(0, LARGEST_SEQUENCE)), name="sequence_has_four_bytes"
            ),
            models.CheckConstraint(
                condition=Q(reports_from=None, reports_until=None)
                | (Q(reports_from__isnull=False, reports_until__isnull=False) & ~Q(reports_from=F("reports_until"))),
                name="hours_have_both_ends",
            ),
            models.CheckConstraint(condition=Q(profile__in=ConnectionProfile.values), name="connection_profile_known"),
        ]
        triggers = audited(left_out=("last_sequence",))

    def __str__(self) -> str:
        return str(self.isp_id)

    def takes_reports_at(self, at: time) -> bool:
        """Return whether uploads are taken at a time of the day; hours may go over midnight."""
        if self.reports_from is None or self.reports_until is None:
            return True
        if self.reports_from < self.reports_until:
            return self.reports_from <= at < self.reports_until
        return at >= self.reports_from or at < self.reports_until

    @property
    def hours(self) -> str:
        """Return the hours in which uploads are taken, 09:00–17:00; empty for the whole day."""
        if self.reports_from is None or self.reports_until is None:
            return ""
        return f"{self.reports_from:%H:%M}–{self.reports_until:%H:%M}"


class ConnectionAct(models.TextChoices):
    """What was done with a connection."""

    OPENED = "opened", _("connection opened")
    CHANGED = "changed", _("settings of the connection changed")
    SECRETS = "secrets", _("new password, key and IV made")
    PAUSED = "paused", _("connection paused or resumed")
    CLOSED = "closed", _("connection closed")


class ConnectionChange(models.Model):
    """A chief's change of a connection. ``words``: its settings afterwards as text; never a secret."""

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="changes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=128)
    act = models.CharField(max_length=8, choices=ConnectionAct)
    words = models.TextField(blank=True, db_column="said")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=ConnectionAct.values), name="connection_act_known"),
        ]
        triggers = append_only("connection_change_append_only")


class SeenValue(models.Model):
    """The keyed digest of the random value of a call (``randVal``), so that no call is taken twice."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "digest"], name="random_value_once")]
        indexes = [models.Index(fields=["at"], name="random_values_by_age")]
