"""Automatic assignment of filings to reviewers.

Filings that reviewers who have left still hold are released. If the chief has switched it on, each filing that arrives
is assigned to the reviewer with the least load among those present.

Sweeps: idempotent, safe for several workers at once, and nothing is lost if one is killed.
"""

from collections import Counter
from functools import partial

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q

from bureaus import access
from bureaus.models import Bureau
from filings import services
from filings.actors import Actor, portal_at
from filings.models import Event, Filing
from filings.moves import assignment
from filings.review import opinions
from filings.states import Role, Status

BATCH = 100


def put_back_of_those_who_left() -> int:
    """Release the filings of people who no longer decide for the bureau; return how many filings."""
    held = Filing.objects.filter(status=Status.WITH_BUREAU, claimed_by__isnull=False).order_by()
    left = held.exclude(claimed_by__is_active=True, claimed_by__reviewer__bureau=F("bureau"))
    pairs = left.values_list("bureau_id", "claimed_by_id").distinct()
    return sum(services.release_all(user_id, portal_at(bureau_id)) for bureau_id, user_id in pairs if bureau_id)


def give_out() -> int:
    """Assign what is unassigned at the bureaus that want it; return how many filings."""
    wanting = Bureau.objects.filter(assigns_by_load=True, external=False).values_list("pk", flat=True)
    return sum(sum(iter(partial(_give_some, bureau_id), 0)) for bureau_id in wanting)


@transaction.atomic
def _give_some(bureau_id: str) -> int:
    """Assign ``BATCH`` filings of one bureau; a second worker finds the bureau locked and skips it."""
    locked = Bureau.objects.filter(pk=bureau_id, assigns_by_load=True)
    if not locked.select_for_update(no_key=True, skip_locked=True).exists():
        return 0
    people = {actor.person_id: actor for actor in access.actors(access.present(bureau_id))}
    if not people:
        return 0
    loads = _loads(bureau_id, people)
    # Locked in the order of their keys, as when several are assigned by hand.
    found = sorted(_unassigned(bureau_id, people), key=lambda row: row[0])
    return sum(_give(filing_id, proposer_id, bureau_id, people, loads) for filing_id, proposer_id in found)


def _loads(bureau_id: str, people: dict[int, Actor]) -> Counter[int]:
    """Return how many open filings each of the people has claimed, expired claims included."""
    rows = Filing.objects.filter(status=Status.WITH_BUREAU, bureau=bureau_id, claimed_by__in=people).order_by()
    return Counter(dict(rows.values_list("claimed_by").annotate(Count("pk"))))


def _give(
    filing_id: int, proposer_id: int | None, bureau_id: str, people: dict[int, Actor], loads: Counter[int]
) -> bool:
    """Assign to whoever has the least load (the oldest account among equals), but not to who proposed the approval."""
    chosen = min(people.keys() - {proposer_id}, key=lambda user_id: (loads[user_id], user_id))
    if given := assignment.allot(filing_id, portal_at(bureau_id), to=people[chosen]):
        loads[chosen] += 1
    return given


def _unassigned(bureau_id: str, people: dict[int, Actor]) -> list[tuple[int, int | None]]:
    """Return the filings unassigned since they were received, each with who proposed its approval.

    Those that the only person present has proposed are left out. What a reviewer has released is left for people to
    claim.
    """
    put_back = Event.objects.filter(
        filing=OuterRef("pk"), name="release", role=Role.BUREAU, user__isnull=False, at__gte=OuterRef("received_at")
    )
    rows = Filing.objects.filter(~Exists(put_back), status=Status.WITH_BUREAU, bureau=bureau_id, claimed_by=None)
    found = opinions.with_proposers(rows)
    if len(people) == 1:
        found = found.filter(Q(proposer_id=None) | ~Q(proposer_id__in=people))
    return list(found.order_by("due_on", "pk").values_list("pk", "proposer_id")[:BATCH])
