"""Access providers and their staff."""

from collections.abc import Collection, Iterable
from ipaddress import ip_address
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.models import Party
from ministry import addresses, provinces
from ministry.addresses import Address


class ProviderQuerySet(models.QuerySet["Provider"]):
    def listed(self) -> Self:
        """Providers a host may choose: licensed and taking new filings."""
        return self.filter(is_active=True, accepts_new=True)

    def serving(self, province: str) -> Self:
        """Providers licensed in the province (GB/T 2260 code)."""
        return self.filter(provinces__contains=[province])

    def named(self, words: Iterable[str]) -> Self:
        """Providers whose name contains every one of the words, in any order and case."""
        return self.filter(*(Q(name__icontains=word) for word in words))


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
    address = models.CharField(_("where hosts are verified"), max_length=255)
    accepts_new = models.BooleanField(_("takes new filings"), default=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        verbose_name = _("access provider")
        verbose_name_plural = _("access providers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_listed(self) -> bool:
        """Whether a host may choose it: what ``listed`` asks of a row."""
        return self.is_active and self.accepts_new

    @property
    def province_names(self) -> str:
        """The provinces it serves by name: 北京、天津."""
        return "、".join(provinces.by_code(code).name for code in self.provinces)


class IpRangeQuerySet(models.QuerySet["IpRange"]):
    def owner_of(self, address: Address) -> Provider | None:
        """The active provider whose range holds the address. One query: ranges never overlap, so the one that
        begins last before the address is the only one that can hold it.
        """
        nearest = self.filter(start__lte=str(address)).select_related("provider").order_by("-start").first()
        if nearest is None or not nearest.holds(address) or not nearest.provider.is_active:
            return None
        return nearest.provider


class IpRange(models.Model):
    """Public addresses of a provider's pool, from ``start`` up to and including ``end``."""

    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="ip_ranges", verbose_name=_("access provider")
    )
    start = models.GenericIPAddressField(_("first address"))
    end = models.GenericIPAddressField(_("last address"), help_text=_("A single address is first and last at once."))

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
        indexes = [models.Index(fields=["start"], name="ip_range_start")]

    def __str__(self) -> str:
        return self.start if self.start == self.end else f"{self.start}-{self.end}"

    def holds(self, address: Address) -> bool:
        """Whether the address lies in the range."""
        start, end = ip_address(self.start), ip_address(self.end)
        return start.version == address.version and int(start) <= int(address) <= int(end)

    def clean(self) -> None:
        """One family, the lower address first, public only, and nobody else's."""
        if self.start and self.end:
            addresses.parse_ip_ranges(f"{self.start}-{self.end}")
            self._refuse_taken()

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Nothing more: ``clean`` has asked what the database will ask, and says it in better words."""

    def _refuse_taken(self) -> None:
        others = IpRange.objects.exclude(pk=self.pk).filter(start__lte=self.end, end__gte=self.start)
        if taken := others.select_related("provider").first():
            raise ValidationError(
                _("%(mine)s overlaps %(theirs)s of %(provider)s. An address belongs to one provider."),
                code="overlap",
                params={"mine": self, "theirs": taken, "provider": taken.provider},
            )


class StaffRole(models.TextChoices):
    """What a member of staff may do beyond verifying; each role may all that the one before it may."""

    VERIFIER = "verifier", _("verifier")
    SUPERVISOR = "supervisor", _("supervisor")
    ADMINISTRATOR = "administrator", _("administrator")


class Staff(models.Model):
    """That a user works for a provider, and in which role."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="provider_staff", verbose_name=_("user")
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="staff", verbose_name=_("access provider")
    )
    role = models.CharField(_("role"), max_length=16, choices=StaffRole, default=StaffRole.VERIFIER)

    class Meta:
        verbose_name = _("provider's member of staff")
        verbose_name_plural = _("providers' staff")

    def __str__(self) -> str:
        return f"{self.user} @ {self.provider}"

    def clean(self) -> None:
        """A host or a reviewer can't work for a provider: each user is one party."""
        if self.user_id and self.user.party != Party.PROVIDER:
            raise ValidationError({"user": _("This account belongs to another party.")})
