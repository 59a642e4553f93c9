"""The form of a filing's pictures."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from desks.noted_fields import noted
from desks.scan_form import PagesField, PagesInput
from desks.section_form import FormState, OpenForm
from filings.evidence import pictures, quality
from filings.fields import attachments, display
from filings.fields.merging import Seen
from filings.models import Remark
from filings.rules import checks


class PapersForm(OpenForm):
    """The pictures that may be uploaded now: one file field per attachment, several files where it has pages."""

    def __init__(self, state: FormState, data: Any = None, files: Any = None, remarks: tuple[Remark, ...] = ()) -> None:
        filing = state.filing
        super().__init__(data, files, initial={"version": filing.version})
        kept = pictures.keys(filing)
        offered = checks.papers_of(filing, kept)
        self.refuse(state, [paper.path for paper in offered if paper.path in self.files])
        self.papers = {paper.path: paper for paper in offered if state.opening.covers(paper.path)}
        for path, paper in self.papers.items():
            self.fields[path] = upload_field(paper)
            noted(self, path).remarks = [display.remark_words(remark) for remark in remarks if paper.holds(remark.path)]
        self.initial["seen"] = str(Seen(kept))

    def uploads(self) -> dict[str, Any]:
        """Return the uploaded pictures by the attachment's path: a file, or a list where it has pages."""
        return sent_among(self, self.papers)

    @property
    def is_closed(self) -> bool:
        """Return whether no picture may be added now."""
        return not self.papers


def sent_among(form: forms.Form, paths: Iterable[str]) -> dict[str, Any]:
    return {path: sent for path in paths if (sent := form.cleaned_data.get(path)) not in (None, [])}


def upload_field(paper: attachments.Attachment) -> forms.Field:
    """Return the field for a paper's pictures; its name in the form is the paper's path."""
    kinds = {"accept": "application/pdf,image/jpeg,image/png" if paper.is_scanned else "image/jpeg,image/png"}
    common: dict[str, Any] = {
        "label": capfirst(str(paper.label)),
        "required": False,
        "allow_empty_file": True,
        "template_name": "filings/_paper_field.html",
    }
    limits = {"mb": f"{quality.most_bytes(paper.path) / 1024**2:.1f}".removesuffix(".0"), "pages": str(paper.pages)}
    if paper.pages == 1:
        words = _("JPEG, PNG or PDF, up to %(mb)s MB.") if paper.is_scanned else _("JPEG or PNG, up to %(mb)s MB.")
        return forms.FileField(widget=forms.FileInput(attrs=kinds), help_text=words % limits, **common)
    words = _("JPEG, PNG or PDF, up to %(mb)s MB each; up to %(pages)s pictures, several at once.")
    return PagesField(widget=PagesInput(attrs=kinds | {"multiple": True}), help_text=words % limits, **common)
