"""Dividing the work of a bureau by the portal: what a reviewer who has left still has goes back; and where the chief
wants it, what the bureau receives is given to whoever is there and has least.

Sweeps: idempotent, safe for several workers at once, and nothing is lost with one that is killed.
"""

from collections import Counter

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
    """Put back what somebody has taken who does not decide for its bureau any more; return how many filings."""
    held = Filing.objects.filter(status=Status.WITH_BUREAU, claimed_by__isnull=False).order_by()
    left = held.exclude(claimed_by__is_active=True, claimed_by__reviewer__bureau=F("bureau"))
    pairs = left.values_list("bureau_id", "claimed_by_id").distinct()
    return sum(services.put_back_all(user_id, portal_at(bureau_id)) for bureau_id, user_id in pairs if bureau_id)


def give_out() -> int:
    """Give out what lies unassigned with the bureaus that want it; return how many filings."""
    wanting = Bureau.objects.filter(assigns_by_load=True).values_list("pk", flat=True)
    return sum(_give_out_of(bureau_id) for bureau_id in wanting)


def _give_out_of(bureau_id: str) -> int:
    """All of one bureau, ``BATCH`` a transaction. Whoever comes second finds the bureau locked and leaves it alone."""
    given = 0
    while count := _give_some(bureau_id):
        given += count
    return given


@transaction.atomic
def _give_some(bureau_id: str) -> int:
    locked = Bureau.objects.filter(pk=bureau_id, assigns_by_load=True)
    if not locked.select_for_update(no_key=True, skip_locked=True).exists():
        return 0
    people = {actor.person_id: actor for actor in access.actors(access.present(bureau_id))}
    if not people:
        return 0
    loads = _loads(bureau_id, people)
    # Locked in the order of their keys, as whoever gives out several by hand does.
    found = sorted(_unassigned(bureau_id, people), key=lambda row: row[0])
    return sum(_give(filing_id, proposer_id, bureau_id, people, loads) for filing_id, proposer_id in found)


def _loads(bureau_id: str, people: dict[int, Actor]) -> Counter[int]:
    """Return how many open filings each of the people has, whether their time with them runs or not."""
    rows = Filing.objects.filter(status=Status.WITH_BUREAU, bureau=bureau_id, claimed_by__in=people).order_by()
    return Counter(dict(rows.values_list("claimed_by").annotate(Count("pk"))))


def _give(
    filing_id: int, proposer_id: int | None, bureau_id: str, people: dict[int, Actor], loads: Counter[int]
) -> bool:
    """To whoever has least; of several the one who has been a user longest. Nobody confirms their own proposal."""
    chosen = min(people.keys() - {proposer_id}, key=lambda user_id: (loads[user_id], user_id))
    if given := assignment.allot(filing_id, portal_at(bureau_id), to=people[chosen]):
        loads[chosen] += 1
    return given


def _unassigned(bureau_id: str, people: dict[int, Actor]) -> list[tuple[int, int | None]]:
    """What nobody has taken since it was received, with who has proposed its approval; not what the only one who is
    there has proposed. What a reviewer has put back is left for people to take.
    """
    put_back = Event.objects.filter(
        filing=OuterRef("pk"), name="release", role=Role.BUREAU, user__isnull=False, at__gte=OuterRef("received_at")
    )
    rows = Filing.objects.filter(~Exists(put_back), status=Status.WITH_BUREAU, bureau=bureau_id, claimed_by=None)
    found = opinions.with_proposers(rows)
    if len(people) == 1:
        found = found.filter(Q(proposer_id=None) | ~Q(proposer_id__in=people))
    return list(found.order_by("due_on", "pk").values_list("pk", "proposer_id")[:BATCH])
