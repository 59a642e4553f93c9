"""A mail is claimed before it is sent: no lock is held meanwhile, and a killed worker's claim ends."""

import pytest
from django.db.models import Q
from django.utils import timezone
from post_office.models import STATUS, Email

from icp_portal.tests.mailserver import MailServer
from ministry import tasks
from ministry.mail import letters, queue
from ministry.models import Subject

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    running = MailServer()
    settings.EMAIL_PORT, settings.EMAIL_HOST = running.port, "127.0.0.1"
    yield running
    running.stop()


def test_a_mail_whose_worker_was_killed_is_sent_again_once_its_claim_has_ended(server, time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800", tick=False)
    context = {"subject": Subject(province="110000", year=2026, serial=1, name="某公司")}
    context |= {"until": timezone.now(), "site_url": ""}
    letters.queue(letters.written("password_locked", [to], context) for to in ("a@example.cn", "b@example.cn"))
    Email.objects.update(status=STATUS.requeued)  # the server has said “later”
    claimed = queue._claimed(0)  # and the worker was killed while it sent it
    assert claimed is not None

    tasks.send_mails()
    assert queue.resend(Q(), by=None) == 0, "it may be on its way"
    assert (claimed.to, server.recipients()) == (["a@example.cn"], ["b@example.cn"])

    time_machine.shift(queue.LEASE)
    tasks.send_mails()
    assert server.recipients() == ["a@example.cn", "b@example.cn"]
    assert [mail["Message-ID"] for mail in server.mails if mail["To"] == "a@example.cn"] == [claimed.message_id]
    assert set(Email.objects.values_list("status", flat=True)) == {STATUS.sent}
