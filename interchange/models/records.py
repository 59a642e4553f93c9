"""The filings that records of uploads have become, with the ids of both sides."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interchange.models.connection import Connection
from interchange.models.files import Upload
from ministry.models.audit import audited

LONGEST_KEY = 128  # of what names a record (Bs, Jlid)


class ReportedRecord(models.Model):
    """A filing that a provider's system has reported.

    ``operation``: of the interface, such as XZBA. ``key``: what names the record in results, by the table of Czlx: the
    provider's own id or the number of what is on record. ``own_ids``: of the provider's system, in the shape of
    ``mapping.record_parts.OwnIds``; they say nothing about persons. ``upload``: the last one that contained it.
    """

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="reported", db_index=False)
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="reported")
    filing = models.OneToOneField("filings.Filing", on_delete=models.PROTECT, related_name="reported")
    operation = models.CharField(_("operation"), max_length=5)
    key = models.CharField(max_length=LONGEST_KEY)
    own_ids = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["connection", "operation", "key"], name="reported_by_key")]
        triggers = audited()

    def __str__(self) -> str:
        return f"{self.operation} {self.key}"
