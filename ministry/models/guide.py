"""Checks of the guide's pages by a person."""

from django.conf import settings
from django.db import models

from ministry.models.audit import append_only


class GuideCheck(models.Model):
    """An operator has read a page of the guide against its sources and found it right. Append-only.

    ``digest`` is that of the page's text and of the code it is about, on that day.
    """

    page = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["page", "-at"], name="guide_check_latest")]
        triggers = append_only("guide_check_append_only")

    def __str__(self) -> str:
        return f"{self.page} {self.at:%Y-%m-%d}"
