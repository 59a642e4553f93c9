"""The mail sink keeps what SMTP delivers, byte for byte and in order."""

import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.mail import send_mail

from ops.mailsink import MailSink
from ops.programs import free_port


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    sink = MailSink(tmp_path / "mail").start()
    yield sink
    sink.stop()


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def deliver(port: int, subject: str) -> None:
    message = EmailMessage()
    message["Subject"] = subject
    message["To"] = "host@example.cn"
    message.set_content("备案号已下发\n.\n一行只有一个点")
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.send_message(message, "noreply@example.cn", ["host@example.cn"])


def test_mails_are_kept_in_order_with_their_chinese(sink: MailSink) -> None:
    for subject in ("第一封", "第二封", "第三封"):
        deliver(port_of(sink.url), subject)

    mails = sink.messages()

    assert [mail["Subject"] for mail in mails] == ["第一封", "第二封", "第三封"]
    assert mails[0].get_content().splitlines() == ["备案号已下发", ".", "一行只有一个点"]


def test_a_later_sink_never_overwrites_an_earlier_mail(sink: MailSink, tmp_path: Path) -> None:
    deliver(port_of(sink.url), "old")
    later = MailSink(tmp_path / "mail").start()
    deliver(port_of(later.url), "new")
    later.stop()

    assert [mail["Subject"] for mail in sink.messages()] == ["old", "new"]


def test_a_cleared_sink_is_empty_and_goes_on(sink: MailSink) -> None:
    deliver(port_of(sink.url), "old")
    sink.clear()
    deliver(port_of(sink.url), "new")

    assert [mail["Subject"] for mail in sink.messages()] == ["new"]


def test_the_sink_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    port = free_port()
    with subprocess.Popen([sys.executable, "-m", "ops.mailsink", str(port), str(tmp_path / "own")]) as process:
        for _ in range(200):
            try:
                deliver(port, "到了")
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        process.terminate()

    assert process.returncode == 0
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["00000001.eml"]


def test_mails_of_a_test_travel_by_smtp(mailbox: MailSink) -> None:
    send_mail("主题", "正文", None, ["host@example.cn"])

    assert [mail["Subject"] for mail in mailbox.messages()] == ["主题"]
