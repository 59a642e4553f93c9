"""Mails about notes among colleagues: what they contain, when they come, and to whom."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from filings.mail import staff_mails
from filings.models import FilingMail, HeldMail, MailWay
from filings.tests.review.notes_written import DESKS, SAID, at, read, to, waiting, write
from icp_portal.tests.builders import staff, user_of

pytestmark = pytest.mark.django_db


@DESKS
def test_the_mail_names_and_links_the_filing_and_contains_nothing_of_the_note(desk, settings):
    case, actor, colleague = at(desk)
    before = Email.objects.count()

    write(case, actor, colleague)

    mail = Email.objects.latest("pk")
    page = {"staff": "provider", "reviewer": "bureau"}[desk]
    assert Email.objects.count() == before + 1
    assert mail.to == [user_of(colleague).email]
    assert str(case.filing.pk) in mail.subject
    assert case.filing.topic in mail.subject
    assert f"{settings.SITE_URL}/{page}/filings/{case.filing.pk}/" in mail.message
    assert actor.name in mail.message
    assert SAID not in mail.subject + mail.message
    assert FilingMail.objects.latest("pk").name == "mention_colleague"


@DESKS
@pytest.mark.parametrize(("way", "sent", "held"), [("at_once", 1, 0), ("daily", 0, 1), ("off", 0, 0)])
def test_it_comes_as_its_reader_has_chosen(desk, way, sent, held):
    case, actor, colleague = at(desk)
    staff_mails.choose(user_of(colleague), {"mention": way})

    write(case, actor, colleague)

    assert (len(to(colleague)), HeldMail.objects.filter(user=colleague.user_id).count()) == (sent, held)
    assert waiting(colleague) == [case.filing.pk]
    assert SAID not in str(list(HeldMail.objects.values()))


def test_the_daily_mail_has_it_once(time_machine):
    case, actor, colleague = at("staff")
    staff_mails.choose(user_of(colleague), {"mention": MailWay.DAILY})
    write(case, actor, colleague)

    time_machine.move_to(timezone.now() + timedelta(days=1), tick=False)

    assert (staff_mails.collect(), staff_mails.collect()) == (1, 0)
    mail = Email.objects.latest("pk")
    assert mail.to == [user_of(colleague).email]
    assert case.filing.topic in mail.message
    assert SAID not in mail.message


def test_a_closed_account_gets_no_mail():
    case, actor, colleague = at("staff")
    User.objects.filter(pk=colleague.user_id).update(is_active=False)

    write(case, actor, colleague)

    assert to(colleague) == []
    assert read(case, actor) == [SAID]


def test_several_are_told_in_as_many_queries_as_one():
    case, actor, _colleague = at("staff")
    costs = []
    for count in (1, 6):
        told = [staff(case.provider) for _number in range(count)]
        costs.append(cost(lambda told=told, count=count: write(case, actor, *told, text=f"{count}人")))

    assert costs[0] == costs[1]


def cost(call: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)
