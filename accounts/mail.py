"""Check, normalise and mask e-mail addresses, and find likely misspellings."""

import difflib
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

LONGEST = 128  # interface element Dzyj
# Domains of mail services that many people in China use; our own choice.
_SERVICES: Final = (
    *("qq.com", "vip.qq.com", "foxmail.com", "163.com", "vip.163.com", "126.com", "188.com", "yeah.net", "263.net"),
    *("sina.com", "sina.cn", "sina.com.cn", "vip.sina.com", "sohu.com", "tom.com", "21cn.com", "aliyun.com"),
    *("139.com", "189.cn", "wo.cn", "gmail.com", "mail.com", "email.com", "outlook.com", "hotmail.com", "live.com"),
    *("live.cn", "msn.com", "icloud.com", "me.com", "yahoo.com", "yahoo.cn", "yahoo.com.cn", "ymail.com"),
)
_MISTYPED_ENDINGS: Final = ("con", "cmo", "ocm", "cm", "co", "om", "comm", "vom", "xom", "ccom")  # of .com
# Alike enough (0 to 1) to be the other one with two letters swapped, or one missing or added. Short domains differ by
# less from those of other services.
_ALIKE: Final = 0.88


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
    addresses = [check_address(part) for part in split_addresses(text)]
    if not addresses:
        raise _no_address()
    return ";".join(dict.fromkeys(addresses))


def split_addresses(text: str) -> list[str]:
    """Return the addresses of a text in which ``;`` separates them; none of an empty text."""
    return [part.strip() for part in text.split(";") if part.strip()]


def likely_address(address: str) -> str:
    """Return the address that somebody may have meant who typed this one; empty if it looks right."""
    local, _at, domain = address.strip().lower().rpartition("@")
    if domain in _SERVICES:
        return ""
    head, _dot, ending = domain.rpartition(".")
    if ending in _MISTYPED_ENDINGS and f"{head}.com" in _SERVICES:
        return f"{local}@{head}.com"
    alike = difflib.get_close_matches(domain, _SERVICES, 1, _ALIKE)
    return f"{local}@{alike[0]}" if alike else ""


def mask_address(text: str) -> str:
    """Mask all but the first character before the @; a text without an @ is masked completely."""
    local, at, domain = text.rpartition("@")
    return f"{local[:1]}***{at}{domain}" if at else "***"


def _no_address() -> ValidationError:
    return ValidationError(_("This is not an e-mail address. Write it like name@example.cn."))
