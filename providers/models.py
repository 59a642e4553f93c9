"""Access providers and their staff."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Party
from ministry import provinces


class ProviderQuerySet(models.QuerySet["Provider"]):
    def listed(self) -> Self:
        """Providers a host may choose: licensed and taking new filings."""
        return self.filter(is_active=True, accepts_new=True)

    def serving(self, province: str) -> Self:
        """Providers licensed in the province (GB/T 2260 code)."""
        return self.filter(provinces__contains=[province])


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


class Staff(models.Model):
    """That a user works for a provider."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="provider_staff", verbose_name=_("user")
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="staff", verbose_name=_("access provider")
    )

    class Meta:
        verbose_name = _("provider's member of staff")
        verbose_name_plural = _("providers' staff")

    def __str__(self) -> str:
        return f"{self.user} @ {self.provider}"

    def clean(self) -> None:
        """A host or a reviewer can't work for a provider: each user is one party."""
        if self.user_id and self.user.party != Party.PROVIDER:
            raise ValidationError({"user": _("This account belongs to another party.")})
