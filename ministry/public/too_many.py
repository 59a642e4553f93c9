"""The page for a network address that looks up too much: what the limit is, why, and when to try again."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ministry.reference import lookups

WINDOW: Final = 60  # seconds in which look-ups are counted; our own choice
FIELD: Final = "q"


def page(
    request: HttpRequest, wait: int, *, action: str, label: str, typed: str, most: int, programs: bool = False
) -> HttpResponse:
    """Return 429 with a search box that keeps what was typed and everything else that was asked.

    ``wait``: seconds until the next look-up is accepted; ``action``: the address that the box is sent to;
    ``label``: what to type into it; ``most``: look-ups accepted per ``WINDOW``; ``programs``: whether the
    page names the ways for programs that look up many records.
    """
    context = {
        "wait": wait,
        "action": action,
        "label": label,
        "typed": typed[: lookups.LONGEST],
        "kept": [(name, value) for name, value in request.GET.items() if name != FIELD],
        "most": most,
        "programs": programs,
    }
    response = render(request, "ministry/too_many.html", context, status=429)
    response.headers["Retry-After"] = str(wait)
    return response
