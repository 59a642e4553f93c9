"""A mail is claimed before it is sent: no lock is held meanwhile, and a killed worker's claim ends."""

import pytest
from django.db.models import Q
from post_office.models import STATUS, Email

from filings.tests.mail.queued import order
from ministry import tasks
from ministry.mail import queue

pytestmark = pytest.mark.django_db


def test_a_mail_whose_worker_was_killed_is_sent_again_once_its_claim_has_ended(server, time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800", tick=False)
    order("a@example.cn", "b@example.cn")
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
