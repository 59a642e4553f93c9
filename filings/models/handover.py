"""Handovers: short-lived addresses for uploading one picture of a filing with a phone."""

import hashlib
import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from filings.models.filing import Filing
from filings.states import EDITABLE, HOLDERS, Role

TOKEN_BYTES = 16  # 128 bits, as 22 letters in an address
# Statuses in which the host may add pictures: the phone acts in the host's name.
WITH_HOST = [status for status in EDITABLE if HOLDERS[status] == Role.HOST]


def new_token() -> str:
    """Return a random token for the end of the phone's URL. It is shown once and not stored."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """Return the stored digest of a token; plain SHA-256 is enough, because tokens are random and short-lived."""
    return hashlib.sha256(token.encode()).hexdigest()


class HandoverQuerySet(models.QuerySet["Handover"]):
    def usable(self) -> Self:
        """Return those that still accept a picture: not closed, not expired, the filing with its host.

        Those created on behalf of a host only while their maker works for the filing's provider.
        """
        rows = self.filter(closed_at=None, expires_at__gt=timezone.now(), filing__status__in=WITH_HOST)
        at_work = Q(
            staff__is_active=True,
            staff__provider_staff__suspended_at=None,
            staff__provider_staff__provider=F("filing__provider"),
        )
        return rows.filter(Q(staff=None) | at_work)


class Handover(models.Model):
    """A one-time address for a phone: one filing, one paper, until it is closed or ``expires_at``."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="handovers")
    path = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    # Set when a good picture has come, the host has closed it, or a newer one was created.
    closed_at = models.DateTimeField(null=True)
    # The provider's staff who created it on behalf of the host; None if the host did.
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = HandoverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "path"], condition=Q(closed_at=None), name="one_open_handover_per_paper"
            ),
        ]

    @property
    def is_over(self) -> bool:
        """Return whether it is closed or expired."""
        return self.closed_at is not None or self.expires_at <= timezone.now()
