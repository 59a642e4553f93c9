"""Personal data stand in the clear only where the table below says why: not in logs, queues, caches, sessions or rows.

One walk through the whole procedure with values that nothing else contains: an individual signs up, fills in, uploads
and submits; staff search, verify and approve; a worker sends the mails; the filing password is recovered; strangers
search; a provider's system reports. Then everything that was written is read.
"""

import email
import email.policy
import io
import json
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import Client
from post_office.models import STATUS, Email
from pytest_django import Settings

from accounts.models import User
from desks import access as host_access
from filings import facts, fields, services
from filings.fields import attachments
from filings.models import Entrance, Filing
from filings.states import Status
from icp_portal.demo import invent, play
from icp_portal.tests.builders import BEIJING, PASSWORD, number, provider, reviewer, staff, user_of
from icp_portal.tests.hostile import browser, fields_of, wrong_fields
from icp_portal.tests.killing import Backend, no_password_owed, until
from icp_portal.tests.personal_data.planted import Ear, Planted, columns_with, in_sessions
from icp_portal.watch.lines import PortalFormatter
from interchange.messages.writing import write_upload
from interchange.models import Upload, UploadState
from interchange.tests.intake.reported_records import SentFiling
from interchange.tests.systems import System
from ministry.models import Subject
from ministry.tasks import send_mails
from ops.throwaway import HOME
from providers.models import Provider

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.xdist_group("kills")]

CONTACTS = (*("responsible.cert_number", "responsible.mobile", "responsible.emergency_mobile", "responsible.email"),)

SEARCHED_BY_NAME = "staff search by the name of the host, and the register shows it once the filing is approved"
OWN_SESSION = "allauth notes in an account's own session with which address it was signed in; it ends after 12 hours"
SENDING = "ministry.send_mails"
# where, or table.column → which values, and why they may stand there in the clear
IN_THE_CLEAR: Final[dict[str, tuple[set[str], str]]] = {
    "sessions": ({"account"}, OWN_SESSION),
    "cache and queue": ({"account"}, f"copies of sessions: {OWN_SESSION}"),
    "accounts_user.email": ({"account"}, "an account is found by its address"),
    "account_emailaddress.email": ({"account"}, "an account is found by its address"),
    "filings_event.actor_name": ({"account"}, "says who acted; the address where an account has no name"),
    "filings_filing.subject_name": ({"subject.name"}, SEARCHED_BY_NAME),
    "filings_searchentry.names": ({"subject.name"}, SEARCHED_BY_NAME),
    "ministry_subject.name": ({"subject.name"}, "public: the name of the host of a record"),
    "ministry_auditwaiting.content": (
        {"subject.name"},
        "columns in the clear, for a minute until the log has their digest",
    ),
    "post_office_email.to": (
        {"account", "responsible.email", "reported responsible.email"},
        "whom a mail is for; erased with the data of the filing",
    ),
    "post_office_email.message": ({"subject.name"}, "mails name the host; erased with the data of the filing"),
}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The lines that production would have written in this process."""
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(PortalFormatter(as_json=True, error_texts=False))
    logging.getLogger().addHandler(handler)
    yield output
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def working(backend: Backend, settings: Settings) -> Backend:
    """A backend whose cache this process uses, too, with a worker that logs as production does."""
    location = {"LOCATION": backend.broker.cache_url(1)}
    settings.CACHES = {
        alias: {**cache, **(location if alias != "fragments" else {})} for alias, cache in settings.CACHES.items()
    }
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = settings.SMTP_BACKEND, "127.0.0.1"
    settings.EMAIL_PORT = backend.server.port
    backend.env |= {"LOG_FORMAT": "json", "LOG_ERROR_TEXTS": "false"}
    backend.start_worker()
    return backend


class Walk:
    """An individual's filing, step by step; ``planted`` has what was typed."""

    def __init__(self, backend: Backend) -> None:
        self.backend, self.planted, self.number = backend, Planted(), number()
        self.provider: Provider = provider(provinces=[BEIJING])
        self.values = invent.values(self.number, province=BEIJING, individual=True) | {
            "subject.name": "龘靐犇",
            "responsible.name": "龘靐犇",
            "subject.address": f"麤麤路{self.number}号2号楼305室",
            "subject.cert_address": f"麤麤路{self.number}号",
            "responsible.email": f"planted-person-{self.number}@example.cn",
        }
        for path in ("subject.name", "subject.cert_number", "subject.address", *CONTACTS):
            self.planted.add(path, self.values[path])
        self.account = f"planted-account-{self.number}@example.cn"
        self.planted.add("account", self.account)
        self.planted.add("account's password", PASSWORD)
        self.planted.add("file", "龘的身份证正面")
        self.client = Client()

    def fresh(self) -> Filing:
        self.filing = Filing.objects.get(pk=self.filing.pk)
        return self.filing

    def post(self, page: str, **typed: object) -> None:
        """Send a page of the filing; it must be taken."""
        answer = self.client.post(f"/filings/{self.filing.pk}/{page}", {"version": self.fresh().version, **typed})
        assert answer.status_code == 302, wrong_fields(answer.content.decode())

    def sign_up(self) -> None:
        self.client.post("/accounts/signup/", {"email": self.account, "password1": PASSWORD, "password2": PASSWORD})
        code = in_mail(self.backend, self.account, r"^[0-9A-Z]{4}-[0-9A-Z]{4}$")
        assert self.client.post("/accounts/confirm-email/", {"code": code}).status_code == 302
        for password in ("wrong", PASSWORD):
            Client().post("/accounts/login/", {"login": self.account, "password": password})

    def fill_in(self) -> None:
        typed = {"cert_type": "2", "cert_number": self.values["subject.cert_number"], "provider": self.provider.pk}
        self.client.post("/filings/begin/look/", typed | {"domain": self.values["websites.0.domain"]})
        owner = host_access.host(User.objects.get(email=self.account))
        self.filing = services.start(owner, provider_id=self.provider.pk, entrance=Entrance.MINISTRY)
        for section in fields.sections_of(self.filing.facts):
            typed = {
                one.name: self.values[path] for one in section.fields if (path := section.path(one)) in self.values
            }
            self.post(f"edit/{section.id}/", **typed)
        pictures = invent.pictures_for(attachments.asked_of_host(self.fresh().facts), self.number)
        for picture in pictures.values():
            picture.name = f"{self.planted.values['file']}.jpg"
        self.post("edit/papers/", **pictures)

    def submit(self) -> None:
        address = self.values["responsible.email"]
        self.post("address/", address=address, send="1")
        self.post("address/", address=address, code=in_mail(self.backend, address, r"(?<!\d)\d{6}(?!\d)"))
        self.post("submit/", **fields_of(self.client.get(f"/filings/{self.filing.pk}/check/").content.decode()))
        assert self.fresh().status == Status.WITH_PROVIDER

    def decide(self) -> None:
        """Each party searches for what it is told at a counter, opens the filing, and passes it on."""
        member, decider = staff(self.provider), reviewer()
        for desk, actor, act in (("provider", member, play.verify), ("bureau", decider, play.approve)):
            client = browser(user_of(actor))
            for value in self.planted.values.values():
                client.post(f"/{desk}/search/", {"q": value}, follow=True)
            act(self.filing, actor)
            assert client.get(f"/{desk}/filings/{self.filing.pk}/rounds/").status_code == 200
            assert client.get(f"/{desk}/filings/{self.filing.pk}/case-file.pdf").status_code == 200
        until(no_password_owed, "the filing password has been sent")

    def recover(self) -> None:
        """Recover the filing password, with a wrong certificate first; change the new one."""
        subject = Subject.objects.get()
        asked = {"province": BEIJING, "number": str(subject.number), "cert_type": "2"}
        for certificate in ("11010119900307803X", self.values["subject.cert_number"]):
            assert Client().post("/recover/password/", asked | {"cert_number": certificate}).status_code == 302
        address = self.values["responsible.email"]
        link = in_mail(self.backend, address, r"/recover/answer/\S+")
        Client().post(link, {"answer": "confirm"})
        until(lambda: len(self.backend.server.passwords()) == 2, "the new password has been sent")
        old, new = self.backend.server.passwords()
        self.planted.add("filing password", old)
        self.planted.add("recovered filing password", new)

    def be_asked_about(self) -> None:
        """Strangers ask for everything that they may know."""
        for value in self.planted.values.values():
            Client().get("/query/", {"q": value})
            Client().get(f"/query/{value}/")
            Client().get("/api/v1/records", {"q": value})
        asked = {"cert_type": "2", "cert_number": self.values["subject.cert_number"]}
        Client().post("/query/certificate/", asked | {"email": self.values["responsible.email"]})

    def report(self) -> None:
        """A provider's system reports the filing of a company."""
        system = System(of=self.provider)
        sent = SentFiling(system)
        for path in ("subject.cert_number", *CONTACTS):
            if value := facts.read(sent.values, path):  # the interface has no element for some
                self.planted.add(f"reported {path}", value)
        xml = write_upload({"ICP": {"XZBA": {"Baxx": [sent.record()]}, "Qqdwid": system.row.isp_id}}, lenient=True)
        assert system.upload(xml).code == 0
        until(lambda: Upload.objects.get().state == UploadState.CHECKED, "the upload is checked")
        assert Filing.objects.latest("pk").status == Status.WITH_BUREAU
        system.status(2, facts.read(sent.values, "subject.cert_number"))
        system.verify(str(Subject.objects.get().number), self.planted.values["recovered filing password"])


def in_mail(backend: Backend, address: str, pattern: str) -> str:
    """Wait for a mail to the address with this in its text; return what was found."""

    def found() -> str | None:
        for content in backend.server.mails:
            mail = email.message_from_bytes(content, policy=email.policy.default)
            text = mail.get_content().replace("\r\n", "\n") if mail["To"] == address else ""
            if match := re.search(pattern, text, re.MULTILINE):
                return match[0]
        return None

    return str(until(found, f"a mail to {address} with {pattern}"))


def test_personal_data_stand_in_the_clear_only_where_a_reason_says_so(working: Backend, log: io.StringIO):
    walk = Walk(working)
    with Ear(working.client()) as ear:
        for step in (
            walk.sign_up,
            walk.fill_in,
            walk.submit,
            walk.decide,
            walk.recover,
            walk.be_asked_about,
            walk.report,
        ):
            step()
        send_mails.delay()
        until(lambda: not Email.objects.exclude(status=STATUS.sent).exists(), "all mails are sent")

    of_database = Path(os.environ[HOME]) / "postgres.log"  # of the engine that the tests start
    texts = {
        "log": log.getvalue(),
        "log of the worker": working.log.read_text(),
        "log of the database": of_database.read_text() if of_database.exists() else "",
        "cache and queue": ear.text(),
        "sessions": in_sessions(),
    }
    found = {where: values for where, text in texts.items() if (values := walk.planted.found_in(text))}
    found |= columns_with(walk.planted)
    assert found == {where: values for where, (values, _reason) in IN_THE_CLEAR.items()}

    # What the request that submits has queued is found by its number in the worker's log.
    ours, workers = lines_of(texts["log"]), lines_of(texts["log of the worker"])
    submitted = next(line["request_id"] for line in ours if line.get("path", "").endswith("/submit/"))
    queued = next(line["message"] for line in ours if line.get("request_id") == submitted)
    sent = {line["message"] for line in workers if (line.get("request_id"), line.get("task")) == (submitted, SENDING)}
    assert sent >= {f"mail {pk} was sent" for pk in queued.removeprefix("mails queued: ").split(", ")}


def lines_of(text: str) -> list[dict[str, Any]]:
    """Return the lines of the log; Celery's banner is none."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]
