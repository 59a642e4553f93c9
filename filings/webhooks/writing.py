"""Write messages to providers' systems, in the transaction of the events they are about.

``moving.record`` notes an event, ``moving.locked`` writes the messages at its end, when the filing has its new
version. One statement for all events and addresses; none while no system of the filing's provider wants messages.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from accounts.links import link_to
from filings import facts
from filings.kinds import entries
from filings.models import Event, Filing
from filings.states import Status
from filings.webhooks.events import TEST, TYPES
from ministry.mail.outbox import after_commit
from ministry.reference.numbers import FilingNumber

TASK = "filings.deliver_webhooks"

_WRITE = """
    INSERT INTO filings_webhookmessage
        (endpoint_id, provider_id, event_id, webhook_id, type, body, state, tries, due_at, made_at)
    SELECT endpoint.id, endpoint.provider_id, noted.event, gen_random_uuid(), noted.type, noted.body, 'waiting', 0,
        now(), now()
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS noted (event, name, type, body)
    JOIN filings_webhookendpoint endpoint ON endpoint.provider_id = %s AND endpoint.state = 'live'
        AND noted.name = ANY (endpoint.events)
    ORDER BY noted.event
    RETURNING endpoint_id
"""


def remember(filing: Filing, event: Event) -> None:
    """Remember an event of the locked filing for ``write``."""
    if event.name in TYPES:
        filing.happened = (*filing.happened, event)


def write(filing: Filing) -> None:
    """Write the messages about the events noted, to the systems of the filing's provider. One statement at most.

    None about a draft, which no provider sees. After a transfer they go to the new provider, who sees the filing now.
    """
    events, filing.happened = filing.happened, ()
    if not events or not filing.is_listened_to or filing.round == 0:
        return
    bodies = [_body(TYPES[event.name], event.at, of_filing(filing)) for event in events]
    for endpoint_id in _written(events, bodies, filing.provider_id):
        after_commit(TASK, endpoint_id)


def _written(events: Sequence[Event], bodies: Sequence[str], provider_id: int) -> list[int]:
    """Insert the messages; return the addresses that have new ones."""
    names = [event.name for event in events]
    types = [TYPES[name] for name in names]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [[event.pk for event in events], names, types, list(bodies), provider_id])
        return sorted({row[0] for row in cursor.fetchall()})


def of_filing(filing: Filing) -> dict[str, Any]:
    """Return a message's data about a filing: nothing personal, and no fact that its host has typed.

    ``number``: that of the host's record once approved; ``websites``: the numbers that the approval has issued.
    """
    number = filing.subject.number if filing.status == Status.FILED and filing.subject else None
    return {
        "filing": filing.pk,
        "status": filing.status,
        "version": filing.version,
        "number": str(number) if number else None,
        "websites": [str(one) for one in _of_services(filing, number)] if number else [],
        "url": link_to("provider_desk:verify", filing.pk),
    }


def _of_services(filing: Filing, number: FilingNumber) -> list[FilingNumber]:
    """Return the numbers issued by the approval; none where a filing enters no website."""
    places = zip(filing.sequences, entries.approved(filing), strict=False)
    return [number.of_service(sequence, facts.service(filing.facts, place)) for sequence, place in places]


def body_of_test(at: datetime) -> str:
    """Return the body of a test message: that of a filing that doesn't exist, without a URL."""
    data = {"filing": 0, "status": Status.WITH_PROVIDER, "version": 1, "number": None, "websites": [], "url": None}
    return _body(TEST, at, data)


def _body(kind: str, at: datetime, data: dict[str, Any]) -> str:
    payload = {"type": kind, "timestamp": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z", "data": data}
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
