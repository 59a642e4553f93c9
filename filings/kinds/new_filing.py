"""First filing (首次备案): a new subject with its number, and its first websites."""

from django.utils.translation import gettext_lazy as _

from filings.kinds import entries
from filings.kinds.spec import (
    ALL_BLOCKS,
    EVERYTHING,
    WHOLE,
    Approval,
    FilingOfKind,
    Kind,
    Law,
    Numbers,
    ProviderChoice,
    RegisterWrite,
)
from ministry.models import Subject
from ministry.register import writer


def apply(filing: FilingOfKind, approval: Approval) -> Subject:
    """Add subject, websites and accesses to the register; raise RegisterConflict (1003, 1005).

    The subject's own row follows with its number, which the approval takes last (``writer.number_subject``).
    """
    websites = entries.of_websites(filing)
    return writer.prepare_subject(entries.of_subject(filing), approval.on, websites, outside=approval.outside)


LAW = Law(
    kind=Kind.NEW_FILING,
    providers=ProviderChoice.LISTED,
    operation="XZBA",
    parts=WHOLE,
    open=EVERYTHING,
    numbers=Numbers.ISSUED,
    apply=apply,
    writes=frozenset({RegisterWrite.NEW_HOST, RegisterWrite.NEW_WEBSITES}),
    effect=_("You get a filing number for yourself, and one under it for each website."),
    blocks=ALL_BLOCKS,
    several_websites=True,
)
