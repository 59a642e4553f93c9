"""Nouns for a host's services in sentences, by type: website, app, mini-program, quick app.

Texts about a service have the placeholder ``%(service)s`` for it.
"""

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ministry.reference import code_tables

WORDS: dict[int, Promise] = {
    code_tables.WEBSITE: _("website"),
    code_tables.APP: _("APP"),
    code_tables.MINI_PROGRAM: _("mini-program"),
    code_tables.QUICK_APP: _("quick app"),
}
# The legal term for all of them
OF_ALL = _("internet information service")


def word(services: Collection[int]) -> Promise:
    """Return the noun for these service types: their own if all are the same, otherwise the legal term."""
    types = set(services)
    return WORDS[types.pop()] if len(types) == 1 else OF_ALL


def with_service(text: Promise | str, services: Collection[int]) -> str:
    """Return the text with ``%(service)s`` replaced by the noun for these service types."""
    return str(text).replace("%(service)s", str(word(services)))
