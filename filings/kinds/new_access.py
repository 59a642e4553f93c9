"""New access (新增接入): another provider serves a website on record; its number and data stay."""

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
from ministry.register import writer


def apply(filing: FilingOfKind, approval: Approval) -> Subject:
    """Add the access of the filing's provider to the register; raise RegisterConflict (1029, 1049, 1050)."""
    writer.enter_access(filing.about_website_id or 0, entries.of_access(filing), approval.on)
    return Subject.objects.get(pk=filing.about_subject_id or 0)


def refuse(filing: FilingOfKind) -> Iterator[Refusal]:
    """Yield refusals unless the website is in force, not suspended and not yet served by the provider."""
    now = standing.look(filing)
    yield from standing.website(now)
    yield from standing.not_suspended(now)
    if now.serves_it:
        yield Refusal(
            "1029",
            _("This provider already serves it."),
            _("No filing is needed. If addresses have changed, change the access."),
            "websites.0.access.ip_ranges",
        )


LAW = Law(
    kind=Kind.NEW_ACCESS,
    about=About.WEBSITE,
    providers=ProviderChoice.NOT_SERVING,
    code_holders=frozenset({WEBSITES}),
    replaces_access=True,
    operation="XZJR",
    parts=WHOLE,
    open=("websites.*.access.*",),
    numbers=Numbers.KEPT,
    apply=apply,
    writes=frozenset({RegisterWrite.NEW_ACCESS}),
    refuse=refuse,
    effect=gettext_lazy(
        "Adds another access provider for the %(service)s. Its number and all data on record stay the same."
    ),
    blocks=ALL_BLOCKS,
    proof=True,
    told=True,
    links=(
        RecordLink(
            About.WEBSITE,
            gettext_lazy("Add an access provider"),
            Occasion(
                gettext_lazy("Moved to another provider?"),
                gettext_lazy(
                    "The new provider files the access first, then the old one ends its access. "
                    "The number stays the same."
                ),
            ),
        ),
    ),
)
