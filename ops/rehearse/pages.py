"""The portal's pages as a person with a browser uses them: follow, read the form, fill it in, press a button."""

from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from lxml import html
from requests.adapters import HTTPAdapter

SECONDS = 30.0  # a person waits no longer for a page
YES = "yes"  # of the items of a verification sheet


class NotDone(Exception):
    """A step that did not work: the status of the response and its text."""


class PageForm:
    """A form of a page, with its values."""

    def __init__(self, page: "Page", element: Any) -> None:
        self.action = urljoin(page.url, element.get("action") or "")
        self.fields: dict[str, str] = dict(element.form_values())
        self.choices: dict[str, set[str]] = {}
        for one in element.xpath(".//input[@type='radio']"):
            self.choices.setdefault(one.get("name"), set()).add(one.get("value"))

    def say_yes(self) -> None:
        """Answer “yes” to each question that offers it."""
        self.fields |= {name: YES for name, values in self.choices.items() if YES in values}


class Page:
    """A page as it was returned."""

    def __init__(self, answer: requests.Response) -> None:
        self.url = str(answer.url)
        self.path = urlsplit(self.url).path
        self.refreshes = "Refresh" in answer.headers
        self._document = html.fromstring(answer.content)

    def form(self, *, has: str = "", to: str = "") -> PageForm | None:
        """Return the first form with a field or button of this name, or with this end of its address."""
        for element in self._document.forms:
            names = {one.get("name") for one in element.xpath(".//input|.//button|.//textarea|.//select")}
            if (not has or has in names) and urlsplit(urljoin(self.url, element.get("action") or "")).path.endswith(to):
                return PageForm(self, element)
        return None

    def values(self, name: str, form: str = "") -> set[str]:
        """Return the values of all buttons of this name, or of those that belong to the form with this id."""
        found = self._document.xpath("//button[@name=$name and (not($form) or @form=$form)]", name=name, form=form)
        return {one.get("value") for one in found}

    def link(self, text: str) -> str | None:
        """Return the address of the first link with this text."""
        found = self._document.xpath("//main//a[normalize-space()=$text]/@href", text=text)
        return urlsplit(urljoin(self.url, found[0])).path if found else None

    def complaint(self) -> str:
        """Return the errors shown on the page."""
        found: Iterable[Any] = self._document.xpath("//*[@role='alert' or contains(@class,'notice-')]|//h1")
        return " ".join(" ".join(one.text_content().split()) for one in found)[:200]


class FromAddress(HTTPAdapter):
    """Connects from this address of this machine."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, source_address=(self._address, 0), **options)


class Visitor:
    """One browser: cookies, and the address that a person has typed. Each has a network address of its own."""

    _numbers = count()

    def __init__(self, address: str) -> None:
        self._address = address
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Accept"] = "text/html"
        high, low = divmod(next(self._numbers), 250)
        self._session.mount("http://", FromAddress(f"127.1.{high}.{low + 1}"))  # so that nobody has come too often

    def open(self, path: str) -> Page:
        """Return the page at this path; raise NotDone unless it is answered."""
        return Page(self._asked("GET", urljoin(self._address, path)))

    def fetch(self, path: str) -> bytes:
        """Return the content of a file."""
        return self._asked("GET", urljoin(self._address, path)).content

    def press(self, form: PageForm, *, files: Mapping[str, Path] | None = None, **typed: str) -> Page | str:
        """Send the form; return the path that follows, or the same page when it was not accepted."""
        opened = {name: (path.name, path.read_bytes()) for name, path in (files or {}).items()}
        answer = self._asked("POST", form.action, data=form.fields | typed, files=opened or None, allow_redirects=False)
        return urlsplit(answer.headers["Location"]).path if answer.is_redirect else Page(answer)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in, unless that has been done."""
        form = self.open("/accounts/login/").form(has="login")
        if form and isinstance(self.press(form, login=email, password=password), Page):
            raise NotDone("sign-in was refused")

    def _asked(self, method: str, url: str, **sent: Any) -> requests.Response:
        try:
            answer = self._session.request(method, url, timeout=SECONDS, **sent)
        except requests.RequestException as error:
            raise NotDone(type(error).__name__) from error
        if answer.status_code >= 400:
            raise NotDone(str(answer.status_code))
        return answer


def accepted(answer: Page | str) -> str:
    """Return the path that follows; raise NotDone when the form was not accepted."""
    if isinstance(answer, Page):
        raise NotDone(f"refused: {answer.complaint()}")
    return answer
