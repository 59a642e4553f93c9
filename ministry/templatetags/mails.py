"""Words of one person in a mail to another: on one line, short, and without anything that a mail program links."""

import re

from django import template

register = template.Library()

LONGEST = 80  # characters; ours, a name of the register may be longer
# Before what may be the last part of a domain; numbers and abbreviations of one letter are left alone.
_DOTS = re.compile(r"(?<=[\w-])\.(?=[^\W\d_]{2,})")


@register.filter
def plain(text: object, longest: int = LONGEST) -> str:
    """Return the words so that they can't break the mail's lines, and no address in them can be clicked."""
    words = " ".join(str(text).split())
    words = words if len(words) <= longest else f"{words[:longest]}…"
    return _DOTS.sub("[.]", words.replace("://", "[:]//").replace("@", "[@]"))


@register.filter
def quoted(text: object, longest: int = LONGEST) -> str:
    """Return the same in quotation marks, as what somebody who may be unknown to the reader has written."""
    return "“{}”".format(plain(text, longest).replace("“", "‘").replace("”", "’"))
