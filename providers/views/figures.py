"""The provider's figures: twelve months, the bureau's reasons, days at each stage, who did what; and as CSV."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from desks.staff import charts, months
from desks.staff.charts import Columns
from desks.staff.tables import FigureTable, Row, as_csv, percent, percentage
from filings import reasons, states
from filings.actors import Actor
from filings.figures import provider_work
from filings.figures.provider_work import Month, Span
from filings.states import Status
from providers.access import actor_of
from providers.models import StaffRole

# The charts: the move that is counted → title.
MEASURES: dict[str, Promise] = {
    states.SUBMIT.name: gettext_lazy("Received from hosts"),
    states.VERIFY.name: gettext_lazy("Verified and sent to the bureau"),
    states.SEND_BACK.name: gettext_lazy("Returned to hosts"),
    states.APPROVE.name: gettext_lazy("Approved by the bureau"),
    states.RETURN.name: gettext_lazy("Returned by the bureau"),
}
RATE = gettext_lazy("Share returned by the bureau")
STAGE_WORDS = {
    Status.WITH_PROVIDER: gettext_lazy("With us for verification"),
    Status.RETURNED_TO_HOST: gettext_lazy("With the host, being corrected"),
    Status.WITH_BUREAU: gettext_lazy("With the bureau for decision"),
    Status.RETURNED_TO_PROVIDER: gettext_lazy("With us after a return by the bureau"),
}
MAY_SEE_EVERYBODY = (StaffRole.SUPERVISOR, StaffRole.ADMINISTRATOR)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show charts over twelve months and tables of the chosen month. Seven queries for the figures."""
    actor = actor_of(request)
    month = months.asked(request)
    year = provider_work.months(_provider(actor), Span.of(month, provider_work.MONTHS))
    tables = [make(actor, month) for make in TABLES.values() if make is not _months]
    context = {
        "month": month,
        "charts": _charts(year),
        "months": _months_table(year),
        "months_csv": _csv_url("months", month),
        "tables": [(table, _csv_url(table.id, month)) for table in tables if table.rows],
        **months.beside(month),
    }
    return render(request, "providers/figures.html", context)


@require_safe
def export(request: HttpRequest, table: str) -> HttpResponse:
    """Return one table as CSV."""
    if table not in TABLES:
        raise Http404
    month = months.asked(request)
    return as_csv(TABLES[table](actor_of(request), month), f"{table}-{month:%Y-%m}")


def _provider(actor: Actor) -> int:
    assert actor.provider_id is not None  # noqa: S101 — staff always have one
    return actor.provider_id


def _csv_url(table: str, month: dt.date) -> str:
    return f"{reverse('provider_desk:figures_export', args=[table])}?month={month:%Y-%m}"


# --- The charts ---------------------------------------------------------------------------------------


def _charts(year: Sequence[Month]) -> list[dict[str, Any]]:
    counts = [{"title": label, "chart": _counted(year, name)} for name, label in MEASURES.items()]
    rates = [(_short(month), month.return_rate, percent(month.return_rate)) for month in year]
    return [*counts, {"title": RATE, "chart": charts.columns(rates, least=0.1)}]


def _counted(year: Sequence[Month], move: str) -> Columns:
    return charts.columns([(_short(month), month.moves[move], str(month.moves[move])) for month in year])


def _short(month: Month) -> str:
    return date_format(month.first, "n")


# --- The tables ---------------------------------------------------------------------------------------


def _months(actor: Actor, month: dt.date) -> FigureTable:
    return _months_table(provider_work.months(_provider(actor), Span.of(month, provider_work.MONTHS)))


def _months_table(year: Sequence[Month]) -> FigureTable:
    rows: list[Row] = [
        [f"{month.first:%Y-%m}", *(month.moves[name] for name in MEASURES), percentage(month.return_rate)]
        for month in reversed(year)
    ]
    return FigureTable(
        "months",
        _("Month by month"),
        [_("Month"), *map(str, MEASURES.values()), _("Share returned by the bureau (%)")],
        rows,
    )


def _reasons(actor: Actor, month: dt.date) -> FigureTable:
    found = provider_work.reasons(_provider(actor), Span.of(month, provider_work.MONTHS))
    rows: list[Row] = [[code, reasons.text_of(code), count] for code, count in found]
    head = [_("Official code"), _("Reason"), _("Remarks")]
    bars = charts.lengths([count for _code, count in found])
    title = _("Reasons for returns by the bureau, last %(months)d months") % {"months": provider_work.MONTHS}
    return FigureTable("reasons", title, head, rows, bars)


def _stages(actor: Actor, month: dt.date) -> FigureTable:
    found = provider_work.stages(_provider(actor), Span.of(month))
    rows: list[Row] = [[str(STAGE_WORDS[stage.status]), stage.count, stage.half, stage.nine_tenths] for stage in found]
    head = [
        _("Stage"),
        _("Filings completed"),
        _("Median (working days)"),
        _("90th percentile (working days)"),
    ]
    bars = charts.lengths([stage.half for stage in found])
    return FigureTable("stages", _("Time by stage, this month"), head, rows, bars)


def _people(actor: Actor, month: dt.date) -> FigureTable:
    """Return the table of the staff's work: everybody for supervisors, their own row for verifiers."""
    found = provider_work.people(_provider(actor), Span.of(month))
    if actor.staff_role not in MAY_SEE_EVERYBODY:
        found = [person for person in found if person.user_id == actor.user_id]
    rows: list[Row] = [[person.name, person.verified, person.sent_back, person.returned] for person in found]
    head = [
        _("Member of staff"),
        _("Verified, sent to the bureau"),
        _("Returned to hosts"),
        _("Of these, returned by the bureau"),
    ]
    bars = charts.lengths([person.verified for person in found])
    return FigureTable("people", _("Work by member of staff, this month"), head, rows, bars)


TABLES: dict[str, Callable[[Actor, dt.date], FigureTable]] = {
    "months": _months,
    "reasons": _reasons,
    "stages": _stages,
    "people": _people,
}
