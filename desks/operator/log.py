"""The audit log at /ministry/log/, by filing, person and day.

The pages show which row was written when, by or about whom, never what it contains: nothing masked or erased can be
read here, so a look needs no record of its own. A URL names a filing or person by primary key, never by an address.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from desks.forms import PortalForm
from desks.noted_fields import optional
from desks.operator.log_words import TABLES
from desks.paging import page
from filings.models import Event
from ministry import audit
from ministry.audit.chain import ERASED
from ministry.models import AuditEntry

LONGEST_ID = 18  # digits that fit a primary key
YEARS = range(2000, 2100)  # of days that can be asked for; our own choice
EVENTS = Event._meta.db_table
Asked = Mapping[str, Any]  # filing, person, day


class LogForm(PortalForm):
    """Which entries to list."""

    filing = optional(forms.RegexField(rf"^[0-9]{{1,{LONGEST_ID}}}$", label=_("Number of the filing")))
    person = optional(forms.EmailField(label=_("Person's e-mail address")))
    day = optional(forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input-medium"

    def clean_person(self) -> int | None:
        """Return the primary key of the account with this address."""
        address = self.cleaned_data["person"]
        found = User.objects.filter(email=address.casefold()).values_list("pk", flat=True).first() if address else None
        if address and found is None:
            raise forms.ValidationError(_("There is no account with this address."))
        return found


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the entries about a filing, a person, of a day, or all of them, newest first. At most six queries."""
    asked = _asked(request.GET)
    return _listed(request, asked, LogForm(initial=_typed(asked)))


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Redirect to the entries that were asked for; show what is wrong with the question."""
    form = LogForm(request.POST)
    if not form.is_valid():
        return _listed(request, {}, form)
    asked = {name: str(value) for name, value in form.cleaned_data.items() if value}
    return redirect(f"{reverse('operators:log')}?{urlencode(asked)}" if asked else "operators:log")


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Show an entry, and whether its row is still as it was sealed."""
    entry = get_object_or_404(AuditEntry.objects.select_related("shape"), number=number)
    context = {"row": _rows([entry])[0], "entry": entry, "is_changed": bool(audit.changed([entry]))}
    return render(request, "ministry/log/one.html", context)


# --- Asking -----------------------------------------------------------------------------------------------


def _asked(query: Mapping[str, str]) -> Asked:
    """Return what a URL asks for; invalid numbers and dates are ignored."""
    numbers = {name: query.get(name, "") for name in ("filing", "person")}
    asked: dict[str, Any] = {
        name: int(text)
        for name, text in numbers.items()
        if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID
    }
    with suppress(ValueError):
        day = date.fromisoformat(query.get("day", ""))
        asked |= {"day": day} if day.year in YEARS else {}
    return asked


def _typed(asked: Asked) -> dict[str, Any]:
    """Return the form's initial values for a search."""
    person = (
        User.objects.filter(pk=asked["person"]).values_list("email", flat=True).first() if "person" in asked else ""
    )
    return {**asked, "person": person or ""}


def _matching(asked: Asked) -> QuerySet[AuditEntry]:
    """Return the entries that were asked for. A day costs two more queries, which find its first and last number."""
    rows = AuditEntry.objects.select_related("shape")
    rows = rows.filter(**{name: asked[name] for name in ("filing", "person") if name in asked})
    if "day" not in asked:
        return rows
    start = timezone.make_aware(datetime.combine(asked["day"], time.min))
    by_time = AuditEntry.objects.order_by("sealed_at", "number").values_list("number", flat=True)
    first = by_time.filter(sealed_at__gte=start).first()
    after = by_time.filter(sealed_at__gte=start + timedelta(days=1)).first()
    if first is None:
        return rows.none()
    return rows.filter(number__gte=first, **({"number__lt": after} if after is not None else {}))


# --- Showing ----------------------------------------------------------------------------------------------


def _listed(request: HttpRequest, asked: Asked, form: LogForm) -> HttpResponse:
    found = page(_matching(asked), "number", request.GET, descending=True)
    address, same = reverse("operators:log"), {name: str(value) for name, value in asked.items()}
    context = {
        "form": form,
        "asked": asked,
        "rows": _rows(found.rows),
        "first_url": f"{address}?{urlencode(same)}" if found.cursor else "",
        "next_url": f"{address}?{urlencode({**same, 'after': found.next_cursor})}" if found.next_cursor else "",
    }
    return render(request, "ministry/log/list.html", context)


def _rows(entries: Sequence[AuditEntry]) -> list[dict[str, Any]]:
    """Return entries for a page: what was written, about which filing, who it names. Two queries."""
    people = User.objects.in_bulk([entry.person for entry in entries if entry.person])
    events = Event.objects.defer("note").in_bulk([entry.row for entry in entries if entry.shape.name == EVENTS])
    return [
        {
            "entry": entry,
            "what": TABLES.get(entry.shape.name, entry.shape.name),
            "event": _event(entry, events),
            "is_erasure": ERASED in entry.shape.columns,
            "who": people.get(entry.person) if entry.person else None,
        }
        for entry in entries
    ]


def _event(entry: AuditEntry, events: Mapping[int, Event]) -> str:
    """Return what happened, for the entry of a filing's event."""
    event = events.get(entry.row) if entry.shape.name == EVENTS else None
    return event.get_name_display() if event else ""
