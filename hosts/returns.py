"""The remarks of all returns of a filing, as its status page shows them: with answers and the days each has cost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desks.form_urls import field_url
from desks.return_costs import costs
from filings.actors import Actor
from filings.fields import display
from filings.fields.display import RemarkShown
from filings.models import Filing, Remark, without_reworded
from filings.states import ENDED_EMPTY_HANDED, Status

RETURNED = (Status.RETURNED_TO_HOST, Status.RETURNED_TO_PROVIDER)


@dataclass(frozen=True, slots=True)
class ReturnsShown:
    """The remarks of the latest return while it lasts, and those of the returns before, newest first."""

    open: Sequence[RemarkShown] = ()
    earlier: Sequence[RemarkShown] = ()
    codes: frozenset[str] = frozenset()  # of the open ones


def of(filing: Filing, actor: Actor) -> ReturnsShown:
    """Return the remarks for the host's page. Three queries, none for an erased filing or one in its first round."""
    lasts = filing.status in RETURNED
    if filing.erased_at or (filing.round < 2 and filing.status not in (*RETURNED, *ENDED_EMPTY_HANDED)):
        return ReturnsShown()
    rows = filing.remarks.select_related("answer").order_by("pk")
    by_round: dict[int, list[Remark]] = {}
    for remark in rows:
        by_round.setdefault(remark.round, []).append(remark)
    rounds = {number: without_reworded(remarks) for number, remarks in by_round.items()}
    cost = costs(filing, [remark for remarks in rounds.values() for remark in remarks])
    now = rounds.pop(filing.round, ()) if lasts else ()
    mine = filing.holder == actor.role
    return ReturnsShown(
        [_shown(one, cost, filing, field_url(actor, filing, one.path) if mine else "") for one in now],
        [_shown(one, cost, filing) for number in sorted(rounds, reverse=True) for one in rounds[number]],
        frozenset(remark.code for remark in now),
    )


def _shown(remark: Remark, cost: dict[int, str], filing: Filing, href: str = "") -> RemarkShown:
    answer = getattr(remark, "answer", None)
    return replace(
        display.remark_words(remark, href, filing.facts),
        answer=answer.text if answer else "",
        cost=cost[remark.pk],
    )
