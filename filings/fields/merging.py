"""Merge changes of one filing made in two windows.

A page carries a mark (short hash) of every value it shows. Changes by only one side are kept; a fact that both have
changed, to different values, is a conflict.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from filings import facts
from filings.facts import Facts

# Key of the number of websites shown: when one is removed, later paths belong to other websites.
WEBSITES = "websites"
# The most digits of that number; anything longer is not from our pages.
LONGEST_COUNT = 4


def mark(value: Any) -> str:
    """Return a short hash of a value; empty values are equal, False is not empty, and the order of lists is ignored."""
    plain = sorted(map(str, value)) if isinstance(value, list) else value
    unified = "" if plain in (None, []) else plain
    return hashlib.sha256(json.dumps(unified, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]


class Seen:
    """What a page has shown of the facts: path → mark."""

    def __init__(self, marks: Mapping[str, str]) -> None:
        self.marks = dict(marks)

    @classmethod
    def of(cls, values: Facts, paths: Iterable[str]) -> "Seen":
        """Return the marks for a page rendered now."""
        shown = {path: mark(facts.read(values, path)) for path in paths}
        return cls({**shown, WEBSITES: str(facts.count(values))})

    @classmethod
    def sent(cls, text: str) -> "Seen | None":
        """Return the marks that a page has sent; None if missing or unreadable."""
        try:
            marks = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return cls({str(path): str(one) for path, one in marks.items()}) if isinstance(marks, dict) else None

    def __str__(self) -> str:
        return json.dumps(self.marks)

    def has_lost_a_website(self, values: Facts) -> bool:
        """Return whether a website has been removed since, so that paths may belong to other websites."""
        seen = self.marks.get(WEBSITES, "")
        return seen.isdecimal() and len(seen) <= LONGEST_COUNT and facts.count(values) < int(seen)

    def untouched(self, typed: Facts, paths: Iterable[str]) -> set[str]:
        """Return the paths that the user has not changed on the page."""
        return {path for path in paths if not self._changed(typed, path)}

    def clashing(self, saved: Facts, typed: Facts, paths: Iterable[str]) -> list[str]:
        """Return the paths that both sides have changed, to different values."""
        return [
            path
            for path in paths
            if self._changed(saved, path)
            and self._changed(typed, path)
            and mark(facts.read(saved, path)) != mark(facts.read(typed, path))
        ]

    def renew(self, values: Facts, paths: Iterable[str]) -> None:
        """Update the marks at these paths to the saved values."""
        self.marks |= {path: mark(facts.read(values, path)) for path in paths}

    def _changed(self, values: Facts, path: str) -> bool:
        return mark(facts.read(values, path)) != self.marks.get(path)
