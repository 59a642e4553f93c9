"""Change of the site host's data (变更主体): name, addresses, responsible person; number and certificate stay."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from filings import facts
from filings.kinds import entries, standing
from filings.kinds.spec import (
    CHANGE_NOTICE,
    HOST,
    SUBJECT,
    About,
    Approval,
    FilingOfKind,
    Kind,
    Law,
    Numbers,
    Occasion,
    RecordLink,
    Refusal,
    RegisterWrite,
    Wanted,
    identity,
)
from ministry.models import Subject
from ministry.reference.topics import Demand
from ministry.register import writer

TOGETHER = frozenset({Demand.EVERY_CHANGE, Demand.HOST_CHANGES})


def apply(filing: FilingOfKind, approval: Approval) -> Subject:
    """Write the new facts of the subject to the register; raise RegisterConflict (1049)."""
    return writer.change_subject(filing.about_subject_id or 0, entries.of_subject(filing), approval.on)


def refuse(filing: FilingOfKind) -> Iterator[Refusal]:
    """Yield refusals unless the subject is in force, served by the provider, changed, within the limit of changes."""
    now = standing.look(filing)
    gone = list(standing.subject(now))
    yield from gone or standing.served(now)
    yield from standing.asked_together(now, filing, "subject.name", TOGETHER)
    if _is_another_person(filing):
        yield from standing.asked_together(now, filing, "responsible.name", {Demand.NEW_RESPONSIBLE})
    yield from standing.within_limit(now, filing)
    yield from standing.changed(filing, "subject.name")


def _is_another_person(filing: FilingOfKind) -> bool:
    """Return whether another person than on record is to be responsible for the host."""
    now, before = (facts.read(said, "responsible") or {} for said in (filing.facts, facts.record(filing.facts)))
    return identity(now) != identity(before)


DATA_CHANGED = Occasion(gettext_lazy("Name, address or responsible person changed?"), CHANGE_NOTICE)
LAW = Law(
    kind=Kind.CHANGE_SUBJECT,
    about=About.SUBJECT,
    code_holders=frozenset({SUBJECT}),
    operation="BGBA",
    parts=HOST,
    open=("subject.*", "responsible.*"),
    fixed=("subject.nature", "subject.province", "subject.cert_type", "subject.cert_number"),
    numbers=Numbers.KEPT,
    apply=apply,
    writes=frozenset({RegisterWrite.HOST}),
    refuse=refuse,
    effect=gettext_lazy(
        "Your data on record are replaced by the new data. Number, province and certificate number stay "
        "the same; the websites stay available."
    ),
    papers=Wanted.CHANGED,
    photo=Wanted.NONE,
    blocks=frozenset({"subject", "contact", "papers"}),
    told=True,
    together=TOGETHER | {Demand.NEW_RESPONSIBLE},
    links=(RecordLink(About.SUBJECT, gettext_lazy("Change the site host"), DATA_CHANGED),),
)
