"""For how long each kind of data is kept."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ministry.models.audit import append_only


class RetentionPeriod(models.Model):
    """A period of a kind of data (``ministry.retention``) from a day on, with who has set it and why. Append-only."""

    kind = models.CharField(_("data"), max_length=32)
    number = models.PositiveIntegerField(_("version"))
    length = models.PositiveIntegerField(_("period"))  # in the unit of its kind
    valid_from = models.DateField(_("Valid from"))
    why = models.CharField(_("why"), max_length=500)
    # Empty: came with the portal
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("user")
    )
    actor_name = models.CharField(_("who"), max_length=128, blank=True)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")
        ordering = ["kind", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="one_retention_period_a_version"),
            models.CheckConstraint(condition=models.Q(length__gt=0), name="a_period_is_not_empty"),
        ]
        triggers = append_only("retention_period_append_only")

    def __str__(self) -> str:
        return f"{self.kind} {self.length} ({self.valid_from:%Y-%m-%d})"
