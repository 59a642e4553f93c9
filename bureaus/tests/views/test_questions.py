"""Questions without a return: who may ask and answer, the due date, who is told and who is not."""

import threading

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email

from bureaus import morning_mail
from bureaus.tests.views.questions_asked import ask, in_review, page
from desks.progress import timelines
from filings import services
from filings.errors import MoveRefused
from filings.models import ClockEntry, Filing, Question, Reply
from filings.review import questions
from filings.states import Status
from icp_portal.demo import play
from icp_portal.tests.builders import GUANGDONG, client_of, reviewer, staff, user_of
from icp_portal.tests.racing import LONGEST, Racer
from ministry.calendar import workdays

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def test_a_question_stops_no_clock_and_moves_nothing():
    case = in_review()
    before = case.filing

    question = ask(case)
    case.refresh()

    kept = ("status", "round", "version", "due_on", "received_at", "claimed_by_id", "claimed_until")
    assert [getattr(case.filing, name) for name in kept] == [getattr(before, name) for name in kept]
    assert case.filing.question_due_on == question.due_on == workdays.nth_working_day(timezone.localdate(), 3)
    assert ClockEntry.objects.filter(filing=case.filing).count() == 1
    mail = Email.objects.latest("pk")
    assert mail.to == [case.provider.contact_email]
    assert "服务器在哪里" not in mail.subject + mail.message


def test_the_provider_answers_and_the_reviewer_hears_of_it():
    case = in_review()
    question = ask(case)
    client = client_of(case.staff)
    for name in ("provider_desk:verify", "provider_desk:answer"):
        assert "服务器在哪里？" in client.get(reverse(name, args=[case.filing.pk])).content.decode()
    assert reverse("provider_desk:answer", args=[case.filing.pk]) in client.get("/provider/?tab=asked").content.decode()

    sent = client.post(
        reverse("provider_desk:answer", args=[case.filing.pk]), {"question": question.pk, "text": "在北京亦庄。"}
    )

    assert sent.status_code == 302
    case.refresh()
    assert case.filing.question_due_on is None
    assert "在北京亦庄。" in page(case.reviewer, "bureau_desk:review", case)
    assert Email.objects.latest("pk").to == [user_of(case.reviewer).email]
    assert [event.name for event in case.filing.events.order_by("-pk")[:2]] == ["reply", "ask"]


def test_the_host_learns_that_something_was_asked_but_not_what():
    case = in_review()
    ask(case)

    assert "服务器在哪里" not in page(case.host, "filings:status", case)
    assert timelines.context(case.filing, case.host)["events"][0].who == "通信管理局"


def test_the_provider_does_not_learn_who_has_the_filing_at_the_bureau():
    case = in_review()

    assert case.reviewer.name not in page(case.staff, "provider_desk:verify", case)
    assert case.reviewer.name not in client_of(case.staff).get("/provider/?tab=bureau").content.decode()


def test_another_provider_and_another_province_learn_nothing():
    case, other = in_review(), in_review()
    question = ask(case)
    ask(other, "另一个问题")
    url = reverse("provider_desk:answer", args=[case.filing.pk])

    assert client_of(other.staff).get(url).status_code == 404
    assert client_of(other.staff).post(url, {"question": question.pk, "text": "x"}).status_code == 404
    assert client_of(reviewer(GUANGDONG)).get(reverse("bureau_desk:review", args=[case.filing.pk])).status_code == 404
    assert case.provider.name not in client_of(reviewer(GUANGDONG)).get("/bureau/questions/").content.decode()
    with pytest.raises(Filing.DoesNotExist):
        questions.answer(case.filing.pk, other.staff, question.pk, text="x")
    with pytest.raises(Filing.DoesNotExist):
        questions.ask(case.filing.pk, reviewer(GUANGDONG), text="x", days=3)
    own = reverse("provider_desk:answer", args=[other.filing.pk])
    answered = client_of(other.staff).post(own, {"question": question.pk, "text": "别人的问题"})
    assert answered.status_code == 200
    assert Reply.objects.count() == 0


@pytest.mark.parametrize("who", ["host", "staff"])
def test_only_the_bureau_asks_and_only_the_provider_answers(who):
    case = in_review()
    with pytest.raises(
        MoveRefused,
        match=_("This filing is “%(status)s”, so this can't be done.") % {"status": Status.WITH_BUREAU.label},
    ):
        questions.ask(case.filing.pk, getattr(case, who), text="x", days=3)
    question = ask(case)
    for actor in (case.host, case.reviewer):
        with pytest.raises(MoveRefused, match=_("There is no such question.")):
            questions.answer(case.filing.pk, actor, question.pk, text="x")


def test_who_has_not_taken_the_filing_asks_nothing():
    case = in_review()

    with pytest.raises(MoveRefused, match=case.reviewer.name):
        questions.ask(case.filing.pk, reviewer(), text="x", days=3)


NO_WORDS, TOO_LONG = "Write your question.", "Write at most %(most)d characters."
NO_DAY = "Choose when the provider must answer."


@pytest.mark.parametrize(
    ("text", "days", "words"),
    [
        ("", 3, NO_WORDS),
        ("  ", 3, NO_WORDS),
        ("长" * 1001, 3, TOO_LONG),
        ("x", 0, NO_DAY),
        ("x", None, NO_DAY),
        ("x", 4, NO_DAY),
    ],
)
def test_a_question_has_words_and_a_day(text, days, words):
    case = in_review()

    with pytest.raises(MoveRefused, match=_(words) % {"most": questions.LONGEST}):
        ask(case, text, days)
    assert Question.objects.count() == 0


def test_one_question_is_open_at_a_time_and_it_is_answered_once():
    case = in_review()
    question = ask(case)
    with pytest.raises(MoveRefused, match=_("A question about this filing is still open. Wait for the answer first.")):
        ask(case, "还有一个")

    questions.answer(case.filing.pk, case.staff, question.pk, text="在北京。")
    colleague = staff(case.provider)
    with pytest.raises(MoveRefused, match=case.staff.name):
        questions.answer(case.filing.pk, colleague, question.pk, text="在上海。")

    second = ask(case, "还有一个")
    assert Question.objects.count() == 2
    with pytest.raises(
        MoveRefused, match=_("%(name)s has already answered this question.") % {"name": case.staff.name}
    ):
        questions.answer(case.filing.pk, colleague, question.pk, text="在上海。")
    questions.answer(case.filing.pk, colleague, second.pk, text="是的。")


@pytest.mark.parametrize("move", ["return_to_provider", "approve"])
def test_a_decision_closes_the_question_and_what_the_provider_typed_stays_on_its_page(move):
    case = in_review()
    question = ask(case)
    getattr(play, move)(case.filing, case.reviewer)

    assert case.refresh().filing.question_due_on is None
    answered = client_of(case.staff).post(
        reverse("provider_desk:answer", args=[case.filing.pk]), {"question": question.pk, "text": "写了很久的回复"}
    )
    assert answered.status_code == 200
    assert "写了很久的回复" in answered.content.decode()
    assert Reply.objects.count() == 0


def test_a_question_of_an_earlier_round_is_not_answered_in_a_later_one():
    case = in_review()
    question = ask(case)
    play.return_to_provider(case.filing, case.reviewer)
    case.verify()
    services.claim(case.filing.pk, case.reviewer)
    ask(case, "新一轮的问题")

    with pytest.raises(MoveRefused, match=_("The bureau has decided in the meantime; the question is closed.")):
        questions.answer(case.filing.pk, case.staff, question.pk, text="x")


def test_a_question_that_is_late_is_seen(time_machine):
    case = in_review()
    question = ask(case, days=1)
    time_machine.move_to(timezone.make_aware(timezone.datetime(2027, 1, 20, 12)), tick=True)

    assert question.due_on < timezone.localdate()
    for actor, url in (
        (case.reviewer, reverse("bureau_desk:questions")),
        (case.reviewer, reverse("bureau_desk:review", args=[case.filing.pk])),
        (case.staff, reverse("provider_desk:verify", args=[case.filing.pk])),
    ):
        assert "tone-wrong" in client_of(actor).get(url).content.decode()


@pytest.mark.usefixtures("english")
def test_a_question_past_its_day_is_marked_in_the_queue_and_counted_in_the_mails_of_the_morning(time_machine):
    time_machine.move_to("2026-07-02 09:00 +0800", tick=True)  # a Thursday
    case, patient = in_review(), in_review()
    ask(case, days=1)
    ask(patient, days=2)
    colleague = reviewer()
    time_machine.move_to("2026-07-06 08:30 +0800", tick=True)
    services.claim(case.filing.pk, case.reviewer)

    morning_mail.write()
    listed = client_of(case.reviewer).get("/bureau/?tab=work").content.decode()

    assert (listed.count("question unanswered, was due"), listed.count("question open, answer due")) == (1, 1)
    unanswered = client_of(colleague).get("/bureau/?tab=unanswered").content.decode()
    assert [f"/bureau/filings/{one.filing.pk}/" in unanswered for one in (case, patient)] == [True, False]
    assert "You can decide without the answer" in page(case.reviewer, "bureau_desk:review", case)
    assert "You can decide without the answer" not in page(patient.reviewer, "bureau_desk:review", patient)
    assert "You can decide without the answer" not in page(case.staff, "provider_desk:verify", case)
    line = "questions not answered in time: 1"
    counted = {mail.to[0]: mail.message.count(line) for mail in Email.objects.filter(subject__contains="to decide")}
    assert counted == {
        user_of(actor).email: count for actor, count in ((case.reviewer, 2), (patient.reviewer, 1), (colleague, 1))
    }


@pytest.mark.usefixtures("english")
def test_nothing_of_another_province_is_counted_as_unanswered(time_machine):
    time_machine.move_to("2026-07-02 09:00 +0800", tick=True)
    case, stranger = in_review(), in_review(province=GUANGDONG)
    ask(case, days=1)
    time_machine.move_to("2026-07-06 08:30 +0800", tick=True)

    morning_mail.write()

    mail = Email.objects.get(to=user_of(stranger.reviewer).email, subject__contains="to decide")
    assert "questions not answered" not in mail.message
    listed = client_of(stranger.reviewer).get("/bureau/?tab=unanswered").content.decode()
    assert f"/bureau/filings/{case.filing.pk}/" not in listed


def test_what_else_was_typed_stays_when_a_question_is_asked():
    case = in_review()
    client, url = client_of(case.reviewer), reverse("bureau_desk:review", args=[case.filing.pk])
    typed = {
        "version": case.filing.version,
        "ask": "1",
        "question": "这是问题",
        "days": "5",
        "opinion": "写了一半的意见",
        "remarks-TOTAL_FORMS": "1",
        "remarks-INITIAL_FORMS": "0",
        "remarks-0-seen": "看到的内容",
    }

    asked = client.post(url, typed).content.decode()
    again = client.post(url, typed).content.decode()  # the page sent a second time

    for page_ in (asked, again):
        assert "写了一半的意见" in page_
        assert "看到的内容" in page_
    assert Question.objects.get().text == "这是问题"


def test_question_and_answer_are_written_once():
    case = in_review()
    question = ask(case)
    questions.answer(case.filing.pk, case.staff, question.pk, text="在北京。")
    for row in (question, Reply.objects.get()):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_one_is_told_who_was_faster():
    case = in_review()
    question = ask(case)
    ready = threading.Barrier(2)

    def answer(actor: object) -> None:
        ready.wait(LONGEST)
        questions.answer(case.filing.pk, actor, question.pk, text="在北京。")

    racers = [Racer(lambda actor=actor: answer(actor)) for actor in (case.staff, staff(case.provider))]

    errors = [racer.finish().error for racer in racers]
    assert sorted(type(error) for error in errors if error) == [MoveRefused]
    assert Reply.objects.count() == 1
