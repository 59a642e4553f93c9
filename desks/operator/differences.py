"""The differences between the copies of records at /ministry/differences/: a task each, settled with a reason.

It is here and not in ``ministry`` because the copies are those of filings and orders. Values are masked, and no page
here changes a copy: an approved filing or a bureau's order does.
"""

from typing import cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.models import User
from desks.components import page_tabs
from desks.forms import PortalForm
from desks.noted_fields import optional
from desks.operator.difference_words import origin, shown
from desks.paging import page
from filings.errors import MoveRefused
from ministry.operators.site import DeskNotice
from ministry.reference import provinces
from records.comparison import recording
from records.models import Copies, CopyComparison, CopyDifference

MOST_COUNTED = 1_000  # as many as the queues count
SHORTEST_REASON, LONGEST_REASON = 5, 500  # characters; our own choice
TABS = {"": gettext_lazy("Not settled"), "settled": gettext_lazy("Settled")}
KEYS = {"": "found_at", "settled": "settled_at"}


class ChoiceForm(PortalForm):
    """Which differences to list."""

    copies = optional(
        forms.ChoiceField(label=gettext_lazy("Copies"), choices=[("", gettext_lazy("All")), *Copies.choices])
    )
    province = optional(
        forms.ChoiceField(label=gettext_lazy("Province"), choices=[("", gettext_lazy("All")), *provinces.CHOICES])
    )

    def condition(self) -> Q:
        """Return the condition for the chosen values; invalid ones add none."""
        self.is_valid()
        names = {"copies": "copies", "province": "subject__province"}
        return Q(**{names[name]: value for name, value in self.cleaned_data.items() if value})


class ReasonForm(PortalForm):
    """Why a difference is settled."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What was found out, and which filing or order puts it right. It goes on record."),
    )


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the open or the settled differences, the longest open or the last settled first. At most five queries."""
    tab = request.GET.get("tab", "") if request.GET.get("tab", "") in TABS else ""
    form = ChoiceForm(request.GET)
    chosen = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    rows = _of_tab(tab).filter(form.condition()).select_related("subject", "website__subject")
    found = page(rows, KEYS[tab], request.GET, descending=bool(tab))
    here = {"tab": tab} | chosen
    context = {
        "tabs": page_tabs(TABS, tab, lambda key: f"?{urlencode({'tab': key} | chosen)}"),
        "tab": tab,
        "form": form,
        "rows": [shown(row) for row in found.rows],
        "first_url": f"?{urlencode(here)}" if found.cursor else "",
        "next_url": f"?{urlencode(here | {'after': found.next_cursor})}" if found.next_cursor else "",
        "night": CopyComparison.objects.first(),
    }
    return render(request, "ministry/differences/list.html", context)


def one(request: HttpRequest, difference_id: int) -> HttpResponse:
    """Show what each copy states, what from, and how it is put right; settle it with a reason (POST)."""
    rows = CopyDifference.objects.select_related(
        "subject", "website__subject", "filing__provider", "order", "reset", "settled_by"
    )
    row = get_object_or_404(rows.defer("filing__facts"), pk=difference_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            recording.settle(row.pk, cast(User, request.user), form.cleaned_data["reason"])
            messages.success(request, _("The difference is settled. Your name and the reason are on record."))
        except MoveRefused as refusal:
            messages.warning(request, str(refusal))
        return redirect("operators:difference", row.pk)
    context = {"shown": shown(row), "row": row, "origin": origin(row), "form": form}
    return render(request, "ministry/differences/one.html", context)


def notice() -> DeskNotice | None:
    """Return the notice of open differences for the operators' start page; None when there are none. One query."""
    if not (count := CopyDifference.objects.open()[:MOST_COUNTED].count()):
        return None
    title = ngettext(
        "%(count)s difference between the copies of records is open",
        "%(count)s differences between the copies of records are open",
        count,
    )
    text = _("Provider, bureau, register and public query don't state the same.")
    values = {"count": f"{count}+" if count == MOST_COUNTED else count}
    return DeskNotice(title % values, text, reverse("operators:differences"))


def _of_tab(tab: str) -> "QuerySet[CopyDifference]":
    return CopyDifference.objects.settled() if tab else CopyDifference.objects.open()
