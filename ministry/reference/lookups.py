"""Say what a text that was typed or pasted into a search box means: a filing number, a domain, an IP address, a name.

Used by every search of the register and of filings, so that all of them understand the same.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ministry.reference import addresses, domains, numbers
from ministry.reference.numbers import FilingNumber
from ministry.reference.typed_text import normal_text, shown, visible

LONGEST: Final = 255  # the official interface's field for a name; of a longer web address the beginning is enough

_PLAIN: Final = str.maketrans({"。": ".", "\\": "/"})
_AROUND: Final = " \t\r\n\"'“”‘’<>《》「」『』【】{}(),.;!?、*…"
_LABEL: Final = re.compile(r"[^\x00-\x7f:]{1,20}:\s*(?=\S)")  # 网址：
_NOTHING: Final = re.compile(r"[a-z]+:/*|www\.?", re.IGNORECASE)  # the beginning of an address alone
_WITHIN: Final = re.compile(r"[a-z][a-z0-9+-]*://\S+", re.IGNORECASE)
_SCHEME: Final = r"(?P<scheme>(?:[a-z][a-z0-9+-]*:)*//|https?(?:[:;]/*|/+)|mailto:)?"
_URL: Final = re.compile(
    rf"{_SCHEME}(?:[^\s/?#@]*@)?(?P<host>\[[^\s\]]*\]|[^\s/?#@:\"'<>]+)(?::[0-9]*)?(?:[/?#\"'<>].*)?",
    re.IGNORECASE | re.DOTALL,
)
_IP: Final = re.compile(r"[0-9]*\.[0-9.]*|[0-9a-f.]*:[0-9a-f.]*:[0-9a-f:.]*", re.IGNORECASE)
# A network or a range: 192.31.196.0/24
_ADDRESSES: Final = re.compile(rf"({_IP.pattern}) ?(?:/ ?[0-9]{{1,3}}|- ?(?:{_IP.pattern}))", re.IGNORECASE)
# A number that lacks something: 京ICP备202600001, 2026000001号-1, 京B1-20090001
_BROKEN_NUMBER: Final = re.compile(
    r"ICP ?[备证]案? ?(?:[字第(]|[0-9])|(?:^|[^A-Z])[AB][12]-[0-9]|^[0-9]{6,12}号?(?:-[0-9]+)?$", re.IGNORECASE
)


class Sought(StrEnum):
    """Kind of thing that a look-up asks for."""

    NUMBER = "number"
    DOMAIN = "domain"
    ADDRESS = "address"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class LookUp:
    """Meaning of a typed or pasted text; ``text`` is for display.

    ``domain`` is the registrable domain as A-label, or the address of a website without a domain in its normal form.
    """

    sought: Sought
    text: str
    number: FilingNumber | None = None
    domain: str = ""

    @property
    def words(self) -> str:
        """Return what was understood, for use in a sentence."""
        words = {
            Sought.NUMBER: _("the filing number %(text)s"),
            Sought.DOMAIN: _("the domain %(text)s"),
            Sought.ADDRESS: _("the IP address %(text)s"),
            Sought.NAME: _("the name “%(text)s”"),
        }
        return words[self.sought] % {"text": self.text}


def understand(typed: str) -> LookUp:
    """Return what a typed or pasted text asks for.

    Of a web address only the host counts, and of that the registrable domain; invisible characters are ignored. Raise
    ValidationError when the text means nothing: its message says what to enter.
    """
    text = visible(typed)
    if not any(map(str.isalnum, text)) or _NOTHING.fullmatch(text.strip()):
        raise ValidationError(_("Enter a filing number, a domain, an IP address or a name."), code="required")
    plain = normal_text(text, LONGEST)
    return _as_number(plain) or _as_host(plain) or LookUp(Sought.NAME, text.strip())


def _as_number(text: str) -> LookUp | None:
    """Return the one filing number of a text; raise ValidationError for several, and for one that is incomplete."""
    found = dict.fromkeys(number for number, _place in numbers.numbers_within(numbers.spelled(text)))
    if not found and len(text) <= numbers.LONGEST and (number := _typed_number(text)):
        found = {number: None}
    if len(found) > 1:
        # A licence is often printed beside the filing number.
        found = {one: None for one in found if one.form == numbers.NumberForm.FILING} or found
    if len(found) > 1:
        several = "、".join(map(str, list(found)[:3]))
        raise ValidationError(
            _("There are several filing numbers in it: %(numbers)s. Enter one of them."),
            code="several",
            params={"numbers": several},
        )
    return next((LookUp(Sought.NUMBER, str(number), number) for number in found), None)


def _typed_number(text: str) -> FilingNumber | None:
    """Return a number in any spelling; None for what is no number at all."""
    if "公网安备" in text:
        raise ValidationError(
            _("This is a police filing number, which is not in this register. Enter the ICP filing number."),
            code="police",
        )
    try:
        return numbers.parse_number(text)
    except ValidationError:
        if _BROKEN_NUMBER.search(text):
            raise
    return None


def _as_host(text: str) -> LookUp | None:
    """Return the domain or IP address of a web address, an e-mail address or a host; None for anything else."""
    text = text.translate(_PLAIN)
    has_dot = "." in text
    if within := _WITHIN.search(text):
        text = within[0]
    text = _LABEL.sub("", text.strip(_AROUND), count=1).strip(_AROUND)
    if _IP.fullmatch(text):
        return _address(text)
    refuse_several_addresses(text)
    parts = _URL.fullmatch(text)
    if parts is None:
        return None
    host = parts["host"].strip("[].")
    if _IP.fullmatch(host):
        return _address(host)
    if not has_dot and not parts["scheme"]:
        return None
    try:
        domain = domains.registrable_domain(host)
    except ValidationError:
        if parts["scheme"] or host.isascii():
            raise
        return None
    return LookUp(Sought.DOMAIN, shown(domains.display_domain(domain)), domain=domain)


def refuse_several_addresses(text: str) -> None:
    """Raise ValidationError for a network or a range of IP addresses; it names the first one."""
    if several := _ADDRESSES.fullmatch(text):
        raise ValidationError(
            _("These are several IP addresses. Enter one of them, such as %(address)s."),
            code="addresses",
            params={"address": _address(several[1]).text},
        )


def _address(text: str) -> LookUp:
    address = addresses.check_address(text)
    return LookUp(Sought.ADDRESS, address, domain=address)
