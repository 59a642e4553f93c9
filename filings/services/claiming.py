"""Claim and release filings at a desk."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import languages
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import (
    Filing,
)
from filings.moves import assignment
from filings.moves.moving import claim_refusal, locked, record


def claim(filing_id: int, actor: Actor) -> Filing:
    """Claim the filing for ``assignment.LEASE``, or extend one's own lease; MoveRefused while another person has it.

    Takes over the claim of an absent colleague for whom the actor covers. Ends the hold.
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
            name = filing.claimed_by
            record(filing, "cover", actor, note=languages.stored(lambda: _("from %(name)s") % {"name": name}))
        assignment.lease(filing, actor, timezone.now() + assignment.LEASE)
    return filing


def release(filing_id: int, actor: Actor) -> None:
    """Release a filing claimed by the actor; also after the lease has expired, until somebody else claims it."""
    with locked(filing_id, actor) as filing:
        if filing.claimed_by_id != actor.user_id:
            raise MoveRefused(claim_refusal(filing))
        _release(filing, actor)


def release_all(user_id: int, actor: Actor) -> int:
    """Release all filings claimed by a colleague who may not continue; return how many.

    The events name the actor. Call it inside a transaction, so that all are released or none.
    """
    taken = Filing.objects.visible_to(actor).filter(claimed_by_id=user_id).order_by("pk")
    filing_ids = list(taken.values_list("pk", flat=True))
    for filing_id in filing_ids:
        with locked(filing_id, actor) as filing:
            if filing.claimed_by_id == user_id:
                _release(filing, actor)
    return len(filing_ids)


def _release(filing: Filing, actor: Actor) -> None:
    record(filing, "release", actor)
    filing.claimed_by = filing.claimed_until = None
    filing.save(update_fields=["claimed_by", "claimed_until"])
