"""Changes that the owner of the database makes past the portal, for the audit log to find."""

import pgtrigger
from django.db import connection

from filings.models import Event
from icp_portal.tests.builders import Case
from ministry import audit
from ministry.models import AuditEntry


def run(sql: str, *values: object) -> None:
    """As whoever owns the database, past the triggers that protect the record."""
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def entry_of(row: object) -> AuditEntry:
    return AuditEntry.objects.get(shape__name=row._meta.db_table, row=row.pk)


def change_an_event_of(event: Event) -> tuple[str, int]:
    run("UPDATE filings_event SET actor_name = 'Somebody else' WHERE id = %s", event.pk)
    return "filings_event", event.pk


def change_an_event(case: Case) -> tuple[int, str, int]:
    event = case.filing.events.get(name="return")
    return entry_of(event).number, *change_an_event_of(event)


def smuggle_an_event(case: Case) -> tuple[int, str, int]:
    columns = (
        "filing_id, provider_id, name, source, target, round, role, actor_name, note, note_english, on_behalf_of, at"
    )
    run(
        f"INSERT INTO filings_event ({columns}) SELECT {columns} FROM filings_event WHERE id = %s",
        case.filing.events.earliest("pk").pk,
    )
    return 0, "filings_event", Event.objects.values_list("pk", flat=True).latest("pk")


def cut_off(number: int) -> None:
    """Take out the end of the chain behind a number, with the rows that it proves, as if nothing had been."""
    links = AuditEntry.objects.filter(number__gt=number).select_related("shape").order_by("-number")
    for link in links:
        table = audit.tables()[link.shape.name]
        run(f"DELETE FROM {link.shape.name} t WHERE {table.key} = %s", link.row)
        run("DELETE FROM ministry_auditentry WHERE number = %s", link.number)
