"""Write what differs as tasks of the operators, settle what is equal again, and settle with a reason.

A copy is never changed here. Who settles what and why is in the audit log, as every change of these rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.sealed import keyed
from filings.errors import MoveRefused
from filings.models import Filing
from ministry.models import Access, Website
from records.comparison.comparing import Found
from records.comparison.gathering import Cause
from records.models import CopyDifference, CounterReset, Order


def record(now: Mapping[int, Sequence[Found]]) -> None:
    """Write what differs now in these records, by primary key. One query if nothing does and nothing did.

    What an operator has settled is not found again while the copies state the same as then.
    """
    known = list(CopyDifference.objects.filter(subject__in=now).order_by("pk"))
    open_rows = {(one.subject_id, *one.key): one for one in known if one.settled_at is None}
    accepted = {(one.subject_id, *one.key): one.values for one in known if one.settled_by_id}
    new = []
    for subject_id, found in now.items():
        for one in found:
            key = (subject_id, *one.key)
            if row := open_rows.pop(key, None):
                _renew(row, one)
            elif accepted.get(key) != list(one.values):
                new.append(_row(subject_id, one))
    CopyDifference.objects.bulk_create(keyed(new))
    for row in open_rows.values():
        row.settled_at = timezone.now()
        row.save(update_fields=["settled_at"])


def settle(difference_id: int, by: User, reason: str) -> CopyDifference:
    """Settle a difference with a reason; raise MoveRefused if it is settled, CopyDifference.DoesNotExist."""
    with transaction.atomic():
        row = CopyDifference.objects.select_for_update(of=("self",)).get(pk=difference_id)
        if row.settled_at:
            raise MoveRefused(_("This difference has been settled already."))
        row.settled_at, row.settled_by, row.reason = timezone.now(), by, reason
        row.save(update_fields=["settled_at", "settled_by", "reason"])
    return row


def _row(subject_id: int, found: Found) -> CopyDifference:
    row = CopyDifference(
        subject_id=subject_id,
        copies=found.copies,
        place=found.place,
        field=found.field,
        values=cast(Any, list(found.values)),
        found_at=timezone.now(),
        **_cause(found.cause),
    )
    match found.row:
        case Website():
            row.website = found.row
        case Access():
            row.website_id, row.access = found.row.website_id, found.row
    return row


def _cause(cause: Cause | None) -> dict[str, Any]:
    return {
        "filing": cause if isinstance(cause, Filing) else None,
        "order": cause if isinstance(cause, Order) else None,
        "reset": cause if isinstance(cause, CounterReset) else None,
    }


def _renew(row: CopyDifference, found: Found) -> None:
    """Store new values of an open difference, and what states the first one now."""
    if row.values != list(found.values):
        row.values = list(found.values)
        for name, cause in _cause(found.cause).items():
            setattr(row, name, cause)
        row.save(update_fields=["values", "filing", "order", "reset"])
