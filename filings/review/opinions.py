"""Reviewers' opinions, with name, telephone and time for each decision, and approval by two reviewers.

Where a bureau requires it (``Bureau.two_reviewers``), two people approve a filing that names a prior approval: the
first one proposes, a second one confirms by approving, or objects with a reason. A proposal belongs to the round, not
to the claimant. A return needs one reviewer. Other parties see only the decision; of a record that a provider's system
has reported, the opinion goes out with it (interface element Shyj).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias, TypedDict

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When, prefetch_related_objects
from django.db.models.lookups import Exact
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django_stubs_ext import WithAnnotations

from filings import facts, states
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import Filing, Opinion, Verdict
from filings.moves.moving import locked, record, refusal_of
from filings.moves.remarks import RemarkDraft, refuse_unsent
from filings.review import decision_drafts

LANGUAGE = "zh-hans"  # of the official interface
LONGEST = 1024  # interface element Shyj
# Opinions stored when a reviewer has written none.
USUAL = {
    Verdict.PROPOSE: gettext_noop("Reviewed; approval is proposed."),
    Verdict.APPROVE: gettext_noop("Reviewed; the filing is approved."),
    Verdict.RETURN: gettext_noop("Reviewed; returned for the reasons given in the remarks."),
}


class QuestionUnsent(MoveRefused):
    """There is a typed question to the provider that the decision would lose."""


def needs_two(filing: Filing) -> bool:
    """Return whether this filing needs two reviewers' approval."""
    return bool(filing.bureau and filing.bureau.two_reviewers and facts.approvals_of(filing.facts))


def pending(filing: Filing) -> Opinion | None:
    """Return the proposal that waits for a second reviewer, or None. No query when ``opinions`` is prefetched."""
    of_round = [opinion for opinion in filing.opinions.all() if opinion.round == filing.round]
    return of_round[-1] if of_round and of_round[-1].verdict == Verdict.PROPOSE else None


def _of_round() -> QuerySet[Opinion]:
    """Return the opinions of an outer query's filing in its round, the latest first."""
    return Opinion.objects.filter(filing=OuterRef("pk"), round=OuterRef("round")).order_by("-pk")


def is_proposed() -> Q:
    """Return the condition that a proposal waits for a second reviewer, for filings with a bureau.

    The first part is implied by the second; it is the one an index can be chosen by.
    """
    return ~Q(prior_approvals=[]) & Q(Exact(Subquery(_of_round().values("verdict")[:1]), Value(Verdict.PROPOSE)))


class _Proposer(TypedDict):
    proposer_id: int | None
    proposer_name: str | None


FilingWithProposer: TypeAlias = "WithAnnotations[Filing, _Proposer]"


def with_proposers(rows: QuerySet[Filing]) -> QuerySet[FilingWithProposer]:
    """Annotate filings with ``proposer_id`` and ``proposer_name`` of the waiting proposal; None if there is none."""
    of_round = _of_round()
    waits = When(last_verdict=Verdict.PROPOSE, then=Subquery(of_round.values("reviewer")[:1]))
    named = When(last_verdict=Verdict.PROPOSE, then=Subquery(of_round.values("reviewer_name")[:1]))
    return rows.annotate(last_verdict=Subquery(of_round.values("verdict")[:1])).annotate(
        proposer_id=Case(waits), proposer_name=Case(named)
    )


def write(
    filing: Filing, actor: Actor, verdict: Verdict, text: str, *, source: str = "", decided_at: datetime | None = None
) -> Opinion:
    """Store an opinion; an empty one gets the default text. ``source``: what brought a decision made elsewhere."""
    opinion = text.strip() or usual(verdict)
    return Opinion.objects.create(
        filing=filing,
        round=filing.round,
        verdict=verdict,
        text=opinion[:LONGEST],
        reviewer_id=None if source else actor.person_id,
        reviewer_name=actor.name,
        reviewer_phone=filing.bureau.contact_phone if filing.bureau else "",
        source=source,
        decided_at=decided_at,
    )


def usual(verdict: str) -> str:
    """Return the default opinion, in the language of the record."""
    with translation.override(LANGUAGE):
        return translation.gettext(USUAL[Verdict(verdict)])


def usual_from_outside(*, follows: bool = False) -> str:
    """Return the reason of a return that came without one from a bureau's own system, in the language of the record.

    ``follows``: the reason may still come, as for websites whose others were approved.
    """
    with translation.override(LANGUAGE):
        if follows:
            return _("The bureau's own system has not yet given a reason for this. It is sent to you once it has.")
        return _("The bureau's own system gives no reason. Ask the bureau.")


def refuse_alone(filing: Filing, actor: Actor) -> None:
    """Raise MoveRefused for an approval by one reviewer where two are needed."""
    if not needs_two(filing):
        return
    proposal = pending(filing)
    if proposal is None:
        raise MoveRefused(_("This filing needs two reviewers. Propose the approval; a colleague confirms it."))
    if proposal.reviewer_id == actor.user_id:
        raise MoveRefused(_("You proposed this approval yourself. A colleague must confirm it."))


def refuse_typed(filing: Filing, sent: Iterable[RemarkDraft] = ()) -> None:
    """Raise RemarksUnsent or QuestionUnsent if the decision would lose what is typed in this round.

    ``sent``: the remarks that it sends. One query, by which ``moving.making`` then knows whether there is a draft to
    delete.
    """
    prefetch_related_objects([filing], "decision_drafts")
    draft = decision_drafts.of_round(filing)
    if draft is None:
        return
    refuse_unsent(draft.remarks, sent)
    refuse_question(draft.words.get("question", ""))


def refuse_question(typed: str) -> None:
    """Raise QuestionUnsent if a question to the provider is typed."""
    if typed.strip():
        words = _("A question to the provider has been written but not sent. Send it, or remove it first.")
        raise QuestionUnsent(words)


def propose(filing_id: int, actor: Actor, *, version: int, text: str) -> None:
    """Propose the approval and release the filing for a second reviewer.

    Raises RemarksUnsent while there are typed remarks that would be lost.
    """
    with locked(filing_id, actor) as filing:
        _refuse(filing, actor, version)
        if not needs_two(filing):
            raise MoveRefused(_("One reviewer is enough for this filing."))
        if proposal := pending(filing):
            raise MoveRefused(_("%(name)s has already proposed the approval.") % {"name": proposal.reviewer_name})
        refuse_typed(filing)
        write(filing, actor, Verdict.PROPOSE, text)
        record(filing, "propose", actor)
        filing.decision_drafts.all().delete()
        filing.claimed_by = filing.claimed_until = None
        filing.save(update_fields=["claimed_by", "claimed_until"])


def object_to(filing_id: int, actor: Actor, *, version: int, text: str) -> None:
    """Object to a colleague's proposal, with a reason; the filing stays with the actor."""
    with locked(filing_id, actor) as filing:
        _refuse(filing, actor, version)
        proposal = pending(filing)
        if proposal is None:
            raise MoveRefused(_("There is no proposal to object to."))
        if proposal.reviewer_id == actor.user_id:
            raise MoveRefused(_("This is your own proposal. A colleague must confirm it or object."))
        if not text.strip():
            raise MoveRefused(_("State in your opinion why you object."))
        write(filing, actor, Verdict.OBJECT, text)
        record(filing, "object", actor)


def _refuse(filing: Filing, actor: Actor, version: int) -> None:
    if refusal := refusal_of(filing, states.APPROVE, actor, version):
        raise MoveRefused(refusal)
