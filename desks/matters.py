"""Records in question: what the pages of host, provider and bureau share."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from desks.scan_form import scan_field
from filings.actors import Actor
from filings.evidence import documents
from filings.evidence.scans import ScannedPage
from records.models import Matter, MatterState
from records.orders import cancellation_cases

LONGEST_TEXT = 2000
TONES = {
    MatterState.OPEN: "attention",
    MatterState.CANCELLED: "wrong",
    MatterState.FREED: "wrong",
    MatterState.KEPT: "done",
    MatterState.WITHDRAWN: "neutral",
}


class EntryForm(forms.Form):
    """The form for a statement of one side, and its proof."""

    use_required_attribute = False
    wants_pages = False

    text = forms.CharField(
        label=gettext_lazy("What you have to say"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6})
    )
    pages = scan_field(
        gettext_lazy("Papers that prove it"),
        gettext_lazy("A scan as PDF, or photos as JPEG or PNG, at most 5 pages. Only the bureau sees it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pages"].required = False
        self.fields["pages"].optional = not self.wants_pages  # type: ignore[attr-defined]

    def clean_pages(self) -> list[ScannedPage]:
        """Return each file a picture or a PDF of pictures."""
        uploads = self.cleaned_data["pages"]
        if self.wants_pages and not uploads:
            raise ValidationError(_("Choose the scan of the paper first."), code="required")
        return documents.read(uploads) if uploads else []


def pill(matter: Matter) -> dict[str, Any]:
    """Return how it stands, as ``components/status_pill.html`` shows it."""
    return {"label": matter.get_state_display(), "tone": TONES[MatterState(matter.state)]}


def timeline(matter: Matter, *, sees: Any) -> list[dict[str, Any]]:
    """Return what has happened, the newest first. ``sees(event)``: whether the reader may read who wrote and what."""
    return [
        {
            "title": event.get_name_display(),
            "who": event.actor_name if sees(event) else cancellation_cases.side(event),
            "at": event.at,
            "note": _note(event) if sees(event) else "",
            "tone": "neutral",
        }
        for event in matter.events.exclude(name__in=cancellation_cases.INSIDE)
        .annotate(sent=Count("paper__pages"))
        .order_by("-pk")
    ]


def _note(event: Any) -> str:
    """Return what was said, and that the papers have arrived."""
    sent = ngettext("%(count)d page of proof", "%(count)d pages of proof", event.sent) % {"count": event.sent}
    return "\n".join(filter(None, (event.text, sent if event.sent else "")))


def own_provider(actor: Actor) -> Any:
    """For ``timeline``: a provider reads what its own staff has written."""
    return lambda event: cancellation_cases.is_own(event, actor)
