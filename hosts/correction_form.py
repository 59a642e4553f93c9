"""Form for the corrections a return asks for: fields, pictures, and an answer to each remark."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desks.section_form import FormState, OpenForm, add_field, initial_of, kept_value, show_findings
from filings import facts, fields, kinds
from filings.evidence import pictures
from filings.fields import attachments, display
from filings.fields.findings import Finding
from filings.fields.merging import Seen
from filings.models import Filing, Remark
from hosts.papers_form import sent_among, upload_field
from ministry.rules.rules import RuleBook

ANSWER_LENGTH = 500


class CorrectionForm(OpenForm):
    """The fields and pictures a return is about, each named by its path, and an answer to each remark."""

    def __init__(
        self, state: FormState, remarks: Sequence[Remark], paths: Iterable[str], data: Any = None, files: Any = None
    ) -> None:
        self.remarks, filing = remarks, state.filing
        wanted = dict.fromkeys(attachments.whole(path) for path in paths)
        self.paths = tuple(path for path in wanted if _is_known(path) and _is_there(path, filing))
        super().__init__(data, files, initial={"version": filing.version})
        self.refuse(state, [path for path in (*self.data, *self.files) if _is_known(path) and path not in self.paths])
        for path in self.paths:
            self._ask_for(path, filing, state.book)
        seen = Seen.of(filing.facts, self.names())
        seen.marks |= pictures.keys(filing)
        self.initial["seen"] = str(seen)
        for remark in remarks:
            self.fields[_answer_name(remark)] = forms.CharField(
                label=_("Your answer to remark %(code)s (%(field)s)")
                % {"code": remark.code, "field": display.label(remark.path, filing.facts)},
                help_text=_("In one sentence: what you have changed, or why it is correct as it is."),
                required=False,
                max_length=ANSWER_LENGTH,
                initial=filing.answers_draft.get(str(remark.pk), ""),
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def _ask_for(self, path: str, filing: Filing, book: RuleBook) -> None:
        if found := fields.find_in(filing.facts, path):
            section, field = found
            add_field(self, path, section, field, filing, book)
            self.initial[path] = initial_of(filing.facts, section, field)
        elif paper := attachments.at(path):
            self.fields[path] = upload_field(paper)

    def names(self) -> dict[str, str]:
        return {path: path for path in self.paths if fields.find(path)}

    def values(self) -> dict[str, Any]:
        """Return what was typed, by path, in the types the facts store."""
        return {
            path: kept_value(found[1], self.cleaned_data.get(path))
            for path in self.paths
            if (found := fields.find(path))
        }

    def uploads(self) -> dict[str, Any]:
        """Return the uploaded pictures by the attachment's path: a file, or a list where it has pages."""
        return sent_among(self, filter(attachments.at, self.paths))

    def answers(self) -> dict[int, str]:
        """Return the answers so far, by the remark's key."""
        return {remark.pk: self.cleaned_data.get(_answer_name(remark), "") for remark in self.remarks}

    def answer_to(self, remark: Remark) -> forms.BoundField:
        """Return the field for the answer to this remark."""
        return self[_answer_name(remark)]

    def add_findings(self, findings: Iterable[Finding]) -> None:
        """Show each finding at its field."""
        show_findings(
            self, [(path, finding) for finding in findings if (path := attachments.whole(finding.path)) in self.fields]
        )

    def ask_for_answers(self, remarks: Iterable[Remark]) -> None:
        """Show at these remarks that the answer is missing."""
        for remark in remarks:
            self.add_error(_answer_name(remark), _("Answer this remark."))


def _answer_name(remark: Remark) -> str:
    return f"answer-{remark.pk}"


def _is_known(path: str) -> bool:
    return attachments.at(path) is not None or fields.find(path) is not None


def _is_there(path: str, filing: Filing) -> bool:
    """Return whether the path exists in the filing and may be edited.

    False for a website that was removed, for facts fixed by the register, and for the service type, which can be
    chosen only while the whole form is open.
    """
    website = fields.website_of(path)
    is_there = website is None or website < facts.count(filing.facts)
    return is_there and not path.endswith(f".{fields.SERVICE.name}") and not kinds.closes(filing.facts, path)
