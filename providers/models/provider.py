"""Access providers, their staff, their pool and what they announce."""

import secrets
from collections.abc import Collection, Iterable
from ipaddress import ip_address
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Party
from ministry.models.audit import audited
from ministry.reference import addresses, english, provinces
from ministry.reference.addresses import Address

if TYPE_CHECKING:
    from providers.models.measured import MeasuredWork


class ProviderQuerySet(models.QuerySet["Provider"]):
    def listed(self) -> Self:
        """Return the providers a host may choose, active and taking new filings, with their measured work."""
        return self.filter(is_active=True, accepts_new=True).select_related("measured_work")

    def serving(self, province: str) -> Self:
        """Return the providers licensed in the province (GB/T 2260 code)."""
        return self.filter(provinces__contains=[province])

    def named(self, words: Iterable[str]) -> Self:
        """Return the providers whose name contains every one of the words, in any order and case."""
        return self.filter(*(Q(name__icontains=word) for word in words))


LONGEST_PROMISE = 20  # working days; the bureau itself has no more


def logo_path(_provider: "Provider", _filename: str) -> str:
    """Return a new name for each logo, so that browsers may cache it for good."""
    return f"logos/{secrets.token_hex(16)}.png"


class Provider(models.Model):
    """An access provider (接入服务商): who connects websites and checks hosts face to face."""

    name = models.CharField(_("name"), max_length=255, unique=True)
    slug = models.SlugField(
        _("entrance address"), unique=True, help_text=_("The last part of its own entrance, /providers/…/")
    )
    provinces = ArrayField(
        models.CharField(max_length=6, choices=provinces.CHOICES), verbose_name=_("provinces served")
    )
    licence = models.CharField(_("licence number"), max_length=64)
    about = models.CharField(_("about"), max_length=500, blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=64)
    contact_email = models.EmailField(_("e-mail"))
    address = models.CharField(_("where the face-to-face check takes place"), max_length=255)
    accepts_new = models.BooleanField(_("accepts new filings"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    promised_days = models.PositiveSmallIntegerField(_("working days promised for verification"), null=True, blank=True)
    # How nearly all of its hosts are connected: official ids of access methods and server places. While both are given,
    # hosts aren't asked for the access, and the verifier enters the IP address on the sheet.
    access_ways = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("usual access methods"), default=list, blank=True
    )
    access_places = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("usual server locations"), default=list, blank=True
    )
    logo = models.FileField(_("logo"), upload_to=logo_path, blank=True)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        verbose_name = _("access provider")
        verbose_name_plural = _("access providers")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(promised_days=None) | Q(promised_days__range=(1, LONGEST_PROMISE)),
                name="promise_can_be_kept",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(is_active=False), name="closed_providers")]
        triggers = audited()

    def __str__(self) -> str:
        return self.name

    @property
    def is_listed(self) -> bool:
        """Return whether a host may choose it; ``listed`` as a property of a row."""
        return self.is_active and self.accepts_new

    @property
    def work(self) -> "MeasuredWork | None":
        """Return its work as counted last; None before the first time. One query unless it is loaded."""
        return getattr(self, "measured_work", None)

    @property
    def usual_access(self) -> dict[str, list[int]]:
        """Return the access facts that its hosts aren't asked for; empty unless the provider gives both of them."""
        if not (self.access_ways and self.access_places):
            return {}
        return {"ways": list(self.access_ways), "places": list(self.access_places)}

    @property
    def province_names(self) -> str:
        """Return the provinces it serves by name: 北京、天津."""
        return english.joined(provinces.by_code(code) for code in self.provinces)

    @property
    def card(self) -> str:
        """Return all that its card in the directory shows, as the key of the cached card. No query after ``listed``."""
        work = self.work
        measured = work and (work.half, work.nine_tenths, work.decided, work.returned, work.counted_on)
        own = (self.slug, self.name, self.about, self.promised_days, self.provinces, self.logo.name, self.accepts_new)
        return repr((*own, self.contact_phone, self.contact_email, self.address, measured))

    @property
    def logo_stamp(self) -> str:
        """Return the unique part of the logo's URL; empty without a logo."""
        return PurePosixPath(self.logo.name or "").stem


class IpRangeQuerySet(models.QuerySet["IpRange"]):
    def owner_of(self, address: Address) -> Provider | None:
        """Return the active provider whose range holds the address. One query.

        Ranges never overlap, so the one that begins last before the address is the only one that can hold it.
        """
        before = self.filter(start__lte=str(address)).select_related("provider__measured_work")
        nearest = before.order_by("-start").first()
        if nearest is None or not nearest.holds(address) or not nearest.provider.is_active:
            return None
        return nearest.provider


class IpRange(models.Model):
    """Public addresses of a provider's pool, from ``start`` up to and including ``end``."""

    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="ip_ranges", verbose_name=_("access provider")
    )
    start = models.GenericIPAddressField(_("first address"))
    end = models.GenericIPAddressField(
        _("last address"), help_text=_("For a single address, first and last are the same.")
    )

    objects = IpRangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("IP range")
        verbose_name_plural = _("IP ranges")
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(condition=Q(start__lte=F("end")), name="ip_range_runs_forward"),
            ExclusionConstraint(
                name="no_address_in_two_ranges",
                expressions=[
                    (Func("start", "end", Value("[]"), function="inetrange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["start"], name="ip_range_start"),
            models.Index(fields=["provider", "start", "id"], name="pool_of_provider"),
        ]
        triggers = audited()

    def __str__(self) -> str:
        return self.start if self.start == self.end else f"{self.start}-{self.end}"

    def holds(self, address: Address) -> bool:
        """Return whether the address is in the range."""
        start, end = ip_address(self.start), ip_address(self.end)
        return start.version == address.version and int(start) <= int(address) <= int(end)

    def clean(self) -> None:
        """Check that the range is of one family, in ascending order, public, and nobody else's."""
        if self.start and self.end:
            addresses.parse_ip_ranges(f"{self.start}-{self.end}")
            self._refuse_taken()

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Do nothing: ``clean`` checks the same as the database, with better messages."""

    def _refuse_taken(self) -> None:
        others = IpRange.objects.exclude(pk=self.pk).filter(start__lte=self.end, end__gte=self.start)
        if taken := others.select_related("provider").first():
            raise ValidationError(
                _("%(mine)s overlaps %(theirs)s of %(provider)s. An address belongs to one provider."),
                code="overlap",
                params={"mine": self, "theirs": taken, "provider": taken.provider},
            )


class StaffRole(models.TextChoices):
    """What a member of staff may do beyond verifying; each role includes the one before it."""

    VERIFIER = "verifier", _("verifier")
    SUPERVISOR = "supervisor", _("supervisor")
    ADMINISTRATOR = "administrator", _("administrator")

    def covers(self, role: "StaffRole") -> bool:
        """Return whether this role includes ``role``."""
        order = list(StaffRole)
        return order.index(self) >= order.index(role)


class StaffQuerySet(models.QuerySet["Staff"]):
    def working(self) -> Self:
        """Return those with access to the desk: not suspended, their provider active."""
        return self.filter(suspended_at=None, provider__is_active=True)


class Staff(models.Model):
    """A user's employment with a provider, and the role."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="provider_staff", verbose_name=_("user")
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="staff", verbose_name=_("access provider")
    )
    role = models.CharField(_("role"), max_length=16, choices=StaffRole, default=StaffRole.VERIFIER)
    suspended_at = models.DateTimeField(_("suspended"), null=True, editable=False)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("provider's member of staff")
        verbose_name_plural = _("providers' staff")
        triggers = audited()

    def __str__(self) -> str:
        return f"{self.user} @ {self.provider}"

    def clean(self) -> None:
        """Check that the user is of the providers' party: a host or a reviewer can't work for a provider."""
        if self.user_id and self.user.party != Party.PROVIDER:
            raise ValidationError({"user": _("This account belongs to another party.")})


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Return those neither accepted nor revoked; they may have expired."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(models.Model):
    """A link that appoints whoever holds the address it was mailed to. It works once, until ``expires_at``."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("e-mail"), max_length=128)  # in lower case
    role = models.CharField(_("role"), max_length=16, choices=StaffRole)
    digest = models.CharField(max_length=64, unique=True)  # of the link's secret, which is not stored
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_per_address",
            ),
        ]
        indexes = [models.Index(fields=["email", "invited_at"], name="invitations_of_address")]
        triggers = audited()

    @property
    def has_expired(self) -> bool:
        """Return whether it has expired."""
        return self.expires_at <= timezone.now()


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def in_force(self) -> Self:
        """Return those to be shown today, the newest first."""
        today = timezone.localdate()
        return self.filter(starts_on__lte=today, ends_on__gte=today, ended_at=None).order_by("-starts_on", "-pk")


class Announcement(models.Model):
    """A provider's announcement to its hosts: plain text, shown from its first to its last day."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="announcements")
    title = models.CharField(_("title"), max_length=80)
    text = models.CharField(_("text"), max_length=2000)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    ended_at = models.DateTimeField(null=True)  # if ended early
    made_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="announcement_runs_forward"),
        ]
        indexes = [models.Index(fields=["provider", "-made_at", "-id"], name="announcements_of_provider")]

    def __str__(self) -> str:
        return self.title

    @property
    def has_begun(self) -> bool:
        """Return whether its first day has come."""
        return self.starts_on <= timezone.localdate()

    @property
    def is_over(self) -> bool:
        """Return whether its last day has passed, or it was ended before."""
        return self.ended_at is not None or self.ends_on < timezone.localdate()
