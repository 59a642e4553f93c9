"""The log of questions about what is on record (``isp_querybeianstatus``)."""

from django.db import models
from django.utils import timezone

from interchange.models.connection import Connection
from ministry.models.audit import append_only


class StatusLook(models.Model):
    """A status query of a provider's system: its type, a keyed digest of its text, and the answer."""

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="looks", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    condition_type = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    is_filed = models.BooleanField()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["connection", "at"], name="looks_of_connection")]
        triggers = append_only("status_look_append_only", left_out=("digest",))
