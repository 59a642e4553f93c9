"""Suggest what was read on the pictures of certificates beside the fields of the form; the host confirms it.

What was typed is never replaced but by the button that says so. See ``filings.reading``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from filings import reading
from filings.fields import attachments, display
from filings.models import Filing
from filings.reading import comparing, requests
from filings.reading.comparing import Sighting


@dataclass(frozen=True, slots=True)
class ReadPictures:
    """The facts read on a filing's pictures, by path, and the paths of those whose pictures are still being read."""

    seen: dict[str, Sighting]
    awaited: frozenset[str] = frozenset()

    @classmethod
    def of(cls, filing: Filing) -> "ReadPictures":
        """Return what was read from the current pictures. One query, none while reading is off."""
        if not reading.is_on():
            return cls({})
        rows = filing.evidence.filter(replaced_at=None, reading__isnull=False).select_related("reading").order_by("pk")
        pictures = list(rows)
        awaited = [picture for picture in pictures if requests.is_pending(picture.reading)]
        paths = (path for picture in awaited for path, _name in comparing.beside(picture.path, filing.facts))
        return cls(comparing.sightings(pictures, filing.facts), frozenset(paths))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The value read on a picture for a field: as a control takes it, in words, and whether another is typed."""

    value: str
    words: str
    differs: bool
    paper: str

    @classmethod
    def of(cls, path: str, typed: Any, sight: Sighting | None) -> "Suggestion | None":
        """Return what is suggested beside what is typed; None if nothing was read or it is the same."""
        if sight is None or sight.verdict(typed) != "differs":
            return None
        words = display.words(path, sight.value, full=True)
        return cls(sight.value, words, bool(typed), str(display.label(sight.picture.path)))


def readable(filing: Filing) -> frozenset[str]:
    """Return the facts that stand on the certificates whose pictures this filing needs; empty while none are read."""
    papers = attachments.needed(filing.facts) if reading.is_on() else ()
    return frozenset(path for paper in papers for path, _name in comparing.beside(paper.path, filing.facts))


def for_empty(filing: Filing, paths: Iterable[str]) -> dict[str, str]:
    """Return the values read from the pictures for facts that are still empty, by path. One query."""
    seen, wanted = ReadPictures.of(filing).seen, set(paths)
    return {
        path: sight.value for path, sight in seen.items() if path in wanted and sight.value and not filing.get(path)
    }
