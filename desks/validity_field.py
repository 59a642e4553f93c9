"""The form's field for the end of a certificate's validity: a date, or the box “long-term”."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from filings.fields import validity


class ValidityInput(forms.DateInput):
    """A date input and a checkbox for certificates without an end date, sent under one name.

    The value is the text of both, so that a page with both filled in comes back as it was typed.
    """

    template_name = "components/validity_input.html"

    def __init__(self) -> None:
        super().__init__({"type": "date", "class": "input-short"}, "%Y-%m-%d")

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> str:
        sent = data.getlist(name) if hasattr(data, "getlist") else [data.get(name) or ""]
        return " ".join(filter(None, (str(one).strip() for one in sent)))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        parts, attrs = str(value or "").split(), attrs or {}
        dated = " ".join(one for one in parts if one != validity.LONG_TERM)
        checkbox = forms.CheckboxInput(check_test=lambda chosen: chosen in parts)
        box = checkbox.get_context(name, validity.LONG_TERM, {**attrs, "id": f"{attrs.get('id', name)}_long_term"})
        return {**super().get_context(name, dated, attrs), "box": box["widget"]}


class ValidityField(forms.Field):
    """Return an ISO date, ``LONG_TERM``, or an empty text."""

    widget = ValidityInput

    def to_python(self, value: Any) -> str:
        text = str(value or "")
        if text in ("", validity.LONG_TERM):
            return text
        if validity.LONG_TERM in text.split():
            raise ValidationError(_("Enter a date or choose “long-term”, not both."))
        try:
            return str(forms.DateField().clean(text))
        except ValidationError:
            return validity.check(text)
