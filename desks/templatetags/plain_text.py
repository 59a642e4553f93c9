"""A filter for plain text that people have written: paragraphs, and links to web addresses."""

import re
from collections.abc import Iterator

from django import template
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# What a web address may contain (RFC 3986, 2); a Chinese character or a full-width mark ends it.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9\[][A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*", re.IGNORECASE)
_ENDS_A_SENTENCE = ".,;:!?'"


@register.filter
def paragraphs(text: str) -> SafeString:
    """Return the text as HTML: an empty line starts a paragraph, an http(s) address is a link, all else is text."""
    escaped = format_html_join("", "{}", ((piece,) for piece in _pieces(text)))
    return mark_safe(linebreaks(escaped))  # noqa: S308 — escaped above


def _pieces(text: str) -> Iterator[str]:
    place = 0
    for found in _ADDRESS.finditer(text):
        address = _without_end(found[0])
        yield text[place : found.start()]
        yield format_html('<a href="{0}">{0}</a>', address)
        place = found.start() + len(address)
    yield text[place:]


def _without_end(address: str) -> str:
    """Return the address without the marks of the sentence around it, such as a full stop or a closing bracket."""
    shorter = address.rstrip(_ENDS_A_SENTENCE)
    for opening, closing in ("()", "[]"):
        if shorter.endswith(closing) and shorter.count(closing) > shorter.count(opening):
            return _without_end(shorter[:-1])
    return shorter
