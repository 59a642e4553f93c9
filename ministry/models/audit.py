"""The audit log: every row that matters in one chain of digests. Who changes or removes one breaks the chain.

A row enters in the transaction that writes it, by a trigger; the chain takes it up a moment later (``ministry.audit``),
so that no move waits for another one's. What is written once enters once (``append_only``); of a row that may change
every change and its removal enter (``audited``).
"""

from collections.abc import Collection

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_ENTER = """
    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, <new_key>, <new>);
    RETURN NULL;
"""

_ENTER_CHANGE = """
    IF TG_OP = 'DELETE' THEN
        INSERT INTO ministry_auditwaiting (name, "row", content, removes)
        VALUES (TG_TABLE_NAME, <old_key>, '<nothing>', true);
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (<new>) = (<old>) THEN
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO ministry_auditwaiting (name, "row", content) VALUES (TG_TABLE_NAME, <new_key>, (<new>));
    RETURN NULL;
"""


class Audited(pgtrigger.Trigger):
    """Enters a row in the audit log when it is written and, if it ``is_mutable``, at each change and removal.

    ``key`` is the row's number as SQL on ``{0}``; of ``secret`` columns only a SHA-256 enters; ``left_out`` columns
    do not enter, and an update that changes nothing else enters nothing.
    """

    def __init__(
        self,
        *,
        key: str = "{0}.id",
        secret: Collection[str] = (),
        left_out: Collection[str] = (),
        is_mutable: bool = True,
    ) -> None:
        self.key, self._secret, self._left_out, self.is_mutable = key, secret, left_out, is_mutable
        func = _ENTER_CHANGE.replace("<nothing>", "{}") if is_mutable else _ENTER
        for name, row in (("new", "NEW"), ("old", "OLD")):
            func = func.replace(f"<{name}_key>", key.format(row)).replace(f"<{name}>", self.content(row))
        operation = pgtrigger.Insert
        if is_mutable:
            operation |= pgtrigger.Update | pgtrigger.Delete
        super().__init__(name="audited", when=pgtrigger.After, operation=operation, func=func)

    def content(self, row: str) -> str:
        """Return what enters of a row, as SQL."""
        left_out = "".join(f" - '{column}'" for column in self._left_out)
        secret = "".join(
            f" || jsonb_build_object('{column}',"
            f" encode(sha256(convert_to(coalesce({row}.{column}::text, ''), 'UTF8')), 'hex'))"
            for column in self._secret
        )
        return f"audit_content({row}){left_out}{secret}"


def append_only(name: str, *, left_out: Collection[str] = ()) -> list[pgtrigger.Trigger]:
    """Return the database itself refuses to change or delete these rows, and enters them in the audit log.

    ``left_out``: columns derived with DIGEST_KEY, which a change of that key derives anew.
    """
    return [_protected(name), Audited(left_out=left_out, is_mutable=False)]


def audited(
    *, key: str = "{0}.id", secret: Collection[str] = (), left_out: Collection[str] = ()
) -> list[pgtrigger.Trigger]:
    """Every change of these rows enters the audit log, and so does their removal. See ``Audited``."""
    return [Audited(key=key, secret=secret, left_out=left_out)]


def _protected(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


class AuditWaiting(models.Model):
    """A row as it was written, waiting for its place in the chain."""

    name = models.CharField(max_length=63)
    row = models.BigIntegerField()
    content = models.JSONField()
    removes = models.BooleanField(db_default=False)
    at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        indexes = [models.Index(fields=["row", "name"], name="audit_waiting_of_row")]

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
    """One link: the digest of a row, and the keyed digest of all links up to here. Numbers have no gaps."""

    number = models.BigIntegerField(primary_key=True)
    shape = models.ForeignKey(AuditShape, on_delete=models.PROTECT, related_name="entries", db_index=False)
    row = models.BigIntegerField()
    # The row was removed: the digest is that of nothing.
    removes = models.BooleanField(db_default=False)
    digest = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["row", "shape"], name="audit_entries_of_row")]
        triggers = [_protected("audit_entry_append_only")]

    def __str__(self) -> str:
        return str(self.number)


class AuditHead(models.Model):
    """How far the chain went at a moment: a chain that was cut off or begun anew doesn't lead through it."""

    number = models.BigIntegerField(primary_key=True)
    chain = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        triggers = [_protected("audit_head_append_only")]

    def __str__(self) -> str:
        return str(self.number)


class AuditCheck(models.Model):
    """A verification of the log: up to where it is sound, and the first fault, if there was one."""

    at = models.DateTimeField(_("time"), default=timezone.now)
    number = models.BigIntegerField(_("sound up to entry"))
    chain = models.CharField(_("digest of all entries"), max_length=64)
    fault = models.TextField(_("first fault"), blank=True)
    # Whether it read everything; otherwise the next one goes on where it had to stop.
    is_whole = models.BooleanField(_("read everything"), default=True)
    # Where the next one goes on, by the name of the walk; believed only with its ``mac``.
    places = models.JSONField(default=dict)
    mac = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("check of the audit log")
        verbose_name_plural = _("checks of the audit log")
        triggers = [_protected("audit_check_append_only")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
