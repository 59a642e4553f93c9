"""The public figures: a page of a place and month, and its tables as CSV. No aggregate: the sweep has counted."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bureaus.figures import drawings, reading, tables, tiles
from bureaus.figures.drawings import Drawing
from bureaus.figures.reading import Asked, Shown
from desks.files import if_changed
from desks.staff.tables import FigureTable, as_csv, grouped, percent
from filings.clock import WORKING_DAYS
from filings.figures.monthly import FEWEST
from ministry.reference import provinces

# Browsers ask again after an hour; the figures change once a day.
KEPT_FOR = 60 * 60
# Pages in the memory of a process, 80 kB each; another one takes it 40 ms to make
PAGES_KEPT = 64
CHARTS: dict[str, Callable[[Shown], list[Drawing]]] = {
    "filings": drawings.of_filings,
    "times": drawings.of_times,
    "overdue": drawings.of_overdue,
    "kinds": drawings.of_kinds,
    "reasons": drawings.of_reasons,
    "register": drawings.of_register,
}


@dataclass(frozen=True, slots=True)
class FigureSection:
    """A part of the page: its charts, and the table of the same figures with its CSV file."""

    table: FigureTable
    charts: list[Drawing]
    csv_url: str

    @property
    def head(self) -> list[tuple[str, bool]]:
        """Return the heading of each column, and whether the column has words, not numbers."""
        return [(name, place in tables.WORDS.get(self.table.id, ())) for place, name in enumerate(self.table.head)]

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, bool]]]]:
        """Return each row as its heading and its other cells: numbers with their thousands apart, or words."""
        words = [is_words for _name, is_words in self.head[1:]]
        return [(grouped(row[0]), list(zip(map(grouped, row[1:]), words, strict=True))) for row in self.table.rows]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the figures of a place and month; for a wrong URL, show what is wrong (404) and keep what could be read.

    One query; one more for a page that this process does not keep. No aggregate.
    """
    asked = reading.asked(request.GET)
    is_shown = bool(asked.month and not asked.problem)
    context = {
        "asked": asked,
        "provinces": provinces.PROVINCES,
        "figures": _rendered(asked, get_language() or "") if is_shown else "",
    }
    status = HTTPStatus.NOT_FOUND if asked.problem else HTTPStatus.OK
    return _kept(request, render(request, "bureaus/figures.html", context, status=status))


@require_safe
def table_file(request: HttpRequest, table: str) -> HttpResponse:
    """Return a table as CSV. Two queries, no aggregate."""
    asked = reading.asked(request.GET)
    if table not in tables.TABLES or asked.problem or asked.month is None:
        raise Http404
    shown = reading.shown(asked.code, asked.month)
    place = asked.province.slug if asked.province else "china"
    name = f"figures-{table}-{place}-{asked.month:%Y-%m}"
    return _kept(request, as_csv(tables.TABLES[table](shown), name, published=True))


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the response for caches, or without content to a browser that has it; an error as it is."""
    if response.status_code != HTTPStatus.OK:
        return response
    patch_cache_control(response, max_age=KEPT_FOR)
    return if_changed(request, response, hashlib.sha256(response.content).hexdigest())


@lru_cache(PAGES_KEPT)
def _rendered(asked: Asked, _language: str) -> SafeString:
    """Return the part of the page that depends on the figures, kept until they are counted again. At most one query."""
    context = {
        "asked": asked,
        "provinces": provinces.PROVINCES,
        "page": _page(asked),
        "fewest": FEWEST,
        "working_days": WORKING_DAYS,
    }
    return mark_safe(render_to_string("bureaus/_figures.html", context))  # noqa: S308 — rendered by a template


def _page(asked: Asked) -> dict[str, Any]:
    """Return the tables, charts and squares of a page. One query."""
    assert asked.month is not None  # noqa: S101 — only such a page has figures
    shown = reading.shown(asked.code, asked.month)
    sections = {name: _section(asked, shown, name) for name in tables.TABLES}
    return {
        "count": shown.count,
        "returned": percent(shown.count.return_rate),
        "tiles": tiles.of(shown, lambda count: count.in_all),
        "provinces": sections.pop("provinces"),
        "sections": list(sections.values()),
    }


def _section(asked: Asked, shown: Shown, name: str) -> FigureSection:
    charts = CHARTS[name](shown) if name in CHARTS else []
    url = f"{reverse('figures:file', args=[name])}?{query(asked)}"
    return FigureSection(tables.TABLES[name](shown), charts, url)


def query(asked: Asked) -> str:
    """Return the query string of a page with figures."""
    place = {"province": asked.province.slug} if asked.province else {}
    return urlencode(place | {"month": f"{asked.month:%Y-%m}"})
