"""Change many filings one after the other: in batches by primary key, for a limited time."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from filings.models.filing import FilingQuerySet

BATCH = 500
# How long one task works before it queues the next; our own limit, so that other tasks get their turn.
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Run:
    """How many filings a run has changed, and the key after which the next run continues; None if nothing is left."""

    changed: int
    after: int | None = None


def run(due: FilingQuerySet, change: Callable[[int], bool], after: int = 0) -> Run:
    """Call ``change`` with the key of each due filing above ``after``, in order, until the time is over.

    ``change`` is a transaction of its own and returns whether it changed the filing; one that it leaves is not tried
    again before the next night, so it holds up no other. One query a batch.
    """
    end, changed = time.monotonic() + SECONDS, 0
    while keys := list(due.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        for key in keys:
            changed += change(key)
            if time.monotonic() >= end:
                return Run(changed, key)
        after = keys[-1]
    return Run(changed)
