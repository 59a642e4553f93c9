"""Lines of the log: the number of the request in each, and nothing of what people have typed."""

import errno
import io
import json
import logging
import os
import smtplib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from accounts.sealed import Misplaced
from icp_portal import pages
from icp_portal.tests import builders
from icp_portal.watch.lines import PortalFormatter
from ministry.mail import letters
from ops.throwaway import HOME

pytestmark = pytest.mark.django_db

OF_NGINX = "0123456789abcdef0123456789abcdef"
UUID = "01234567-89ab-4def-8123-456789abcdef"
CERTIFICATE = "11010119900307803X"
ADDRESS = "planted.person@example.cn"


class Log:
    """The lines that production would have written."""

    def __init__(self, *, as_json: bool = True) -> None:
        self._output = io.StringIO()
        self.handler = logging.StreamHandler(self._output)
        self.handler.setFormatter(PortalFormatter(as_json=as_json, error_texts=False))

    @property
    def text(self) -> str:
        return self._output.getvalue()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def messages(self) -> list[str]:
        return [line["message"] for line in self.lines()]


@pytest.fixture
def log():
    written = Log()
    logging.getLogger().addHandler(written.handler)
    yield written
    logging.getLogger().removeHandler(written.handler)


@pytest.mark.parametrize("number", [OF_NGINX, UUID])
def test_the_proxys_number_is_in_the_answer_and_in_every_line(number, log, settings):
    settings.BEHIND_PROXY = True
    answer = Client().post(f"/query/{CERTIFICATE}/", {"q": ADDRESS}, headers={"X-Request-ID": number})

    assert (answer.status_code, answer["X-Request-ID"]) == (405, number)
    refused, answered, refused_again = log.lines()
    assert {line["request_id"] for line in log.lines()} == {number}
    assert {refused["message"], refused_again["message"]} == {"Method Not Allowed: POST /query/<str:what>/"}
    assert (answered["method"], answered["path"], answered["status"]) == ("POST", "/query/<str:what>/", 405)


@pytest.mark.parametrize(
    ("number", "behind_proxy"),
    [
        (OF_NGINX, False),
        ("", True),
        (OF_NGINX.upper(), True),
        (f"{OF_NGINX}0", True),
        (f"{OF_NGINX}\n", True),
        ("٠" * 32, True),
        (f"{{{UUID}}}", True),
        ("-" * 5000 + OF_NGINX, True),
        (CERTIFICATE, True),
    ],
)
def test_any_other_number_is_replaced(number, behind_proxy, log, settings):
    settings.BEHIND_PROXY = behind_proxy
    made = Client().get("/", headers={"X-Request-ID": number})["X-Request-ID"]

    assert len(made) == len(OF_NGINX)
    assert made != number
    assert {line["request_id"] for line in log.lines()} == {made}


def test_two_requests_have_two_numbers_and_what_is_no_request_has_none(log):
    first, second = (Client().get("/healthz")["X-Request-ID"] for _twice in range(2))
    logging.getLogger("filings").warning("outside")

    assert first != second
    assert log.lines()[-1].keys() == {"at", "level", "logger", "message"}
    assert log.messages() == ["outside"]  # the health check is not logged


def test_keys_of_rows_are_written_and_an_unknown_page_is_not(log, client):
    client.force_login(builders.host_user())
    for path in ("/filings/12345/", f"/{ADDRESS}/"):
        assert client.get(path).status_code == 404
    assert [line["path"] for line in log.lines() if "path" in line] == ["/filings/12345/"]
    assert ADDRESS not in log.text


def test_a_page_that_fails_tells_its_number_and_the_log_no_values(log, monkeypatch, english):
    def fail() -> None:
        found = User.objects.filter(name=CERTIFICATE)
        raise ValueError(f"{ADDRESS} has {CERTIFICATE} in {found.query}")

    monkeypatch.setattr(pages.pace, "of_country", fail)
    answer = Client(raise_request_exception=False).get("/", {"email": ADDRESS})

    number = answer["X-Request-ID"]
    assert answer.status_code == 500
    assert f"tell whoever runs the portal this number:\n      <code>{number}</code>" in answer.content.decode()
    assert 'data-file="20" data-form="70"' in answer.content.decode()  # part of every page, and kept in the cache
    error = next(line for line in log.lines() if line["level"] == "ERROR")
    assert (error["request_id"], error["message"]) == (number, "Internal Server Error: GET /")
    assert error["error"].splitlines()[-1] == "builtins.ValueError"
    assert "in fail\n" in error["error"]
    assert [text for text in (ADDRESS, CERTIFICATE) if text in log.text] == []


def test_errors_are_told_by_their_type_codes_and_constraint(log):
    builders.user("host", ADDRESS)
    try:
        with transaction.atomic():
            User.objects.create_user(ADDRESS, None, party="host")
    except IntegrityError as error:
        logging.getLogger("filings").exception("not stored: %s", error)
    refused = smtplib.SMTPDataError(550, f"no {ADDRESS} here")
    logging.getLogger("celery.app.trace").error(
        "Task %(name)s[%(id)s] %(description)s: %(exc)s",
        {"name": "ministry.send_mails", "id": 7, "description": "raised unexpected", "exc": repr(refused)},
        exc_info=refused,
    )

    first, second = log.lines()
    assert first["message"] == "not stored: IntegrityError"
    assert [line for line in first["error"].splitlines() if not line.startswith(" ")][-1] == (
        "psycopg.errors.UniqueViolation sqlstate=23505 constraint=one_user_per_email"
    )
    assert (second["message"], second["error"].strip()) == (
        "Task ministry.send_mails[7] raised unexpected: …",
        "smtplib.SMTPDataError smtp_code=550",
    )
    assert ADDRESS not in log.text
    of_database = Path(os.environ[HOME]) / "postgres.log"  # of the engine that the tests start
    assert not of_database.exists() or ADDRESS not in of_database.read_text()


def test_where_a_moved_value_stands_is_written_and_of_a_full_disk_the_code(log):
    logger = logging.getLogger("filings")
    logger.critical("can't be read: %s", Misplaced("sealed for another place than ministry_subject.address 7"))
    logger.critical("can't be stored: %s", OSError(errno.ENOSPC, "No space left", f"/srv/{ADDRESS}"))
    assert log.messages() == [
        "can't be read: sealed for another place than ministry_subject.address 7",
        "can't be stored: OSError errno=28",
    ]


@pytest.mark.parametrize(
    ("name", "said", "values", "written"),
    [
        ("gunicorn.error", f"Invalid request from ip=1.2.3.4: Invalid line: '{ADDRESS}'", (), "Invalid request"),
        ("gunicorn.error", "Error handling request %s %s", ("GET", f"/query/?q={ADDRESS}"), "Error handling request"),
        ("gunicorn.error", "Worker exiting (pid: %s)", (7,), "Worker exiting (pid:"),
        ("waitress", f"Exception while serving /query/{ADDRESS}", (), "Exception while"),
        (
            "waitress",
            f"uncaptured python exception, closing channel <HTTPChannel 1.2.3.4:7> ({ADDRESS})",
            (),
            "uncaptured python exception",
        ),
    ],
)
def test_the_web_servers_lines_quote_no_request(name, said, values, written, log):
    logging.getLogger(name).error(said, *values)
    assert log.messages() == [written]


@pytest.mark.parametrize(("said", "values"), [("%d of %s", (ADDRESS, 7)), ("%(count)d", ({"count": ADDRESS},))])
def test_a_line_that_can_not_be_formatted_is_written_without_its_values(said: str, values: tuple[Any, ...]):
    record = logging.LogRecord("some.library", logging.WARNING, "", 1, said, values, None)
    assert json.loads(Log().handler.format(record))["message"] == said


def test_text_is_one_line_whatever_is_quoted():
    record = logging.LogRecord("filings", logging.ERROR, "", 1, "read %s", ("a\nERROR forged",), None)
    written = Log(as_json=False).handler.format(record)
    assert written.split(" ", 1)[1] == "ERROR filings read a | ERROR forged"


def test_a_mail_is_logged_by_its_key_when_it_is_queued(log, django_capture_on_commit_callbacks):
    mail = letters.written("email_changed", [ADDRESS], {"subject": builders.on_record(builders.provider()).subject})
    letters.queue([mail])
    assert log.messages() == [f"mails queued: {mail.pk}"]


def test_formats_and_texts_of_errors_come_from_the_environment():
    formatter = portal.LOGGING["formatters"]["line"]
    assert formatter == {"()": "icp_portal.watch.lines.PortalFormatter", "as_json": False, "error_texts": True}
