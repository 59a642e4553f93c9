"""Shared parts of the pages about cases, for host, provider and bureau."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from desks.components import StatusPill, TimelineEntry
from desks.forms import PortalForm
from desks.noted_fields import optional
from desks.scan_form import scan_field
from filings.actors import Actor
from filings.evidence import documents
from filings.evidence.scans import ScannedPage
from records.models import CancellationCase, CaseState
from records.orders import cancellation_cases

LONGEST_TEXT = 2000
TONES = {
    CaseState.OPEN: "attention",
    CaseState.CANCELLED: "wrong",
    CaseState.FREED: "wrong",
    CaseState.KEPT: "done",
    CaseState.WITHDRAWN: "neutral",
}
# The end of the other record or filing is good for the applicant, whose own filing can go on.
TONES_TO_APPLICANT = TONES | {CaseState.CANCELLED: "done", CaseState.FREED: "done", CaseState.KEPT: "wrong"}


class EntryForm(PortalForm):
    """The form for a statement of one side, and its proof."""

    wants_pages = False

    text = forms.CharField(
        label=gettext_lazy("Your statement"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6})
    )
    pages = scan_field(
        gettext_lazy("Supporting documents"),
        gettext_lazy("A scan as PDF, or photos as JPEG or PNG, at most {pages} pages. Only the bureau can see it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pages"].required = False  # ``clean_pages`` says what is missing
        if not self.wants_pages:
            optional(self.fields["pages"])

    def clean_pages(self) -> list[ScannedPage]:
        """Return the pages of the uploaded pictures and PDFs; raise ValidationError if required and missing."""
        uploads = self.cleaned_data["pages"]
        if self.wants_pages and not uploads:
            raise ValidationError(_("Choose the scan of the document first."), code="required")
        return documents.read(uploads) if uploads else []


def pill(case: CancellationCase, *, to_applicant: bool = False) -> StatusPill:
    """Return the case's state, in the tone of what it means to the applicant or to everybody else."""
    tones = TONES_TO_APPLICANT if to_applicant else TONES
    return StatusPill(case.get_state_display(), tones[CaseState(case.state)])


def timeline(case: CancellationCase, *, sees: Any) -> list[TimelineEntry]:
    """Return the events, newest first. ``sees(event)``: whether the reader may read who wrote and what."""
    return [
        TimelineEntry(
            event.get_name_display(),
            event.actor_name if sees(event) else cancellation_cases.side(event),
            event.at,
            _note(event) if sees(event) else "",
        )
        for event in case.events.exclude(name__in=cancellation_cases.INSIDE)
        .annotate(sent=Count("paper__pages"))
        .order_by("-pk")
    ]


def _note(event: Any) -> str:
    """Return the text, and how many pages of proof came with it."""
    sent = ngettext("%(count)d page of proof", "%(count)d pages of proof", event.sent) % {"count": event.sent}
    return "\n".join(filter(None, (event.text, sent if event.sent else "")))


def own_provider(actor: Actor) -> Any:
    """Return ``sees`` of ``timeline`` for a provider: it reads what its own staff has written."""
    return lambda event: cancellation_cases.is_own(event, actor)
