"""Cancellation of a website (注销网站): its number is void for good; the subject and its other websites stay."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from filings.kinds import standing
from filings.kinds.spec import (
    CANCELLATION,
    WEBSITE,
    WEBSITES,
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
    Wanted,
)
from ministry.models import Subject
from ministry.register import ends


def apply(filing: FilingOfKind, approval: Approval) -> Subject:
    """Cancel the website and its accesses; raise RegisterConflict (1050)."""
    ends.cancel_website(filing.about_website_id or 0, approval.on)
    return Subject.objects.get(pk=filing.about_subject_id or 0)


def refuse(filing: FilingOfKind) -> Iterator[Refusal]:
    """Yield refusals unless the website is in force, not suspended and served by the provider."""
    now = standing.look(filing)
    gone = list(standing.website(now))
    yield from gone or standing.may_end(now)
    yield from standing.not_evading_suspension(now)


LAW = Law(
    kind=Kind.CANCEL_WEBSITE,
    about=About.WEBSITE,
    removes=About.WEBSITE,
    providers=ProviderChoice.ENTITLED,
    name_of_service=gettext_lazy("cancellation of the %(service)s"),
    code_holders=frozenset({WEBSITES}),
    operation="ZXBA",
    target="1",
    parts=WEBSITE - {"approvals"} | CANCELLATION,
    open=("cancellation.*",),
    numbers=Numbers.VOID,
    apply=apply,
    writes=frozenset(),
    refuse=refuse,
    effect=gettext_lazy(
        "The number of the %(service)s becomes void and is never assigned again. You and everything "
        "else under your number stay on record. This can't be undone."
    ),
    effect_on_domains=gettext_lazy("Its domain can then be filed again."),
    papers=Wanted.NONE,
    photo=Wanted.NONE,
    told=True,
    links=(
        RecordLink(
            About.WEBSITE,
            gettext_lazy("Cancel the %(service)s"),
            Occasion(
                gettext_lazy("Closed the %(service)s?"),
                gettext_lazy(
                    "It must be cancelled on the day it closes (Order 33 Art. 15), through its access provider. "
                    "Its number is never assigned again."
                ),
            ),
        ),
    ),
)
