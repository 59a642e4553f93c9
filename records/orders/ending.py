"""End the filings under way about a record that an order cancels.

An approval locks its filing before the subject, so an order must too: first ``lock``, then the subject.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from filings import states
from filings.actors import portal
from filings.models import Filing
from filings.moves.moving import making
from filings.rules import required_codes
from records.models import Order


def under_way(subject_id: int, website_id: int | None = None, access_id: int | None = None) -> QuerySet[Filing]:
    """Return the filings under way about a subject, one of its websites or one access.

    For a whole subject including migrations of its websites to other hosts.
    """
    rows = Filing.objects.filter(status__in=states.UNDER_WAY)
    if access_id:
        return rows.filter(about_access=access_id)
    if website_id:
        return rows.filter(about_website=website_id)
    return rows.filter(Q(about_subject=subject_id) | Q(about_website__subject=subject_id))


def lock(subject_id: int, website_id: int | None = None, access_id: int | None = None) -> list[int]:
    """Lock the filings ``under_way``; return their primary keys."""
    rows = under_way(subject_id, website_id, access_id).order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def end(filing_ids: Iterable[int], order: Order) -> None:
    """End the locked filings, because the order has cancelled their record; notify host and provider."""
    for filing_id in filing_ids:
        with making(states.END_BY_ORDER, filing_id, portal(), None, note=str(order.number)) as filing:
            required_codes.stop_asking(filing)
