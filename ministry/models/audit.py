"""The audit log: every row of the record in one chain of digests. Who changes or removes one breaks the chain.

A row enters in the transaction that writes it, by a trigger; the chain takes it up a moment later (``ministry.audit``),
so that no move waits for another one's.
"""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField

TRIGGER = "audited"

_ENTER = """
    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, NEW.id, audit_content(NEW));
    RETURN NULL;
"""


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """The database itself refuses to change or delete these rows, and enters them in the audit log."""
    return [
        _protected(name),
        pgtrigger.Trigger(name=TRIGGER, when=pgtrigger.After, operation=pgtrigger.Insert, func=_ENTER),
    ]


def _protected(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


class AuditKey(models.Model):
    """The one secret that keys the digests. Sealed, so that who writes in the database can't forge them."""

    key = SealedTextField()

    def __str__(self) -> str:
        return str(self.pk)


class AuditWaiting(models.Model):
    """A row as it was written, waiting for its place in the chain."""

    name = models.CharField(max_length=63)
    row = models.BigIntegerField()
    content = models.JSONField()
    at = models.DateTimeField(db_default=models.functions.Now())

    def __str__(self) -> str:
        return f"{self.name} {self.row}"


class AuditShape(models.Model):
    """Which columns a table had when rows of it were digested; a column that comes later is not judged in them."""

    name = models.CharField(max_length=63)
    columns = ArrayField(models.CharField(max_length=63))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "columns"], name="one_audit_shape")]

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """One link: the digest of a row, and the digest of all links up to here. Numbers have no gaps."""

    number = models.BigIntegerField(primary_key=True)
    shape = models.ForeignKey(AuditShape, on_delete=models.PROTECT, related_name="entries", db_index=False)
    row = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["shape", "row"], name="one_audit_entry_per_row")]
        triggers = [_protected("audit_entry_append_only")]

    def __str__(self) -> str:
        return str(self.number)


class AuditCheck(models.Model):
    """A verification of the whole log: how far it went, and the first fault, if there was one."""

    at = models.DateTimeField(_("time"), auto_now_add=True)
    number = models.BigIntegerField(_("last entry"))
    chain = models.CharField(_("digest of all entries"), max_length=64)
    fault = models.TextField(_("first fault"), blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("check of the audit log")
        verbose_name_plural = _("checks of the audit log")
        triggers = [_protected("audit_check_append_only")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
