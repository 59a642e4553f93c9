"""Two windows on one filing: which facts each has changed since they were shown, and what comes of both.

A page carries a mark of every value it shows. What only one side has changed is kept; a fact that both have changed, to
different values, is a conflict.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from filings import facts
from filings.facts import Facts

# The number of websites a page has seen: when one is taken out, the paths behind it name other websites.
WEBSITES = "websites"
# Digits of the number of websites; what is longer was not written by a page.
LONGEST_COUNT = 4


def mark(value: Any) -> str:
    """Return a short mark of a value; nothing said is one value, “no” is another, and the order of choices is none."""
    plain = sorted(map(str, value)) if isinstance(value, list) else value
    said = "" if plain in (None, []) else plain
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]


class Seen:
    """What a page has shown of the facts: path → mark."""

    def __init__(self, marks: Mapping[str, str]) -> None:
        self.marks = dict(marks)

    @classmethod
    def of(cls, values: Facts, paths: Iterable[str]) -> "Seen":
        """Return what a page shows that is made now."""
        shown = {path: mark(facts.read(values, path)) for path in paths}
        return cls({**shown, WEBSITES: str(facts.count(values))})

    @classmethod
    def sent(cls, text: str) -> "Seen | None":
        """Return what a page says it has shown; None for a page that does not say it, or not readably."""
        try:
            marks = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return cls({str(path): str(one) for path, one in marks.items()}) if isinstance(marks, dict) else None

    def __str__(self) -> str:
        return json.dumps(self.marks)

    def has_lost_a_website(self, values: Facts) -> bool:
        """Return whether a website has been taken out since, so that paths may mean something else now."""
        seen = self.marks.get(WEBSITES, "")
        return seen.isdecimal() and len(seen) <= LONGEST_COUNT and facts.count(values) < int(seen)

    def untouched(self, typed: Facts, paths: Iterable[str]) -> set[str]:
        """Return the paths at which the page still has the value it has shown."""
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
        """Count what is saved at these paths as shown."""
        self.marks |= {path: mark(facts.read(values, path)) for path in paths}

    def _changed(self, values: Facts, path: str) -> bool:
        return mark(facts.read(values, path)) != self.marks.get(path)
