"""A tour through many pages, and what is wrong with them: whole, quiet, accessible, at both widths, in Chinese."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from playwright.sync_api import Page

from icp_portal.tests.browser import NARROW, WIDE, Person, barriers, barriers_in_the_dark, overflow

# --- What a reader of Chinese should not meet -------------------------------------------------------------

# Everything that is read or heard, but for what is meant to be copied letter by letter, and the switch of languages.
READ = """() => {
    let text = document.body.innerText;
    for (const one of document.querySelectorAll("pre, code, body [lang]")) text = text.replace(one.innerText, " ");
    const heard = [...document.querySelectorAll("[alt], [aria-label], [placeholder], [title]")].flatMap(
        (one) => ["alt", "aria-label", "placeholder", "title"].map((name) => one.getAttribute(name) || ""));
    return [document.title, text, ...heard].join("\\n");
}"""
ONWARD = "main a[href]:not([href^='#']), main button, .breadcrumb a[href]"

PATH = re.compile(r"\b(?:subject|responsible|websites|papers)\.\w[\w.]*")
ADDRESS = re.compile(r"\S*(?:://|@)\S*|[\w-]+(?:\.[\w-]+)+")
WORD = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z_]{2,}[A-Za-z0-9_]*")
# Letters that Chinese official texts use as they are; HI is a messenger of the code table.
USUAL = frozenset(
    # with kinds of files, how they are written and how large they are
    [
        "ICP",
        "IP",
        "IPv4",
        "IPv6",
        "APP",
        "WAP",
        "www",
        "PIN",
        "QQ",
        "HI",
        "PDF",
        "JPEG",
        "PNG",
        "Excel",
        "xlsx",
        "CSV",
        "HTML",
        "https",
        "SHA",
        "UTF",
        "GB",
        "MB",
        "KB",
        # of an APP
        "iOS",
        "MD5",
        "Bundle",
        "ID",
        # of the official interface, whose document and engineers use them
        "ispId",
        "userName",
        "SOAP",
        "WSDL",
        "XML",
        "XSD",
        "GBK",
        "DTD",
        "AES",
        "IV",
        "CBC",
        "GCM",
        "PEM",
    ]
)


def out_of_place(page: Page) -> Iterator[str]:
    """Words that are not Chinese, names that only the program knows, and no way onward."""
    text = page.evaluate(READ)
    yield from (f"raw path {path}" for path in PATH.findall(text))
    yield from (f"word {word}" for word in dict.fromkeys(WORD.findall(ADDRESS.sub(" ", text))) if word not in USUAL)
    if page.locator(ONWARD).count() == 0:
        yield "no way onward"


# --- The tour ---------------------------------------------------------------------------------------------


@dataclass
class Tour:
    """One person's way through many pages; ``wrong`` collects what is wrong with them.

    A thorough one has axe look for barriers at both widths, and reads every word; ``at_both`` does without the words.
    ``language`` is that of its pages.
    """

    person: Person
    thorough: bool = False
    at_both: bool = False
    language: str = "zh-hans"
    wrong: list[str] = field(default_factory=list)

    def visit(self, *paths: str, status: int = 200) -> None:
        """Open pages and look at them."""
        for path in paths:
            answered = self.person.open(path).status
            if answered != status:
                self.wrong.append(f"{path}: answers {answered}")
            self.look(path, forgiven=[f"{status} {path}"])

    def press(self, button: object, name: str) -> None:
        """Press a button of the page one is on and look at what comes; ``name`` tells it apart.

        A page that saves itself first holds the button back: what counts is the page that is loaded in the end.
        """
        with self.person.page.expect_event("domcontentloaded"):
            self.person.press(button)
        self.look(name)

    def look(self, name: str, forgiven: list[str] | None = None) -> None:
        """Judge the page one is on. ``forgiven`` are answers the browser may complain about."""
        self.wrong += [f"{name}: {problem}" for problem in self._problems(forgiven or [])]

    def _problems(self, forgiven: list[str]) -> Iterator[str]:
        page = self.person.page
        page.wait_for_load_state()
        if (language := page.locator("html").get_attribute("lang")) != self.language:
            yield f"language {language}"
        for size in (NARROW, WIDE):
            page.set_viewport_size(size)
            if (too_wide := overflow(page)) > 0:
                yield f"{too_wide} pixels too wide at {size['width']}"
            if self.thorough or self.at_both or size == WIDE:
                yield from (f"{barrier} at {size['width']}" for barrier in barriers(page))
        yield from (f"{barrier} in the dark" for barrier in barriers_in_the_dark(page))
        if self.thorough:
            yield from out_of_place(page)
        yield from (fault for fault in self.person.faults if fault not in forgiven)
        self.person.faults.clear()
