"""Change of an access (变更接入): other addresses, ways or places at the same provider."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from filings.kinds import entries, standing
from filings.kinds.spec import (
    WEBSITES,
    WHOLE,
    About,
    Approval,
    FilingOfKind,
    Kind,
    Law,
    Numbers,
    RecordLink,
    Refusal,
    RegisterWrite,
    Wanted,
)
from ministry.models import Subject
from ministry.register import writer


def apply(filing: FilingOfKind, approval: Approval) -> Subject:
    """Write the changed access to the register; raise RegisterConflict (1032)."""
    writer.change_access(filing.about_access_id or 0, entries.of_access(filing), approval.on)
    return Subject.objects.get(pk=filing.about_subject_id or 0)


def refuse(filing: FilingOfKind) -> Iterator[Refusal]:
    """Yield refusals unless the access is in force, the provider's own, changed, and within the limit of changes."""
    now = standing.look(filing)
    yield from standing.access(now, filing, ended="1016", foreign="1048")
    yield from standing.within_limit(now, filing)
    yield from standing.changed(filing, "websites.0.access.ip_ranges")


LAW = Law(
    kind=Kind.CHANGE_ACCESS,
    about=About.ACCESS,
    code_holders=frozenset({WEBSITES}),
    operation="BGBA",
    parts=WHOLE - {"approvals", "manager"},
    open=("websites.*.access.*",),
    numbers=Numbers.KEPT,
    apply=apply,
    writes=frozenset({RegisterWrite.ACCESS}),
    refuse=refuse,
    effect=gettext_lazy(
        "The new addresses are recorded for this provider. The number and all other data stay the same."
    ),
    papers=Wanted.NONE,
    photo=Wanted.NONE,
    blocks=frozenset({"access"}),
    links=(RecordLink(About.ACCESS, gettext_lazy("Change the access data")),),
)
