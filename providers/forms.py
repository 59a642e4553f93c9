"""Forms of the provider's desk: answer to the bureau, hold, closing, and the sheet of ``filings.checklist``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from desks.components import ListedFinding
from desks.forms import CheckedField, PortalForm
from desks.noted_fields import optional
from desks.scan_form import scan_field
from filings import checklist, checklist_items, facts, fields
from filings.checklist_items import Item
from filings.evidence import documents
from filings.evidence.scans import ScannedPage
from filings.fields.display import Block, FactRow
from filings.models import HostReply
from filings.moves import assignment, endings
from filings.review import questions
from filings.verification import filling, worksheets
from filings.verification.worksheets import PortalJudgement, SheetEntry
from ministry.reference import english, service_words
from providers.worksheet import Facts, VerifyingDesk, facts_by_block, named, named_websites, rows_about


class AnswerForm(PortalForm):
    """The answer to a question of the bureau; ``found`` is the host's answer, if the question was passed on."""

    question = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Your answer"),
        max_length=questions.LONGEST,
        help_text=_("Sent to the bureau and kept on record. The filing itself does not change."),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write an answer.")},
    )
    pages = optional(
        scan_field(
            _("Supporting document"),
            _(
                "A scan as PDF, or photos as JPEG or PNG, at most {pages} pages. "
                "Only the bureau and your provider can see it."
            ),
        )
    )

    with_paper = forms.BooleanField(
        label=_("Send the host's document along"),
        required=False,
        initial=True,
        help_text=_("A document of your own replaces it."),
    )

    def __init__(self, *args: Any, found: HostReply | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if found is None or found.paper_id is None:
            del self.fields["with_paper"]

    def clean_pages(self) -> list[ScannedPage]:
        """Return the pages of the uploaded pictures and PDFs."""
        return documents.read(self.cleaned_data["pages"])


class AskHostForm(PortalForm):
    """Form that passes a question of the bureau on to the host."""

    question = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Your question to the host"),
        max_length=questions.LONGEST,
        help_text=_("The host is notified by e-mail and answers on the filing's page. The bureau does not see it."),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write your question.")},
    )


class PauseForm(PortalForm):
    """Until when a filing is on hold, and why."""

    until = forms.DateField(
        label=_("Back in the queue on"),
        widget=forms.DateInput(attrs={"type": "date", "class": "input-medium"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the day on which it returns to the queue.")},
    )
    reason = forms.CharField(
        label=_("Why it is on hold"),
        max_length=200,
        help_text=_("For you and your colleagues: what you are waiting for."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why the filing is on hold.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["until"].widget.attrs |= {
            "min": (today + timedelta(days=1)).isoformat(),
            "max": (today + assignment.LONGEST_PAUSE).isoformat(),
        }
        self.fields["until"].help_text = _("At the latest on %(last)s.") % {
            "last": date_format(today + assignment.LONGEST_PAUSE, "DATE_FORMAT")
        }


class CloseForm(PortalForm):
    """Why a filing is closed: one of the reasons, and what it means here."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=list(endings.CLOSINGS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why the filing is closed.")},
    )
    words = forms.CharField(
        label=_("Message to the host"),
        max_length=endings.LONGEST_WORDS,
        help_text=_(
            "Explain what has happened and what the host can do now. It is included in the e-mail and in the history."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say in one sentence why the filing is closed; the host can read it.")},
    )


@dataclass(frozen=True, slots=True)
class SheetLine:
    """An item of the sheet, for its template."""

    item: Item
    field: forms.BoundField
    note: forms.BoundField
    evidence: forms.BoundField
    where: forms.BoundField | None  # which website, where there are several
    fills: list[forms.BoundField]  # facts that the host has left empty
    shown: SheetEntry
    judgement: PortalJudgement
    rows: list[FactRow]
    papers: list[tuple[int, str]]
    meanwhile: str  # what somebody else has saved since

    @property
    def is_open(self) -> bool:
        """Return whether note and evidence are unfolded: they are filled in, or a no needs its reason."""
        where = self.where.value() if self.where else None
        return bool(self.note.value() or self.evidence.value() or where or self.field.value() == checklist_items.NO)

    @property
    def source(self) -> str:
        """Return who answered instead of the verifier, while that answer stands."""
        return self.shown.source if self.field.value() == self.shown.answer else ""


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One block of the sheet."""

    id: str
    title: str
    lines: list[SheetLine]
    facts: list[Facts]

    @property
    def answered(self) -> int:
        """Return how many of its items have an answer."""
        return sum(bool(line.field.value()) for line in self.lines)


class SheetForm(PortalForm):
    """The sheet, item by item: answer, note, evidence; then the place and the verifier's statement.

    ``judged``: whether it is to be passed now; to save it, nothing has to be answered yet.
    """

    place = forms.CharField(label=_("Where the check took place"), max_length=255, required=False)
    statement = forms.BooleanField(
        label=_("I have verified this face to face; the data are true."),
        required=False,
        error_messages={"required": _("Tick the statement before you send the filing to the bureau.")},
    )
    statement.template_name = "providers/_statement.html"  # type: ignore[attr-defined]

    def __init__(self, data: Any = None, *, desk: VerifyingDesk, judged: bool = False) -> None:
        super().__init__(data)
        self.desk, self.items = desk, desk.filing.sheet_items
        kept_place = desk.kept.place if desk.kept else ""
        self.fields["place"].initial = kept_place or desk.filing.provider.address
        for name in ("place", "statement"):
            self.fields[name].required = judged
        # item → path of a fact to fill in → its control
        self.fills: dict[str, dict[str, str]] = {}
        for item in self.items:
            shown = desk.shown.get(item.id, SheetEntry())
            self._add(item, shown, judged=judged)
            self._add_fills(item, shown, judged=judged)

    def _add(self, item: Item, shown: SheetEntry, *, judged: bool) -> None:
        self.fields[item.id] = forms.ChoiceField(
            label=str(item.text),
            choices=list(item.answers.items()),
            widget=forms.RadioSelect,
            required=judged,
            initial=shown.answer,
            error_messages={"required": _("Answer yes, no or not applicable.")},
        )
        self.fields[f"note-{item.id}"] = forms.CharField(
            label=_("Note"),
            required=False,
            max_length=worksheets.LONGEST_NOTE,
            initial=shown.note,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields[f"evidence-{item.id}"] = forms.TypedMultipleChoiceField(
            label=_("Checked against"),
            required=False,
            coerce=int,
            choices=named(self.desk.pictures),
            initial=list(shown.evidence),
            widget=forms.CheckboxSelectMultiple,
        )
        if len(websites := named_websites(self.desk.filing)) > 1 and worksheets.is_of_websites(item):
            self.fields[f"where-{item.id}"] = forms.TypedMultipleChoiceField(
                label=_("Website or service concerned"),
                required=False,
                coerce=int,
                choices=websites,
                initial=list(shown.websites),
                widget=forms.CheckboxSelectMultiple,
            )

    def _add_fills(self, item: Item, shown: SheetEntry, *, judged: bool) -> None:
        """Add a control for each fact that the verifier may fill in beside the item, named by its website's domain."""
        names = dict(named_websites(self.desk.filing))
        self.fills[item.id] = {}
        for path, section, field in filling.asked(self.desk.filing, item):
            name = self.fills[item.id][path] = f"fill-{path.replace('.', '-')}"
            website = names[fields.website_of(path) or 0]
            self.fields[name] = CheckedField(
                check=partial(field.check, self.desk.filing.facts, section.prefix) if field.check else str,
                label=english.labelled(field.label, website) if len(names) > 1 else field.label,
                help_text=_("The host has left this empty. Fill it in here; it becomes part of the filing."),
                required=judged and filling.is_required(self.desk.filing, path),
                max_length=field.max_length,
                initial=shown.filled.get(path, ""),
                error_messages={"required": _("This is needed to pass the filing on. Fill it in.")},
            )

    def answers(self) -> dict[str, str]:
        """Return the answers by item; only after a successful ``is_valid``."""
        return {item.id: self.cleaned_data[item.id] for item in self.items}

    def entries(self) -> dict[str, SheetEntry]:
        """Return what is filled in, by item, without invalid values; only after ``is_valid``, whatever it returned."""
        return {item.id: self._entry(item) for item in self.items}

    def _entry(self, item: Item) -> SheetEntry:
        typed = [self.cleaned_data.get(name) for name in (item.id, f"note-{item.id}", f"evidence-{item.id}")]
        where = tuple(self.cleaned_data.get(f"where-{item.id}") or ())
        filled = {path: text for path, name in self.fills[item.id].items() if (text := self.cleaned_data.get(name))}
        entry = SheetEntry(typed[0] or "", typed[1] or "", tuple(typed[2] or ()), websites=where, filled=filled)
        shown = self.desk.shown.get(item.id, SheetEntry())
        if entry.answer != shown.answer or not entry.answer:
            return entry
        return replace(entry, by=shown.by, source=shown.source)

    def say_yes(self, block: str) -> dict[str, SheetEntry]:
        """Return the entries, with a yes to every item of the block that has no answer yet."""
        open_items = {item.id for item in self.items if item.block == block}
        return {
            item_id: replace(entry, answer=checklist_items.YES) if item_id in open_items and not entry.answer else entry
            for item_id, entry in self.entries().items()
        }

    def refuse_no(self) -> None:
        """Add an error to each item answered with no; the filing can't pass with one."""
        for item in checklist.answered_no(self.answers(), self.items):
            self.add_error(item.id, _("Answered with “No”: add it to the remarks and return the filing."))

    def parts(self, blocks: Sequence[Block], meanwhile: Mapping[str, str]) -> list[SheetPart]:
        """Return the items under the sheet's headings, beside the facts they are about."""
        beside = facts_by_block(self.items, blocks)
        parts = [
            SheetPart(
                block,
                service_words.with_service(title, facts.services(self.desk.filing.facts)),
                [self._line(item, blocks, meanwhile) for item in self.items if item.block == block],
                beside[block],
            )
            for block, title in checklist_items.TITLES.items()
        ]
        return [part for part in parts if part.lines]

    def _line(self, item: Item, blocks: Sequence[Block], meanwhile: Mapping[str, str]) -> SheetLine:
        return SheetLine(
            item,
            self[item.id],
            self[f"note-{item.id}"],
            self[f"evidence-{item.id}"],
            self[f"where-{item.id}"] if f"where-{item.id}" in self.fields else None,
            [self[name] for name in self.fills[item.id].values()],
            self.desk.shown.get(item.id, SheetEntry()),
            self.desk.about.get(item.id, PortalJudgement()),
            rows_about(item, blocks),
            named(self.desk.papers_about(item)),
            meanwhile.get(item.id, ""),
        )

    def faults(self) -> list[ListedFinding]:
        """Return what is wrong, item by item."""
        return [
            ListedFinding(
                message=" ".join(map(str, errors)),
                href=f"#{self[name].id_for_label or self[name].auto_id}",
                label=str(self.fields[name].label).rstrip("。."),
            )
            for name, errors in self.errors.items()
        ]
