"""Tables and triggers of the audit log: all audited rows in one chain of digests, broken by any change or removal.

A trigger logs a row in the transaction that writes it; ``ministry.audit`` adds it to the chain a moment later, so that
transactions don't wait for each other. Append-only rows are logged once (``append_only``); of rows that may change,
every change and the removal is logged (``audited``).
"""

from collections.abc import Collection, Mapping
from typing import Any

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
    """Log a row in the audit log when it is inserted and, if it ``is_mutable``, at each change and removal.

    ``key`` is the row's primary key as SQL on ``{0}``; of ``secret`` columns only a SHA-256 is logged; ``left_out``
    columns are not logged, nor is an update that changes nothing else. ``erasable`` columns of an append-only table can
    be set to the value given here when their period of retention is over, by ``ministry.audit.erase`` only, which goes
    past the trigger ``protection``.
    """

    def __init__(
        self,
        *,
        key: str = "{0}.id",
        secret: Collection[str] = (),
        left_out: Collection[str] = (),
        is_mutable: bool = True,
        erasable: Mapping[str, Any] | None = None,
        protection: str = "",
    ) -> None:
        self.erasable, self.protection = dict(erasable or {}), protection
        self.key, self._secret, self._left_out, self.is_mutable = key, secret, left_out, is_mutable
        func = _ENTER_CHANGE.replace("<nothing>", "{}") if is_mutable else _ENTER
        for name, row in (("new", "NEW"), ("old", "OLD")):
            func = func.replace(f"<{name}_key>", key.format(row)).replace(f"<{name}>", self.content(row))
        operation = pgtrigger.Insert
        if is_mutable:
            operation |= pgtrigger.Update | pgtrigger.Delete
        super().__init__(name="audited", when=pgtrigger.After, operation=operation, func=func)

    def content(self, row: str) -> str:
        """Return the logged content of a row, as SQL."""
        left_out = "".join(f" - '{column}'" for column in self._left_out)
        secret = "".join(
            f" || jsonb_build_object('{column}',"
            f" encode(sha256(convert_to(coalesce({row}.{column}::text, ''), 'UTF8')), 'hex'))"
            for column in self._secret
        )
        return f"audit_content({row}){left_out}{secret}"


def append_only(
    name: str,
    *,
    secret: Collection[str] = (),
    left_out: Collection[str] = (),
    erasable: Mapping[str, Any] | None = None,
) -> list[pgtrigger.Trigger]:
    """Return triggers that forbid changing or deleting rows, and log new ones in the audit log.

    ``left_out``: columns derived with DIGEST_KEY, which change when that key is changed. ``secret``, ``erasable``: see
    ``Audited``.
    """
    return [
        protected(name),
        Audited(secret=secret, left_out=left_out, is_mutable=False, erasable=erasable, protection=name),
    ]


def audited(
    *, key: str = "{0}.id", secret: Collection[str] = (), left_out: Collection[str] = ()
) -> list[pgtrigger.Trigger]:
    """Return the trigger that logs every change and removal of rows in the audit log. See ``Audited``."""
    return [Audited(key=key, secret=secret, left_out=left_out)]


def protected(name: str) -> pgtrigger.Trigger:
    """Return the trigger that forbids changing or deleting rows."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


class AuditWaiting(models.Model):
    """A row as it was written, waiting to be added to the chain."""

    name = models.CharField(max_length=63)
    row = models.BigIntegerField()
    content = models.JSONField()
    removes = models.BooleanField(db_default=False)
    at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        indexes = [models.Index(fields=["row", "name"], name="audit_waiting_of_row")]


class AuditShape(models.Model):
    """The columns a table had when its rows were digested; columns added later are ignored when verifying these."""

    name = models.CharField(max_length=63)
    columns = ArrayField(models.CharField(max_length=63))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "columns"], name="one_audit_shape")]


class AuditEntry(models.Model):
    """One entry of the chain: the digest of a row, and the keyed digest of all entries up to it. No gaps in numbers."""

    number = models.BigIntegerField(primary_key=True)
    shape = models.ForeignKey(AuditShape, on_delete=models.PROTECT, related_name="entries", db_index=False)
    row = models.BigIntegerField()
    # The row was removed: the digest is that of empty content.
    removes = models.BooleanField(db_default=False)
    digest = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(auto_now_add=True)
    # The filing and the account that the row names, by primary key: to look entries up, not part of the chain
    filing = models.BigIntegerField(null=True)
    person = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["row", "shape"], name="audit_entries_of_row"),
            models.Index(
                fields=["filing", "-number"], condition=models.Q(filing__isnull=False), name="audit_entries_of_filing"
            ),
            models.Index(
                fields=["person", "-number"], condition=models.Q(person__isnull=False), name="audit_entries_of_person"
            ),
            models.Index(fields=["sealed_at"], name="audit_entries_by_time"),
        ]
        triggers = [protected("audit_entry_append_only")]


class AuditHead(models.Model):
    """The chain's last entry at a point in time: a truncated or restarted chain doesn't contain it."""

    number = models.BigIntegerField(primary_key=True)
    chain = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        triggers = [protected("audit_head_append_only")]


class AuditCheck(models.Model):
    """A verification of the audit log: up to which entry it is sound, and the first fault, if any."""

    at = models.DateTimeField(_("time"), default=timezone.now)
    number = models.BigIntegerField(_("verified up to entry"))
    chain = models.CharField(_("digest of all entries"), max_length=64)
    fault = models.TextField(_("first fault"), blank=True)
    # Whether it read everything; otherwise the next check resumes where it stopped.
    is_whole = models.BooleanField(_("fully read"), default=True)
    # Where the next check resumes, by name of the walk; trusted only with a valid ``mac``
    places = models.JSONField(default=dict)
    mac = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("check of the audit log")
        verbose_name_plural = _("checks of the audit log")
        triggers = [protected("audit_check_append_only")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
