"""Retention periods, at /ministry/retention/: all of them with their sources, and a page to change one."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import User
from desks.forms import PortalForm
from ministry import retention
from ministry.models import RetentionPeriod
from ministry.retention import DataKind
from ministry.versions import VersionField

# What no task erases, and why
FOR_GOOD = (
    (
        gettext_lazy("Records: subjects, websites, accesses, numbers, and the filings that led to them"),
        gettext_lazy("A number stays its host's and is never assigned again."),
    ),
    (
        gettext_lazy("Audit log, and who has exported, published, changed or decided something"),
        gettext_lazy(
            "It proves what was done; it names a person by account, except in looks whose period is over, and has none "
            "of the data themselves."
        ),
    ),
    (
        gettext_lazy("Orders of bureaus and cases about records, with their papers and who has looked at them"),
        gettext_lazy("They are the grounds of a decision about a record."),
    ),
)


# What is deleted as soon as it is no longer valid
SHORT_LIVED = (
    (
        gettext_lazy("Sessions of signed-in browsers"),
        gettext_lazy("Until they expire; filings.clear deletes them at night. Attempts to sign in are only counted."),
    ),
    (
        gettext_lazy("Verification codes and links"),
        gettext_lazy("Only their digests are kept; what is left of them goes with the filing."),
    ),
)


class PeriodForm(PortalForm):
    """A new period of a kind of data, from a day on, with a reason."""

    length = forms.IntegerField()
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    why = forms.CharField(label=gettext_lazy("Reason for the change"), max_length=500)
    seen = VersionField()

    def __init__(self, *args: Any, kind: DataKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, about = kind, retention.KINDS[kind]
        self.fields["length"].label = _("Period in years") if about.unit == "years" else _("Period in days")
        if about.shortest:
            self.fields["length"].help_text = _("At least %(period)s: %(source)s") % {
                "period": about.shown(about.shortest),
                "source": about.source,
            }

    def clean_length(self) -> int:
        new: int = self.cleaned_data["length"]
        try:
            retention.check_length(self.kind, new)
        except ValidationError as refusal:
            raise ValidationError(refusal.messages) from refusal
        return new


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List every kind of data with its period, source and task. One query."""
    rows: dict[str, list[RetentionPeriod]] = {}
    for row in RetentionPeriod.objects.all():
        rows.setdefault(row.kind, []).append(row)
    context = {
        "kinds": [_shown(kind, rows.get(kind, [])) for kind in DataKind],
        "for_good": FOR_GOOD,
        "short": SHORT_LIVED,
    }
    return render(request, "ministry/retention/list.html", context)


def one(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the periods of a kind and a form for another one (GET); change it (POST)."""
    data = next((one for one in DataKind if one == kind), None)
    if data is None:
        raise Http404
    rows = list(RetentionPeriod.objects.filter(kind=data))
    newest = rows[0].number if rows else 0
    initial = {"length": retention.length(data), "valid_from": timezone.localdate(), "seen": newest}
    form = PeriodForm(request.POST or None, kind=data, initial=initial)
    if form.is_valid() and _change(data, form, cast(User, request.user)):
        messages.success(request, _("The period has been changed."))
        return redirect("operators:retention")
    if form.is_bound:
        form.data = {**request.POST.dict(), "seen": str(newest)}
    about = retention.KINDS[data]
    periods = [(about.shown(row.length), row) for row in rows]
    return render(
        request, "ministry/retention/one.html", {"form": form, "shown": _shown(data, rows), "periods": periods}
    )


def _change(kind: DataKind, form: PeriodForm, by: User) -> bool:
    cleaned = form.cleaned_data
    try:
        retention.change(
            kind, cleaned["length"], valid_from=cleaned["valid_from"], why=cleaned["why"], by=by, seen=cleaned["seen"]
        )
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True


def _shown(kind: DataKind, rows: list[RetentionPeriod]) -> dict[str, Any]:
    """Return a kind for the page; ``rows``: the newest first."""
    about, today = retention.KINDS[kind], timezone.localdate()
    coming = [(row.valid_from, about.shown(row.length)) for row in rows if row.valid_from > today]
    current = next(iter(sorted((row for row in rows if row.valid_from <= today), key=_order, reverse=True)), None)
    return {
        "kind": kind,
        "about": about,
        "period": about.shown(current.length if current else about.length),
        "coming": coming,
    }


def _order(row: RetentionPeriod) -> tuple[Any, int]:
    return row.valid_from, row.number
