"""Forms made from the data dictionary. They judge shape only (length, known choices); rules are in ``checks``."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from filings import checks, display, facts, fields, kinds, mending, papers, phrases, pictures, reasons
from filings.facts import Facts
from filings.fields import Field, Section, Type
from filings.findings import Finding
from filings.merging import Seen
from filings.models import Filing, Remark
from filings.remarks import PARTS, is_blank
from ministry import codes, divisions, domains, provinces
from ministry.rules import Advice, RuleBook
from ministry.versions import VersionField

Choices = Any
EMPTY = [("", "—")]
FEW = 3
# So many rules of all provinces stand openly at a field; more are folded.
OPEN_RULES = 2


def _offered(table: Sequence[codes.Code]) -> Callable[[Facts, Section], Choices]:
    """A code table as far as it is in force today."""
    return lambda _values, _section: codes.choices(table, timezone.localdate())


def _certificate_types(values: Facts, section: Section) -> Choices:
    if section.part == "subject":
        return codes.choices(codes.certificate_types_of(facts.read(values, "subject.nature") or 0))
    return codes.choices(codes.certificate_types_of(codes.PERSON))


# field name → choices, given all facts and the section
CHOICES: dict[str, Callable[[Facts, Section], Choices]] = {
    "nature": _offered(codes.NATURES),
    "province": lambda _values, _section: list(provinces.CHOICES),
    "cert_type": _certificate_types,
    "division": lambda values, _section: divisions.grouped_choices(facts.read(values, "subject.province")),
    "platforms": _offered(codes.APP_PLATFORMS),
    "services": lambda _values, _section: codes.service_choices(timezone.localdate()),
    "languages": _offered(codes.LANGUAGES),
    "ways": _offered(codes.ACCESS_WAYS),
    "places": _offered(codes.PLACEMENTS),
    "im": _offered(codes.MESSENGERS),
    "approvals": _offered(codes.PRIOR_APPROVALS),
    "reason": _offered(codes.CANCEL_REASONS),
    "legal_representative": lambda _values, _section: list(display.LEGAL_REPRESENTATIVE.items()),
}


def _text(field: Field, _choices: Choices, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=field.max_length, **common)


def _lines(field: Field, _choices: Choices, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=field.max_length, widget=forms.Textarea(attrs={"rows": 3}), **common)


def _choice(field: Field, choices: Choices, common: dict[str, Any]) -> forms.Field:
    """One of a few as radio buttons, one of many as a list; ids are kept as numbers, names as text."""
    coerce = str if field.type == Type.NAMED else int
    if len(choices) <= FEW:
        return forms.TypedChoiceField(choices=choices, coerce=coerce, widget=forms.RadioSelect, **common)
    return forms.TypedChoiceField(choices=[*EMPTY, *choices], coerce=coerce, **common)


def _place(_field: Field, choices: Choices, common: dict[str, Any]) -> forms.Field:
    """One of the places in groups; with JavaScript first the city is chosen, then the county."""
    words = {"data-cascade": _("City"), "data-cascade-first": _("Choose the city first")}
    return forms.TypedChoiceField(choices=[*EMPTY, *choices], coerce=str, widget=forms.Select(attrs=words), **common)


def _several(_field: Field, choices: Choices, common: dict[str, Any]) -> forms.Field:
    return forms.TypedMultipleChoiceField(
        choices=choices, coerce=int, widget=forms.CheckboxSelectMultiple, empty_value=[], **common
    )


def _date(_field: Field, _choices: Choices, common: dict[str, Any]) -> forms.Field:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **common)


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
    Type.SWITCH: _switch,
}


def _form_field(field: Field, section: Section, values: Facts) -> forms.Field:
    """The Django field of an entry of the data dictionary; nothing is required: a draft may be incomplete."""
    choices = CHOICES[field.name](values, section) if field.name in CHOICES else []
    hint, _example = field.help_for(individual=facts.is_individual(values))
    return MAKERS[field.type](field, choices, {"label": field.label, "help_text": hint, "required": False})


def _field_of(section: Section, field: Field, filing: Filing, book: RuleBook) -> forms.Field:
    """The Django field as a page of this filing's form shows it, with what its province asks for there."""
    form_field = _form_field(field, section, filing.facts)
    # a browser would cut long text without a word; the form says it instead
    form_field.widget.attrs.pop("maxlength", None)
    if field.type in fields.TYPED:
        form_field.widget.attrs["data-limit"] = field.max_length
    _hint, example = field.help_for(individual=filing.is_individual)
    nature = filing.get("subject.nature") or None
    # whether an approval's number may be left out is the province's rule; its hint says so
    form_field.optional = (  # type: ignore[attr-defined]
        section.part != fields.APPROVALS.part
        and field.only_with is None
        and not fields.is_needed(section, field, filing.facts)
    )
    form_field.example = example  # type: ignore[attr-defined]
    advice = book.advice_for(section.path(field), filing.is_individual, nature)
    form_field.rules, form_field.folded_rules = _laid_out(  # type: ignore[attr-defined]
        advice if _is_advised(section, field, filing) else []
    )
    return form_field


def _is_advised(section: Section, field: Field, filing: Filing) -> bool:
    """Whether what provinces say of the field is said here too: what they say of websites is no rule for an APP."""
    of_website = facts.service(filing.facts, section.website or 0) == codes.WEBSITE
    return section.part != fields.WEBSITE.part or of_website or field.name == "approvals"


def _laid_out(advice: list[Advice]) -> tuple[list[Advice], list[Advice]]:
    """What stands openly at a field, and what is folded: the province's own is always open, a wall of others is not."""
    everywhere = [one for one in advice if not one.own]
    if len(everywhere) <= OPEN_RULES:
        return advice, []
    return [one for one in advice if one.own], everywhere


class VersionForm(forms.Form):
    """Carries the version of the filing the page was made from."""

    version = VersionField()


class TransferForm(VersionForm):
    """To which access provider a filing goes whose own takes none any more."""

    use_required_attribute = False

    provider: forms.Field = forms.ModelChoiceField(label=_("Access provider"), queryset=None, empty_label="—")

    def __init__(self, providers: QuerySet[Any], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["provider"].queryset = providers  # type: ignore[attr-defined]


class OpenForm(VersionForm):
    """A form of a filing that may be closed in part. What is sent for a closed fact is refused, not dropped."""

    use_required_attribute = False
    _refusal = ""

    # What the page has shown of what can be changed on it: another window may have changed something else meanwhile.
    seen = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def clean_seen(self) -> Seen | None:
        return Seen.sent(self.cleaned_data["seen"])

    def names(self) -> dict[str, str]:
        """Return the controls of facts: path → name."""
        return {}

    def values(self) -> dict[str, Any]:
        """Return the facts that were typed, by path."""
        return {}

    def typed_over(self, kept: "OpenForm", untouched: Collection[str]) -> dict[str, Any]:
        """Return the data of this form over what is kept now, to be sent again on purpose.

        ``kept`` is the same form without data; at the ``untouched`` paths it holds.
        """
        theirs = {name for path, name in self.names().items() if path in untouched} | {"version", "seen"}
        return {
            name: kept.get_initial_for_field(field, name) if name in theirs else self[name].data
            for name, field in kept.fields.items()
        }

    def follow(self, kept: "OpenForm") -> None:
        """Show the version and what is seen of the same form made now: a part of what was sent has been kept."""
        self.data = {**dict(self.data.items()), "version": kept.initial["version"], "seen": kept.initial["seen"]}

    def refuse(self, filing: Filing, sent: Sequence[str]) -> None:
        """Answer with words when these paths were sent although they are closed."""
        self._refusal = mending.refusal(filing, sent)

    def clean(self) -> dict[str, Any]:
        if self._refusal:
            self.add_error(None, self._refusal)
        return super().clean() or {}


def _show(form: forms.Form, findings: Iterable[tuple[str, Finding]]) -> None:
    """What blocks is an error of its field (by name), what warns a note beside it."""
    for name, finding in findings:
        words = f"{finding.message} {finding.fix}".strip()
        if finding.blocks:
            form.add_error(name, words)
        else:
            form.fields[name].notes = [*getattr(form.fields[name], "notes", ()), words]  # type: ignore[attr-defined]


class SectionForm(OpenForm):
    """One page of the form. ``values()`` answers what was typed as path → value.

    What is closed of a returned filing has no control; ``closed`` has it as rows of text.
    """

    says_below = True  # while one types nothing may move: what is said about a field has its room under the control

    def __init__(self, section: Section, filing: Filing, data: Any = None, remarks: tuple[Remark, ...] = ()) -> None:
        self.section = section
        initial = {field.name: _initial(filing.facts, section, field) for field in section.fields}
        super().__init__(data, initial={**initial, "version": filing.version})
        opening, book = mending.opening(filing), checks.rule_book(filing)
        self.open_fields = [
            field for field in section.fields if field is not fields.SERVICE and opening.covers(section.path(field))
        ]
        self.closed = [
            display.Row(path, str(field.label), display.words(path, filing.get(path), full=True))
            for field in section.fields
            if not opening.covers(path := section.path(field))
        ]
        for field in self.open_fields:
            self.fields[field.name] = form_field = _field_of(section, field, filing, book)
            form_field.remarks = [  # type: ignore[attr-defined]
                display.remark_words(remark, values=filing.facts)
                for remark in remarks
                if remark.path == section.path(field)
            ]
        self.initial["seen"] = str(Seen.of(filing.facts, self.names()))
        self.refuse(filing, [row.path for row in self.closed if row.path.rsplit(".", 1)[-1] in self.data])

    def names(self) -> dict[str, str]:
        return {self.section.path(field): field.name for field in self.open_fields}

    def values(self) -> dict[str, Any]:
        """What was typed, by path, in the kinds the facts keep; without what is of a wrong shape."""
        return {
            self.section.path(field): _kept(field, self.cleaned_data.get(field.name))
            for field in self.open_fields
            if field.name not in self.errors
        }

    def add_findings(self, findings: list[Finding]) -> None:
        """Show the findings of this page at their fields."""
        names = self.names()
        _show(self, [(names[finding.path], finding) for finding in findings if finding.path in names])


class ServiceForm(VersionForm):
    """What an entry is. A form of its own, sent on purpose: with another choice other questions are asked."""

    use_required_attribute = False

    service = forms.TypedChoiceField(
        label=_("What is filed"),
        help_text=fields.CHOOSE_WHAT,
        choices=fields.SERVICES,
        coerce=int,
        required=False,
        widget=forms.RadioSelect,
    )

    @classmethod
    def of(cls, section: Section, filing: Filing, data: Any = None) -> "ServiceForm | None":
        """The form of the page's entry; None where the page is about something else, or that is not open."""
        path = section.path(fields.SERVICE)
        opening = mending.opening(filing)
        if fields.SERVICE not in section.fields or not opening.covers(path) or opening.paths is not None:
            return None
        return cls(data, initial={"service": facts.read(filing.facts, path), "version": filing.version})


# What an individual need not type twice: path → where it has been said already.
OFFERED_TO_PERSONS = {
    **{f"responsible.{name}": f"subject.{name}" for name in ("name", "cert_type", "cert_number")},
    "subject.investor": "subject.name",
}


# Kept as A-label, typed and read in the letters of the country.
READABLE = {
    "domain": domains.display_domain,
    "domains": display.hosts,
    "kept_domains": display.WORDS["kept_domains"],
    "home_url": domains.display_home_url,
}


def _initial(values: Facts, section: Section, field: Field) -> Any:
    """The kept value; an individual's own name and certificate are offered for the responsible person."""
    value = facts.read(values, section.path(field))
    if value and field.name in READABLE:
        return READABLE[field.name](value)
    if value or not facts.is_individual(values):
        return value
    return facts.read(values, OFFERED_TO_PERSONS.get(section.path(field), section.path(field)))


def _kept(field: Field, value: Any) -> Any:
    if field.type == Type.DATE:
        return value.isoformat() if value else ""
    if field.plain and isinstance(value, str):
        return unicodedata.normalize("NFKC", value).strip()
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    return "" if value is None else value


class PapersForm(OpenForm):
    """The pictures of a filing that are open: one file field a paper, several files where a paper has pages."""

    def __init__(self, filing: Filing, data: Any = None, files: Any = None, remarks: tuple[Remark, ...] = ()) -> None:
        super().__init__(data, files, initial={"version": filing.version})
        opening, offered = mending.opening(filing), checks.papers_of(filing)
        self.refuse(filing, [paper.path for paper in offered if paper.path in self.files])
        self.papers = {paper.path: paper for paper in offered if opening.covers(paper.path)}
        for path, paper in self.papers.items():
            self.fields[path] = form_field = _upload_field(paper)
            form_field.remarks = [  # type: ignore[attr-defined]
                display.remark_words(remark) for remark in remarks if paper.holds(remark.path)
            ]
        self.initial["seen"] = str(Seen(pictures.keys(filing)))

    def uploads(self) -> dict[str, Any]:
        """The pictures that came with the form, by the paper's path: a file, or a list where it has pages."""
        return _came(self, self.papers)

    @property
    def is_closed(self) -> bool:
        """Whether no picture may be added now."""
        return not self.papers


def _came(form: forms.Form, paths: Iterable[str]) -> dict[str, Any]:
    return {path: sent for path in paths if (sent := form.cleaned_data.get(path)) not in (None, [])}


ANSWER_LENGTH = 500


class MendForm(OpenForm):
    """The fields and pictures a return is about, each named by its path, and an answer to each remark."""

    def __init__(
        self, filing: Filing, remarks: Sequence[Remark], paths: Iterable[str], data: Any = None, files: Any = None
    ) -> None:
        self.remarks = remarks
        wanted = dict.fromkeys(papers.whole(path) for path in paths)
        self.paths = tuple(path for path in wanted if _is_known(path) and _is_there(path, filing))
        super().__init__(data, files, initial={"version": filing.version})
        self.refuse(filing, [path for path in (*self.data, *self.files) if _is_known(path) and path not in self.paths])
        book = checks.rule_book(filing)
        for path in self.paths:
            self._ask_for(path, filing, book)
        seen = Seen.of(filing.facts, self.names())
        seen.marks |= pictures.keys(filing)
        self.initial["seen"] = str(seen)
        for remark in remarks:
            self.fields[_answer_name(remark)] = field = forms.CharField(
                label=_("Your answer to remark %(code)s (%(field)s)")
                % {"code": remark.code, "field": display.label(remark.path, filing.facts)},
                help_text=_("In a sentence: what you have changed, or why it is right as it is."),
                required=False,
                max_length=ANSWER_LENGTH,
                initial=filing.answers_draft.get(str(remark.pk), ""),
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            field.widget.attrs.pop("maxlength", None)

    def _ask_for(self, path: str, filing: Filing, book: RuleBook) -> None:
        if found := fields.find_in(filing.facts, path):
            section, field = found
            self.fields[path] = _field_of(section, field, filing, book)
            self.initial[path] = _initial(filing.facts, section, field)
        elif paper := papers.at(path):
            self.fields[path] = _upload_field(paper)

    def names(self) -> dict[str, str]:
        return {path: path for path in self.paths if fields.find(path)}

    def values(self) -> dict[str, Any]:
        """What was typed, by path, in the kinds the facts keep."""
        return {
            path: _kept(found[1], self.cleaned_data.get(path)) for path in self.paths if (found := fields.find(path))
        }

    def uploads(self) -> dict[str, Any]:
        """The pictures that came with the form, by the paper's path: a file, or a list where it has pages."""
        return _came(self, filter(papers.at, self.paths))

    def answers(self) -> dict[int, str]:
        """The answers so far, by the remark's key."""
        return {remark.pk: self.cleaned_data.get(_answer_name(remark), "") for remark in self.remarks}

    def answer_to(self, remark: Remark) -> forms.BoundField:
        """The field for the answer to this remark."""
        return self[_answer_name(remark)]

    def add_findings(self, findings: Iterable[Finding]) -> None:
        """Show what the checks say at its field."""
        _show(self, [(path, finding) for finding in findings if (path := papers.whole(finding.path)) in self.fields])

    def ask_for_answers(self, remarks: Iterable[Remark]) -> None:
        """Show at these remarks that the answer is missing."""
        for remark in remarks:
            self.add_error(_answer_name(remark), _("Write an answer to this remark."))


def _answer_name(remark: Remark) -> str:
    return f"answer-{remark.pk}"


def _is_known(path: str) -> bool:
    return papers.at(path) is not None or fields.find(path) is not None


def _is_there(path: str, filing: Filing) -> bool:
    """Whether the filing has what the path is about, and it may change.

    The website that a remark names may have been taken out; what the register knows stays as it is; and what is
    filed is chosen with all questions open.
    """
    website = fields.website_of(path)
    is_there = website is None or website < facts.count(filing.facts)
    return is_there and not path.endswith(f".{fields.SERVICE.name}") and not kinds.closes(filing.facts, path)


class _Pages(forms.FileInput):
    allow_multiple_selected = True


class PagesField(forms.FileField):
    """Several files in one field; answers a list."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(PagesField, self).clean(item, initial) for item in data or ()]


def scan_field(label: Any, hint: Any) -> PagesField:
    """A field for a paper's scanned pages."""
    kinds = {"accept": "application/pdf,image/jpeg,image/png", "multiple": True}
    return PagesField(label=label, allow_empty_file=True, help_text=hint, widget=_Pages(attrs=kinds))


class ScanForm(forms.Form):
    """The signed copy of a verification sheet: which sheet, and its pages."""

    use_required_attribute = False

    sheet = forms.ChoiceField(
        label=_("Which sheet was signed"), error_messages={"required": _("Choose the sheet that was signed.")}
    )
    pages = scan_field(
        _("Signed sheet"),
        _("A scan as PDF, or photos as JPEG or PNG; all signatures and seals in view, at most 5 pages."),
    )

    def clean_pages(self) -> list[Any]:
        """At least one file."""
        pages: list[Any] = self.cleaned_data["pages"]
        if not pages:
            raise forms.ValidationError(_("Choose the scanned sheet first."), code="required")
        return pages


def _upload_field(paper: papers.Paper) -> forms.Field:
    kinds = {"accept": "image/jpeg,image/png"}
    common: dict[str, Any] = {
        "label": paper.label,
        "required": False,
        "allow_empty_file": True,
        "template_name": "filings/_paper_field.html",
    }
    if paper.pages == 1:
        field: forms.Field = forms.FileField(widget=forms.FileInput(attrs=kinds), **common)
    else:
        words = _("Up to %(pages)d pictures; choose several at once.") % {"pages": paper.pages}
        field = PagesField(widget=_Pages(attrs=kinds | {"multiple": True}), help_text=words, **common)
    field.path = paper.path  # type: ignore[attr-defined]
    return field


def path_choices(filing: Filing) -> Choices:
    """Every field and paper a remark can be about, grouped by page."""
    groups = [
        (section.title, [(section.path(field), field.label) for field in section.fields])
        for section in fields.sections_of(filing.facts)
    ]
    pictures = (
        *papers.asked_of_host(filing.facts),
        *papers.photos(filing.facts),
        *papers.documents(filing.facts),
    )
    return [*EMPTY, *groups, (_("Papers"), [(paper.path, paper.label) for paper in pictures])]


class RemarkForm(forms.Form):
    """One remark: all four answers, or none of them. ``offers`` are the wordings proposed for its field and code.

    ``origin`` says which item of a verification sheet has drafted it with its "no" (``worksheets``), if one has.
    ``is_as_drafted``: nobody has edited it since; ``outlives``: somebody has, and the item is no "no" any more.
    """

    use_required_attribute = False
    offers: Sequence[phrases.Offer] = ()
    is_as_drafted = False
    outlives = False

    path = forms.ChoiceField(label=_("Field"), required=False)
    code = forms.ChoiceField(label=_("Reason code"), required=False, choices=reasons.CHOICES)
    # Text areas: Enter in them ends a line; in a text field it would press the page's first button.
    seen = forms.CharField(
        label=_("What you saw"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    expected = forms.CharField(
        label=_("What is expected"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    origin = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, filing: Filing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["path"].choices = path_choices(filing)  # type: ignore[attr-defined]

    def is_blank(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in PARTS)

    def typed(self) -> dict[str, str]:
        """The remark as it stands, complete or not; with its origin where it has one."""
        typed = {name: str(self[name].value() or "").replace("\r\n", "\n") for name in self.fields}
        return typed if typed["origin"] else {name: typed[name] for name in PARTS}

    def chosen(self) -> tuple[str, str]:
        """Code and path as they are chosen now, known or not."""
        return str(self["code"].value() or ""), str(self["path"].value() or "")

    def has_chosen(self) -> bool:
        """Whether wordings can be proposed for it."""
        return all(self.chosen())

    def focus(self, name: str) -> None:
        """Begin the page at this field."""
        self.fields[name].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if any(cleaned.get(name) for name in PARTS):
            for name in PARTS:
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, _("A remark needs a field, a code, what you saw and what is expected."))
        for name in ("seen", "expected"):
            if phrases.GAP in cleaned.get(name, ""):
                self.add_error(name, _("Fill in the gap ＿＿ of the usual wording."))
        return cleaned


class BaseRemarkFormSet(forms.BaseFormSet[RemarkForm]):
    """Several remarks; blank rows do not count."""

    def drafts(self) -> list[dict[str, str]]:
        """The remarks that were written, as keyword arguments of ``services.RemarkDraft``."""
        written = [form.cleaned_data for form in self.forms if not form.is_blank()]
        return [{name: said[name] for name in PARTS} for said in written]

    def typed(self) -> list[dict[str, str]]:
        """The remarks as they stand, complete or not; blank rows left out."""
        return [said for form in self.forms if not is_blank(said := form.typed())]


MOST_REMARKS = 40


def remark_forms(
    filing: Filing, data: Any = None, *, drafts: Sequence[Mapping[str, str]] = (), rows: int = 3
) -> BaseRemarkFormSet:
    """The remark rows of a desk's page: the drafts that are there already, then blank ones, ``rows`` at least."""
    blank = max(rows - len(drafts), 1)
    formset = forms.formset_factory(
        RemarkForm, formset=BaseRemarkFormSet, extra=blank, max_num=MOST_REMARKS, absolute_max=MOST_REMARKS
    )
    initial = [dict(draft) for draft in drafts]
    return cast(BaseRemarkFormSet, formset(data, initial=initial, prefix="remarks", form_kwargs={"filing": filing}))


# --- The desks' queues ------------------------------------------------------------------------------


class FilterForm(forms.Form):
    """What a tab of a queue can be narrowed to. What it does not know it ignores."""

    use_required_attribute = False
    # The fields that are columns of the filing.
    columns: ClassVar[Mapping[str, str]] = {}

    def chosen(self) -> dict[str, Any]:
        """What is narrowed down, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def condition(self, desk: Any) -> Q:
        """The filings that fit."""
        return Q(**{self.columns[name]: value for name, value in self.chosen().items() if name in self.columns})


class SavedFilterForm(forms.Form):
    """The name of a view."""

    use_required_attribute = False

    name = forms.CharField(
        label=_("Name of this view"),
        max_length=40,
        error_messages={"required": _("Give the view a name.")},
    )


class HandOverForm(forms.Form):
    """A colleague, and a word for them."""

    use_required_attribute = False

    to = forms.TypedChoiceField(label=_("Colleague"), coerce=int, error_messages={"required": _("Choose a colleague.")})
    note = forms.CharField(
        label=_("What your colleague should know"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, colleagues: Iterable[tuple[int, str]], help_text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", "—"), *colleagues]  # type: ignore[attr-defined]
        self.fields["note"].help_text = help_text
        self.fields["note"].optional = True  # type: ignore[attr-defined]


class SendCodeForm(forms.Form):
    """By what a responsible person is found."""

    use_required_attribute = False

    mobile = forms.CharField(
        label=_("Your mobile"),
        max_length=32,
        help_text=_("As it stands in the filing."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    last = forms.CharField(
        label=_("Last six characters of your certificate number"),
        max_length=32,
        min_length=4,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CodeForm(SendCodeForm):
    """The code itself, as it came."""

    code = forms.RegexField(
        r"^\s*[0-9]{6}\s*$",
        label=_("One-time code"),
        error_messages={"invalid": _("A code has six digits.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    field_order = ("code", "mobile", "last")

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip()
