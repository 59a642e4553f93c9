"""Set up the test run: start throw-away engines and complete the environment, then set up Django.

The main process starts the engines; its workers (pytest-xdist) inherit them, and each has its own queue, cache,
mailbox and folder. Everything is stopped when the run ends, however it ends.
"""

import gc
import math
import os
import sys
from collections.abc import Iterator

import django
import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from pytest_django import Settings

from ops.mailsink import MailSink
from ops.throwaway import PAST_POOLER, TEMPLATE, Engines, enter_process, process_number

# Compile each module once, not once in each worker and in each process that a test starts.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

WORKER = os.environ.get("PYTEST_XDIST_WORKER")

if WORKER is None:
    Engines(for_tests=True).start()
SINK = enter_process(process_number(WORKER))

os.environ["DJANGO_SETTINGS_MODULE"] = "icp_portal.settings"
os.environ["READ_CERTIFICATES"] = "false"  # its own tests turn it on
django.setup()
# A worker that inherits the name would read the settings before this file has run in it.
del os.environ["DJANGO_SETTINGS_MODULE"]

if template := os.environ.get(TEMPLATE):
    connection.settings_dict["TEST"] |= {"TEMPLATE": template, "MIGRATE": False}

# Deliberately slow in production; the tests hash thousands of passwords.
PBKDF2PasswordHasher.iterations = 1_000

# Only now: it imports models.
from post_office.connections import connections  # noqa: E402

from filings.evidence import quarantine  # noqa: E402
from icp_portal.env import env  # noqa: E402
from icp_portal.tests import emptied, remembered, replayed  # noqa: E402
from ministry import retention  # noqa: E402
from ministry.mail import texts  # noqa: E402

remembered.begin()
replayed.begin()
emptied.begin()

# Tests may be slow on a busy machine.
hypothesis.settings.register_profile("portal", deadline=None)
hypothesis.settings.load_profile("portal")


def pytest_collection_finish() -> None:
    """Exclude all that is loaded so far from garbage collection: it is kept until the end of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have recorded as “measured”: nobody sees what they print in workers."""
    for report in terminalreporter.getreports("passed"):
        for text in [text for name, text in report.user_properties if name == "measured"]:
            terminalreporter.section(f"measured by {report.nodeid}")
            terminalreporter.write_line(text)


@pytest.fixture(autouse=True)
def _nothing_cached() -> None:
    """Begin every test with an empty cache: tries that an earlier test counted must not refuse those of this one."""
    cache.clear()


@pytest.fixture(autouse=True)
def _nothing_changed_by_operators() -> None:
    """Begin every test with built-in texts, usual periods and no quarantine: reading them costs a test no query."""
    texts.PUBLISHED.set({}, math.inf)
    retention.PERIODS.set({}, math.inf)
    quarantine.NAMES.set(frozenset(), math.inf)


@pytest.fixture(autouse=True)
def _no_connection_kept() -> Iterator[None]:
    """Close the connection to the mail server after every test: the next one may have another server."""
    yield
    connections.close()


@pytest.fixture
def english(settings: Settings) -> Iterator[None]:
    """Show texts in the source language, so that a corrected translation breaks no test."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def past_pooler() -> Iterator[None]:
    """Connect past the pooler, if there is one, as commands of the tables' owner and the import do."""
    address = os.environ.get(PAST_POOLER)
    with pytest.MonkeyPatch.context() as patch:
        if address:
            connection.close()
            patch.setenv("DATABASE_URL", address)
            patch.setenv("BEHIND_POOLER", "false")
            patch.setattr(settings, "BEHIND_POOLER", False)
            for name, value in ({"HOST": "", "PORT": "", "OPTIONS": {}} | env.db_url_config(address)).items():
                if name != "NAME":
                    patch.setitem(connection.settings_dict, name, value)
        yield
        if address:
            connection.close()


@pytest.fixture
def no_second_factor(settings: Settings) -> None:
    """Let staff in by their password alone. Two-step verification is tested in ``accounts``."""
    settings.RELAX_SECOND_FACTOR = True


@pytest.fixture
def mailbox(settings: Settings) -> MailSink:
    """Send this test's mails by SMTP to a mail sink, and return the sink."""
    settings.EMAIL_BACKEND = settings.SMTP_BACKEND
    SINK.clear()
    return SINK
