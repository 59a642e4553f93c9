"""Pages of official papers, for views that have checked access."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from filings.evidence.files import picture_response
from filings.models import OfficialPage, OfficialPaper


def paper_items(paper: OfficialPaper | None, address: Callable[[int], tuple[str, list[int]]]) -> list[dict[str, Any]]:
    """Return a paper's pages for ``components/evidence.html``; ``address``: URL name and arguments of a page."""
    if paper is None:
        return []
    return [
        {
            "label": _("Page %(number)d") % {"number": page.number},
            "url": reverse(address(page.pk)[0], args=address(page.pk)[1]),
            "width": page.width,
            "height": page.height,
            "note": f"SHA-256 {page.sha256[:12]}…",
        }
        for page in paper.pages.all()
    ]


def page_response(paper_id: int | None, page_id: int) -> HttpResponse:
    """Return a page of this paper; raise Http404 if there is none."""
    if paper_id is None:
        raise Http404
    page = get_object_or_404(OfficialPage, pk=page_id, paper=paper_id)
    return picture_response(page.file)
