"""New website (新增网站): the next number under a subject that is on record; the subject's data stay as they are."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings.kinds import entries, standing
from filings.kinds.spec import (
    ALL_BLOCKS,
    WEBSITES,
    WHOLE,
    About,
    Approval,
    FilingOfKind,
    Kind,
    Law,
    Numbers,
    Occasion,
    ProviderChoice,
    RecordLink,
    Refusal,
    RegisterWrite,
)
from ministry.models import Subject
from ministry.reference.topics import Demand, RuleSeverity, Topic
from ministry.register import writer


def apply(filing: FilingOfKind, approval: Approval) -> Subject:
    """Add the websites to the register under the subject's next numbers; raise RegisterConflict (1005, 1049)."""
    subject_id, websites = filing.about_subject_id or 0, entries.of_websites(filing)
    return writer.enter_websites(subject_id, websites, approval.on, outside=approval.outside)[0].subject


def refuse(filing: FilingOfKind) -> Iterator[Refusal]:
    """Yield refusals unless the subject is in force, not suspended, and no shell that must be cancelled first."""
    now = standing.current(filing)
    gone = list(standing.subject(now))
    yield from gone
    yield from standing.not_suspended(now)
    rule = now.rule(filing, Topic.SHELLS)
    if not gone and not now.has_website and rule is not None and rule.demand == Demand.CANCEL_FIRST:
        yield Refusal(
            "P111",
            _(
                "There is no website left under this number, and your province requires such a record to be "
                "cancelled first."
            ),
            _("Cancel the record, then file again."),
            blocks=rule.severity == RuleSeverity.BLOCKS,
        )


LAW = Law(
    kind=Kind.NEW_WEBSITE,
    about=About.SUBJECT,
    providers=ProviderChoice.LISTED,
    name_of_service=gettext_lazy("new %(service)s"),
    code_holders=frozenset({WEBSITES}),
    continues_draft=True,
    operation="XZWZ",
    parts=WHOLE,
    open=("websites.*",),
    numbers=Numbers.ISSUED,
    apply=apply,
    writes=frozenset({RegisterWrite.NEW_WEBSITES}),
    refuse=refuse,
    effect=gettext_lazy(
        "The new %(service)s gets the next number under your filing number. Your own data stay the same."
    ),
    blocks=ALL_BLOCKS,
    several_websites=True,
    links=(
        RecordLink(
            About.SUBJECT,
            gettext_lazy("Add a website"),
            Occasion(
                gettext_lazy("Another website?"),
                gettext_lazy("It is filed under the same number, with the next suffix."),
            ),
            service_text=gettext_lazy("Add: %(name)s"),
        ),
    ),
)
