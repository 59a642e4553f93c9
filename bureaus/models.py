"""Provincial bureaus and their reviewers."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Party
from ministry import provinces


class Bureau(models.Model):
    """A provincial communications administration. Its key is the province's GB/T 2260 code."""

    province = models.CharField(_("province"), max_length=6, choices=provinces.CHOICES, primary_key=True)
    contact_email = models.EmailField(_("e-mail"), blank=True, help_text=_("Reminders of due dates go here."))
    chief_email = models.EmailField(
        _("chief's e-mail"), blank=True, help_text=_("Told when time runs out, while no chief is appointed.")
    )
    contact_phone = models.CharField(_("telephone"), max_length=64, blank=True)
    address = models.CharField(_("address"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("bureau")
        verbose_name_plural = _("bureaus")
        ordering = ["province"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The official name, 京 → 北京市通信管理局."""
        return provinces.by_code(self.province).bureau


class ReviewerRole(models.TextChoices):
    """What a reviewer is inside the bureau."""

    REVIEWER = "reviewer", _("reviewer")
    CHIEF = "chief", _("chief")


class Reviewer(models.Model):
    """That a user decides for a bureau. A chief also hears when time runs out."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviewer", verbose_name=_("user")
    )
    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="reviewers", verbose_name=_("bureau"))
    role = models.CharField(_("role"), max_length=16, choices=ReviewerRole, default=ReviewerRole.REVIEWER)

    class Meta:
        verbose_name = _("reviewer")
        verbose_name_plural = _("reviewers")
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=ReviewerRole.values), name="reviewer_role_known")
        ]

    def __str__(self) -> str:
        return f"{self.user} @ {self.bureau}"

    def clean(self) -> None:
        """A host or a provider's member of staff can't decide for a bureau: each user is one party."""
        if self.user_id and self.user.party != Party.BUREAU:
            raise ValidationError({"user": _("This account belongs to another party.")})
