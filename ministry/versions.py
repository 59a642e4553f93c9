"""The version of what a page was made from, as it comes back with the page's form.

Read here alone. What can't be one reads as ``NO_VERSION``, which nothing ever has: the sender is told, as anybody
whose page is outdated, that something has changed meanwhile, and keeps what was typed.
"""

from collections.abc import Mapping
from typing import Any, Final

from django import forms

NO_VERSION: Final = -1
LARGEST: Final = 2**63 - 1  # of a key in the database


def read(typed: object) -> int:
    """Return the version that was sent, ``NO_VERSION`` for everything that is none."""
    text = str(typed if typed is not None else "").strip()
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(LARGEST)):
        return NO_VERSION
    version = int(text)
    return version if version <= LARGEST else NO_VERSION


def seen(sent: Mapping[str, Any], name: str = "version") -> int:
    """Return the version that came with a form, ``NO_VERSION`` when none did."""
    return read(sent.get(name))


class VersionField(forms.Field):
    """The hidden field of a form that carries the version; it is never in the way of what else was typed."""

    # A browser that fills a page again after a reload must not put the version of before into it.
    widget = forms.HiddenInput(attrs={"autocomplete": "off"})

    def __init__(self, **said: Any) -> None:
        super().__init__(required=False, **said)

    def to_python(self, value: Any) -> int:
        return read(value)
