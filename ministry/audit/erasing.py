"""Erase columns of append-only rows when their period of retention is over, and log that.

The only way past the triggers that protect these rows. Which columns, and what they contain afterwards, is declared
with the table (``ministry.models.audit.append_only``); nothing else of a row can be changed.
"""

from typing import Any

import pgtrigger
from django.db import models, transaction

from accounts.models import User
from ministry.audit.chain import AuditedTable, erasure, tables
from ministry.models import AuditEntry, AuditWaiting


def erase(rows: models.QuerySet[Any]) -> int:
    """Erase the declared columns of these rows and log their new content; return how many.

    Raise LookupError when none is declared for the table. Earlier entries of the rows stay in the chain; the keyed mark
    of the new ones (``chain.erasure``) tells an erasure from any other change. An erased account is also removed from
    the earlier entries, which are looked up by it; it is no part of the chain.
    """
    table = tables().get(rows.model._meta.db_table)
    if table is None or not table.erasable:
        raise LookupError(f"No column of {rows.model._meta.label} is declared as erasable.")
    with transaction.atomic():
        found = list(rows.select_for_update(of=("self",)).order_by("pk"))
        with pgtrigger.ignore(table.protection):
            for row in found:
                for column, blank in table.erasable.items():
                    setattr(row, column, blank)
                row.save(update_fields=list(table.erasable))
        if _names_account(table):
            _forget_accounts(table, [row.pk for row in found])
        AuditWaiting.objects.bulk_create(
            AuditWaiting(name=table.name, row=key, content=content | erasure(table, key, content))
            for key, content in table.rows([row.pk for row in found]).items()
        )
    return len(found)


def _names_account(table: AuditedTable) -> bool:
    return any(table.model._meta.get_field(column).related_model is User for column in table.erasable)


def _forget_accounts(table: AuditedTable, keys: list[int]) -> None:
    entries = AuditEntry.objects.filter(shape__name=table.name, row__in=keys, person__isnull=False)
    with pgtrigger.ignore(f"{AuditEntry._meta.label}:audit_entry_append_only"):
        entries.update(person=None)
