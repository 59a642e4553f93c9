"""Read the version of a page's data that the page's form sends back.

Anything malformed is read as ``NO_VERSION``, which never matches: the sender is told, as with any outdated page, that
the data has changed meanwhile, and keeps what was typed.
"""

from collections.abc import Mapping
from typing import Any, Final

from django import forms

NO_VERSION: Final = -1
LARGEST: Final = 2**63 - 1  # primary key in the database


def read(typed: object) -> int:
    """Return the version that was sent; ``NO_VERSION`` when it is not a number in range."""
    text = str(typed if typed is not None else "").strip()
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(LARGEST)):
        return NO_VERSION
    version = int(text)
    return version if version <= LARGEST else NO_VERSION


def seen(sent: Mapping[str, Any], name: str = "version") -> int:
    """Return the version that a form sent; ``NO_VERSION`` when it sent none."""
    return read(sent.get(name))


class VersionField(forms.Field):
    """Hidden form field with the version; it never causes a validation error."""

    # Keeps a browser from restoring the old version after a reload.
    widget = forms.HiddenInput(attrs={"autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def to_python(self, value: Any) -> int:
        return read(value)
