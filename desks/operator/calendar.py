"""The work calendar at /ministry/calendar/: the years, one year, and a year's notice with its preview.

It is here and not in ``ministry`` because the preview says which due dates move.
"""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import User
from desks.components import CalendarMonth
from desks.forms import PortalForm
from desks.noted_fields import optional
from desks.progress import due
from filings.deadlines import recalculation
from filings.models import Filing
from filings.states import Status
from ministry.calendar import work_calendar, workdays
from ministry.calendar.work_calendar import CalendarDraft
from ministry.models import CalendarChange, CalendarDay, CalendarYear
from ministry.versions import VersionField

FIRST_YEAR, LAST_YEAR = 2005, 2099
GROUPS_SHOWN = 20


class NoticeForm(PortalForm):
    """A year's notice and its days, as a list or as the notice's own paragraphs."""

    source = forms.CharField(label=gettext_lazy("Title of the notice"), max_length=255)
    number = forms.CharField(
        label=gettext_lazy("Number of the notice"),
        max_length=64,
        help_text=gettext_lazy("For example 国办发明电〔2025〕7号."),
    )
    announced_on = forms.DateField(
        label=gettext_lazy("Date of the notice"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    url = optional(
        forms.URLField(
            label=gettext_lazy("Web address of the notice"),
            max_length=500,
            assume_scheme="https",
            help_text=gettext_lazy("The address of the notice on the State Council's website."),
        )
    )
    days = forms.CharField(
        label=gettext_lazy("Days off and make-up days"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One per line, for example “2027-01-01 元旦” or “1月4日 调休上班”; or paste the paragraphs of the "
            "notice. Weekdays in the text are checked."
        ),
    )

    # The newest change of the year when the form was opened; 0 without one.
    seen = VersionField()

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year

    def clean_days(self) -> str:
        text: str = self.cleaned_data["days"]
        self.listed = work_calendar.parse(text, self.year)
        return text

    def clean_announced_on(self) -> date:
        announced_on: date = self.cleaned_data["announced_on"]
        if announced_on > timezone.localdate():
            raise ValidationError(_("The date can't be in the future."))
        return announced_on

    def draft(self) -> CalendarDraft:
        """Return the year with the form's values; only after a successful ``is_valid``."""
        columns = {name: self.cleaned_data[name] for name in ("source", "number", "announced_on", "url")}
        return CalendarDraft(CalendarYear(year=self.year, published=True, **columns), self.listed)


class YearForm(forms.Form):
    """Which year to enter."""

    year = forms.IntegerField(validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)])


@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """List every year with its notice, newest first, and above them the year that is missing."""
    form = YearForm(request.GET if "year" in request.GET else None)
    if form.is_valid():
        return redirect("calendar:edit", form.cleaned_data["year"])
    rows = CalendarYear.objects.annotate(
        off=Count("days", filter=Q(days__is_working=False)), worked=Count("days", filter=Q(days__is_working=True))
    ).order_by("-year")
    today = timezone.localdate()
    context = {
        "years": rows,
        "missing": work_calendar.missing_year(today),
        "provisional": _provisional(),
        "typed": request.GET.get("year", today.year + 1),
        "wrong_year": _("Enter a year from %(first)d to %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
        if form.errors
        else "",
    }
    return render(request, "ministry/calendar/years.html", context)


def _provisional() -> int:
    return Filing.objects.filter(status=Status.WITH_BUREAU, due_is_provisional=True).count()


@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Show a year month by month, its notice, and every change of it."""
    row = _year(year)
    book = workdays.book(date(year - 1, 12, 31))
    context = {
        "year": year,
        "row": row,
        "months": months(book, year),
        "spans": due.spans(_special(book, year)),
        "working_days": _working_days(book, year),
        "changes": CalendarChange.objects.filter(year=year).select_related("by"),
    }
    return render(request, "ministry/calendar/year.html", context)


def _year(year: int) -> CalendarYear | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    return CalendarYear.objects.filter(year=year, published=True).first()


def months(book: workdays.Book, year: int) -> list[CalendarMonth]:
    """Return the twelve months of the year."""
    found = [CalendarMonth(date(year, month, 1)) for month in range(1, 13)]
    for day in book.days_of(date(year - 1, 12, 31), date(year, 12, 31)):
        found[day.date.month - 1].days.append(day)
    return found


def _special(book: workdays.Book, year: int) -> list[workdays.Day]:
    return [day for day in book.days_of(date(year - 1, 12, 31), date(year, 12, 31)) if day.name]


def _working_days(book: workdays.Book, year: int) -> int:
    return sum(month.count for month in months(book, year))


def edit(request: HttpRequest, year: int) -> HttpResponse:
    """Enter or change a year: the form, then what would change and which due dates move, then the confirmation."""
    row = _year(year)
    form = NoticeForm(request.POST or None, year=year, initial=_initial(row, year))
    context = {"form": form, "year": year, "row": row, "preview": None}
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        draft = form.draft()
        if "confirm" in request.POST and _save(request, form, draft):
            return redirect("calendar:year", year)
        context["preview"] = None if form.errors else preview(draft)
    return render(request, "ministry/calendar/edit.html", context)


def _save(request: HttpRequest, form: NoticeForm, draft: CalendarDraft) -> bool:
    assert isinstance(request.user, User)  # noqa: S101 — the desk has made sure
    try:
        changed = work_calendar.save(draft, request.user, seen=form.cleaned_data["seen"])
    except ValidationError as refusal:
        form.add_error(None, refusal)
        data = request.POST.copy()
        data["seen"] = str(work_calendar.newest_change(draft.year.year))
        form.data = data
        return False
    if changed:
        messages.success(request, _("Saved. Open due dates are being recalculated; those affected are notified."))
    else:
        messages.info(request, _("The calendar already says this; nothing was changed."))
    return True


def _initial(row: CalendarYear | None, year: int) -> dict[str, Any]:
    seen = {"seen": work_calendar.newest_change(year)}
    if row is None:
        return seen | {"source": f"国务院办公厅关于{year}年部分节假日安排的通知"}
    days = work_calendar.as_list(CalendarDay.objects.filter(year=row))
    columns = {name: getattr(row, name) for name in ("source", "number", "announced_on", "url")}
    return seen | columns | {"days": days}


def preview(draft: CalendarDraft) -> dict[str, Any]:
    """Return what a draft would change: days of the year, due dates of open filings. Nothing is written."""
    groups = recalculation.groups(change=draft)
    moving = [group for group in groups if group.moves]
    year = draft.year.year
    book = workdays.book(date(year - 1, 12, 31)).changed(draft.year, draft.days)
    return {
        "year": draft.year,
        "months": months(book, year),
        "working_days": _working_days(book, year),
        "off": len(draft.off),
        "worked": len(draft.worked),
        "differences": work_calendar.differences(draft),
        "open": sum(group.filings for group in groups),
        "moving": sum(group.filings for group in moving),
        "groups": moving[:GROUPS_SHOWN],
        "more_groups": max(0, len(moving) - GROUPS_SHOWN),
        "confirmed": sum(group.filings for group in groups if group.is_provisional and not group.due.is_provisional),
    }
