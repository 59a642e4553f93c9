"""Filters for text by one person in a mail to another: one line, short, nothing that a mail program links."""

import re

from django import template

register = template.Library()

LONGEST = 80  # characters; our own choice: a name in the register may be longer
# A dot before what may be a top-level domain; numbers and one-letter abbreviations are left unchanged.
_DOTS = re.compile(r"(?<=[\w-])\.(?=[^\W\d_]{2,})")


@register.filter
def plain(text: object, longest: int = LONGEST) -> str:
    """Return the text on one line, shortened, with addresses defused so that they can't be clicked."""
    words = " ".join(str(text).split())
    words = words if len(words) <= longest else f"{words[:longest]}…"
    return _DOTS.sub("[.]", words.replace("://", "[:]//").replace("@", "[@]"))


@register.filter
def quoted(text: object, longest: int = LONGEST) -> str:
    """Return ``plain`` text in quotation marks, for text by somebody who may be unknown to the reader."""
    return "“{}”".format(plain(text, longest).replace("“", "‘").replace("”", "’"))
