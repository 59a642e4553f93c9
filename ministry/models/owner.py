"""Wrong tries of filing passwords."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PasswordTries(models.Model):
    """Consecutive wrong tries of one caller for one subject number, whether or not the number exists.

    Each caller has its own count, so that a stranger's wrong tries never lock out the holder.

    A try is counted before it is checked, so that concurrent tries can't exceed the limit.
    """

    number = models.CharField(_("number"), max_length=32)
    # ``account:<id>``, or the keyed digest of an IP address
    caller = models.CharField(max_length=64)
    wrong = models.PositiveSmallIntegerField(_("wrong attempts"), default=0)
    since = models.DateTimeField(_("first wrong attempt"), default=timezone.now)
    locked_until = models.DateTimeField(_("locked until"), null=True)
    # Whether the holder has still to be notified of the lock
    untold = models.BooleanField(_("to be announced"), default=False)
    told_at = models.DateTimeField(_("announced at"), null=True)

    class Meta:
        verbose_name = _("filing password attempts")
        verbose_name_plural = _("filing password attempts")
        constraints = [models.UniqueConstraint(fields=["number", "caller"], name="one_count_per_caller")]
        indexes = [models.Index(fields=["locked_until"], condition=Q(untold=True), name="lock_untold")]
