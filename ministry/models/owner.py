"""Proof of being the owner: what was tried against a filing password."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PasswordTries(models.Model):
    """Tries in a row that were not right, of one subject number; whether the number exists is not asked.

    A try counts before it is judged, so that tries at the same moment can't exceed the limit.
    """

    number = models.CharField(_("number"), max_length=32, unique=True)
    wrong = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    since = models.DateTimeField(_("first wrong try"), default=timezone.now)
    locked_until = models.DateTimeField(_("locked until"), null=True)
    # Whether the lock has still to be announced.
    untold = models.BooleanField(_("to be announced"), default=False)

    class Meta:
        verbose_name = _("tries of a filing password")
        verbose_name_plural = _("tries of filing passwords")
        indexes = [models.Index(fields=["locked_until"], condition=Q(untold=True), name="lock_untold")]

    def __str__(self) -> str:
        return f"{self.number}: {self.wrong}"
