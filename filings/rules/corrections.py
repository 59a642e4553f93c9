"""Corrections of a returned filing: its remarks, the answers to them, and the fields that may be edited."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings import checklist, facts, fields, kinds
from filings.checklist_items import FILLED
from filings.facts import Facts
from filings.fields import attachments, derived
from filings.fields.findings import Finding
from filings.models import Filing, Remark, without_reworded
from filings.rules import checks
from filings.states import Status
from ministry.reference import english

# Codes of remarks and findings caused by a record in force or another open filing; a host can apply for its release
# (``records.orders.cancellation_cases``).
IN_THE_WAY = ("1003", "1005", "1039", "P110")


@dataclass(frozen=True, slots=True)
class Opening:
    """The facts and papers that may be edited; ``paths`` None means all that the filing's kind opens.

    ``values`` are the filing's facts: data on record that this kind of filing does not change are closed.
    ``version`` is the filing's version that this was computed for.
    """

    paths: frozenset[str] | None = None
    values: Facts | None = None
    version: int | None = None

    def covers(self, path: str) -> bool:
        """Return whether the fact or paper at ``path`` may be changed."""
        if self.values is not None and kinds.closes(self.values, path):
            return False
        return self.paths is None or any(path == one or path.startswith(f"{one}.") for one in self.paths)

    def saved_as(self, version: int) -> "Opening":
        """Return this opening with the version that the caller has just saved; unchanged if others saved in between."""
        return replace(self, version=version) if self.version == version - 1 else self


def opening(filing: Filing, look: Callable[[], Iterable[Finding]] | None = None) -> Opening:
    """Return what the filing's holder may edit; used by the services and the forms alike.

    After a transfer from another provider only the access is open, until the new provider passes the filing on. In a
    filing returned to its host these are open: what a remark names, what has a blocking finding now, and what was
    changed since the return, so that a mistake can be corrected. Everything is open when the host has unlocked it.
    ``look`` returns the findings if the caller has them. At most eight queries.
    """
    if filing.awaits_access:
        return Opening(frozenset(facts.accesses(filing.facts)), filing.facts, filing.version)
    if filing.status != Status.RETURNED_TO_HOST or filing.unlocked:
        return Opening(values=filing.facts, version=filing.version)
    paths = {path for remark in open_remarks(filing) for path in concerned(remark.path, filing.facts)}
    found = look() if look else checks.findings(filing)
    paths |= {finding.path for finding in found if finding.blocks}
    whole = frozenset(attachments.whole(path) for path in paths | changed(filing))
    return Opening(whole, filing.facts, filing.version)


def of_version(filing: Filing, known: Opening | None) -> Opening:
    """Return the known opening if it was computed for this version of the filing; compute it otherwise."""
    return known if known is not None and known.version == filing.version else opening(filing)


def refusal(filing: Filing, paths: Sequence[str], open_now: Opening | None = None) -> str:
    """Return why these facts and papers can't be edited now, in words for the user; empty when they can.

    ``open_now`` if the caller has it; one of another version of the filing is computed again.
    """
    if not paths:
        return ""
    open_now = of_version(filing, open_now)
    closed = [path for path in paths if not open_now.covers(path)]
    if not closed:
        return ""
    if filing.awaits_access:
        return _("Only the access data can be entered here; the rest stays as the host submitted it.")
    if recorded := [path for path in closed if kinds.closes(filing.facts, path)]:
        return closed_words(recorded)
    return _(
        "No remark concerns %(fields)s, so it can't be changed now. Nothing has been saved. To change "
        "it anyway, choose “Edit everything” first."
    ) % {"fields": named(closed)}


# Facts that never change under a number → code and way out.
NEVER = {
    "subject.province": (
        "1046",
        gettext_lazy("To move to another province, cancel the record and file again there."),
    ),
    "subject.cert_type": ("P402", gettext_lazy("Another certificate means another host, which needs its own filing.")),
    "subject.cert_number": (
        "P402",
        gettext_lazy("Another certificate means another host, which needs its own filing."),
    ),
    "websites.0.domain": (
        "P402",
        gettext_lazy("Another domain means another website: file it as a new one and cancel this one."),
    ),
}


def closed_words(paths: Sequence[str]) -> str:
    """Return the message that these facts stay as on record, with code and way out where they never change."""
    words = _("%(fields)s must stay as on record; nothing has been saved.") % {"fields": named(paths)}
    for path in paths:
        if path in NEVER:
            code, way_out = NEVER[path]
            return f"{code}: {words} {way_out}"
    return f"{words} " + _("To change it, file a change of that record.")


def named(paths: Iterable[str]) -> str:
    """Return the names of facts and papers as a list for a sentence."""
    return english.joined(dict.fromkeys(f"“{_name(path)}”" for path in paths))


def _name(path: str) -> str:
    found = fields.find(path)
    return str(found[1].label if found else attachments.label(path))


def concerned(path: str, values: Facts) -> tuple[str, ...]:
    """Return the paths to edit to correct a remark at ``path``.

    Where a website's responsible person is the same as the host's: the host's data and the "same person" switch. For
    what an individual isn't asked for: the fact that it repeats.
    """
    if source := derived.source_of(path, values):
        return (source,)
    for website in range(facts.count(values)):
        own = f"websites.{website}.responsible"
        if path.startswith(f"{own}.") and facts.same_person(values, website):
            switch = f"{own}.same"
            return (switch,) if path == switch else (f"responsible{path.removeprefix(own)}", switch)
    return (path,)


def open_remarks(filing: Filing) -> tuple[Remark, ...]:
    """Return the remarks of the latest return; empty if there was none. One query."""
    return without_reworded(filing.remarks.filter(round=filing.round)) if filing.round else ()


def changed(filing: Filing) -> set[str]:
    """Return the paths of facts and papers changed since the host last submitted. At most three queries."""
    before = filing.snapshots.get(round=filing.round)
    differing_facts = facts.changed_paths(before.facts, filing.facts)
    if any(checklist.is_at(path, FILLED) for path in differing_facts):  # maybe by the verifier, on the sheet
        differing_facts = facts.changed_paths(before.with_filled_in(), filing.facts)
    pictures = differing(before.papers, current_papers(filing))
    return {
        *differing_facts,
        *(path for path in pictures if not attachments.is_photo(path)),  # taken by the provider at any time
    }


def current_papers(filing: Filing) -> dict[str, str]:
    """Return the papers as they are now: path → SHA-256. One query."""
    return {picture.path: picture.sha256 for picture in filing.evidence.filter(replaced_at=None)}


def differing(old: dict[str, str], new: dict[str, str]) -> Iterator[str]:
    """Yield the paths at which two sets of papers differ."""
    return (path for path in old.keys() | new.keys() if old.get(path) != new.get(path))


def uncorrected(filing: Filing) -> list[Remark]:
    """Return the remarks of the latest return about something that is still unchanged. At most three queries."""
    if not (remarks := open_remarks(filing)):
        return []
    since = Opening(frozenset(changed(filing)))
    return [
        remark
        for remark in remarks
        if not attachments.is_photo(remark.path) and not any(map(since.covers, concerned(remark.path, filing.facts)))
    ]


def unanswered(filing: Filing) -> list[Remark]:
    """Return the remarks of the latest return to which the host has not written an answer yet. One query."""
    return [remark for remark in open_remarks(filing) if not filing.answers_draft.get(str(remark.pk), "").strip()]
