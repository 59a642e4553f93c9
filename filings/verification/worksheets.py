"""Save drafts of the verification sheet: answers, notes and evidence per item.

One row per filing and round. Only the claimant writes it, under the filing's lock; each save extends the lease, and a
save from an older copy of the page is refused, so that nothing is overwritten. Answers from the portal's checks and
from an earlier round are filled in beforehand, with their source.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import languages
from accounts.races import faster
from filings import checklist, facts, fields
from filings.actors import Actor
from filings.checklist_items import NO, NOT_APPLICABLE, Item
from filings.errors import MoveRefused
from filings.fields import attachments
from filings.fields.findings import Finding
from filings.models import Filing, Verification, Worksheet
from filings.moves import assignment
from filings.moves.moving import claim_refusal, locked
from filings.moves.remarks import PARTS
from filings.states import VERIFY

PORTAL, EARLIER = "portal", "earlier"
LONGEST_NOTE = 500
# Who answered, if not the verifier in this round.
BY: dict[str, Promise | str] = {
    PORTAL: gettext_lazy("Filled in by the portal"),
    EARLIER: gettext_lazy("Verified in the last round, unchanged"),
}


class WorksheetChanged(MoveRefused):
    """The sheet was saved meanwhile; ``saved`` is the saved one, ``reader_id`` who is told."""

    def __init__(self, saved: Worksheet, reader_id: int) -> None:
        words = _("This sheet was started again in the meantime. What you typed has been kept; save it again.")
        if saved.saved_by_id is not None:
            words = _(
                "%(name)s saved this sheet in the meantime. What you typed has been kept; compare and save it again."
            )
            words %= {"name": faster(saved.saved_by_id, saved.saved_by, reader_id=reader_id)}
        super().__init__(words)
        self.saved = saved


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """One item filled in. ``evidence``: primary keys of the pictures compared; ``by``: who answered (``BY``).

    ``websites``: those it is about, counted from 0, if a filing has several and the verifier has chosen some.
    ``filled``: facts that the host has left empty (path → value), see ``filling``.
    """

    answer: str = ""
    note: str = ""
    evidence: tuple[int, ...] = ()
    by: str = ""
    source: str = ""
    websites: tuple[int, ...] = ()
    filled: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PortalJudgement:
    """The portal's findings about an item, or its ``proof`` text if there are none."""

    findings: tuple[Finding, ...] = ()
    proof: str = ""


# --- Saving -----------------------------------------------------------------------------------------------


def entries_of(worksheet: Worksheet | None) -> dict[str, SheetEntry]:
    """Return the items filled in so far."""
    if worksheet is None:
        return {}
    return {item: _entry(kept) for item, kept in worksheet.entries.items()}


def _entry(kept: Mapping[str, Any]) -> SheetEntry:
    lists = {name: tuple(kept.get(name, ())) for name in ("evidence", "websites")}
    return SheetEntry(**{**kept, **lists})


def save(
    filing_id: int,
    actor: Actor,
    entries: Mapping[str, SheetEntry],
    *,
    version: int,
    place: str = "",
    remarks: Sequence[Mapping[str, str]] = (),
) -> Worksheet:
    """Save the sheet of this round; ``version`` is that of the copy it was typed into, 0 when there was none.

    Raises MoveRefused unless the actor has claimed the filing, WorksheetChanged when that copy is not the newest.
    """
    with locked(filing_id, actor) as filing:
        assignment.refuse_unless_held(filing, actor)
        if filing.status not in VERIFY.sources or filing.claimant_id() != actor.user_id:
            raise MoveRefused(claim_refusal(filing))
        kept = of_round(filing)
        refuse_changed(kept, version, actor)
        kept.entries = {item: asdict(entry) for item, entry in entries.items() if entry != SheetEntry()}
        kept.remarks = [dict(remark) for remark in remarks]
        kept.place, kept.saved_by_id = place, actor.person_id
        kept.version += 1
        kept.save()
        assignment.lease(filing, actor, timezone.now() + assignment.LEASE)
    return kept


def of_round(filing: Filing) -> Worksheet:
    """Return the sheet of this round as it was saved last, with who saved it; a blank one before that. One query."""
    kept = filing.worksheets.filter(round=filing.round).select_related("saved_by").first()
    return kept or Worksheet(filing=filing, round=filing.round)


def refuse_changed(kept: Worksheet, version: int, actor: Actor) -> None:
    """Raise WorksheetChanged when the sheet was typed into another copy than the newest one."""
    if kept.version != version:
        raise WorksheetChanged(kept, actor.person_id)


def reopen(filing: Filing, paths: Sequence[str]) -> None:
    """Clear the answers about facts or papers that the provider has changed itself."""
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
    """Return this round's typed remarks, which passing the filing on would lose. One query."""
    kept = filing.worksheets.filter(round=filing.round).first()
    return kept.remarks if kept else []


def close(filing: Filing) -> None:
    """Delete the worksheet of a verified round; the ``Verification`` replaces it."""
    filing.worksheets.filter(round=filing.round).delete()


def on_record(filing: Filing, entries: Mapping[str, SheetEntry]) -> Any:
    """Return the notes of each item for the ``Verification``; pictures by path and hash. One query."""
    pictures = filing.evidence.filter(replaced_at=None).in_bulk()
    return {
        item: {
            "note": entry.note,
            "evidence": [
                {"path": pictures[pk].path, "sha256": pictures[pk].sha256} for pk in entry.evidence if pk in pictures
            ],
            "source": entry.source,
            **({"filled": entry.filled} if entry.filled else {}),
        }
        for item, entry in entries.items()
        if entry.note or entry.evidence or entry.source or entry.filled
    }


# --- Answers filled in beforehand -------------------------------------------------------------------------


def still_valid(
    earlier: Mapping[str, SheetEntry], touched_paths: Iterable[str], items: Sequence[Item]
) -> dict[str, SheetEntry]:
    """Return the entries of an earlier round not affected by later changes or remarks, with note and evidence."""
    answers = {item: entry.answer for item, entry in earlier.items()}
    return {
        item: replace(earlier[item], answer=answer, by=EARLIER, source=str(BY[EARLIER]), websites=())
        for item, answer in checklist.still_valid(answers, touched_paths, items).items()
    }


def verified(verification: Verification, current: Mapping[str, int]) -> dict[str, SheetEntry]:
    """Return the entries of a verification; ``current``: SHA-256 → primary key of the filing's current pictures."""
    return {
        item: SheetEntry(answer, *_beside(verification.notes.get(item, {}), current))
        for item, answer in verification.answers.items()
    }


def _beside(kept: Mapping[str, Any], current: Mapping[str, int]) -> tuple[str, tuple[int, ...]]:
    hashes = [picture["sha256"] for picture in kept.get("evidence", ())]
    return kept.get("note", ""), tuple(current[sha256] for sha256 in hashes if sha256 in current)


def judgements(filing: Filing, found: Sequence[Finding]) -> dict[str, PortalJudgement]:
    """Return the portal's findings or proof for each item of the sheet; items with neither are left out."""
    speaking = {item.id: _judgement(item, filing, found) for item in filing.sheet_items if item.judged}
    return {item: one for item, one in speaking.items() if one.findings or one.proof}


def _judgement(item: Item, filing: Filing, found: Sequence[Finding]) -> PortalJudgement:
    mine = tuple(finding for finding in found if checklist.is_at(finding.path, item.judged))
    if mine or not _applies(item, filing):
        return PortalJudgement(mine)
    return PortalJudgement(proof=str(item.proof))


def _applies(item: Item, filing: Filing) -> bool:
    """Return whether the item applies: it needs no facts, or one of them is filled in."""
    return not item.needs or any(
        facts.read(filing.facts, path)
        for path, _section, _field in fields.each(filing.facts)
        if checklist.is_at(path, item.needs)
    )


def answered(filing: Filing, about: Mapping[str, PortalJudgement]) -> dict[str, SheetEntry]:
    """Return the portal's answers, with source: "no" for a blocking finding, "not applicable" if there are no data."""
    with languages.official():
        at = date_format(timezone.localtime(), "DATETIME_FORMAT")
        pairs = (
            (item, _answer(item, filing, about.get(item.id, PortalJudgement()), at)) for item in filing.sheet_items
        )
        return {item.id: entry for item, entry in pairs if entry}


def _answer(item: Item, filing: Filing, about: PortalJudgement, at: str) -> SheetEntry | None:
    if blocking := next((finding for finding in about.findings if finding.blocks), None):
        source = _("Result %(code)s of the portal's check, %(at)s") % {"code": blocking.code, "at": at}
        return SheetEntry(NO, blocking.message, by=PORTAL, source=source)
    if not about.findings and item.needs and not _applies(item, filing):
        source = _("Portal, %(at)s: %(said)s") % {"at": at, "said": item.absent}
        return SheetEntry(NOT_APPLICABLE, by=PORTAL, source=source)
    return None


def offered(
    kept: Mapping[str, SheetEntry], earlier: Mapping[str, SheetEntry], portal: Mapping[str, SheetEntry]
) -> dict[str, SheetEntry]:
    """Return the entries to show: as typed, else the portal's current answer, else that of the earlier round.

    Answers that the portal filled in before are not kept, but computed again.
    """
    shown = {**earlier, **portal}
    for item, entry in kept.items():
        if entry.answer and entry.by != PORTAL:
            shown[item] = entry
        elif entry.note or entry.evidence or entry.websites or entry.filled:
            found = shown.get(item, SheetEntry())
            shown[item] = replace(
                entry, answer=found.answer, note=entry.note or found.note, by=found.by, source=found.source
            )
    return shown


# --- Draft remarks for items answered with no ---------------------------------------------------------------


def remarks_for(
    filing: Filing,
    entries: Mapping[str, SheetEntry],
    about: Mapping[str, PortalJudgement],
    written: Sequence[Mapping[str, str]] = (),
    pictures: Mapping[int, str] | None = None,
) -> Iterator[dict[str, str]]:
    """Yield a draft remark for every item answered with no, unless its field has one in ``written``.

    A blocking finding gives field and code, otherwise the item's first fact, per website concerned. ``pictures``:
    primary key → path. If the website is unknown, the field is left empty for the verifier.
    """
    paths = {remark["path"] for remark in written if remark["path"]}
    origins = {origin_of(remark) for remark in written}
    for item in filing.sheet_items:
        entry = entries.get(item.id, SheetEntry())
        if entry.answer != NO:
            continue
        for draft in _drafts(item, filing, entry, about.get(item.id, PortalJudgement()), pictures or {}):
            if draft["path"] not in paths and (draft["path"] or item.id not in origins):
                yield {**draft, "origin": f"{item.id}:{_digest(draft)}"}


def _drafts(
    item: Item, filing: Filing, entry: SheetEntry, about: PortalJudgement, pictures: Mapping[int, str]
) -> Iterator[dict[str, str]]:
    blocking = {found.path: found for found in reversed(about.findings) if found.blocks and entry.by == PORTAL}
    for at, found in enumerate(reversed(blocking.values())):
        seen = found.message if at else entry.note
        yield {"path": found.path, "code": found.code, "seen": seen, "expected": found.fix or str(item.expected)}
    if not blocking:
        for website in _websites(item, filing, entry, about, pictures) or [None]:
            path = first_path(item, filing, website)
            yield {"path": path, "code": item.code, "seen": entry.note, "expected": str(item.expected)}


def _websites(
    item: Item, filing: Filing, entry: SheetEntry, about: PortalJudgement, pictures: Mapping[int, str]
) -> Sequence[int | None]:
    """Return the entry's websites, counted from 0: those chosen, or else those of its evidence or findings."""
    count = facts.count(filing.facts)
    if count == 1 or not is_of_websites(item):
        return [0]
    if chosen := [website for website in entry.websites if website < count]:
        return chosen
    paths = [pictures.get(pk, "") for pk in entry.evidence] or [found.path for found in about.findings]
    return sorted({website for path in paths if (website := fields.website_of(path)) is not None})


def is_of_websites(item: Item) -> bool:
    """Return whether the item is about facts of each website."""
    return any("*" in beginning for beginning in item.about)


def first_path(item: Item, filing: Filing, website: int | None = 0) -> str:
    """Return the path of the item's first fact or paper that this filing has, for the given website.

    Empty where the item is primarily about websites and ``website`` is None.
    """
    if website is None and item.about[0].startswith("websites.*."):
        return ""

    known = {path for path, _section, _field in fields.each(filing.facts)}
    known |= {paper.path for paper in (*attachments.asked_of_host(filing.facts), *attachments.photos(filing.facts))}
    known |= {paper.path for paper in attachments.documents(filing.facts)}
    about: Sequence[str] = item.about
    if website is None:
        about = [beginning for beginning in about if "*" not in beginning]
    elif facts.count(filing.facts) > 1:
        about = sorted(about, key=lambda beginning: "*" not in beginning)
    paths = (beginning.replace("*", str(website)) for beginning in (*about, "papers.pledge"))
    return next((path for beginning in paths for path in _at(beginning, known)), "")


def origin_of(remark: Mapping[str, str]) -> str:
    """Return the id of the item for which the remark was drafted; empty if a person began it."""
    return remark.get("origin", "").partition(":")[0]


def is_as_drafted(remark: Mapping[str, str]) -> bool:
    """Return whether the remark is unedited since it was drafted."""
    return remark.get("origin", "").partition(":")[2] == _digest(remark)


def outlives(remark: Mapping[str, str], entries: Mapping[str, SheetEntry]) -> bool:
    """Return whether the remark's item has an answer other than no by now."""
    return entries.get(origin_of(remark), SheetEntry()).answer not in ("", NO)


def without_withdrawn(remarks: Iterable[Mapping[str, str]], entries: Mapping[str, SheetEntry]) -> list[dict[str, str]]:
    """Return the remarks without unedited drafts for items that are no longer answered with no."""
    return [dict(one) for one in remarks if not (outlives(one, entries) and is_as_drafted(one))]


def _digest(remark: Mapping[str, str]) -> str:
    """Return a short digest of a remark's words, to detect edits of a draft."""
    return hashlib.sha256("\n".join(remark.get(part, "").strip() for part in PARTS).encode()).hexdigest()[:12]


def _at(beginning: str, known: Collection[str]) -> list[str]:
    return [beginning] if beginning in known else sorted(path for path in known if path.startswith(f"{beginning}."))
