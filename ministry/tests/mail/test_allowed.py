"""Outside of production only listed addresses and domains get mails; the others are held back and shown so."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts.models import Party
from icp_portal import optional
from icp_portal.tests.builders import user
from ministry.mail import queue
from ops.bootstrap import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


@pytest.fixture(autouse=True)
def listed(settings, mailbox):
    settings.MAILS_ARE_LISTED, settings.MAIL_ALLOWED = True, ["tests.example.cn", "me@mine.cn"]


def mail(*to: str) -> Email:
    return Email.objects.create(
        from_email="a@b.cn",
        to=list(to),
        subject=to[0],
        message="x",
        status=STATUS.queued,
        scheduled_time=timezone.now(),
    )


def received(mailbox) -> list[str]:
    return [message["to"] for message in mailbox.messages()]


def test_only_listed_addresses_get_mails_and_the_others_are_shown_as_held_back(client, mailbox, settings):
    client.force_login(user(Party.MINISTRY))
    for to in (("You@Tests.example.cn",), ("me@mine.cn",), ("you@mine.cn",), ("x@a.tests.example.cn",)):
        mail(*to)
    mixed = mail("me@mine.cn", "host@qq.com")

    queue.send_due()
    queue.send_due()

    assert received(mailbox) == ["You@Tests.example.cn", "me@mine.cn"]
    held = client.get("/ministry/mails/?tab=held").context["rows"]
    assert {(row["mail"].subject, str(row["pill"].label)) for row in held} == {
        (subject, "held back: not in MAIL_ALLOWED") for subject in ("you@mine.cn", "x@a.tests.example.cn", "me@mine.cn")
    }
    assert client.get("/ministry/mails/?tab=waiting").context["rows"] == []

    settings.MAIL_ALLOWED = ["mine.cn", "qq.com"]
    client.post(f"/ministry/mails/{mixed.pk}/resend/")
    queue.send_due()
    assert received(mailbox)[2:] == ["me@mine.cn, host@qq.com"]


def test_a_mail_that_is_never_stored_is_refused_too(mailbox):
    with pytest.raises(queue.SMTPRecipientsRefused):
        queue.send_now(EmailMessage(subject="code", body="123456", to=["host@qq.com"]))

    assert received(mailbox) == []


def test_the_mail_sink_of_this_machine_takes_every_mail(mailbox, settings):
    settings.MAILS_ARE_LISTED = False
    mail("host@qq.com")

    queue.send_due()

    assert received(mailbox) == ["host@qq.com"]


@pytest.mark.parametrize(
    ("server", "mailbox_dir", "are_listed"),
    [
        ("127.0.0.1", "/srv/mail", False),
        ("127.0.0.1", "", True),
        ("localhost", "", True),
        ("mail.example.cn", "/srv/mail", True),
    ],
)
def test_only_the_portals_own_sink_needs_no_list(server, mailbox_dir, are_listed):
    """A mail server on this machine may send mails on."""
    asked = "from django.conf import settings; print(settings.MAILS_ARE_LISTED)"
    environment = {**os.environ, "EMAIL_URL": f"smtp://{server}:25", "MAILBOX_DIR": mailbox_dir}
    environment |= {"PORTAL_ENV": "local", "DJANGO_SETTINGS_MODULE": "icp_portal.settings"}

    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert told.stdout == f"{are_listed}\n", told.stderr


def test_a_list_in_production_stops_the_start(monkeypatch):
    monkeypatch.setenv("MAIL_ALLOWED", " Tests.example.cn,me@mine.cn")
    assert optional.mail_allowed() == ["tests.example.cn", "me@mine.cn"]

    monkeypatch.setattr(optional, "PRODUCTION", True)
    with pytest.raises(ImproperlyConfigured, match="MAIL_ALLOWED"):
        optional.mail_allowed()
