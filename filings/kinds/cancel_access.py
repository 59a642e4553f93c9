"""Cancellation of an access (取消接入): one provider stops serving the website; the website stays on record."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings import facts
from filings.kinds import standing
from filings.kinds.spec import (
    CANCELLATION,
    WEBSITE,
    About,
    Approval,
    FilingOfKind,
    Kind,
    Law,
    Numbers,
    RecordLink,
    Refusal,
    Wanted,
)
from ministry.models import Subject
from ministry.register import ends

ONLY_ACCESS = "cancellation.only_access"


def apply(filing: FilingOfKind, approval: Approval) -> Subject:
    """Cancel the access in the register; raise RegisterConflict (1032)."""
    ends.cancel_access(filing.about_access_id or 0, approval.on)
    return Subject.objects.get(pk=filing.about_subject_id or 0)


def refuse(filing: FilingOfKind) -> Iterator[Refusal]:
    """Yield refusals unless the access is in force and the provider's own; the last access needs confirmation."""
    now = standing.look(filing)
    yield from standing.access(now, filing, ended="1032", foreign="1047")
    if now.is_only and not facts.read(filing.facts, ONLY_ACCESS):
        yield Refusal(
            "1025",
            _("This is the only access. Without access, the bureau may cancel it."),
            _("If you are changing provider, add the new access first. To end it anyway, confirm here."),
            ONLY_ACCESS,
            in_form=True,
        )


LAW = Law(
    kind=Kind.CANCEL_ACCESS,
    about=About.ACCESS,
    removes=About.ACCESS,
    code_holders=frozenset(),
    operation="ZXBA",
    target="2",
    parts=WEBSITE - {"approvals"} | CANCELLATION,
    open=("cancellation.*",),
    numbers=Numbers.KEPT,
    apply=apply,
    writes=frozenset(),
    refuse=refuse,
    effect=gettext_lazy(
        "This provider no longer serves the %(service)s. The %(service)s and its number stay on record."
    ),
    papers=Wanted.NONE,
    photo=Wanted.NONE,
    told=True,
    links=(RecordLink(About.ACCESS, gettext_lazy("End this access")),),
)
