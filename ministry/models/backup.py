"""Backups that were made, so that the state of the portal says when the last one was."""

from datetime import datetime

from django.db import models
from django.utils import timezone

from ministry.models.audit import protected


class Backup(models.Model):
    """A backup that was made; the file itself is kept elsewhere. Append-only."""

    at = models.DateTimeField(default=timezone.now)  # whose state it has
    # The program that made it: "" for ``manage.py backup``; of another one size and checksum are not known.
    program = models.CharField(max_length=64)
    size = models.BigIntegerField(null=True)  # bytes
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["-pk"]
        triggers = [protected("backup_append_only")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

    @classmethod
    def last_at(cls) -> datetime | None:
        """Return the moment of the newest state that a backup has; a long one may end after it."""
        at: datetime | None = cls.objects.aggregate(at=models.Max("at"))["at"]
        return at
