"""The bureau's figures of its providers, and for the chief of its reviewers. Providers see neither."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureaus import rechecks
from bureaus.access import actor_of
from desks.staff import charts, months
from desks.staff.tables import FigureTable, Row, one_decimal, percent
from filings import reasons
from filings.figures import decisions
from filings.figures.decisions import Score
from filings.figures.provider_work import MONTHS, Span
from filings.models import Filing

# The bureau's most used codes, by which reviewers are compared.
MOST_CODES = 8
COMPARED_MONTHS = 3  # our own choice


@require_safe
def providers(request: HttpRequest) -> HttpResponse:
    """Show every provider the bureau decided on in the month: how much was returned, and why. Two queries."""
    month = months.asked(request)
    found = decisions.providers(actor_of(request).bureau_id, Span.of(month))
    context = {
        "month": month,
        "classes": [str(label) for label in reasons.CLASSES.values()],
        "rows": [
            {
                "score": score,
                "rate": percent(score.return_rate),
                "classes": list(zip(map(str, reasons.CLASSES.values()), _by_class(score.codes), strict=True)),
            }
            for score in found
        ],
        **months.beside(month),
    }
    return render(request, "bureaus/providers.html", context)


@require_safe
def provider(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Show one provider over twelve months; 404 for one that never handed the bureau anything. Three queries."""
    actor, month = actor_of(request), months.asked(request)
    filings = Filing.objects.visible_to(actor).filter(provider=provider_id).select_related("provider")
    one = filings.only("provider__name").first()
    if one is None:
        raise Http404
    year = decisions.months_of_provider(actor.bureau_id, provider_id, Span.of(month, MONTHS))
    context = {
        "name": one.provider.name,
        "month": month,
        "charts": _charts(year),
        "tables": [table for table in (_months_table(year), _codes_table(year)) if table.rows],
        **months.beside(month),
    }
    return render(request, "bureaus/provider.html", context)


@require_safe
def consistency(request: HttpRequest) -> HttpResponse:
    """Show the chief how each reviewer decides, and with which codes, beside the whole bureau. Two queries."""
    actor, month = actor_of(request), months.asked(request)
    if not rechecks.is_chief(actor):
        raise Http404
    found = decisions.reviewers(actor.bureau_id, Span.of(month, COMPARED_MONTHS))
    context = {
        "month": month,
        "months": COMPARED_MONTHS,
        "tables": [_reviewers_table(found), _spread_table(found)] if found else [],
        **months.beside(month),
    }
    return render(request, "bureaus/consistency.html", context)


# --- Tables -------------------------------------------------------------------------------------------


def _charts(year: Sequence[tuple[dt.date, Score]]) -> list[dict[str, Any]]:
    rates = [(_short(month), score.return_rate if score.decided else None, _rate(score)) for month, score in year]
    decided = [(_short(month), score.decided, str(score.decided)) for month, score in year]
    return [
        {"title": _("Share returned"), "chart": charts.columns(rates, least=0.1)},
        {"title": _("Decided"), "chart": charts.columns(decided)},
    ]


def _short(month: dt.date) -> str:
    return date_format(month, "n")


def _rate(score: Score) -> str:
    return percent(score.return_rate) if score.decided else "—"


def _months_table(year: Sequence[tuple[dt.date, Score]]) -> FigureTable:
    head = [_("Month"), _("Decided"), _("Returned"), _("Share returned"), *map(str, reasons.CLASSES.values())]
    rows: list[Row] = [
        [f"{month:%Y-%m}", score.decided, score.returned, _rate(score), *_by_class(score.codes)]
        for month, score in reversed(year)
    ]
    return FigureTable("months", _("Month by month"), head, rows)


def _codes_table(year: Sequence[tuple[dt.date, Score]]) -> FigureTable:
    codes = sum((score.codes for _month, score in year), Counter[str]())
    rows: list[Row] = [
        [code, reasons.text_of(code), str(reasons.CLASSES[reasons.class_of(code)]), count]
        for code, count in codes.most_common()
    ]
    head = [_("Official code"), _("Reason"), _("Class"), _("Remarks")]
    bars = charts.lengths([count for _code, count in codes.most_common()])
    return FigureTable("codes", _("Reasons for returns, last %(months)d months") % {"months": MONTHS}, head, rows, bars)


def _by_class(codes: Counter[str]) -> list[int]:
    """Return how many remarks of each class."""
    counts: Counter[str] = Counter()
    for code, count in codes.items():
        counts[reasons.class_of(code)] += count
    return [counts[name] for name in reasons.CLASSES]


def _reviewers_table(found: Sequence[Score]) -> FigureTable:
    head = [_("Reviewer"), _("Decided"), _("Returned"), _("Share returned")]
    rows: list[Row] = [[score.name, score.decided, score.returned, _rate(score)] for score in found]
    return FigureTable(
        "reviewers", _("Decisions by reviewer"), head, rows, charts.lengths([score.return_rate for score in found])
    )


def _spread_table(found: Sequence[Score]) -> FigureTable:
    """Return how many of a hundred returns name each of the most used codes, by reviewer and for the whole bureau."""
    everything = Score(0, _("The whole bureau"))
    for score in found:
        everything.moves += score.moves
        everything.codes += score.codes
    codes = [code for code, _count in everything.codes.most_common(MOST_CODES)]
    rows: list[Row] = [
        [score.name, score.returned, *(_per_hundred(score, code) for code in codes)] for score in [*found, everything]
    ]
    title = _("Codes per hundred returns, by reviewer")
    return FigureTable("spread", title, [_("Reviewer"), _("Returned"), *codes], rows)


def _per_hundred(score: Score, code: str) -> str:
    return one_decimal(100 * score.codes[code] / score.returned if score.returned else 0)
