"""The month a page of figures is about, from its URL, and the links to the months beside it."""

import datetime as dt

from django.http import Http404, HttpRequest
from django.utils import timezone

from filings.figures.provider_work import Span


def asked(request: HttpRequest) -> dt.date:
    """Return the requested month (?month=2026-11), by default this one; 404 if it is invalid or has not begun."""
    return read(request.GET.get("month") or f"{timezone.localdate():%Y-%m}")


def read(text: str) -> dt.date:
    """Return the first day of a month written 2026-11; 404 if it is invalid or has not begun."""
    try:
        month = dt.date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Http404 from error
    if not dt.date(2000, 1, 1) <= month <= timezone.localdate():
        raise Http404
    return month


def beside(month: dt.date) -> dict[str, str]:
    """Return the query strings of the months before and after; "" instead of a month that has not begun."""
    later = Span.of(month).end
    return {
        "earlier": f"?month={Span.of(month, 2).first:%Y-%m}",
        "later": f"?month={later:%Y-%m}" if later <= timezone.localdate() else "",
    }
