"""Check website names: their shape, the same in all provinces, and words and numbers from the province rules.

Shape: Chinese characters, letters, digits, spaces and a few joining marks; not digits alone, not letters alone,
not a domain.
"""

import re
import unicodedata
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ministry.reference.domains import normalise_domain
from ministry.reference.typed_text import bare, is_chinese, is_letter, normal_text, shown

LONGEST: Final = 512  # the official interface's field
# Marks that join or separate the parts of a name; all others are rejected.
_JOINING: Final = frozenset(" ()·-&")
_DOMAIN_SHAPE: Final = re.compile(r"(?:https?://|www\.).*|[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
# Text after a placeholder that doesn't make it a name: 测试网站2
_AROUND: Final = r"(?:网站|网页|页面|站点|官网|主页|网|站|页)?[0-9]*"


def check_shape(name: str) -> str:
    """Return a website name in NFKC without leading and trailing spaces.

    Raise ValidationError: ``required``, ``too_long``, ``invisible``, ``marks``, ``digits``, ``domain``, ``letters`` or
    ``special``.
    """
    plain = normal_text(name, LONGEST)
    letters = "".join(filter(is_letter, plain))
    if letters and all(char.isdigit() for char in letters):
        raise ValidationError(_("A website name can't consist of digits only."), code="digits")
    if is_domain(plain):
        raise ValidationError(_("A website name can't be a domain. Say what the website offers."), code="domain")
    if letters and letters.isascii():
        raise ValidationError(
            _("A website name can't consist of letters and digits only. Write it in Chinese."), code="letters"
        )
    if special := next((char for char in plain if not _may_stand(char)), ""):
        raise ValidationError(
            _("“%(mark)s” is not allowed in a website name. Remove it."),
            code="special",
            params={"mark": shown(special)},
        )
    return plain


def chinese_characters(name: str) -> int:
    """Return how many Chinese characters a name has."""
    return sum(map(is_chinese, name))


# Words are those of the rules, which every check of a name goes through; names aren't remembered.
_wanted = lru_cache(maxsize=4096)(bare)


def words_in(name: str, words: Iterable[str]) -> tuple[str, ...]:
    """Return the words that a name contains, in the order of ``words``, however they are written (``bare``)."""
    plain = bare(name)
    return tuple(word for word in words if (wanted := _wanted(word)) and wanted in plain)


def beginning_of(name: str, words: Iterable[str]) -> str:
    """Return the first word with which a name begins; empty when there is none."""
    plain = bare(name)
    return next((word for word in words if (wanted := _wanted(word)) and plain.startswith(wanted)), "")


def is_placeholder(name: str, words: Iterable[str]) -> bool:
    """Return whether a name is just one of the words, with or without an ending: 测试, 测试网站, 首页2."""
    plain = bare(name)
    return any(re.fullmatch(re.escape(wanted) + _AROUND, plain) for word in words if (wanted := _wanted(word)))


def has_form(name: str, forms: Iterable[str]) -> bool:
    """Return whether a name matches one of the forms, in which ``*`` stands for one or more characters."""
    return any(fnmatchcase(_folded(name), _pattern(form)) for form in forms)


def _pattern(form: str) -> str:
    """Return a form as a shell pattern in which ``*`` needs a character and ``?`` and ``[`` are literal."""
    return "?*".join(part.replace("[", "[[]").replace("?", "[?]") for part in _folded(form).split("*"))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _may_stand(char: str) -> bool:
    return is_letter(char) or char in _JOINING or unicodedata.category(char).startswith("M")


def is_domain(text: str) -> bool:
    """Return whether a text without blanks around it is a domain or a web address."""
    if not _DOMAIN_SHAPE.fullmatch(text):
        return False
    try:
        normalise_domain(re.sub(r"^(?:https?://)?(?:www\.)?", "", text, flags=re.IGNORECASE))
    except ValidationError as error:
        return error.code in ("url", "subdomain", "www")
    return True
