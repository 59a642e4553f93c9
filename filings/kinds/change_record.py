"""Change of the site host and one of its websites in one filing (变更备案): one check, one review, one decision.

Providers offer it beside the change of the host (变更主体) and of a website (变更网站), for both at once
(华为云备案文档“变更备案”, 2026-05-27); some provinces ask for it (``Topic.ONE_CHANGE``). The interface's BGBA has
subject and websites in one record. What is fixed in either change is fixed here.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from filings.kinds import change_subject, change_website, standing
from filings.kinds.spec import (
    WEBSITE,
    About,
    Approval,
    FilingOfKind,
    Kind,
    Law,
    Numbers,
    Occasion,
    RecordLink,
    Refusal,
    Wanted,
)
from ministry.models import Subject

HOST, SITE = change_subject.LAW, change_website.LAW


def apply(filing: FilingOfKind, approval: Approval) -> Subject:
    """Write the new facts of host and website to the register; raise RegisterConflict (1049, 1050)."""
    change_subject.apply(filing, approval)
    return change_website.apply(filing, approval)


def refuse(filing: FilingOfKind) -> Iterator[Refusal]:
    """Yield refusals as for a change of the website; one of the two parts must have changed."""
    now = standing.look(filing)
    yield from change_website.standing_of(now, filing)
    yield from standing.within_limit(now, filing)
    yield from standing.changed(filing, "subject.name")


LAW = Law(
    kind=Kind.CHANGE_RECORD,
    about=About.WEBSITE,
    name_of_service=gettext_lazy("change of the site host and the %(service)s"),
    code_holders=HOST.code_holders | SITE.code_holders,
    operation="BGBA",
    parts=WEBSITE,
    open=HOST.open + SITE.open,
    fixed=HOST.fixed + SITE.fixed,
    numbers=Numbers.KEPT,
    apply=apply,
    writes=HOST.writes | SITE.writes,
    refuse=refuse,
    effect=gettext_lazy(
        "Your data and those of the %(service)s on record are replaced by the new data, with one review and one "
        "decision. Numbers, province and certificate number stay the same."
    ),
    effect_on_domains=SITE.effect_on_domains,
    papers=Wanted.CHANGED,
    photo=Wanted.CHANGED,
    blocks=HOST.blocks | SITE.blocks,
    told=True,
    links=(
        RecordLink(
            About.WEBSITE, gettext_lazy("Change both the site host and the %(service)s"), change_website.DATA_CHANGED
        ),
        RecordLink(
            About.SUBJECT,
            gettext_lazy("Change both the site host and %(website)s"),
            Occasion(
                gettext_lazy("A website changed too?"),
                gettext_lazy(
                    "Both changes can be made in one filing, with one review and one decision. "
                    "Some provinces ask for that."
                ),
            ),
        ),
    ),
)
