"""The base of the portal's forms, and a field for typed text."""

from collections.abc import Callable
from typing import Any

from django import forms


class PortalForm(forms.Form):
    """A form whose errors the page names in its own words; browsers don't stop it with theirs."""

    use_required_attribute = False


class CheckedField(forms.CharField):
    """A text of which ``check`` returns the normal form or raises ValidationError; an empty one stays empty."""

    def __init__(self, *, check: Callable[[str], str], **options: Any) -> None:
        super().__init__(**options)
        self.check = check

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        return self.check(text) if text else text
