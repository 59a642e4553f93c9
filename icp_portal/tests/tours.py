"""A tour through many pages, and what is wrong with them: whole, quiet, accessible, at both widths."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from icp_portal.tests.browser import NARROW, WIDE, Person, barriers, overflow

LANGUAGE = "zh-hans"


@dataclass
class Tour:
    """One person's way through many pages; ``wrong`` collects what is wrong with them."""

    person: Person
    wrong: list[str] = field(default_factory=list)

    def visit(self, *paths: str, status: int = 200) -> None:
        """Open pages and look at them."""
        for path in paths:
            answered = self.person.open(path).status
            if answered != status:
                self.wrong.append(f"{path}: answers {answered}")
            self.look(path, forgiven=[f"{status} {path}"])

    def press(self, button: object, name: str) -> None:
        """Press a button of the page one is on and look at what comes; ``name`` tells it apart."""
        with self.person.page.expect_navigation():
            self.person.press(button)
        self.look(name)

    def look(self, name: str, forgiven: list[str] | None = None) -> None:
        """Judge the page one is on. ``forgiven`` are answers the browser may complain about."""
        self.wrong += [f"{name}: {problem}" for problem in self._problems(forgiven or [])]

    def _problems(self, forgiven: list[str]) -> Iterator[str]:
        page = self.person.page
        page.wait_for_load_state()
        if (language := page.locator("html").get_attribute("lang")) != LANGUAGE:
            yield f"language {language}"
        yield from barriers(page)
        for size in (NARROW, WIDE):
            page.set_viewport_size(size)
            if (too_wide := overflow(page)) > 0:
                yield f"{too_wide} pixels too wide at {size['width']}"
        yield from (fault for fault in self.person.faults if fault not in forgiven)
        self.person.faults.clear()
