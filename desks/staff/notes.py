"""The notes on a filing's page at both desks: written among colleagues, read by nobody else.

The page's own view handles their buttons, so that nothing else that is typed on the page is lost. While there is a form
for a decision, the fields of a note belong to it (by their attribute ``form``); else they have a form of their own.
"""

from collections.abc import Sequence
from copy import copy
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from desks.forms import PortalForm
from desks.refusals import refusals_at
from desks.staff.desk import StaffDesk
from filings.actors import Actor
from filings.models import Filing
from filings.review import notes
from ministry import versions

ADD, DONE = "note_add", "note_done"  # the buttons
TEXT, SEEN = "note_text", "note_seen"
DECISION, OWN = "decide", "note"  # ids of the forms to which the fields can belong
OPEN, BEFORE = "notes", "before"  # in the URL: shows the notes unfolded; only those older than the one with this key


class NoteForm(PortalForm):
    """A note, and the colleagues to be told of it."""

    note_text = forms.CharField(
        label=gettext_lazy("New note"),
        help_text=gettext_lazy("Only your organisation can read it. It can't be changed or removed."),
        required=False,
        max_length=notes.LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note_tell = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Notify colleagues (or write @ and the full name)"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "note-tell"}),
        error_messages={"invalid_choice": gettext_lazy("Choose colleagues of your own organisation.")},
    )

    def __init__(self, *args: Any, colleagues: Sequence[Actor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(one.person_id, one.name) for one in colleagues]
        self.fields["note_tell"].choices = people  # type: ignore[attr-defined]
        if not people:
            del self.fields["note_tell"]

    def belong_to(self, form_id: str) -> None:
        """Have the fields sent with the form of this id; ``data-apart``: saved by their own button only."""
        for field in self.fields.values():
            field.widget.attrs |= {"form": form_id, "data-apart": ""}


class NotePart:
    """The notes of a filing's page in one request: what was typed, and what their buttons do."""

    def __init__(self, request: HttpRequest, desk: StaffDesk, actor: Actor, filing_id: int) -> None:
        self._request, self._desk, self._actor, self._filing_id = request, desk, actor, filing_id
        self._sent: QueryDict | None = request.POST if request.POST.get(TEXT, "").strip() or self.is_pressed else None

    @property
    def is_pressed(self) -> bool:
        """Return whether a button of the notes was pressed."""
        return bool({ADD, DONE} & self._request.POST.keys())

    @property
    def _is_own_form(self) -> bool:
        """Return whether they were sent by their own form, with nothing of a decision."""
        return self.is_pressed and "version" not in self._request.POST

    @property
    def request(self) -> HttpRequest:
        """Return the request for the rest of the page, which is only read when the notes' own form was sent."""
        if not self._is_own_form:
            return self._request
        reading = copy(self._request)
        reading.method, reading.POST = "GET", QueryDict()
        return reading

    @property
    def is_typed(self) -> bool:
        """Return whether a note is typed and not added yet."""
        return bool(self._sent and self._sent.get(TEXT, "").strip())

    @cached_property
    def _colleagues(self) -> list[Actor]:
        return [one for one in self._desk.team(self._actor) if one.user_id != self._actor.user_id]

    @cached_property
    def _form(self) -> NoteForm:
        return NoteForm(self._sent, colleagues=self._colleagues)

    def act_on_own_form(self) -> bool:
        """Do what a button of the notes' own form does; return whether to open the page afresh."""
        return self._is_own_form and self._act() and not self.is_typed

    def act_within_decision(self) -> bool:
        """Do what a button of the notes within a decision does; return whether it was done."""
        return not self._is_own_form and self._act()

    def _act(self) -> bool:
        """Perform the pressed button's action, if the button is one of the notes'. A refusal is shown at the field."""
        if DONE in self._request.POST:
            notes.done(self._filing_id, self._actor, versions.seen(self._request.POST, DONE))
            return True
        return ADD in self._request.POST and self._add()

    def _add(self) -> bool:
        form = self._form
        if not form.is_valid():
            return False
        cleaned = form.cleaned_data
        ticked = set(cleaned.get("note_tell", ()))
        mentioned = [one for one in self._colleagues if one.user_id in ticked]
        mentioned += notes.named_in(cleaned[TEXT], self._colleagues)
        with refusals_at(form, TEXT):
            seen = versions.seen(self._request.POST, SEEN)
            notes.write(self._filing_id, self._actor, text=cleaned[TEXT], mentioned=mentioned, seen=seen)
            self._sent = None
            del self._form
            return True
        return False

    def refuse_unsent(self) -> None:
        """Raise MoveRefused if a note is typed that the pressed button would lose."""
        notes.refuse_unsent(self._sent.get(TEXT, "") if self._sent else "")

    def back(self) -> HttpResponseRedirect:
        """Redirect to the filing's page, with the notes unfolded."""
        return redirect(f"{self._desk.filing_url(self._filing_id)}?{OPEN}=1#notes")

    def context(self, filing: Filing, *, decides: bool) -> dict[str, Any]:
        """Return what ``desk/_notes.html`` and ``desk/_pending.html`` show. Three queries, two if there is no note.

        ``decides``: whether the page has the form for a decision.
        """
        before = max(versions.seen(self._request.GET, BEFORE), 0)
        rows = notes.shown(filing, self._actor, before)
        page = rows[: notes.MOST_SHOWN]
        form_id = DECISION if decides else OWN
        self._form.belong_to(form_id)
        has_unread = any(note.is_unread for note in rows)
        return {
            "staff_notes": {
                "rows": page,
                "count": len(rows) if len(rows) <= notes.MOST_SHOWN and not before else f"{notes.MOST_SHOWN}+",
                "older": page[-1].pk if len(rows) > notes.MOST_SHOWN else 0,
                "are_older": before > 0,
                "has_unread": has_unread,
                "is_open": has_unread or self.is_typed or self.is_pressed or OPEN in self._request.GET,
                "seen": max((note.pk for note in rows), default=0),
                "form": self._form,
                "form_id": form_id,
                "is_own": form_id == OWN,
                "url": self._desk.filing_url(filing.pk),
            },
            "typed_note": self.is_typed,
        }
