"""Provincial bureaus and their reviewers."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Party
from ministry import provinces
from ministry.models.audit import append_only


class Bureau(models.Model):
    """A provincial communications administration. Its key is the province's GB/T 2260 code."""

    province = models.CharField(_("province"), max_length=6, choices=provinces.CHOICES, primary_key=True)
    contact_email = models.EmailField(_("e-mail"), blank=True, help_text=_("Reminders of due dates go here."))
    chief_email = models.EmailField(
        _("chief's e-mail"), blank=True, help_text=_("Told when time runs out, while no chief is appointed.")
    )
    contact_phone = models.CharField(_("telephone"), max_length=64, blank=True)
    address = models.CharField(_("address"), max_length=255, blank=True)
    # The rules of its desk, which its chiefs set; see ``bureaus.rules``.
    two_reviewers = models.BooleanField(
        _("Two reviewers for prior approvals"),
        default=False,
        help_text=_("One reviewer proposes the approval, another confirms it."),
    )
    proof_minutes = models.PositiveSmallIntegerField(
        _("Password before an approval"),
        default=0,
        help_text=_("Minutes for which a password or a code of the second step counts. 0: not asked."),
    )

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


class RuleChange(models.Model):
    """That a chief changed a rule of the bureau's desk."""

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="rule_changes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=128)
    what = models.CharField(max_length=32)
    before = models.CharField(max_length=64)
    after = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        triggers = append_only("bureau_rule_change_append_only")

    def __str__(self) -> str:
        return f"{self.bureau_id} {self.what}"
