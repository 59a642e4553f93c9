"""Valkey is killed or hangs: people sign in, save, upload and approve; what was to be queued is found afterwards."""

import logging
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from post_office.models import STATUS, Email
from pytest_django import Settings

from accounts import outages
from accounts.models import Party, User
from filings import services
from icp_portal.tests.builders import PASSWORD, Case, user
from icp_portal.tests.hostile import jpeg
from icp_portal.tests.killing import Backend, no_password_owed, until
from ministry import tasks
from ministry.passwords import passwords
from ministry.tasks import send_mails
from ops.engines import Valkey

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.xdist_group("kills")]


def hang(valkey: Valkey) -> None:
    """Suspend the process until ``go_on``: connections are accepted, nothing is answered."""
    assert valkey.child
    valkey.child.process.send_signal(signal.SIGSTOP)


def go_on(valkey: Valkey) -> None:
    """Resume the process; it answers the pending commands first."""
    assert valkey.child
    valkey.child.process.send_signal(signal.SIGCONT)


Way = tuple[Callable[[Valkey], None], Callable[[Valkey], None]]
WAYS = {"killed": (Valkey.kill, Valkey.start), "hung": (hang, go_on)}
WRONG = {"password": "wrong-password"}


@pytest.fixture(params=WAYS.values(), ids=list(WAYS))
def way(request: pytest.FixtureRequest) -> Any:
    """How Valkey goes away, and how it comes back."""
    return request.param


@pytest.fixture
def valkey(backend: Backend, settings: Settings) -> Valkey:
    """One of the test's own, for cache and queue."""
    location = {"LOCATION": backend.broker.cache_url(1)}
    settings.CACHES = {alias: {**cache, **location} for alias, cache in settings.CACHES.items()}
    return backend.broker


def signed_in(client: Client) -> bool:
    return client.get(reverse("filings:home")).status_code == 200


def log_in(client: Client, member: User, **typed: str) -> bool:
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD, **typed})
    return signed_in(client)


def save(client: Client, case: Case, name: str) -> int:
    typed = {"version": case.refresh().filing.version, "name": name}
    return client.post(reverse("api:save_page", args=[case.filing.pk, "subject"]), typed).status_code


def upload(client: Client, case: Case) -> int:
    file = SimpleUploadedFile("card.jpg", jpeg(), content_type="image/jpeg")
    typed = {"version": case.refresh().filing.version, "papers.subject_certificate": file}
    return client.post(reverse("filings:papers", args=[case.filing.pk]), typed).status_code


def test_everybody_works_on(backend: Backend, valkey: Valkey, way: Way, caplog: pytest.LogCaptureFixture):
    go, come_back = way
    draft = Case()
    owner = draft.filing.host
    owner.set_password(PASSWORD)
    owner.save()
    early, late = Client(), Client()
    assert log_in(early, owner)

    go(valkey)
    begun = time.monotonic()
    assert (signed_in(early), log_in(late, owner)) == (True, True)
    assert (save(late, draft, "离线科技有限公司"), upload(early, draft)) == (200, 302)
    assert draft.refresh().filing.get("subject.name") == "离线科技有限公司"
    assert draft.filing.evidence.filter(path="papers.subject_certificate").count() == 2
    case = Case().submit().verify()
    services.claim(case.filing.pk, case.reviewer)
    subject = services.approve(case.filing.pk, case.reviewer, version=None)
    early.post("/accounts/logout/")
    assert (signed_in(early), signed_in(late)) == (False, True)
    assert Client().get("/healthz").json() == {"ok": True, "cache": False}
    waited = [record.message for record in caplog.records if "does not answer" in record.message]
    assert 1 <= len(waited) <= 2 * (2 + (time.monotonic() - begun) / outages.PAUSE), "not once a request"

    come_back(valkey)
    until(lambda: Client().get("/healthz").json()["cache"], "the cache is asked again")
    assert (signed_in(early), signed_in(late), log_in(early, owner)) == (False, True, True)
    tasks.sweep()
    send_mails.delay()  # what beat does four times a minute
    backend.start_worker()
    until(no_password_owed, "the password has been sent")
    until(lambda: not Email.objects.exclude(status=STATUS.sent).exists(), "all notices are sent")
    (password,) = backend.server.passwords()
    subject.refresh_from_db()
    assert passwords.check(subject, password)
    assert len(backend.server.mails) == 1 + Email.objects.count()


def test_passwords_can_be_guessed_no_faster_and_nobody_is_locked_out(valkey: Valkey, way: Way):
    member, other = user(Party.HOST, password=PASSWORD), user(Party.HOST, password=PASSWORD)
    way[0](valkey)
    guesser = Client(REMOTE_ADDR="203.0.113.7")

    for _n in range(5):
        assert not log_in(guesser, member, **WRONG)

    assert not log_in(guesser, member)
    assert log_in(Client(REMOTE_ADDR="203.0.113.7"), other)
    assert log_in(Client(REMOTE_ADDR="198.51.100.1"), member)


def test_a_valkey_that_hangs_is_waited_for_once_and_not_by_every_request(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(outages, "PAUSE", 3600.0)
    client = Client()
    assert log_in(client, user(Party.HOST, password=PASSWORD))
    hang(valkey)

    for _n in range(10):
        assert signed_in(client)

    with caplog.at_level(logging.WARNING):
        assert [record.message for record in caplog.records if record.name == "accounts.outages"] == [
            "the cache does not answer (TimeoutError); not asked for 3600 s"
        ]


def test_a_session_is_copied_for_a_minute_and_in_json(valkey: Valkey, backend: Backend):
    member = user(Party.HOST, password=PASSWORD)
    assert log_in(Client(), member)
    cache.set("text", ["a", 1, None, True])

    with backend.client() as client:
        client.select(1)
        kept = {key.decode(): (client.get(key), client.ttl(key)) for key in client.scan_iter()}

    sessions = {key: value for key, value in kept.items() if "sessions" in key}
    assert sessions
    assert all(value.startswith(b"{") and 0 < seconds <= 60 for value, seconds in sessions.values())
    assert kept[":2:text"][0] == b'["a", 1, null, true]'
    assert all(value[:1] in b'{["0123456789tfn' for value, _seconds in kept.values())


def test_what_was_pickled_before_is_never_read(valkey: Valkey, backend: Backend):
    with backend.client() as client:
        client.select(1)
        client.set(":1:healthz", b"\x80\x05K\x01.")

    assert caches["default"].get("healthz") is None
