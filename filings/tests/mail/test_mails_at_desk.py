"""Mails that did not go out, on the operators' desk: who sees them and sends them again."""

from datetime import timedelta
from io import StringIO
from urllib.parse import unquote

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import STATUS, Email

from desks.operator import mails as desk_mails
from filings.tests.mail.queued import order, statuses
from icp_portal.tests.builders import Case
from ministry import tasks
from ministry.mail import queue as mails
from ministry.models import MailResend, Subject

pytestmark = pytest.mark.django_db


def failed(*recipients: str) -> None:
    order(*recipients)
    Email.objects.filter(to__in=recipients).update(status=STATUS.failed, number_of_retries=mails.TRIES)


LIST = "/ministry/mails/"


def test_operators_see_what_failed_and_send_all_of_it_again(operator, server):
    failed("a@example.cn", "b@example.cn")
    Email.objects.first().logs.create(status=STATUS.failed, message="550 <a@example.cn> no such mailbox")
    order("sent@example.cn")
    tasks.send_mails()
    assert server.recipients() == ["sent@example.cn"]

    desk = operator.get("/ministry/").content.decode()
    assert f"{LIST}?tab=failed" in desk
    page = operator.get(f"{LIST}?tab=failed").content.decode()
    assert ("a***@example.cn" in page, "no such mailbox" in page, "s***@example.cn" in page) == (True, True, False)
    assert ("a@example.cn" in page, f"{LIST}resend/" in page) == (False, True)

    question = operator.get(f"{LIST}resend/").content.decode()
    assert ("a***@example.cn" in question, "s***@example.cn" in question) == (True, False)
    assert statuses()[0][1] == STATUS.failed, "a look changes nothing"
    assert operator.post(f"{LIST}resend/").status_code == 302
    tasks.send_mails()

    assert server.recipients() == ["a@example.cn", "b@example.cn", "sent@example.cn"]
    act = MailResend.objects.get()
    ids = list(Email.objects.exclude(to="sent@example.cn").order_by("pk").values_list("pk", flat=True))
    assert (act.actor_name, act.mails) == ("运维", ids)
    assert "运维" in operator.get(f"{LIST}{act.mails[0]}/").content.decode().split("</h1>")[1]
    assert "运维" in operator.get(f"{LIST}resend/").content.decode().split("</h1>")[1]
    assert f"{LIST}?tab=failed" not in operator.get("/ministry/").content.decode()


def test_one_mail_is_sent_again_and_one_that_went_out_is_not_repeated(operator, server):
    failed("a@example.cn", "b@example.cn")
    first, second = Email.objects.order_by("pk")

    for _twice in range(2):
        assert operator.post(f"{LIST}{first.pk}/resend/").status_code == 302
        tasks.send_mails()
    tasks.send_mails()

    assert server.recipients() == ["a@example.cn"]
    assert [act.mails for act in MailResend.objects.all()] == [[first.pk]]
    second.refresh_from_db()
    assert second.status == STATUS.failed
    assert operator.get(f"{LIST}{first.pk}/resend/").status_code == 405
    assert operator.post(f"{LIST}999999999/resend/").status_code == 404
    page = operator.get(f"{LIST}{first.pk}/").content.decode()
    assert (
        f'action="{LIST}{first.pk}/resend/"' in page,
        str(_("E-mails that have been or are about to be sent are not repeated.")) in page,
    ) == (
        False,
        True,
    )


def found(operator, text: str) -> list[str]:
    """Search as the page does; return the recipients of what is listed. The URL tells nothing of what was typed."""
    answer = operator.post(f"{LIST}search/", {"text": text})
    assert (answer.status_code, "@" in unquote(answer["Location"])) == (302, False)
    return [mail for row in operator.get(answer["Location"]).context["rows"] for mail in row["mail"].to]


def test_a_mail_is_found_by_recipient_filing_number_and_subject(operator):
    case = Case().submit().verify().approve()
    order("a@example.cn", "B@example.cn")
    Email.objects.create(
        from_email="x@example.cn", to=["c@example.cn", "a@example.cn"], subject="Another", status=STATUS.sent
    )

    assert found(operator, " A@example.cn ") == ["c@example.cn", "a@example.cn", "a@example.cn"]
    assert found(operator, "b@EXAMPLE.cn") == ["B@example.cn"]
    assert found(operator, "example.cn@") == []
    about = {mail.pk for mail in Email.objects.filter(pk__in=case.filing.mails.values("mail"))}
    for text in (str(case.filing.pk), f"备案单{case.filing.pk}", str(case.filing.subject.number)):
        assert len(found(operator, text)) == len([to for pk in about for to in Email.objects.get(pk=pk).to]) > 0
    assert found(operator, "ANOTHER") == ["c@example.cn", "a@example.cn"]
    assert found(operator, "9" * 18) == []


def test_a_recipient_is_found_by_an_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "mails_of_recipient" in desk_mails._matching("a@example.cn").order_by().explain()


@pytest.mark.parametrize("query", ["q=x", "q=" + "A" * 2000, "after=x", "tab=failed&q=x"])
def test_a_made_up_search_lists_all(operator, query):
    order("a@example.cn")

    assert operator.get(f"{LIST}?{query}").status_code == 200
    assert operator.get(f"{LIST}?tab=nonsense").status_code == 404
    assert operator.post(f"{LIST}search/", {"text": "\0 " * 400})["Location"] == LIST


def test_the_list_of_mails_costs_the_same_with_many_and_shows_each_once(operator, django_assert_num_queries):
    order(*(f"{number}@example.cn" for number in range(30)))
    operator.get(LIST)
    with django_assert_num_queries(3):  # user, mails, filings
        first = operator.get(LIST)
    second = operator.get(f"{LIST}{first.context['next_url']}")
    listed = [row["mail"].pk for page in (first, second) for row in page.context["rows"]]
    assert listed == sorted(Email.objects.values_list("pk", flat=True), reverse=True)


def test_a_filing_password_is_no_mail_that_the_desk_could_send_again(operator, server):
    case = Case().submit().verify().approve()
    before = Email.objects.count()

    tasks.send_password(case.filing.subject_id)

    assert (len(server.recipients()), Email.objects.count()) == (1, before)


def test_a_command_does_the_same(server):
    failed("a@example.cn", "b@example.cn")
    one = Email.objects.get(to="b@example.cn")
    out = StringIO()
    call_command("resend_mails", "--mail", str(one.pk), stdout=out)
    call_command("resend_mails", stdout=out)
    call_command("resend_mails", stdout=out)

    assert [line.split()[0] for line in out.getvalue().splitlines()] == ["1", "1", "0"]
    assert list(MailResend.objects.order_by("pk").values_list("user", "actor_name")) == [(None, "")] * 2
    tasks.send_mails()
    assert server.recipients() == ["a@example.cn", "b@example.cn"]


def test_the_desk_tells_of_what_waits_for_more_than_an_hour(operator):
    order("a@example.cn")
    subject = Case().submit().verify().approve().filing.subject
    assert "?password=owed" not in operator.get("/ministry/").content.decode()
    long_ago = timezone.now() - timedelta(hours=2)
    Email.objects.update(created=long_ago, status=STATUS.requeued)
    Subject.objects.update(password_wanted_at=long_ago)

    page = operator.get("/ministry/").content.decode()

    assert (f"{LIST}?tab=waiting" in page, "?password=owed" in page) == (True, True)
    assert str(subject.number) in operator.get("/ministry/ministry/subject/?password=owed").content.decode()
