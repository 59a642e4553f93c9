"""The chief's board: load, ages, and due dates in the days to come; each chart with its table, and as CSV."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureaus import board
from bureaus.access import for_chief
from bureaus.board import Board, BoardLine
from bureaus.tabs import DUE_SOON
from desks.staff import charts
from desks.staff.tables import FigureTable, Row, as_csv
from filings.actors import Actor

# Providers shown on the page; the file has all.
MOST_PROVIDERS = 30
NOBODY = "none"


@require_safe
@for_chief
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the board; the days to come are those of the whole bureau, of one reviewer or of one provider."""
    found = board.of_bureau(actor.bureau_id)
    line = _chosen(request, found)
    context = {
        "all": found.all,
        "late": found.late(found.all),
        "shells": found.shells,
        "line": line,
        "is_part": line.name != found.all.name,
        "ahead": board.AHEAD,
        "due_soon": DUE_SOON,
        "forecast": charts.columns([(_short(day), line.days[day], str(line.days[day])) for day in found.days]),
        "forecast_table": _forecast(found, line),
        "ages": charts.columns(
            [(label, count, str(count)) for label, count in zip(board.age_labels(), found.ages, strict=True)]
        ),
        "ages_table": _ages(found),
        "people": _rows(found, found.people, "reviewer"),
        "providers": _rows(found, found.providers[:MOST_PROVIDERS], "provider"),
        "more_providers": max(0, len(found.providers) - MOST_PROVIDERS),
    }
    return render(request, "bureaus/board.html", context)


@require_safe
@for_chief
def export(request: HttpRequest, actor: Actor, table: str) -> HttpResponse:
    """Return what falls due day by day, for each reviewer or each provider, as CSV."""
    found = board.of_bureau(actor.bureau_id)
    lines = {"reviewers": found.people, "providers": found.providers}.get(table)
    if lines is None:
        raise Http404
    return as_csv(_days_table(found, lines, table), f"{table}-{found.today:%Y-%m-%d}")


def _chosen(request: HttpRequest, found: Board) -> BoardLine:
    """Return the requested line (?reviewer=7, ?reviewer=none, ?provider=3), by default the whole bureau."""
    for name, lines in (("reviewer", found.people), ("provider", found.providers)):
        if wanted := request.GET.get(name):
            for line in lines:
                if _key(line) == wanted:
                    return line
            raise Http404
    return found.all


def _key(line: BoardLine) -> str:
    return NOBODY if line.id is None else str(line.id)


def _short(day: Any) -> str:
    return date_format(day, "n/j")


def _forecast(found: Board, line: BoardLine) -> FigureTable:
    rows: list[Row] = [[date_format(day, "DEADLINE_FORMAT"), line.days[day]] for day in found.days]
    bars = charts.lengths([line.days[day] for day in found.days])
    return FigureTable("forecast", _("Day by day"), [_("Due date"), _("Filings")], rows, bars)


def _ages(found: Board) -> FigureTable:
    rows: list[Row] = [[label, count] for label, count in zip(board.age_labels(), found.ages, strict=True)]
    head = [_("Working days since receipt"), _("Filings")]
    return FigureTable("ages", _("Time since receipt"), head, rows, charts.lengths(found.ages))


def _rows(found: Board, lines: Sequence[BoardLine], name: str) -> list[dict[str, Any]]:
    """Return the lines for the page, with the bar of the load and the URL of their days."""
    bars = charts.lengths([line.open for line in lines])
    return [
        {
            "line": line,
            "late": found.late(line),
            "today": line.days[found.today],
            "soon": line.until(found.soon) - found.late(line),
            "bar": bar,
            "absent": name == "reviewer" and line.id in found.absent,
            "url": f"{reverse('bureau_desk:board')}?{name}={_key(line)}",
        }
        for line, bar in zip(lines, bars, strict=True)
    ]


def _days_table(found: Board, lines: Sequence[BoardLine], name: str) -> FigureTable:
    head = [_("Name"), _("To decide"), _("Overdue"), *(f"{day:%Y-%m-%d}" for day in found.days)]
    rows: list[Row] = [
        [line.name, line.open, found.late(line), *(line.days[day] for day in found.days)] for line in lines
    ]
    return FigureTable(name, name, head, rows)
