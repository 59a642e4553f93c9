"""Taking filings into work at a desk, and putting them back."""

from django.utils import timezone
from django.utils.translation import gettext as _

from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import (
    Filing,
)
from filings.moves import assignment
from filings.moves.moving import claim_refusal, locked, record


def claim(filing_id: int, actor: Actor) -> Filing:
    """Take the filing into work for ``work.LEASE``, or prolong one's own lease; refused while somebody else has it.

    What an absent colleague has is taken over by whoever covers for them. What was on hold is so no longer.
    """
    with locked(filing_id, actor) as filing:
        assignment.refuse_unless_held(filing, actor)
        holder_id = filing.claimant_id()
        if holder_id not in (None, actor.user_id, *actor.covers):
            raise MoveRefused(claim_refusal(filing))
        assignment.end_pause(filing, actor)
        if holder_id is None:
            record(filing, "claim", actor)
        if holder_id in actor.covers:
            record(filing, "cover", actor, note=_("from %(name)s") % {"name": filing.claimed_by})
        assignment.lease(filing, actor, timezone.now() + assignment.LEASE)
    return filing


def release(filing_id: int, actor: Actor) -> None:
    """Put a filing one has taken back into the queue; also when one's time has run out and nobody has taken it."""
    with locked(filing_id, actor) as filing:
        if filing.claimed_by_id != actor.user_id:
            raise MoveRefused(claim_refusal(filing))
        _let_go(filing, actor)


def put_back_all(user_id: int, actor: Actor) -> int:
    """Put back whatever a colleague has taken, because they may not go on with it; return how many filings.

    In the actor's name: the events say who did it. The caller's transaction holds them together.
    """
    taken = Filing.objects.visible_to(actor).filter(claimed_by_id=user_id).order_by("pk")
    filing_ids = list(taken.values_list("pk", flat=True))
    for filing_id in filing_ids:
        with locked(filing_id, actor) as filing:
            if filing.claimed_by_id == user_id:
                _let_go(filing, actor)
    return len(filing_ids)


def _let_go(filing: Filing, actor: Actor) -> None:
    record(filing, "release", actor)
    filing.claimed_by = filing.claimed_until = None
    filing.save(update_fields=["claimed_by", "claimed_until"])
