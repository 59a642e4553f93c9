"""Form fields for the scanned pages of a paper."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from desks.forms import PortalForm
from filings.evidence.scans import MOST_PAGES


class PagesInput(forms.FileInput):
    allow_multiple_selected = True


class PagesField(forms.FileField):
    """A field for several files; its value is a list."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(PagesField, self).clean(item, initial) for item in data or ()]


def scan_field(label: Any, hint: Any) -> PagesField:
    """Return a field for a paper's scanned pages; the hint may name their largest number as ``{pages}``."""
    kinds = {"accept": "application/pdf,image/jpeg,image/png", "multiple": True}
    return PagesField(
        label=label,
        allow_empty_file=True,
        help_text=format_lazy(hint, pages=MOST_PAGES),
        widget=PagesInput(attrs=kinds),
    )


class ScanForm(PortalForm):
    """The signed copy of a verification sheet: which sheet, and its pages."""

    sheet = forms.ChoiceField(
        label=_("Sheet that was signed"), error_messages={"required": _("Choose the sheet that was signed.")}
    )
    pages = scan_field(
        _("Signed sheet"),
        _("A scan as PDF, or photos as JPEG or PNG; all signatures and seals visible, at most {pages} pages."),
    )

    def clean_pages(self) -> list[Any]:
        """Return the files; raise ValidationError if there is none."""
        pages: list[Any] = self.cleaned_data["pages"]
        if not pages:
            raise forms.ValidationError(_("Choose the scanned sheet first."), code="required")
        return pages
