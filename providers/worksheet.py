"""The verification sheet while it is filled in, with the facts and papers each item is about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from filings import checklist, checklist_items, facts
from filings.checklist_items import Item
from filings.fields import Section, attachments
from filings.fields.display import Block, FactRow
from filings.fields.findings import Finding
from filings.models import Evidence, Filing, Remark, Worksheet
from filings.rules.rounds import NOW, History, concerned_paths
from filings.states import Role
from filings.verification import worksheets
from filings.verification.worksheets import PortalJudgement, SheetEntry
from ministry.reference import domains, english


@dataclass(frozen=True, slots=True)
class VerifyingDesk:
    """A filing that is being verified. ``kept`` is the saved sheet, ``shown`` what its page begins with."""

    filing: Filing
    kept: Worksheet | None = None
    about: Mapping[str, PortalJudgement] = field(default_factory=dict)
    earlier: Mapping[str, SheetEntry] = field(default_factory=dict)
    shown: Mapping[str, SheetEntry] = field(default_factory=dict)
    pictures: Sequence[Evidence] = ()

    @property
    def version(self) -> int:
        """Return the version of the saved sheet; 0 if there is none."""
        return self.kept.version if self.kept else 0

    def papers_about(self, item: Item) -> list[Evidence]:
        """Return the pictures the item is about."""
        return [picture for picture in self.pictures if checklist.is_at(picture.path, item.about)]


@dataclass(frozen=True, slots=True)
class Looked:
    """What the page has looked up already: findings, pictures, the states of the rounds, the latest remarks."""

    found: Sequence[Finding]
    pictures: Sequence[Evidence]
    history: History
    recent_remarks: Sequence[Remark]


def desk_of(filing: Filing, looked: Looked) -> VerifyingDesk:
    """Return the saved sheet, the findings of the checks, and earlier entries that are still valid.

    At most two queries if the filing carries its sheets.
    """
    if filing.holder != Role.PROVIDER:
        return VerifyingDesk(filing)
    sheets = {sheet.round: sheet for sheet in filing.worksheets.all()}
    kept = sheets.pop(filing.round, None)
    about = worksheets.judgements(filing, looked.found)
    earlier = _earlier(filing, sheets, looked)
    shown = worksheets.offered(worksheets.entries_of(kept), earlier, worksheets.answered(filing, about))
    return VerifyingDesk(filing, kept, about, earlier, shown, looked.pictures)


def _earlier(filing: Filing, sheets: Mapping[int, Worksheet], looked: Looked) -> dict[str, SheetEntry]:
    """Return the entries still valid of an earlier round: the last one verified, or a later one that was returned."""
    own = [one for one in looked.history.verifications if one.round > filing.former_rounds]
    last = own[-1] if own else None
    sheet = max(sheets.values(), key=lambda one: one.round, default=None)
    if sheet and (last is None or sheet.round >= last.round):
        return _untouched(filing, sheet.round, worksheets.entries_of(sheet), looked)
    if last is None:
        return {}
    keys = {picture.sha256: picture.pk for picture in looked.pictures}
    return _untouched(filing, last.round, worksheets.verified(last, keys), looked)


def _untouched(
    filing: Filing, round_number: int, entries: Mapping[str, SheetEntry], looked: Looked
) -> dict[str, SheetEntry]:
    """Return the entries that no change and no remark has touched since that round."""
    key = str(round_number)
    found = looked.history.states((key, NOW))
    touched = concerned_paths(found[key], found[NOW])
    touched += _remarked(filing, round_number, looked.recent_remarks)
    return worksheets.still_valid(entries, touched, filing.sheet_items)


def _remarked(filing: Filing, round_number: int, latest: Iterable[Remark]) -> list[str]:
    """Return the paths remarked on in that round or later. No query if it is at most one round back."""
    if round_number < filing.round - 1:
        return list(filing.remarks.filter(round__gte=round_number).values_list("path", flat=True))
    return [remark.path for remark in latest if remark.round >= round_number]


# --- The facts beside the items that are about them -------------------------------------------------------


@dataclass(slots=True)
class Facts:
    """Facts of one section of the form."""

    section: Section
    rows: list[FactRow]


def facts_by_block(items: Sequence[Item], blocks: Iterable[Block]) -> dict[str, list[Facts]]:
    """Return, by block of the sheet, the facts its items are about, section by section."""
    found: dict[str, list[Facts]] = {block: [] for block in checklist_items.TITLES}
    for part in blocks:
        for row in part.rows:
            beside = found[_block_of(row.path, items)]
            if not beside or beside[-1].section != part.section:
                beside.append(Facts(part.section, []))
            beside[-1].rows.append(row)
    return found


def _block_of(path: str, items: Sequence[Item]) -> str:
    """Return the block of the item about a fact; for other facts, the papers, or else the last block."""
    asked = [item.block for item in items]
    rest = "papers" if "papers" in asked or not asked else asked[-1]
    return next((item.block for item in items if checklist.is_at(path, item.about)), rest)


def rows_about(item: Item, blocks: Iterable[Block]) -> list[FactRow]:
    """Return the facts the item is about, in the order of the form."""
    return [row for block in blocks for row in block.rows if checklist.is_at(row.path, item.about)]


def named(pictures: Iterable[Evidence]) -> list[tuple[int, str]]:
    """Return the pictures to choose evidence from: key and name."""
    return [(picture.pk, str(attachments.label(picture.path))) for picture in pictures]


def named_websites(filing: Filing) -> list[tuple[int, str]]:
    """Return the websites and other services of a filing to choose from: place, counted from 0, and name."""
    names = (domains.display_domain(facts.known_by(filing.facts, at)) for at in range(facts.count(filing.facts)))
    return [(at, f"{at + 1} · {name}") for at, name in enumerate(names)]


# --- The sheet to be read ---------------------------------------------------------------------------------


def words(entry: SheetEntry) -> str:
    """Return an entry in one line: answer, note, facts filled in, and who answered if it was not the verifier."""
    answer = checklist_items.ANSWERS.get(entry.answer, "")
    return " · ".join(filter(None, (str(answer), entry.note, *entry.filled.values(), entry.source)))


def read(desk: VerifyingDesk) -> list[dict[str, str]]:
    """Return the saved sheet for ``desk/_sheet_rows.html``, for those who don't work on it."""
    kept, names = worksheets.entries_of(desk.kept), dict(named(desk.pictures))
    return [
        {
            "label": str(item.text),
            "value": str(checklist_items.ANSWERS.get(entry.answer, "")),
            "note": " · ".join(filter(None, (entry.note, *entry.filled.values()))),
            "source": entry.source,
            "evidence": english.joined(names[pk] for pk in entry.evidence if pk in names),
        }
        for item in desk.filing.sheet_items
        if (entry := kept.get(item.id))
    ]
