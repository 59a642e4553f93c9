"""Forms built from the data dictionary. They check shape only (length, known choices); rules are in ``checks``."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desks.forms import PortalForm
from desks.noted_fields import NotedField, noted
from desks.short_list import ShortCheckboxSelectMultiple, ShortRadioSelect
from desks.suggestions import ReadPictures, Suggestion, readable
from desks.validity_field import ValidityField
from filings import facts, fields
from filings.facts import Facts
from filings.fields import Choices, Field, Section, Type, display
from filings.fields.findings import Finding
from filings.fields.merging import Seen
from filings.models import Filing, Remark
from filings.rules import checks, corrections, provincial
from ministry.reference import code_tables
from ministry.rules.official import official
from ministry.rules.rules import RuleBook
from ministry.versions import VersionField

EMPTY = [("", "—")]
FEW = 3


def _text(field: Field, _choices: Choices, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=field.max_length, widget=forms.TextInput(attrs=_attributes(field)), **common)


def _attributes(field: Field) -> dict[str, Any]:
    """Return the attributes of the input of a typed text."""
    tidied = field.name if field.tidied else ""
    attributes = {"class": field.width, "inputmode": field.keyboard, "data-tidy": tidied}
    return {name: value for name, value in attributes.items() if value}


def _lines(field: Field, _choices: Choices, common: dict[str, Any]) -> forms.Field:
    attributes = {"rows": 2 if field.width else 3, **_attributes(field)}
    return forms.CharField(max_length=field.max_length, widget=forms.Textarea(attrs=attributes), **common)


def _choice(field: Field, choices: Choices, common: dict[str, Any]) -> forms.Field:
    """Return radio buttons for few or usual choices, a list for many; ids are stored as numbers, names as text."""
    coerce = str if field.type == Type.NAMED else int
    if (usual := common.pop("usual", None)) is not None:
        return forms.TypedChoiceField(choices=choices, coerce=coerce, widget=ShortRadioSelect(usual), **common)
    if len(choices) <= FEW:
        return forms.TypedChoiceField(choices=choices, coerce=coerce, widget=forms.RadioSelect, **common)
    widget = forms.Select(attrs={"class": field.width} if field.width else {})
    return forms.TypedChoiceField(choices=[*EMPTY, *choices], coerce=coerce, widget=widget, **common)


def _place(_field: Field, choices: Choices, common: dict[str, Any]) -> forms.Field:
    """Return a list of places in groups; with JavaScript first the city is chosen, then the county."""
    words = {"data-cascade": _("City"), "data-cascade-first": _("Choose the city first")}
    return forms.TypedChoiceField(choices=[*EMPTY, *choices], coerce=str, widget=forms.Select(attrs=words), **common)


def _several(_field: Field, choices: Choices, common: dict[str, Any]) -> forms.Field:
    usual = common.pop("usual", None)
    widget = forms.CheckboxSelectMultiple() if usual is None else ShortCheckboxSelectMultiple(usual)
    return forms.TypedMultipleChoiceField(choices=choices, coerce=int, widget=widget, empty_value=[], **common)


def _date(_field: Field, _choices: Choices, common: dict[str, Any]) -> forms.Field:
    attributes = {"type": "date", "class": "input-short"}
    return forms.DateField(widget=forms.DateInput(attrs=attributes, format="%Y-%m-%d"), **common)


def _validity(_field: Field, _choices: Choices, common: dict[str, Any]) -> forms.Field:
    return ValidityField(**common)


def _switch(_field: Field, _choices: Choices, common: dict[str, Any]) -> forms.Field:
    return forms.BooleanField(**common)


MAKERS: dict[Type, Callable[[Field, Choices, dict[str, Any]], forms.Field]] = {
    Type.TEXT: _text,
    Type.LINES: _lines,
    Type.CHOICE: _choice,
    Type.NAMED: _choice,
    Type.DIVISION: _place,
    Type.CHOICES: _several,
    Type.DATE: _date,
    Type.VALIDITY: _validity,
    Type.SWITCH: _switch,
}


def _form_field(field: Field, values: Facts, book: RuleBook) -> forms.Field:
    """Return the Django field of an entry of the data dictionary; nothing is required: a draft may be incomplete."""
    individual = facts.is_individual(values)
    hint, _example = field.help_for(individual=individual)
    common: dict[str, Any] = {"label": field.label_for(individual=individual), "help_text": hint, "required": False}
    if field.usual:
        refused = provincial.refused_contents(values, book) if field is fields.CONTENTS else ()
        common["usual"] = [one for one in field.usual(values) if one not in refused]
    return MAKERS[field.type](field, field.choices_for(values), common)


def add_field(
    form: forms.Form, name: str, section: Section, field: Field, filing: Filing, book: RuleBook
) -> NotedField:
    """Add the field of a fact to a page of this filing's form, with the advice of its province."""
    form.fields[name] = form_field = _form_field(field, filing.facts, book)
    is_advised = _is_advised(section, field, filing)
    if field is fields.WEBSITE_NAME and is_advised:
        form_field.help_text = f"{provincial.name_hint(filing.facts, book)} {form_field.help_text}".strip()
    if field.type in fields.TYPED:
        form_field.widget.attrs["data-limit"] = field.max_length
    if autocomplete := field.autocomplete_of(section.prefix, individual=filing.is_individual):
        form_field.widget.attrs["autocomplete"] = autocomplete
    _hint, example = field.help_for(individual=filing.is_individual)
    nature = filing.get("subject.nature") or None
    shown = noted(form, name)
    # whether an approval's number may be left out is the province's rule; its hint says so
    shown.optional = (
        section.part != fields.APPROVALS.part
        and field.only_with is None
        and not fields.is_needed(section, field, filing.facts)
    )
    shown.example = str(example)
    if is_advised:
        told = book.advice_for(section.path(field), filing.is_individual, nature, provincial.JUDGED)
        named = [one._replace(source=official(one.source)) for one in told]
        shown.rules = sorted(named, key=lambda one: not one.source)
    return shown


def _is_advised(section: Section, field: Field, filing: Filing) -> bool:
    """Return whether provinces' advice on the field is shown: advice on websites is no rule for an APP."""
    of_website = facts.service(filing.facts, section.website or 0) == code_tables.WEBSITE
    return section.part != fields.WEBSITE.part or of_website or field.name == "approvals"


class FormState:
    """Findings, open fields, rules and remarks of a filing, computed once each for the forms of a page.

    ``known``: what the portal knows of whoever fills in (path → value), which stands in the form until it is saved.
    """

    def __init__(self, filing: Filing, known: Mapping[str, Any] | None = None) -> None:
        self.filing = filing
        self.known = known or {}

    @cached_property
    def found(self) -> list[Finding]:
        """Return every finding. Queries as ``checks.findings``."""
        return checks.findings(self.filing)

    @cached_property
    def opening(self) -> corrections.Opening:
        """Return what may be written on."""
        return corrections.opening(self.filing, lambda: self.found)

    @cached_property
    def book(self) -> RuleBook:
        """Return the rules of its province. One query."""
        return checks.rule_book(self.filing)

    @cached_property
    def read(self) -> ReadPictures:
        """Return what was read from its pictures. One query, none while reading is off."""
        return ReadPictures.of(self.filing)

    @cached_property
    def remarks(self) -> tuple[Remark, ...]:
        """Return the remarks of the latest return. One query."""
        return corrections.open_remarks(self.filing)


class VersionForm(PortalForm):
    """The version of the filing the page was made from."""

    version = VersionField()


class SeenField(forms.Field):
    """The hidden field with what the page has shown; an unreadable value counts as empty, not as an error."""

    widget = forms.HiddenInput(attrs={"autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def to_python(self, value: Any) -> Seen | None:
        return Seen.sent(str(value or ""))


class OpenForm(VersionForm):
    """A form of a filing of which parts may be closed. A value sent for a closed fact is refused, not dropped."""

    _refusal = ""

    # What the page has shown of its editable facts: another window may have changed something else meanwhile.
    seen = SeenField()

    def names(self) -> dict[str, str]:
        """Return the controls of facts: path → name."""
        return {}

    def values(self) -> dict[str, Any]:
        """Return the facts that were typed, by path."""
        return {}

    def suggest(self, state: FormState) -> None:
        """Add what was read from the pictures to the shown fields as suggestions. Queries as ``FormState.read``."""
        for path, name in self.names().items():
            field = noted(self, name)
            field.suggestion = Suggestion.of(path, field.value(), state.read.seen.get(path))

    @property
    def offers(self) -> list[NotedField]:
        """Return the fields that are empty and have a suggestion."""
        shown = (noted(self, name) for name in self.names().values())
        return [field for field in shown if field.suggestion and not field.suggestion.differs]

    def typed_over(self, kept: "OpenForm", untouched: Collection[str]) -> dict[str, Any]:
        """Return the data of this form over the saved values, to be sent again on purpose.

        ``kept`` is the same form without data; its values are used at the ``untouched`` paths.
        """
        theirs = {name for path, name in self.names().items() if path in untouched} | {"version", "seen"}
        return {
            name: kept.get_initial_for_field(field, name) if name in theirs else self[name].data
            for name, field in kept.fields.items()
        }

    def follow(self, kept: "OpenForm") -> None:
        """Take over version and ``seen`` of the same form made now: a part of what was sent has been saved."""
        self.data = {**dict(self.data.items()), "version": kept.initial["version"], "seen": kept.initial["seen"]}

    def refuse(self, state: FormState, sent: Sequence[str]) -> None:
        """Refuse the form on ``clean`` if any of these sent paths is closed."""
        if sent:
            self._refusal = corrections.refusal(state.filing, sent, state.opening)

    def clean(self) -> dict[str, Any]:
        if self._refusal:
            self.add_error(None, self._refusal)
        return super().clean() or {}


def show_findings(form: forms.Form, findings: Iterable[tuple[str, Finding]]) -> None:
    """Show findings at their fields, by name: those that block as errors, those that warn as notes."""
    for name, finding in findings:
        words = f"{finding.message} {finding.fix}".strip()
        if finding.blocks:
            form.add_error(name, words)
        else:
            noted(form, name).notes += (words,)


class SectionForm(OpenForm):
    """One page of the form. ``values()`` returns what was typed, by path.

    Closed facts of a returned filing have no control; ``closed`` has them as rows of text. ``preset``: whether what
    most hosts enter stands in fields that have never been saved.
    """

    awaits_reading = could_be_read = False
    says_below = True  # nothing may move while typing: messages have their place under the control

    def __init__(
        self,
        section: Section,
        state: FormState,
        data: Any = None,
        remarks: tuple[Remark, ...] = (),
        *,
        preset: bool = True,
    ) -> None:
        self.section = section
        filing, opening = state.filing, state.opening
        initial = {field.name: initial_of(filing.facts, section, field) for field in section.fields}
        if preset:
            initial |= _presets(section, state)
        super().__init__(data, initial={**initial, "version": filing.version})
        self.open_fields = [
            field
            for field in section.fields
            if field is not fields.SERVICE
            and opening.covers(section.path(field))
            and fields.is_asked(section, field, filing.facts)
        ]
        self.closed = [
            display.FactRow(path, str(field.label), display.words(path, filing.get(path), full=True))
            for field in section.fields
            if not opening.covers(path := section.path(field))
        ]
        for field in self.open_fields:
            add_field(self, field.name, section, field, filing, state.book).remarks = [
                display.remark_words(remark, values=filing.facts)
                for remark in remarks
                if remark.path == section.path(field)
            ]
        self.initial["seen"] = str(Seen.of(filing.facts, self.names()))
        self.refuse(state, [row.path for row in self.closed if row.path.rsplit(".", 1)[-1] in self.data])

    def suggest(self, state: FormState) -> None:
        """Note also whether more is or could be read."""
        super().suggest(state)
        names, read = self.names(), state.read
        self.awaits_reading = not read.awaited.isdisjoint(names)
        empty = [path for path in names if path not in read.seen and not state.filing.get(path)]
        self.could_be_read = not self.awaits_reading and not readable(state.filing).isdisjoint(empty)

    def names(self) -> dict[str, str]:
        return {self.section.path(field): field.name for field in self.open_fields}

    def values(self) -> dict[str, Any]:
        """Return what was typed, by path, in the types the facts store; malformed values are left out."""
        return {
            self.section.path(field): kept_value(field, self.cleaned_data.get(field.name))
            for field in self.open_fields
            if field.name not in self.errors
        }

    def add_findings(self, findings: list[Finding]) -> None:
        """Show the findings of this page at their fields."""
        names = self.names()
        show_findings(self, [(names[finding.path], finding) for finding in findings if finding.path in names])


class ServiceForm(VersionForm):
    """The service of an entry. A form of its own, because another choice has other questions."""

    service = forms.TypedChoiceField(
        label=_("Type of service"),
        help_text=fields.CHOOSE_WHAT,
        choices=fields.SERVICES,
        coerce=int,
        required=False,
        widget=forms.RadioSelect,
    )

    @classmethod
    def of(cls, section: Section, state: FormState, data: Any = None) -> "ServiceForm | None":
        """Return the form of the page's entry; None if the page is about something else, or it can't be changed now."""
        path, filing, opening = section.path(fields.SERVICE), state.filing, state.opening
        if fields.SERVICE not in section.fields or not opening.covers(path) or opening.paths is not None:
            return None
        return cls(data, initial={"service": facts.read(filing.facts, path), "version": filing.version})


def initial_of(values: Facts, section: Section, field: Field) -> Any:
    """Return the stored value as it is typed."""
    value = facts.read(values, section.path(field))
    return field.words(value) if value and field.words and field.type in fields.TYPED else value


def _presets(section: Section, state: FormState) -> dict[str, Any]:
    """Return the initial values of the page's fields that have never been saved, by name."""
    values = state.filing.facts
    known = {field.name: state.known[path] for field in section.fields if (path := section.path(field)) in state.known}
    usual = {field.name: value for field in section.fields if field.preset and (value := field.preset(values))}
    presets = known | usual
    return {
        field.name: presets[field.name]
        for field in section.fields
        if field.name in presets and not facts.has(values, section.path(field))
    }


def kept_value(field: Field, value: Any) -> Any:
    if field.type == Type.DATE:
        return value.isoformat() if value else ""
    if field.plain and isinstance(value, str):
        return unicodedata.normalize("NFKC", value).strip()
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    return "" if value is None else value
