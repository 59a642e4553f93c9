"""The form of a remark: field, code, what was seen, what is expected."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from desks.forms import PortalForm
from desks.section_form import EMPTY
from desks.widgets import SharedOptions, SharedSelect
from filings import fields, reasons
from filings.fields import Choices, attachments
from filings.lookup import phrase_bank
from filings.models import Filing
from filings.moves.remarks import PARTS, is_blank, is_vague

VAGUE = {
    "seen": _(
        "This does not say what is wrong. Write what you found, for example “the name lacks “示例” on the licence”."
    ),
    "expected": _("This does not say what is right. Write what the host should enter or upload."),
}


def path_choices(filing: Filing) -> Choices:
    """Return every field and paper a remark can be about, grouped by page."""
    groups = [
        (section.title, [(section.path(field), field.label) for field in section.fields])
        for section in fields.sections_of(filing.facts)
    ]
    pictures = (
        *attachments.asked_of_host(filing.facts),
        *attachments.photos(filing.facts),
        *attachments.documents(filing.facts),
    )
    return [*EMPTY, *groups, (_("Documents"), [(paper.path, paper.label) for paper in pictures])]


class RemarkForm(PortalForm):
    """One remark: all four parts, or none of them. ``offers`` are the wordings proposed for its field and code.

    ``origin`` is the item of a verification sheet whose "no" drafted it (``worksheets``), if any.
    ``is_asked_for``: open, though blank; ``is_as_drafted``: not edited since; ``outlives``: edited since, and the item
    is no longer "no".
    """

    offers: Sequence[phrase_bank.PhraseOffer] = ()
    is_as_drafted = False
    is_asked_for = False
    outlives = False

    path = forms.ChoiceField(label=_("Field"), required=False, widget=SharedSelect)
    code = forms.ChoiceField(label=_("Reason code"), required=False, widget=SharedSelect)
    # Text areas: Enter in them ends a line; in a text field it would press the page's first button.
    seen = forms.CharField(
        label=_("What you found"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    expected = forms.CharField(
        label=_("What is expected"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    origin = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, options: Mapping[str, SharedOptions], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, shared in options.items():
            field = cast(forms.ChoiceField, self.fields[name])
            field.choices = shared.choices
            cast(SharedSelect, field.widget).shared = shared

    def is_blank(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in PARTS)

    @property
    def is_left_blank(self) -> bool:
        """Return whether nothing is typed in it and nobody has asked for it."""
        return is_blank(self.typed()) and not self.is_asked_for

    def typed(self) -> dict[str, str]:
        """Return the remark as typed, complete or not; with its origin if it has one."""
        typed = {name: str(self[name].value() or "").replace("\r\n", "\n") for name in self.fields}
        return typed if typed["origin"] else {name: typed[name] for name in PARTS}

    def chosen(self) -> tuple[str, str]:
        """Return the chosen code and path, known or not."""
        return str(self["code"].value() or ""), str(self["path"].value() or "")

    def has_chosen(self) -> bool:
        """Return whether wordings can be proposed for it."""
        return all(self.chosen())

    def focus(self, name: str) -> None:
        """Put the focus on this field."""
        self.is_asked_for = True
        self.fields[name].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if any(cleaned.get(name) for name in PARTS):
            for name in PARTS:
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, _("A remark needs a field, a code, what you found and what is expected."))
        for name in ("seen", "expected"):
            if phrase_bank.GAP in cleaned.get(name, ""):
                self.add_error(name, _("Fill in the gap ＿＿ in the standard wording."))
            if is_vague(cleaned.get(name, "")):
                self.add_error(name, VAGUE[name])
        return cleaned


class BaseRemarkFormSet(forms.BaseFormSet[RemarkForm]):
    """Several remarks; blank rows do not count."""

    def usual_classes(self) -> str:
        """Return ``reasons.usual_classes`` as JSON, for ``js/phrases.js``."""
        return json.dumps(reasons.usual_classes(), ensure_ascii=False)

    def drafts(self) -> list[dict[str, str]]:
        """Return the remarks that were written, as keyword arguments of ``services.RemarkDraft``."""
        written = [form.cleaned_data for form in self.forms if not form.is_blank()]
        return [{name: cleaned[name] for name in PARTS} for cleaned in written]

    def typed(self) -> list[dict[str, str]]:
        """Return the remarks as typed, complete or not, without blank rows."""
        return [row for form in self.forms if not is_blank(row := form.typed())]


LEAST_ROWS, MOST_REMARKS = 3, 40


def remark_forms(filing: Filing, data: Any = None, drafts: Sequence[Mapping[str, str]] = ()) -> BaseRemarkFormSet:
    """Return the remark rows of a desk's page: the drafts, then at least one blank row."""
    blank = max(LEAST_ROWS - len(drafts), 1)
    formset = forms.formset_factory(
        RemarkForm, formset=BaseRemarkFormSet, extra=blank, max_num=MOST_REMARKS, absolute_max=MOST_REMARKS
    )
    options = {"path": SharedOptions(path_choices(filing)), "code": _codes(get_language())}
    initial = [dict(draft) for draft in drafts]
    return cast(BaseRemarkFormSet, formset(data, initial=initial, prefix="remarks", form_kwargs={"options": options}))


@cache
def _codes(_language: str | None) -> SharedOptions:
    """Return the reason codes, in the language that is active."""
    return SharedOptions([*EMPTY, *reasons.grouped()])
