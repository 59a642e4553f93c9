"""The verification sheet while it is filled in: answers, notes and evidence item by item, kept at every step.

A row a filing and round. Only who has the filing in work writes on it, under the filing's lock; each save prolongs
the lease, and a save from an older copy of the page is refused, so that nothing anybody typed is written over.
What the portal found by itself, and what an earlier round has settled, is offered beforehand with its source.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings import checklist, facts, fields, papers, work
from filings.actors import Actor
from filings.checklist import NO, NOT_APPLICABLE, Item
from filings.errors import MoveRefused
from filings.findings import Finding
from filings.models import Filing, Verification, Worksheet
from filings.moving import claim_refusal, locked
from filings.states import VERIFY

PORTAL, EARLIER = "portal", "earlier"
LONGEST_NOTE = 500
# Who answered, where it was not the verifier in this round.
BY: dict[str, Promise | str] = {
    PORTAL: gettext_lazy("Filled in by the portal"),
    EARLIER: gettext_lazy("Verified in the last round, unchanged"),
}


class WorksheetChanged(MoveRefused):
    """Somebody saved the sheet meanwhile; ``saved`` is what is kept now."""

    def __init__(self, saved: Worksheet) -> None:
        words = _("This sheet was begun anew meanwhile. What you typed is still here; save it again.")
        if saved.saved_by_id is not None:
            words = _("%(name)s saved this sheet meanwhile. What you typed is still here; compare and save it again.")
            words %= {"name": saved.saved_by}
        super().__init__(words)
        self.saved = saved


@dataclass(frozen=True, slots=True)
class Entry:
    """One item filled in. ``evidence``: keys of the pictures it was compared with; ``by``: who answered (``BY``)."""

    answer: str = ""
    note: str = ""
    evidence: tuple[int, ...] = ()
    by: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What the portal has to say to an item: its findings, or its ``proof`` that there are none."""

    findings: tuple[Finding, ...] = ()
    proof: str = ""


# --- Keeping it -------------------------------------------------------------------------------------------


def entries_of(worksheet: Worksheet | None) -> dict[str, Entry]:
    """The items filled in so far."""
    if worksheet is None:
        return {}
    return {item: Entry(**{**kept, "evidence": tuple(kept["evidence"])}) for item, kept in worksheet.entries.items()}


def save(
    filing_id: int,
    actor: Actor,
    entries: Mapping[str, Entry],
    *,
    version: int,
    place: str = "",
    remarks: Sequence[Mapping[str, str]] = (),
) -> Worksheet:
    """Keep the sheet of this round; ``version`` is that of the copy it was typed into, 0 when there was none.

    Raises MoveRefused unless the actor has the filing in work, WorksheetChanged when that copy is not the newest.
    """
    with locked(filing_id, actor) as filing:
        work.refuse_unless_held(filing, actor)
        if filing.status not in VERIFY.sources or filing.claimant_id() != actor.user_id:
            raise MoveRefused(claim_refusal(filing))
        kept = filing.worksheets.filter(round=filing.round).select_related("saved_by").first()
        kept = kept or Worksheet(filing=filing, round=filing.round)
        if kept.version != version:
            raise WorksheetChanged(kept)
        kept.entries = {item: asdict(entry) for item, entry in entries.items() if entry != Entry()}
        kept.remarks = [dict(remark) for remark in remarks]
        kept.place, kept.saved_by_id = place, actor.person_id
        kept.version += 1
        kept.save()
        work.lease(filing, actor, timezone.now() + work.LEASE)
    return kept


def reopen(filing: Filing, paths: Sequence[str]) -> None:
    """The provider has changed these facts or papers itself: what was answered about them is open again."""
    kept = filing.worksheets.filter(round=filing.round).first()
    if kept is None:
        return
    touched = checklist.touched_by(paths, filing.sheet_items)
    kept.entries = {
        item: {**entry, "answer": "", "by": "", "source": ""} if item in touched else entry
        for item, entry in kept.entries.items()
    }
    kept.version += 1
    kept.save(update_fields=["entries", "version"])


def unsent(filing: Filing) -> list[dict[str, str]]:
    """Return the remarks that are typed for this round and would be lost with a passing. One query."""
    kept = filing.worksheets.filter(round=filing.round).first()
    return kept.remarks if kept else []


def close(filing: Filing) -> None:
    """The round is verified: the record has it from here on."""
    filing.worksheets.filter(round=filing.round).delete()


def on_record(filing: Filing, entries: Mapping[str, Entry]) -> Any:
    """What a verification keeps of each item beside its answer; pictures by path and hash. One query."""
    pictures = filing.evidence.filter(replaced_at=None).in_bulk()
    return {
        item: {
            "note": entry.note,
            "evidence": [
                {"path": pictures[pk].path, "sha256": pictures[pk].sha256} for pk in entry.evidence if pk in pictures
            ],
            "source": entry.source,
        }
        for item, entry in entries.items()
        if entry.note or entry.evidence or entry.source
    }


# --- What is there before anybody has typed ---------------------------------------------------------------


def carried(earlier: Mapping[str, Entry], touched_paths: Iterable[str], items: Sequence[Item]) -> dict[str, Entry]:
    """The entries of an earlier round that no change and no remark has touched since, with note and evidence."""
    answers = {item: entry.answer for item, entry in earlier.items()}
    return {
        item: Entry(answer, earlier[item].note, earlier[item].evidence, EARLIER, str(BY[EARLIER]))
        for item, answer in checklist.carried_over(answers, touched_paths, items).items()
    }


def verified(verification: Verification, current: Mapping[str, int]) -> dict[str, Entry]:
    """The entries of a verification; ``current``: SHA-256 → key of the filing's pictures now."""
    return {
        item: Entry(answer, *_beside(verification.notes.get(item, {}), current))
        for item, answer in verification.answers.items()
    }


def _beside(kept: Mapping[str, Any], current: Mapping[str, int]) -> tuple[str, tuple[int, ...]]:
    hashes = [picture["sha256"] for picture in kept.get("evidence", ())]
    return kept.get("note", ""), tuple(current[sha256] for sha256 in hashes if sha256 in current)


def said(filing: Filing, found: Sequence[Finding]) -> dict[str, Said]:
    """What the portal's findings say to each item of the sheet; items they say nothing to are left out."""
    speaking = {item.id: _said(item, filing, found) for item in filing.sheet_items if item.judged}
    return {item: one for item, one in speaking.items() if one.findings or one.proof}


def _said(item: Item, filing: Filing, found: Sequence[Finding]) -> Said:
    mine = tuple(finding for finding in found if checklist.is_at(finding.path, item.judged))
    if mine or not _applies(item, filing):
        return Said(mine)
    return Said(proof=str(item.proof))


def _applies(item: Item, filing: Filing) -> bool:
    """Whether there is anything the item is about."""
    return not item.needs or any(
        facts.read(filing.facts, path)
        for path, _section, _field in fields.each(filing.facts)
        if checklist.is_at(path, item.needs)
    )


def answered(filing: Filing, about: Mapping[str, Said]) -> dict[str, Entry]:
    """The items the portal answers, with the source: what blocks is a no, what there is nothing of does not apply."""
    at = date_format(timezone.localtime(), "DATETIME_FORMAT")
    pairs = ((item, _answer(item, filing, about.get(item.id, Said()), at)) for item in filing.sheet_items)
    return {item.id: entry for item, entry in pairs if entry}


def _answer(item: Item, filing: Filing, about: Said, at: str) -> Entry | None:
    if blocking := next((finding for finding in about.findings if finding.blocks), None):
        source = _("Finding %(code)s of the portal, %(at)s") % {"code": blocking.code, "at": at}
        return Entry(NO, blocking.message, by=PORTAL, source=source)
    if not about.findings and item.needs and not _applies(item, filing):
        source = _("Portal, %(at)s: %(said)s") % {"at": at, "said": item.absent}
        return Entry(NOT_APPLICABLE, by=PORTAL, source=source)
    return None


def offered(kept: Mapping[str, Entry], earlier: Mapping[str, Entry], portal: Mapping[str, Entry]) -> dict[str, Entry]:
    """What the sheet shows: what was typed, else the portal's answer of this moment, else that of the earlier round.

    A finding that blocks speaks before the earlier round does; what the portal once filled in is looked up anew.
    """
    shown = {**earlier, **portal}
    for item, entry in kept.items():
        if entry.answer and entry.by != PORTAL:
            shown[item] = entry
        elif entry.note or entry.evidence:
            found = shown.get(item, Entry())
            shown[item] = Entry(found.answer, entry.note or found.note, entry.evidence, found.by, found.source)
    return shown


# --- A "no" is a remark to come -----------------------------------------------------------------------------


def remarks_for(
    filing: Filing, entries: Mapping[str, Entry], about: Mapping[str, Said], written: Collection[str] = ()
) -> Iterator[dict[str, str]]:
    """A draft for every item answered with no, unless its field is among those ``written`` on already.

    What blocks is remarked with the finding's own field and code, everything else with the item's first fact.
    """
    for item in filing.sheet_items:
        entry = entries.get(item.id, Entry())
        if entry.answer != NO:
            continue
        draft = _draft(item, filing, entry, about.get(item.id, Said()))
        if draft["path"] not in written:
            yield draft


def _draft(item: Item, filing: Filing, entry: Entry, about: Said) -> dict[str, str]:
    blocking = next((finding for finding in about.findings if finding.blocks), None)
    if blocking and entry.by == PORTAL:
        return {
            "path": blocking.path,
            "code": blocking.code,
            "seen": entry.note,
            "expected": blocking.fix or str(item.expected),
        }
    return {"path": first_path(item, filing), "code": item.code, "seen": entry.note, "expected": str(item.expected)}


def first_path(item: Item, filing: Filing) -> str:
    """The first fact or paper the item is about that this filing has; of the first website."""
    known = {path for path, _section, _field in fields.each(filing.facts)}
    known |= {paper.path for paper in (*papers.asked_of_host(filing.facts), *papers.photos(filing.facts))}
    known |= {paper.path for paper in papers.documents(filing.facts)}
    paths = (beginning.replace("*", "0") for beginning in (*item.about, "papers.pledge"))
    return next(path for beginning in paths for path in _at(beginning, known))


def _at(beginning: str, known: Collection[str]) -> list[str]:
    return [beginning] if beginning in known else sorted(path for path in known if path.startswith(f"{beginning}."))
