"""Check, normalise and mask e-mail addresses."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

LONGEST = 128  # interface element Dzyj


def check_address(text: str) -> str:
    """Return the address in lower case; raise ValidationError for one that mail can't be sent to.

    The part before the @ must be ASCII, as nearly every server requires; the domain may be Chinese if IDNA encodes it.
    """
    try:
        validate_email(text)
        local, _at, domain = text.rpartition("@")
        local.encode("ascii")
        domain.encode("idna")
    except (ValidationError, UnicodeError) as error:
        raise _no_address() from error
    if len(text) > LONGEST or any(unicodedata.category(char).startswith("C") for char in text):
        raise _no_address()
    return text.lower()


def check_addresses(text: str) -> str:
    """Return addresses separated by ``;``, each checked by ``check_address``; raise ValidationError also for none."""
    addresses = [check_address(part.strip()) for part in text.split(";") if part.strip()]
    if not addresses:
        raise _no_address()
    return ";".join(dict.fromkeys(addresses))


def mask_address(text: str) -> str:
    """Mask all but the first character before the @; a text without an @ is masked completely."""
    local, at, domain = text.rpartition("@")
    return f"{local[:1]}***{at}{domain}" if at else "***"


def _no_address() -> ValidationError:
    return ValidationError(_("This is not an e-mail address. Write it like name@example.cn."))
