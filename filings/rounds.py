"""The rounds of a filing side by side: what was handed on each time, and what has changed between two of them."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass

from filings import display, facts, fields, mending, papers
from filings.facts import Facts
from filings.models import Filing, Remark, Snapshot

NOW = "now"


@dataclass(frozen=True, slots=True)
class State:
    """The facts and papers (path → SHA-256) of one round, or of the filing as it is now."""

    facts: Facts
    papers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One fact or paper that differs: in words, or for a picture by the hashes of both; empty where there is none."""

    path: str
    label: str
    old: str = ""
    new: str = ""
    old_picture: str = ""
    new_picture: str = ""

    @property
    def is_picture(self) -> bool:
        return bool(self.old_picture or self.new_picture)

    @property
    def is_masked(self) -> bool:
        """Whether the two differ only where they are masked."""
        return not self.is_picture and self.old == self.new


def compare(before: State, after: State, *, full: bool = False) -> list[Change]:
    """Every difference, in the order of the form, pictures last; masked like any page unless ``full``."""
    paths = facts.changed_paths(before.facts, after.facts)
    pictures = mending.differing(dict(before.papers), dict(after.papers))
    return [
        *(
            _change(path, before.facts, after.facts, full)
            for path in _in_order(paths, after.facts)
            if fields.find(path)
        ),
        *(
            Change(
                path,
                display.label(path),
                old_picture=before.papers.get(path, ""),
                new_picture=after.papers.get(path, ""),
            )
            for path in sorted(pictures)
        ),
    ]


def _change(path: str, before: Facts, after: Facts, full: bool) -> Change:
    old, new = (display.words(path, facts.read(values, path), full=full) for values in (before, after))
    return Change(path, display.label(path), old, new)


def _in_order(paths: Iterable[str], values: Facts) -> list[str]:
    """In the order of the form; what it has no field for any more comes last."""
    places = {known: place for place, (known, _section, _field) in enumerate(fields.each(values))}
    return sorted(paths, key=lambda path: (places.get(path, len(places)), path))


def numbers(filing: Filing, *, verified: bool) -> list[int]:
    """The rounds that were handed on, the oldest first; ``verified``: as far as the bureau. One query."""
    rows = filing.verifications.all() if verified else filing.snapshots.all()
    return list(rows.order_by("round").values_list("round", flat=True))


def states(filing: Filing, wanted: Iterable[str]) -> dict[str, State]:
    """The states of these rounds (their numbers as text, or ``NOW``); at most four queries."""
    keys = set(wanted)
    taken = filing.snapshots.filter(round__in=[int(key) for key in keys if key != NOW])
    photos = _verified_photos(filing)
    found = {str(snapshot.round): _state(snapshot, photos.get(snapshot.round, {})) for snapshot in taken}
    if NOW in keys:
        found[NOW] = State(filing.facts, mending.current_papers(filing))
    return found


def _state(snapshot: Snapshot, photos: Mapping[str, str]) -> State:
    """A round with the photo it was verified with; it may have been taken after the round was handed on."""
    return State(snapshot.facts, {**snapshot.papers, **photos})


def _verified_photos(filing: Filing) -> dict[int, dict[str, str]]:
    """Round → the photos it was verified with. Two queries."""
    rows = filing.verifications.prefetch_related("photos")
    return {row.round: {photo.path: photo.sha256 for photo in row.photos.all()} for row in rows}


def without_photos(state: State) -> State:
    """What a host sees of a state: the photos are the provider's."""
    return State(state.facts, {path: sha256 for path, sha256 in state.papers.items() if not papers.is_photo(path)})


def concerned_paths(before: State, after: State) -> list[str]:
    """The paths that a later round touches, for the verification sheet.

    Where the host's responsible person answers for a website too, a change of the one is a change of the other.
    """
    pictures = mending.differing(dict(before.papers), dict(after.papers))
    return [*facts.changed_paths(_resolved(before.facts), _resolved(after.facts)), *pictures]


def _resolved(values: Facts) -> Facts:
    """The facts with each website's responsible person written out."""
    written = deepcopy(values)
    for website in range(facts.count(values)):
        written["websites"][website]["responsible"] = facts.manager(values, website)
    return written


def is_about(remark: Remark, change: Change) -> bool:
    """Whether the change is at the remarked path or inside it."""
    return change.path == remark.path or change.path.startswith(f"{remark.path}.")
