"""Pages of official papers, for views that have checked access."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from desks.files import picture_response
from desks.pictures import EvidenceItem, fingerprint
from filings.models import OfficialPage, OfficialPaper


def paper_items(paper: OfficialPaper | None, address: Callable[[int], tuple[str, list[int]]]) -> list[EvidenceItem]:
    """Return a paper's pages for ``components/evidence.html``; ``address``: URL name and arguments of a page."""
    if paper is None:
        return []
    return [
        EvidenceItem.of(
            page,
            _("Page %(number)d") % {"number": page.number},
            reverse(address(page.pk)[0], args=address(page.pk)[1]),
            note=fingerprint(page),
        )
        for page in paper.pages.all()
    ]


def page_response(paper_id: int | None, page_id: int) -> HttpResponse:
    """Return a page of this paper; raise Http404 if there is none."""
    if paper_id is None:
        raise Http404
    page = get_object_or_404(OfficialPage, pk=page_id, paper=paper_id)
    return picture_response(page.file)
