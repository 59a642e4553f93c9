"""A page on somebody's phone that may hand in one picture of one filing, for a short while."""

import hashlib
import secrets
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from filings.models.filing import Filing
from filings.states import EDITABLE, HOLDERS, Role

TOKEN_BYTES = 16  # 128 bits, as 22 letters in an address
# Where the host may add pictures: the phone acts in the host's name.
WITH_HOST = [status for status in EDITABLE if HOLDERS[status] == Role.HOST]


def new_token() -> str:
    """What the phone's address ends with. It is shown once and kept nowhere."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """What is kept of a token. It is random and short-lived, so a plain SHA-256 tells nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


class HandoverQuerySet(models.QuerySet["Handover"]):
    def usable(self) -> Self:
        """Those that still take a picture: not closed, not expired, the filing with its host."""
        return self.filter(closed_at=None, expires_at__gt=timezone.now(), filing__status__in=WITH_HOST)


class Handover(models.Model):
    """A one-time address for a phone: one filing, one paper, until it is closed or ``expires_at``."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="handovers")
    path = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    # Set when a good picture has come, the host has taken the code back, or a newer one has been made.
    closed_at = models.DateTimeField(null=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "path"], condition=Q(closed_at=None), name="one_open_handover_per_paper"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.path}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come this way."""
        return self.closed_at is not None or self.expires_at <= timezone.now()
