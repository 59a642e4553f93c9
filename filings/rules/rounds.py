"""Compare the rounds of a filing: what was submitted each time, and what has changed between two of them."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, TypedDict

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONArray
from django_stubs_ext import WithAnnotations

from filings import facts, fields
from filings.facts import Facts
from filings.fields import attachments, display
from filings.models import Evidence, Filing, Remark, Snapshot, Verification
from filings.rules import corrections
from filings.states import Role

NOW = "now"


class _Photos(TypedDict):
    pictures: list[list[str]]  # path and SHA-256 of each photo


VerificationWithPhotos: TypeAlias = "WithAnnotations[Verification, _Photos]"


@dataclass(frozen=True, slots=True)
class RoundState:
    """The facts and papers (path → SHA-256) of one round, or of the filing as it is now."""

    facts: Facts
    papers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One fact or paper that differs: old and new in words, or the hashes of pictures; empty where there is none."""

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
    def had(self) -> bool:
        """Return whether there was a picture before."""
        return bool(self.old_picture)

    @property
    def has(self) -> bool:
        """Return whether there is a picture now."""
        return bool(self.new_picture)

    @property
    def is_masked(self) -> bool:
        """Return whether the two differ only where they are masked."""
        return not self.is_picture and self.old == self.new


def compare(before: RoundState, after: RoundState, *, full: bool = False) -> list[Change]:
    """Return every difference, in the order of the form, pictures last; masked unless ``full``."""
    paths = facts.changed_paths(before.facts, after.facts)
    pictures = corrections.differing(dict(before.papers), dict(after.papers))
    return [
        *(
            _change(path, before.facts, after.facts, full)
            for path in _in_order(paths, after.facts)
            if fields.find(path)
        ),
        *(
            Change(
                path,
                display.label(path, after.facts),
                old_picture=before.papers.get(path, ""),
                new_picture=after.papers.get(path, ""),
            )
            for path in sorted(pictures)
        ),
    ]


def against_record(filing: Filing, *, full: bool = False) -> list[Change]:
    """Return what a change filing would change on record; empty for other kinds."""
    if not filing.law.changes:
        return []
    return compare(RoundState(facts.record(filing.facts), {}), RoundState(filing.facts, {}), full=full)


def _change(path: str, before: Facts, after: Facts, full: bool) -> Change:
    old, new = (display.words(path, facts.read(values, path), full=full) for values in (before, after))
    return Change(path, display.label(path, after), old, new)


def _in_order(paths: Iterable[str], values: Facts) -> list[str]:
    """Return the paths in the order of the form; those without a field come last."""
    places = {known: place for place, (known, _section, _field) in enumerate(fields.each(values))}
    return sorted(paths, key=lambda path: (places.get(path, len(places)), path))


class History:
    """The states of a filing's rounds, cached after the first lookup."""

    def __init__(self, filing: Filing, papers_now: Mapping[str, str] | None = None) -> None:
        """Set the filing; ``papers_now``: path → SHA-256 of its current pictures, if the caller has them."""
        self._filing, self._papers_now = filing, papers_now
        self._known: dict[str, RoundState] = {}

    @cached_property
    def verifications(self) -> list[VerificationWithPhotos]:
        """Return the verifications, oldest first, with verifier and ``pictures``: path and SHA-256 of their photos.

        One query, none before the first.
        """
        if self._filing.received_at is None:
            return []
        photos = Evidence.objects.filter(
            pk__in=Verification.photos.through.objects.filter(verification=OuterRef(OuterRef("pk"))).values("evidence")
        )
        rows = self._filing.verifications.select_related("verifier").order_by("round")
        return list(rows.annotate(pictures=ArraySubquery(photos.values(row=JSONArray("path", "sha256")))))

    def numbers(self, *, verified: bool) -> list[int]:
        """Return the numbers of the submitted rounds, oldest first; ``verified``: those that reached the bureau."""
        if not verified:
            return list(range(1, self._filing.round + 1))
        received = self._filing.handed_to(Role.BUREAU)
        return [verification.round for verification in self.verifications if verification.round <= received]

    def states(self, wanted: Iterable[str]) -> dict[str, RoundState]:
        """Return the states of these rounds (their numbers as text, or ``NOW``); at most three queries."""
        keys = set(wanted)
        if rounds := [int(key) for key in keys - {NOW} - set(self._known)]:
            for snapshot in self._filing.snapshots.filter(round__in=rounds):
                self._known[str(snapshot.round)] = _state(snapshot, self._verified.get(snapshot.round))
        if NOW in keys - set(self._known):
            now = corrections.current_papers(self._filing) if self._papers_now is None else self._papers_now
            self._known[NOW] = RoundState(self._filing.facts, now)
        return {key: self._known[key] for key in keys if key in self._known}

    @cached_property
    def _verified(self) -> dict[int, VerificationWithPhotos]:
        """Return a map of round → its verification."""
        return {one.round: one for one in self.verifications}


def _state(snapshot: Snapshot, verified: "VerificationWithPhotos | None") -> RoundState:
    """Return a round's state with what its verification adds to it: photos, and facts filled in on the sheet."""
    if verified is None:
        return RoundState(snapshot.facts, snapshot.papers)
    photos: Mapping[str, str] = dict(verified.pictures)
    return RoundState(facts.written(snapshot.facts, verified.filled), {**snapshot.papers, **photos})


def without_photos(state: RoundState) -> RoundState:
    """Return what a host sees of a state: all but the photos."""
    return RoundState(
        state.facts, {path: sha256 for path, sha256 in state.papers.items() if not attachments.is_photo(path)}
    )


def concerned_paths(before: RoundState, after: RoundState) -> list[str]:
    """Return the paths that a later round changes, for the verification sheet.

    Where the host's responsible person answers for a website too, a change of one counts for both.
    """
    pictures = corrections.differing(dict(before.papers), dict(after.papers))
    return [*facts.changed_paths(_resolved(before.facts), _resolved(after.facts)), *pictures]


def _resolved(values: Facts) -> Facts:
    """Return the facts with each website's responsible person written out."""
    written = deepcopy(values)
    for website in range(facts.count(values)):
        written["websites"][website]["responsible"] = facts.manager(values, website)
    return written


def is_about(remark: Remark, change: Change) -> bool:
    """Return whether the change is at the remarked path or inside it."""
    return change.path == remark.path or change.path.startswith(f"{remark.path}.")
