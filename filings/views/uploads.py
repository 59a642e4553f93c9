"""Where the pictures that come with a form are kept, the same for the papers page and the way back."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from filings import papers
from filings.models import Filing


def places(sent: dict[str, Any], filing: Filing) -> Iterator[tuple[str, str, Any]]:
    """Every file that came: its field (the paper's path), the path it is kept at, the file.

    ``sent`` has a file, or a list of them where the paper has pages; those fill the places that are free. One query.
    """
    kept = set(filing.evidence.filter(replaced_at=None).values_list("path", flat=True))
    for name, files in sent.items():
        if paper := papers.at(name):
            free = papers.free_places(paper, kept)
            several = files if isinstance(files, list) else [files]
            yield from ((name, path, upload) for path, upload in zip(free, several, strict=False))


def left_over(sent: dict[str, Any], filing: Filing) -> dict[str, str]:
    """The fields with more files than there are free places, and what to say there. One query."""
    kept = set(filing.evidence.filter(replaced_at=None).values_list("path", flat=True))
    return {
        name: _("More pictures than there is room for; the rest was not kept.")
        for name, files in sent.items()
        if (paper := papers.at(name)) and isinstance(files, list) and len(files) > len(papers.free_places(paper, kept))
    }
