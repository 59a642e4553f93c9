"""Create the footer with a website's filing number, and check pasted HTML for it.

Order 33 Art. 13 requires the number at the bottom centre of the home page and a link to the ministry's system below it;
linking the number itself is usual and accepted. Nothing is fetched: the host pastes the page.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ministry.models import Website
from ministry.reference.numbers import FilingNumber, NumberForm, numbers_within
from ministry.reference.typed_text import DASHES, shown
from records import police_filing

MINISTRY = "https://beian.miit.gov.cn/"
# Provinces whose bureaus require the subject's number, without the suffix, on every website.
WITHOUT_SUFFIX = frozenset({"440000"})
MOST_CHARACTERS = 500_000  # of a pasted page
MOST_NUMBERS, MOST_LINKS = 50, 5000  # checked per page: the last ones, because a footer comes last

_MINISTRY_HOST = "beian.miit.gov.cn"
_OLD_HOSTS = frozenset({"www.miitbeian.gov.cn", "miitbeian.gov.cn", "www.beian.miit.gov.cn"})
_POLICE_HOSTS = frozenset({"beian.mps.gov.cn", "www.beian.gov.cn", "beian.gov.cn"})
_UNSEEN = frozenset({"script", "style", "template", "noscript", "title", "head", "textarea", "select", "object"})
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
_INLINE = frozenset(["a", "abbr", "b", "bdi", "bdo", "em", "font", "i", "label", "small", "span", "strong", "u"])
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_CONTROLS = re.compile(r"[\x00-\x20]")


WRONG_LINKS = {
    "broken_link": gettext_lazy("The link address can't be read"),
    "http": gettext_lazy("The link does not begin with https://"),
    "no_scheme": gettext_lazy("The link lacks https:// and so opens a page of your own website"),
    "nowhere": gettext_lazy("The link leads nowhere"),
    "old_address": gettext_lazy("The link leads to an old address"),
    "wrong_target": gettext_lazy("The link leads to another website"),
}


@dataclass(frozen=True, slots=True)
class FooterFault:
    """One fault of a page, and how to correct it."""

    code: str
    message: str
    fix: str


# --- Creating the footer --------------------------------------------------------------------------------


def shown_number(website: Website) -> FilingNumber:
    """Return the number to show: the website's, or in some provinces the subject's for a website."""
    without = website.is_website and website.subject.province in WITHOUT_SUFFIX
    return website.subject.number if without else website.number


def snippet(website: Website, police_number: str = "") -> str:
    """Return the HTML for the footer of a website's home page, with the police filing number if there is one."""
    return code_for(shown_number(website), police_number)


def code_for(number: FilingNumber, police_number: str = "") -> str:
    """Return the HTML that shows a filing number as Order 33 Art. 13 requires: centred, with the link."""
    links = [(MINISTRY, str(number))]
    if police_number:
        links.append((police_filing.PLATFORM, police_number))
    lines = (f'<a href="{address}" target="_blank">{text}</a>' for address, text in links)
    return "\n".join(('<div style="text-align: center">', *lines, "</div>"))


# --- Checking a page ------------------------------------------------------------------------------------


def faults(html: str, website: Website, police_number: str = "") -> list[FooterFault]:
    """Return all faults of a page's footer; empty if it is correct."""
    page = _read(html, shown_number(website))
    found = [*_faults_of_number(page, website)]
    if page.numbers:
        right = [place for place in page.numbers if place.text == str(shown_number(website))]
        found += _faults_of_link(page, right or page.numbers, MINISTRY, frozenset({_MINISTRY_HOST}))
    if police_number:
        found += _faults_of_police(page, police_number)
    return found


def _faults_of_number(page: "_Page", website: Website) -> Iterator[FooterFault]:
    wanted = str(shown_number(website))
    numbers = page.numbers
    if not numbers:
        yield _nothing_found(page, wanted)
        return
    others = [place for place in numbers if place.text != wanted]
    if len(others) == len(numbers):
        yield _wrong_number(others[0].text, website)
        return
    if others:
        yield FooterFault(
            "other_number",
            _("The page also shows another number: %(number)s.") % {"number": others[0].text},
            _("Show only the number of this website, %(number)s.") % {"number": wanted},
        )
    if all(place.typed != wanted for place in numbers if place.text == wanted):
        yield FooterFault(
            "spelling",
            _("The number is not written correctly."),
            _("Write it exactly like this: %(number)s") % {"number": wanted},
        )


def _nothing_found(page: "_Page", wanted: str) -> FooterFault:
    if any(page.numbers_of(_plain(text)) for text in page.unseen):
        return FooterFault(
            "unseen",
            _("The number is only in a comment, a script or a hidden part, where visitors can't see it."),
            _("Put it as text at the bottom centre of the page: %(number)s") % {"number": wanted},
        )
    return FooterFault(
        "no_number",
        _("There is no filing number in the text of the page."),
        _(
            "Put it as text at the bottom centre of the page: %(number)s. If a script creates the footer, "
            "paste what the browser's inspector shows instead of the source."
        )
        % {"number": wanted},
    )


def _wrong_number(text: str, website: Website) -> FooterFault:
    wanted = str(shown_number(website))
    fix = _("Replace it with %(number)s.") % {"number": wanted}
    if website.subject.province in WITHOUT_SUFFIX and text.startswith(f"{wanted}-"):
        return FooterFault("suffix", _("In Guangdong, the number is shown without its suffix; remove the suffix."), fix)
    if text == str(website.subject.number):
        return FooterFault("no_suffix", _("The page shows the site host's number, without the website's suffix."), fix)
    if text.startswith(f"{website.subject.number}-"):
        return FooterFault(
            "sister", _("The page shows %(number)s, the number of another website of yours.") % {"number": text}, fix
        )
    return FooterFault(
        "wrong_number", _("The page shows %(number)s, which is not your number.") % {"number": text}, fix
    )


def _faults_of_police(page: "_Page", wanted: str) -> Iterator[FooterFault]:
    places = page.police_numbers
    fix = _("Show it beside the filing number: %(number)s") % {"number": wanted}
    if not places:
        yield FooterFault("police_missing", _("The police filing number is not in the text of the page."), fix)
        return
    right = [place for place in places if place.text == wanted]
    if not right:
        message = _("The page shows %(number)s, which is not your police filing number.") % {"number": places[0].text}
        yield FooterFault("police_wrong", message, fix)
        return
    for fault in _faults_of_link(page, right, police_filing.PLATFORM, _POLICE_HOSTS):
        yield FooterFault(f"police_{fault.code}", fault.message, fault.fix)


def _faults_of_link(page: "_Page", places: list["_Place"], target: str, hosts: frozenset[str]) -> list[FooterFault]:
    """Return the fault of a number's link; empty when any link of the page is correct."""
    if any(_fault_of_href(link.href, target, hosts) is None for link in page.links):
        return []
    for place in places:
        for link in page.links:
            if link.begin < place.end and place.begin < link.end:
                fault = _fault_of_href(link.href, target, hosts)
                return [fault] if fault else []
    near = [link for link in page.links if _points_at(link.href, hosts | _OLD_HOSTS)]
    if near and (fault := _fault_of_href(near[0].href, target, hosts)):
        return [fault]
    return [
        FooterFault(
            "no_link",
            _("The number %(number)s has no link.") % {"number": places[0].text},
            _("Link the number, or a line below it, to %(target)s") % {"target": target},
        )
    ]


def _points_at(href: str, hosts: frozenset[str]) -> bool:
    return any(host in href.lower() for host in hosts)


def _fault_of_href(href: str, target: str, hosts: frozenset[str]) -> FooterFault | None:
    """Return the fault of a link's address; None when it is correct."""
    href = _CONTROLS.sub("", href)
    if not (code := _what_is_wrong(href, hosts)):
        return None
    fix = _("Change the link to %(target)s") % {"target": target}
    return FooterFault(
        code, _("%(what)s: %(address)s") % {"what": WRONG_LINKS[code], "address": shown(href) or "#"}, fix
    )


def _what_is_wrong(href: str, hosts: frozenset[str]) -> str:
    """Return the fault code of a link's address; empty when it is correct."""
    try:
        parts = urlsplit(href)
        host = (parts.hostname or "").rstrip(".")
        is_plain = not (parts.username or parts.password) and parts.port in (None, 443)
    except ValueError:
        return "broken_link"
    if host in hosts and is_plain:
        return "" if parts.scheme.lower() == "https" else "http"
    if not host:
        return "no_scheme" if href.lower().startswith(tuple(hosts)) else "nowhere"
    return "old_address" if host in _OLD_HOSTS else "wrong_target"


# --- Parsing a page -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """A number on the page: canonical, as typed (without spaces), and its position in the text."""

    text: str
    typed: str
    begin: int
    end: int


@dataclass(slots=True)
class _Link:
    href: str
    begin: int
    end: int


@dataclass(slots=True)
class _Open:
    """An open element."""

    tag: str
    hidden: bool
    link: _Link | None = None


@dataclass
class _Text:
    """Visible text in pieces; consecutive blanks are collapsed."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, text: str) -> None:
        if text.startswith(" ") and self.pieces and self.pieces[-1].endswith(" "):
            text = text[1:]
        if text:
            self.pieces.append(text)
        self.length += len(text)


def _plain(text: str) -> str:
    """Replace full-width characters and long dashes by plain ones; collapse consecutive blanks."""
    return re.sub(r"\s+", " ", text.translate(_NARROW).translate(DASHES))


# Not NFKC, which would change lengths and costs more; only full-width forms matter here.
_NARROW = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: " ", 0xA0: " ", 0x200B: None}


class _Page(HTMLParser):
    """Parses the text and links that a browser would show, without styles and scripts."""

    def __init__(self, wanted: FilingNumber) -> None:
        super().__init__(convert_charrefs=True)
        self._wanted = wanted
        self.links: deque[_Link] = deque(maxlen=MOST_LINKS)
        self.unseen: list[str] = []
        self._seen = _Text()
        self._open: list[_Open] = []
        self._names: Counter[str] = Counter()
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE:
            self._seen.add("\n")
        if tag in _VOID:
            return
        values = dict(attrs)
        hides = tag in _UNSEEN or "hidden" in values or bool(_HIDDEN.search(values.get("style") or ""))
        link = None
        if tag == "a" and "href" in values and not self._hidden and not hides:
            link = _Link(values["href"] or "", self._seen.length, self._seen.length)
            self.links.append(link)
        self._open.append(_Open(tag, hides, link))
        self._names[tag] += 1
        self._hidden += hides

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self._seen.add("\n")
        while self._names[tag]:
            closed = self._open.pop()
            self._names[closed.tag] -= 1
            self._hidden -= closed.hidden
            if closed.link:
                closed.link.end = self._seen.length
            if closed.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._hidden:
            self.unseen.append(data)
        else:
            self._seen.add(_plain(data))

    def handle_comment(self, data: str) -> None:
        self.unseen.append(data)

    def finish(self) -> None:
        """Finish parsing; extend links that were never closed to the end of the page."""
        self.close()
        for element in self._open:
            if element.link:
                element.link.end = self._seen.length

    @cached_property
    def numbers(self) -> list[_Place]:
        """Return the filing numbers in the text, in order."""
        return self.numbers_of("".join(self._seen.pieces))

    def numbers_of(self, text: str) -> list["_Place"]:
        """Return the filing numbers in a text; licence numbers only for a website that has one as its number."""
        found = deque(
            (
                _Place(str(number), match[0].replace(" ", ""), match.start(), match.end())
                for number, match in numbers_within(text)
                if number.form in (NumberForm.FILING, self._wanted.form)
            ),
            maxlen=MOST_NUMBERS,
        )
        return [*found]

    @cached_property
    def police_numbers(self) -> list[_Place]:
        """Return the police filing numbers in the text, in order."""
        return [*self._police_numbers()]

    def _police_numbers(self) -> Iterator[_Place]:
        for match in deque(police_filing.NUMBER.finditer("".join(self._seen.pieces)), maxlen=MOST_NUMBERS):
            typed = match[0].replace(" ", "")
            try:
                yield _Place(police_filing.check_number(typed), typed, match.start(), match.end())
            except ValidationError:
                continue


def _read(html: str, wanted: FilingNumber) -> _Page:
    page = _Page(wanted)
    page.feed(html[:MOST_CHARACTERS])
    page.finish()
    return page
