"""What sentences call a service of a host, by its type: they speak of the website, the app, the mini-program.

A text that speaks of one service leaves a place for the word, ``%(service)s``, instead of saying website.
"""

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ministry.reference import code_tables

WORDS: dict[int, Promise] = {
    code_tables.WEBSITE: _("website"),
    code_tables.APP: _("app"),
    code_tables.MINI_PROGRAM: _("mini-program"),
    code_tables.QUICK_APP: _("quick app"),
}
# What all of them are to the law.
OF_ALL = _("internet information service")


def word(services: Collection[int]) -> Promise:
    """Return what these are called together."""
    types = set(services)
    return WORDS[types.pop()] if len(types) == 1 else OF_ALL


def said(text: Promise | str, services: Collection[int]) -> str:
    """Return the text with the word for these in its place; a text that leaves none as it is."""
    return str(text).replace("%(service)s", str(word(services)))
