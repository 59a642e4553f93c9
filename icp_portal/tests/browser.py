"""A real Chromium for tests, and people who use it: each has a browser of their own and finds things by their words.

A person keeps every fault the browser reports (errors of scripts, refusals of the content security policy, failed
requests). Waiting is always for something: an element, an address, a mail.
"""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from functools import partial
from threading import Lock
from typing import Any

from allauth.mfa.totp.internal import auth as totp
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import connection
from django.test import Client
from django.utils.translation import gettext as _
from playwright.sync_api import Browser, ConsoleMessage, FilePayload, Locator, Page, Playwright, Response, expect

from accounts.models import User
from filings import facts, fields
from filings.facts import Facts
from filings.fields import TYPED, Field, Section, Type, validity
from icp_portal.tests import builders
from ministry.reference import divisions
from ops.mailsink import MailSink

# The first is Chromium without windows, which needs a fifth less of the processor.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-software-rasterizer",  # SwiftShader would draw every frame as a graphics card does, on the processor
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream=device-count=2",
)
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}
# Without "preload", which asks for inline styles that our pages rightly forbid.
AXE = Axe()
AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False}
LONGEST = 15.0  # seconds; a wait that comes near it means that something is broken
expect.set_options(timeout=LONGEST * 1000)  # its own five seconds are too few on a busy machine


def program() -> str | None:
    """The Chromium of this machine, or None."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def may_be_missing() -> bool:
    """Whether tests without a browser are simply fewer tests; in CI a missing browser fails."""
    return os.environ.get("REQUIRE_BROWSER") != "1"


def launch(playwright: Playwright) -> Browser:
    """Start Chromium with a camera that shows a test picture."""
    found = program()
    assert found, f"REQUIRE_BROWSER is 1, but none of {', '.join(PROGRAMS)} is installed"
    return playwright.chromium.launch(executable_path=found, args=list(FLAGS))


def wait_for(answer: Callable[[], Any], what: str, *, seconds: float = LONGEST) -> Any:
    """Ask until there is an answer; fail with ``what`` when there is none within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (found := answer()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)
    return found


class UnderWay:
    """Counts the requests that the live server is answering, also those whose reader has left."""

    def __init__(self) -> None:
        self._count, self._lock = 0, Lock()
        request_started.connect(partial(self._add, 1), weak=False)
        request_finished.connect(partial(self._add, -1), weak=False)

    def _add(self, number: int, sender: type | None, **_said: Any) -> None:
        if sender and issubclass(sender, WSGIHandler):  # not the test's client
            with self._lock:
                self._count += number

    def __bool__(self) -> bool:
        return self._count > 0


under_way = UnderWay()


def nobody_else_works() -> bool:
    """Whether no request is being answered, and no other connection to the test's database does something."""
    if under_way:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle')"
        )
        return bool(cursor.fetchone()[0])


def mail_to(mailbox: MailSink, address: str, subject: str, nth: int = 1) -> EmailMessage:
    """Wait for the ``nth`` mail to ``address`` whose subject holds ``subject``."""

    def arrived() -> EmailMessage | None:
        mails = [mail for mail in mailbox.messages() if mail["To"] == address and subject in mail["Subject"]]
        return mails[nth - 1] if len(mails) >= nth else None

    return wait_for(arrived, f"mail {nth} to {address} about “{subject}”")


def text_of(mail: EmailMessage) -> str:
    """The mail's plain text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return body.get_content().replace("\r\n", "\n")


def as_upload(picture: SimpleUploadedFile) -> FilePayload:
    """A picture as Playwright hands it to a file field."""
    return {"name": str(picture.name), "mimeType": "image/jpeg", "buffer": picture.read()}


def with_second_step(user: User) -> User:
    """The user with an authenticator app, who may therefore open a desk."""
    totp.TOTP.activate(user, totp.generate_totp_secret())
    return user


def one_time_code(secret: str, *, later: int = 0) -> str:
    """What an authenticator app shows now, or ``later`` half-minutes from now."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + later))


class Person:
    """Somebody before a browser of their own. ``options`` are Playwright's of a context."""

    def __init__(self, browser: Browser, origin: str, **options: Any) -> None:
        settings_of_context = {"viewport": WIDE, "locale": "zh-CN", "permissions": ["camera"], **options}
        self.context = browser.new_context(base_url=origin, **settings_of_context)
        self.context.set_default_timeout(LONGEST * 1000)
        self.origin = origin
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("response", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        # A failed request is told by its response, with its address.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console: {message.text}")

    def _see(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status} {response.url.removeprefix(self.origin)}")

    def sign_in_as(self, user: User) -> "Person":
        """Come with a session of the user, without the sign-in pages."""
        client = builders.sign_in(Client(), user)
        name = settings.SESSION_COOKIE_NAME
        self.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.origin}])
        return self

    def open(self, path: str) -> Response:
        """Go to an address by typing it."""
        response = self.page.goto(path)
        assert response is not None
        return response

    def path(self) -> str:
        """Where one is, with the query."""
        return self.page.url.removeprefix(self.origin)

    def arrives_at(self, path: str) -> None:
        """Wait until the page at ``path`` is there."""
        expect(self.page).to_have_url(self.origin + path)

    def sees(self, title: Any) -> None:
        """Wait for the page with this title."""
        expect(self.page.get_by_role("heading", level=1, name=str(title), exact=True)).to_be_visible()

    def reads(self, text: Any) -> None:
        """Wait for a text of the page."""
        expect(self.page.locator("main")).to_contain_text(str(text))

    def press(self, name: Any, inside: Locator | None = None) -> None:
        """Press a button; its name may go on with what only a screen reader reads."""
        (inside or self.page).get_by_role("button", name=starting_with(name)).click()

    def follow(self, name: Any, inside: Locator | None = None) -> None:
        """Click a link; its name may go on with what only a screen reader reads."""
        (inside or self.page).get_by_role("link", name=starting_with(name)).click()

    def control(self, label: Any) -> Locator:
        """The field with this label; behind it may stand that it is optional."""
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(str(label))}(\s|$)"))

    def only_textbox(self) -> Locator:
        """The page's one text field."""
        return self.page.get_by_role("main").get_by_role("textbox")

    def write(self, label: Any, value: Any) -> None:
        """Type into the field with this label."""
        self.control(label).fill(str(value))

    def fill(self, section: Section, values: Facts) -> None:
        """Answer every field of a page of the form that has a value, unless it stands there already."""
        of_whom = facts.written(facts.blank(), {"subject.nature": values.get("subject.nature")})
        for field in section.fields:
            value = values.get(section.path(field))
            if value and fields.is_asked(section, field, of_whom):
                self._answer(field, str(field.label_for(individual=facts.is_individual(of_whom))), value)
            elif value is False and self.control(field.label).is_checked():
                self.control(field.label).uncheck()

    def _answer(self, field: Field, label: str, value: Any) -> None:
        if field.type == Type.DIVISION:
            self._choose_place(value)
        elif field.type in (Type.CHOICE, Type.NAMED, Type.CHOICES):
            self.choose(label, value)
        elif field.type == Type.SWITCH:
            self._tick(self.control(label))
        elif field.type in TYPED and self.control(label).input_value() == value:
            return
        elif value == validity.LONG_TERM:
            self._tick(self.page.get_by_label(_("Long-term: the certificate has no end date")))
        else:
            self.write(label, value)

    def _choose_place(self, code: str) -> None:
        """First the city, where the page asks for it."""
        city = self.page.get_by_label(_("City"), exact=True)
        if city.count():
            groups = dict(divisions.grouped_choices(f"{code[:2]}0000"))
            name = next(name for name, places in groups.items() if code in dict(places))
            self._select(city, str(list(groups).index(name)))
        self._select(self.control(_("City or county")), code)

    def choose(self, label: str, value: Any) -> None:
        group = self.page.get_by_role("group", name=starting_with(label))
        if group.count():
            for one in value if isinstance(value, list) else [value]:
                self._unfold(group, box := group.locator(f'input[value="{one}"]'))
                self._tick(box)
        else:
            self._select(self.control(label), str(value))

    def _unfold(self, group: Locator, box: Locator) -> None:
        """Open the list of further choices if the box is in it."""
        if not box.is_visible():
            group.locator(".short-list summary").click()

    def _select(self, select: Locator, value: str) -> None:
        if select.input_value() != value:
            select.select_option(value)

    def _tick(self, box: Locator) -> None:
        if not box.is_checked():
            box.check()

    def leave(self) -> None:
        """Close the browser's windows; nothing may have gone wrong in them."""
        self.context.close()
        assert self.faults == []


def starting_with(text: Any) -> re.Pattern[str]:
    """A name that begins with the text and ends or goes on after a blank."""
    return re.compile(rf"^\s*{re.escape(str(text))}(\s|$)")


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth"))


def barriers(page: Page, *rules: str) -> Iterable[str]:
    """Return the violations that axe finds on the page, by all its rules or only by these."""
    options = AXE_OPTIONS | ({"runOnly": list(rules)} if rules else {})
    if page.evaluate("() => !window.axe"):  # once a page: it is half a megabyte to be read
        page.evaluate(AXE.axe_script)
    found = page.evaluate("(options) => axe.run(document, options).then(({ violations }) => violations)", options)
    for violation in found:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {' '.join(map(str, node['target']))}"


def barriers_in_the_dark(page: Page) -> list[str]:
    """Return the violations of contrast that axe finds on the page in dark colours."""
    page.emulate_media(color_scheme="dark")
    page.evaluate("() => Promise.allSettled(document.getAnimations().map((one) => one.finished))")
    found = list(barriers(page, "color-contrast", "link-in-text-block"))
    page.emulate_media(color_scheme="light")
    return found


FARTHEST = 120  # presses of the Tab key to anything on a page
FOCUSED = """(({name, value, textContent, ariaLabel}) => (
    {name, value, text: textContent.trim(), label: ariaLabel}))(document.activeElement)"""


def reach(page: Page, **wanted: str) -> None:
    """Tab forward to the control with this ``name`` (and ``value``) or ``label``, or to what has this ``text``."""
    for _step in range(FARTHEST):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if all(focused[key] == text for key, text in wanted.items()):
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")
