"""Save drafts of a bureau's decision: opinion, question and remarks as typed.

One row per filing and round, like a provider's ``worksheets``: only the claimant writes it, under the filing's lock;
each save extends the lease, and a save from an older copy of the page is refused, so that nothing is overwritten.
``moving.making`` deletes the row when the filing leaves the bureau.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.races import faster
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import DecisionDraft, Filing
from filings.moves import assignment
from filings.moves.moving import claim_refusal, locked
from filings.states import Status

WORDS = ("opinion", "question", "days")


class DraftChanged(MoveRefused):
    """The draft was saved meanwhile; ``version`` is that of the saved draft, ``reader_id`` who is told."""

    def __init__(self, saved: DecisionDraft, reader_id: int) -> None:
        words = _(
            "What was typed here has been recorded or erased in the meantime. Your text has been kept; save it again."
        )
        if saved.saved_by_id is not None:
            words = _("%(name)s typed here in the meantime. What you typed has been kept; compare and save it again.")
            words %= {"name": faster(saved.saved_by_id, saved.saved_by, reader_id=reader_id)}
        super().__init__(words)
        self.version = saved.version


def of_round(filing: Filing) -> DecisionDraft | None:
    """Return the draft of this round's decision, or None. No query when ``decision_drafts`` is prefetched."""
    return next((draft for draft in filing.decision_drafts.all() if draft.round == filing.round), None)


def save(
    filing_id: int, actor: Actor, *, words: Mapping[str, Any], remarks: Sequence[Mapping[str, str]], version: int
) -> DecisionDraft:
    """Save a draft; ``version`` is that of the copy it was typed into, 0 when there was none.

    Raises MoveRefused unless the actor has claimed the filing, DraftChanged when that copy is not the newest.
    """
    with locked(filing_id, actor) as filing:
        assignment.refuse_unless_held(filing, actor)
        if filing.status != Status.WITH_BUREAU or filing.claimant_id() != actor.user_id:
            raise MoveRefused(claim_refusal(filing))
        kept = filing.decision_drafts.filter(round=filing.round).select_related("saved_by").first()
        kept = kept or DecisionDraft(filing=filing, round=filing.round)
        if kept.version != version:
            raise DraftChanged(kept, actor.person_id)
        kept.words = {name: words[name] for name in WORDS if words.get(name)}
        kept.remarks = [dict(remark) for remark in remarks]
        kept.saved_by_id = actor.person_id
        kept.version += 1
        kept.save()
        assignment.lease(filing, actor, timezone.now() + assignment.LEASE)
    return kept
