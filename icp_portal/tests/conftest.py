"""Fixtures of the tests that drive a browser, count queries, prove the audit log or kill processes.

Where there is no Chromium the tests in a browser are not collected.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from accounts.outages import Breaker
from filings import services
from filings.models import Filing
from filings.states import Status
from icp_portal.tests import browser
from icp_portal.tests.browser import Person
from icp_portal.tests.builders import Case, case_at, reviewer
from icp_portal.tests.killing import Backend, database_url, is_alone, until, use_broker
from icp_portal.tests.tours import Tour
from ministry import audit, tasks
from ministry.mail import outbox
from ops.mailsink import MailSink

collect_ignore_glob = ["in_browser/*"] if browser.may_be_missing() and not browser.program() else []


@pytest.fixture(scope="module")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """One browser for all tests of a module."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's own loop runs in this thread; Django would refuse to query beside it.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        running = browser.launch(playwright)
        yield running
        running.close()


@pytest.fixture
def portal(live_server: LiveServer, mailbox: MailSink, settings: Settings) -> Iterator[str]:
    """The address of the running portal. A page that was left may still be answered when the test has ended."""
    # The browser asks the server, and some tests ask beside it by Django's client.
    settings.SITE_URL, settings.SITE_ALIASES = live_server.url, [urlsplit(settings.SITE_URL).netloc]
    settings.MFA_TOTP_TOLERANCE = 1  # a slow test may type a code of the half-minute before
    yield live_server.url
    browser.wait_for(browser.nobody_else_works, "the server to end its work")


@pytest.fixture
def visitor(chromium: Browser, portal: str) -> Iterator[Callable[..., Person]]:
    """Makes people who come to the portal; in the end none of them may have met a fault."""
    people: list[Person] = []

    def come(**options: object) -> Person:
        people.append(Person(chromium, portal, **options))
        return people[-1]

    yield come
    for person in people:
        person.leave()


@pytest.fixture
def tour(visitor: Callable[..., Person]) -> Iterator[Callable[..., Tour]]:
    """Makes tours, of nobody in particular or of a user; in the end nothing may have been wrong."""
    tours: list[Tour] = []

    def begin(user: User | None = None, *, thorough: bool = False) -> Tour:
        person = visitor()
        tours.append(Tour(person.sign_in_as(user) if user else person, thorough))
        return tours[-1]

    yield begin
    wrong = [problem for tour in tours for problem in tour.wrong]
    assert wrong == [], "\n".join(wrong)


@pytest.fixture
def queries(django_assert_max_num_queries) -> Callable[[Client, str], int]:
    """How many queries a page costs."""

    def measure(client: Client, url: str) -> int:
        with django_assert_max_num_queries(1000) as captured:
            response = client.get(url)
        assert response.status_code == 200
        return len(captured)

    return measure


@pytest.fixture
def sealed() -> Case:
    """A filing that came back once and was looked at, all of it in the chain."""
    case = case_at(Status.RETURNED_TO_PROVIDER)
    services.record_look(Filing.objects.get(pk=case.filing.pk), reviewer(), "facts")
    audit.seal()
    return case


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    """An empty backend with its broker running and no worker yet; this process queues there too."""
    before = os.environ["CELERY_BROKER_URL"]
    backend = Backend(tmp_path, database_url())
    backend.broker.start()
    use_broker(backend.broker.broker_url(0))
    monkeypatch.setattr(outbox, "BROKER", Breaker("the broker of this test", outbox.FAILURES))
    monkeypatch.setattr(tasks, "SWEEP_AFTER", tasks.SWEEP_AFTER * 0)
    yield backend
    backend.stop()
    use_broker(before)
    until(is_alone, "what the killed workers asked of the database has ended")


@pytest.fixture
def open_data_root(settings: Settings, tmp_path: Path) -> Path:
    """An empty folder for the open data of this test."""
    folder: Path = tmp_path / "open-data"
    settings.OPEN_DATA_ROOT = folder
    return folder
