"""Mails that don't go out: the server is away for hours, says “later”, refuses; who sees it and sends them again."""

from datetime import timedelta
from io import StringIO
from urllib.parse import unquote

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import STATUS, Email

from accounts.models import Party
from desks.operator import mails as desk_mails
from filings.models import PersonCheck
from filings.states import Status
from filings.verification import one_time_codes
from icp_portal.tests.builders import Case, user
from icp_portal.tests.mailserver import MailServer
from ministry import tasks
from ministry.mail import queue as mails
from ministry.mail.letters import queue, written
from ministry.models import MailResend, Subject
from ministry.passwords import passwords

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    running = MailServer()
    settings.EMAIL_PORT, settings.EMAIL_HOST = running.port, "127.0.0.1"
    yield running
    running.stop()


@pytest.fixture
def operator(client, settings):
    settings.RELAX_SECOND_FACTOR = True
    client.force_login(user(Party.MINISTRY, name="运维"))
    return client


def order(*recipients: str) -> None:
    """Queue a notice to each."""
    subject = Subject(province="110000", year=2026, serial=1, name="某公司")
    context = {"subject": subject, "until": timezone.now(), "site_url": ""}
    queue(written("password_locked", [to], context) for to in recipients)


def statuses() -> list[tuple[str, int, int]]:
    rows = Email.objects.order_by("pk").values_list("to", "status", "number_of_retries")
    return [(to[0], status, tries or 0) for to, status, tries in rows]


def run_for(minutes: int, time_machine) -> None:
    """What beat does, and more often; the clock moves."""
    for _minute in range(minutes):
        time_machine.shift(60)
        tasks.send_mails()


def test_a_mail_server_away_for_three_hours_costs_no_notice(server, time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800", tick=False)
    case = Case().submit().verify()
    case.approve()
    expected = sorted(to for mail in Email.objects.all() for to in mail.to)
    assert len(expected) > 3
    server.stop()
    run_for(180, time_machine)
    assert {tries for _to, _status, tries in statuses()} == {0}
    assert STATUS.sent not in {status for _to, status, _tries in statuses()}

    server.come_back()
    run_for(30, time_machine)

    assert server.recipients() == expected
    assert {status for _to, status, _tries in statuses()} == {STATUS.sent}


def test_the_filing_password_waits_as_long_and_comes_once(server, time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800", tick=False)
    subject = Case().submit().verify().approve().filing.subject
    Email.objects.all().delete()
    server.stop()
    for _quarter in range(12):
        time_machine.shift(900)
        for pk in tasks.owed_passwords():
            with pytest.raises(OSError, match="refused"):
                passwords.send(pk)
    subject.refresh_from_db()
    assert (subject.password_hash, subject.password_wanted_at is None) == ("", False)

    server.come_back()
    for _half_minute in range(4):
        time_machine.shift(30)
        for pk in tasks.owed_passwords():
            passwords.send(pk)

    (mail,) = server.mails
    subject.refresh_from_db()
    assert passwords.check(subject, mail.get_content().splitlines()[2])
    assert Subject.objects.get().password_wanted_at is None


def test_a_code_waits_as_long_and_comes_once(server, time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800", tick=False)
    case = Case().submit().ask_persons()
    waiting = case.filing.person_checks.count()
    server.stop()
    for _five_minutes in range(36):
        time_machine.shift(300)
        for pk in one_time_codes.owed():
            with pytest.raises(OSError, match="refused"):
                one_time_codes.send(pk)

    server.come_back()
    for _minute in range(3):
        time_machine.shift(60)
        for pk in one_time_codes.owed():
            one_time_codes.send(pk)

    assert len(server.mails) == waiting > 0
    assert set(PersonCheck.objects.values_list("sent", flat=True)) == {1}


def test_only_a_final_refusal_of_the_mail_itself_counts_and_eight_are_the_end(server, time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800", tick=False)
    server.replies = {"gone@example.cn": "550 5.1.1 no such mailbox", "full@example.cn": "452 4.2.2 mailbox full"}
    order("gone@example.cn", "full@example.cn", "good@example.cn")

    tasks.send_mails()
    assert statuses() == [
        ("gone@example.cn", STATUS.requeued, 1),
        ("full@example.cn", STATUS.requeued, 0),
        ("good@example.cn", STATUS.sent, 0),
    ]
    assert [log.message for log in Email.objects.first().logs.all()] == [
        "{'gone@example.cn': (550, b'5.1.1 no such mailbox')}"
    ]
    run_for(300, time_machine)
    assert statuses()[:2] == [
        ("gone@example.cn", STATUS.failed, mails.TRIES),
        ("full@example.cn", STATUS.requeued, 0),
    ]
    assert Email.objects.first().logs.count() == 1

    server.replies = {}
    run_for(15, time_machine)
    assert server.recipients() == ["full@example.cn", "good@example.cn"]


def test_the_pauses_double_while_a_server_says_later_and_stay_short_while_it_is_away(server, time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800", tick=False)
    server.replies = {"full@example.cn": "452 4.2.2 mailbox full"}
    order("full@example.cn")
    waits = []
    for _try in range(8):
        tasks.send_mails()
        mail = Email.objects.get()
        waits.append(int((mail.scheduled_time - timezone.now()).total_seconds()))
        time_machine.move_to(mail.scheduled_time, tick=False)
    assert waits == [30, 30, 60, 120, 240, 480, 900, 900]

    server.stop()
    tasks.send_mails()
    assert Email.objects.get().scheduled_time - timezone.now() == mails.AWAY_FOR


def test_a_mail_that_is_tried_later_changes_no_other(server):
    server.replies = {"full@example.cn": "452 4.2.2 mailbox full"}
    order("full@example.cn", "good@example.cn")
    Email.objects.filter(to="good@example.cn").update(scheduled_time=timezone.now() + timedelta(days=1))

    tasks.send_mails()

    assert statuses() == [("full@example.cn", STATUS.requeued, 0), ("good@example.cn", STATUS.queued, 0)]


def test_a_mail_that_cannot_be_written_does_not_hold_up_the_others(server, time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800", tick=False)
    order("first@example.cn", "second@example.cn")
    Email.objects.filter(to="first@example.cn").update(subject="two\nlines")

    tasks.send_mails()

    assert server.recipients() == ["second@example.cn"]
    assert statuses()[0] == ("first@example.cn", STATUS.requeued, 1)


def test_a_server_that_is_away_is_asked_once_a_run(server):
    order(*(f"{number}@example.cn" for number in range(5)))
    server.stop()
    tasks.send_mails()
    assert [status for _to, status, _tries in statuses()] == [STATUS.requeued, *[STATUS.queued] * 4]


@pytest.mark.parametrize(("most", "connections"), [(1_000, 1), (2, 3)])
def test_a_run_keeps_its_connection_and_replaces_one_that_the_server_closes(server, most, connections):
    server.most = most
    server.replies = {"gone@example.cn": "550 5.1.1 no such mailbox"}
    order("a@example.cn", "gone@example.cn", "b@example.cn", "c@example.cn", "d@example.cn")

    tasks.send_mails()

    assert [status for _to, status, _tries in statuses()] == [STATUS.sent, STATUS.requeued, *[STATUS.sent] * 3]
    assert server.recipients() == ["a@example.cn", "b@example.cn", "c@example.cn", "d@example.cn"]
    assert server.connections == connections


@pytest.mark.parametrize(("most", "connections"), [(1_000, 1), (1, 3)])
def test_passwords_go_on_one_connection_until_the_server_closes_it(server, most, connections):
    filings = [Case(invented=5001 + number).to(Status.FILED).filing for number in range(3)]
    server.most = most

    for filing in filings:
        passwords.send(filing.subject_id)

    assert server.recipients() == sorted(filing.subject.responsible_email for filing in filings)
    assert server.connections == connections
    assert not Subject.objects.exclude(password_wanted_at=None).exists()


def test_a_password_waits_while_the_server_to_which_it_was_connected_is_away(server):
    first, second = (Case(invented=5001 + number).to(Status.FILED).filing for number in range(2))
    passwords.send(first.subject_id)
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        passwords.send(second.subject_id)
    assert list(Subject.objects.exclude(password_wanted_at=None)) == [second.subject]

    server.come_back()
    passwords.send(second.subject_id)
    assert len(server.recipients()) == 2
    assert not Subject.objects.exclude(password_wanted_at=None).exists()


def test_each_run_connects_anew(server):
    for to in ("a@example.cn", "b@example.cn"):
        order(to)
        tasks.send_mails()
    assert (server.recipients(), server.connections) == (["a@example.cn", "b@example.cn"], 2)


# --- On the operators' desk ---------------------------------------------------------------------------


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
