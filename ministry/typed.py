"""Text as people type or paste it: its normal form, and a safe way to show it again in a message."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHOWN = 60  # characters of somebody's text that a message repeats
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


def normal_text(text: str, limit: int) -> str:
    """Return ``text`` in NFKC with plain hyphens and without outer space.

    Raise ValidationError: ``required`` (nothing typed), ``too_long`` (over ``limit`` characters) or
    ``invisible`` (control and format characters such as NUL; ordinary white space is left alone).
    """
    if not text or not text.strip():
        raise ValidationError(_("Nothing has been entered."), code="required")
    if len(text) > limit:
        raise ValidationError(
            _("This has %(length)d characters; at most %(limit)d are possible."),
            code="too_long",
            params={"length": len(text), "limit": limit},
        )
    for position, char in enumerate(text, start=1):
        if _is_invisible(char):
            raise ValidationError(
                _("There is an invisible character at position %(position)d. Type it, do not paste."),
                code="invisible",
                params={"position": position},
            )
    return unicodedata.normalize("NFKC", text).translate(DASHES).strip()


def without_spaces(text: str) -> str:
    """Return ``text`` without any white space."""
    return "".join(text.split())


def shown(text: str) -> str:
    """Return ``text`` as a message may repeat it: printable, and at most ``SHOWN`` characters."""
    printable = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[:SHOWN])
    return printable if len(text) <= SHOWN else f"{printable}…"


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char).startswith("C") and not char.isspace()
