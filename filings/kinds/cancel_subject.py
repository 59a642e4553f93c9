"""Cancellation of everything on record (注销主体): the subject's number and those of all its websites are void."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from filings.kinds import standing
from filings.kinds.spec import (
    CANCELLATION,
    HOST,
    SUBJECT,
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
    """Cancel the subject with its websites and accesses; raise RegisterConflict (1049)."""
    ends.cancel_subject(filing.about_subject_id or 0, approval.on)
    return Subject.objects.get(pk=filing.about_subject_id or 0)


def refuse(filing: FilingOfKind) -> Iterator[Refusal]:
    """Yield refusals unless the subject is in force, nothing is suspended, and the provider serves one of its sites."""
    now = standing.look(filing)
    gone = list(standing.subject(now))
    yield from gone or standing.may_end(now)
    yield from standing.not_evading_suspension(now)


LAW = Law(
    kind=Kind.CANCEL_SUBJECT,
    about=About.SUBJECT,
    removes=About.SUBJECT,
    providers=ProviderChoice.ENTITLED,
    code_holders=frozenset({SUBJECT}),
    operation="ZXBA",
    target="0",
    parts=HOST | CANCELLATION,
    open=("cancellation.*",),
    numbers=Numbers.VOID,
    apply=apply,
    writes=frozenset(),
    refuse=refuse,
    effect=gettext_lazy(
        "Your number and those of all your websites become void and are never assigned again. All "
        "providers stop serving them. This can't be undone."
    ),
    papers=Wanted.NONE,
    photo=Wanted.NONE,
    proof=True,
    told=True,
    links=(
        RecordLink(
            About.SUBJECT,
            gettext_lazy("Cancel the record"),
            Occasion(
                gettext_lazy("No more websites?"),
                gettext_lazy("The site host's record is cancelled with all its websites; this can't be undone."),
            ),
        ),
    ),
)
