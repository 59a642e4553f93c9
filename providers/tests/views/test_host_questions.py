"""A question of the bureau passed on to the host: who sees what, who may answer, and that no clock moves."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from post_office.models import Email

from accounts.models import User
from desks.progress import timelines
from filings import services
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.evidence import documents
from filings.mail import staff_mails
from filings.models import FilingMail, HeldMail, HostQuestion, HostReply, Look, Question, Reply
from filings.review import host_questions, questions
from filings.services import transfers
from filings.states import EVENT_LABELS, Status
from icp_portal.demo import invent, play
from icp_portal.tests.builders import Case, case_at, client_of, host, provider, staff, user_of
from providers.models import Provider, Staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

ASKED, PUT, TOLD = "服务器在哪里？", "请问贵单位服务器在哪里？", "在北京亦庄。"


def asked_by_bureau() -> tuple[Case, Question]:
    case = case_at(Status.WITH_BUREAU)
    services.claim(case.filing.pk, case.reviewer)
    question = questions.ask(case.filing.pk, case.reviewer, text=ASKED, days=3)
    return case.refresh(), question


def passed_on() -> tuple[Case, Question, HostQuestion]:
    case, question = asked_by_bureau()
    asked = host_questions.pass_on(case.filing.pk, case.staff, question.pk, text=PUT)
    return case.refresh(), question, asked


def url(name: str, case: Case, *args: int) -> str:
    return reverse(name, args=[case.filing.pk, *args])


def page(actor: Actor, name: str, case: Case) -> str:
    return client_of(actor).get(url(name, case)).content.decode()


def card() -> SimpleUploadedFile:
    return invent.card("PROOF", 1)


# --- All the way ------------------------------------------------------------------------------------------


def test_the_question_goes_to_the_host_and_the_answer_through_the_provider_to_the_bureau():
    case, question = asked_by_bureau()
    ask_page, answer_page = url("provider_desk:ask_host", case), url("provider_desk:answer", case)
    assert f'href="{ask_page}"' in page(case.staff, "provider_desk:verify", case)
    assert client_of(case.staff).get(ask_page).context["form"].initial["text"] == ASKED

    sent = client_of(case.staff).post(ask_page, {"question": question.pk, "text": PUT})

    assert sent.status_code == 302
    mail = Email.objects.latest("pk")
    assert mail.to == [user_of(case.host).email]
    assert PUT not in mail.subject + mail.message
    host_page = url("filings:question", case)
    status = page(case.host, "filings:status", case)
    assert PUT in status
    assert f'href="{host_page}"' in status
    asked = HostQuestion.objects.get()
    answer = {"asked": asked.pk, "text": TOLD, "pages": card()}
    assert client_of(case.host).post(host_page, answer).status_code == 302
    form = client_of(case.staff).get(answer_page).context["form"]
    assert (form["text"].value(), form["with_paper"].value()) == (TOLD, True)
    edited = {"question": question.pk, "text": "在北京亦庄机房。", "with_paper": "on"}
    assert client_of(case.staff).post(answer_page, edited).status_code == 302
    reply = Reply.objects.get()
    assert (reply.text, reply.paper_id) == ("在北京亦庄机房。", HostReply.objects.get().paper_id)
    assert "在北京亦庄机房。" in page(case.reviewer, "bureau_desk:review", case)
    assert (
        client_of(case.reviewer)
        .get(url("bureau_desk:reply_page", case, reply.pk, reply.paper.pages.get().pk))
        .status_code
        == 200
    )


def test_the_hosts_home_page_lists_it_until_it_is_answered_or_closed():
    case, question, asked = passed_on()
    first, address = client_of(case.host).get("/filings/"), url("filings:question", case)
    assert list(first.context["questions"]) == [asked]
    assert f'href="{address}"' in first.content.decode()
    assert list(client_of(passed_on()[0].host).get("/filings/").context["questions"]) != [asked]

    host_questions.answer(case.filing.pk, case.host, asked.pk, text=TOLD)
    assert not client_of(case.host).get("/filings/").context["questions"]
    again = host_questions.pass_on(case.filing.pk, case.staff, question.pk, text=PUT)
    assert list(client_of(case.host).get("/filings/").context["questions"]) == [again]

    questions.answer(case.filing.pk, case.staff, question.pk, text=TOLD)
    assert not client_of(case.host).get("/filings/").context["questions"]
    services.claim(case.filing.pk, case.reviewer)
    questions.ask(case.filing.pk, case.reviewer, text=ASKED, days=3)
    assert not client_of(case.host).get("/filings/").context["questions"]


def test_no_clock_no_status_and_no_version_moves():
    case, question = asked_by_bureau()
    kept = ("status", "round", "version", "due_on", "question_due_on", "received_at", "claimed_by_id", "claimed_until")
    before = [getattr(case.filing, name) for name in kept]

    asked = host_questions.pass_on(case.filing.pk, case.staff, question.pk, text=PUT)
    host_questions.answer(case.filing.pk, case.host, asked.pk, text=TOLD)

    assert [getattr(case.refresh().filing, name) for name in kept] == before


def test_without_the_tick_the_hosts_document_stays_with_the_provider_and_an_own_one_replaces_it():
    case, question, asked = passed_on()
    client_of(case.host).post(url("filings:question", case), {"asked": asked.pk, "text": TOLD, "pages": card()})
    own = {"question": question.pk, "text": TOLD, "with_paper": "on", "pages": invent.card("OWN", 2)}

    client_of(case.staff).post(url("provider_desk:answer", case), own)

    assert Reply.objects.get().paper_id not in (None, HostReply.objects.get().paper_id)
    other, question, asked = passed_on()
    client_of(other.host).post(url("filings:question", other), {"asked": asked.pk, "text": TOLD, "pages": card()})
    client_of(other.staff).post(url("provider_desk:answer", other), {"question": question.pk, "text": TOLD})
    assert Reply.objects.get(filing=other.filing).paper_id is None


# --- Who sees what ----------------------------------------------------------------------------------------


def test_the_bureau_sees_nothing_of_what_provider_and_host_said_to_each_other():
    case, _question, asked = passed_on()
    client_of(case.host).post(url("filings:question", case), {"asked": asked.pk, "text": TOLD, "pages": card()})
    reply = HostReply.objects.get()
    pages = url("provider_desk:host_answer_page", case, reply.pk, reply.paper.pages.get().pk)
    assert client_of(case.staff).get(pages).status_code == 200

    assert next(event.name for event in timelines.events_for(case.filing, case.reviewer).order_by("-pk")) == "ask"
    assert {PUT, TOLD} & {
        words for words in (PUT, TOLD) if words in page(case.reviewer, "bureau_desk:review", case)
    } == set()
    assert client_of(case.reviewer).get(pages).status_code in (302, 404)
    content = client_of(case.reviewer).get(url("bureau_desk:case_file", case, "zip")).getvalue()  # type: ignore[arg-type]
    with zipfile.ZipFile(BytesIO(content)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist() if not name.endswith(".pdf"))
        assert not [name for name in archive.namelist() if "host" in name and "answers" in name]
    assert b"pass_on" not in everything
    assert b"host_reply" not in everything


def test_both_sides_have_it_in_their_history_and_the_provider_in_its_case_file():
    case, _question, asked = passed_on()
    host_questions.answer(case.filing.pk, case.host, asked.pk, text=TOLD)

    for actor in (case.host, case.staff):
        names = [event.name for event in timelines.events_for(case.filing, actor).order_by("-pk")[:2]]
        assert names == ["host_reply", "pass_on"]
    assert ASKED not in page(case.host, "filings:status", case)
    assert PUT in page(case.staff, "provider_desk:verify", case)


def test_strangers_find_nothing():
    case, _question, asked = passed_on()
    client_of(case.host).post(url("filings:question", case), {"asked": asked.pk, "text": TOLD, "pages": card()})
    reply = HostReply.objects.get()
    picture = reply.paper.pages.get().pk

    for stranger in (host(), case.reviewer, staff(provider())):
        for name, args in (("filings:question", ()), ("filings:question_page", (reply.pk, picture))):
            assert client_of(stranger).get(url(name, case, *args)).status_code == 404
    for name, args in (("ask_host", ()), ("host_answer_page", (reply.pk, picture))):
        assert client_of(staff(provider())).get(url(f"provider_desk:{name}", case, *args)).status_code == 404
    assert client_of(case.host).get(url("filings:question_page", case, reply.pk, picture)).status_code == 200
    other, _question, _asked = passed_on()
    assert client_of(other.host).get(url("filings:question_page", other, reply.pk, picture)).status_code == 404


def test_another_provider_that_takes_the_filing_over_sees_nothing_of_it():
    case, _question, asked = passed_on()
    client_of(case.host).post(url("filings:question", case), {"asked": asked.pk, "text": TOLD, "pages": card()})
    reply = HostReply.objects.get()
    new = provider(provinces=case.provider.provinces)
    Provider.objects.filter(pk=case.provider.pk).update(is_active=False)
    transfers.transfer(case.filing.pk, case.reviewer, new.pk, version=None)
    successor = staff(new)

    found = page(successor, "provider_desk:verify", case) + page(successor, "provider_desk:ask_host", case)

    assert [words for words in (PUT, TOLD) if words in found] == []
    pages = url("provider_desk:host_answer_page", case, reply.pk, reply.paper.pages.get().pk)
    assert client_of(successor).get(pages).status_code == 404
    content = client_of(successor).get(url("provider_desk:case_file", case, "zip")).getvalue()  # type: ignore[arg-type]
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if name.startswith("answers/host")]


def test_a_desk_that_loses_a_race_is_not_told_of_it():
    case, _question, asked = passed_on()
    host_questions.answer(case.filing.pk, case.host, asked.pk, text=TOLD)

    own = _("You have already done this in another window: %(event)s. What you typed has been kept.")
    with pytest.raises(MoveRefused, match=own % {"event": EVENT_LABELS["ask"]}) as refusal:
        services.approve(case.filing.pk, case.reviewer, version=case.filing.version - 1)

    assert _("The host answered the access provider") not in str(refusal.value)


def test_the_provider_s_look_at_the_document_is_recorded():
    case, _question, asked = passed_on()
    client_of(case.host).post(url("filings:question", case), {"asked": asked.pk, "text": TOLD, "pages": card()})
    reply = HostReply.objects.get()

    client_of(case.staff).get(url("provider_desk:host_answer_page", case, reply.pk, reply.paper.pages.get().pk))

    assert Look.objects.get(what__startswith="paper of host").user_id == case.staff.user_id


# --- What is refused --------------------------------------------------------------------------------------


def refused(words: str) -> Any:
    return pytest.raises(MoveRefused, match=_(words).split("%")[0] or None)


def test_nobody_else_passes_on_and_nobody_else_answers():
    case, question = asked_by_bureau()
    for actor in (case.host, case.reviewer):
        with refused("This question is closed, so it can't be passed on."):
            host_questions.pass_on(case.filing.pk, actor, question.pk, text=PUT)
    asked = host_questions.pass_on(case.filing.pk, case.staff, question.pk, text=PUT)
    for actor in (case.staff, case.reviewer):
        with refused("There is no such question."):
            host_questions.answer(case.filing.pk, actor, asked.pk, text=TOLD)
    _other, _question, foreign = passed_on()
    with refused("There is no such question."):
        host_questions.answer(case.filing.pk, case.host, foreign.pk, text=TOLD)
    assert not HostReply.objects.exists()


def test_one_question_waits_at_a_time_and_another_may_follow_the_answer():
    case, question, asked = passed_on()
    with pytest.raises(MoveRefused, match=case.staff.name):
        host_questions.pass_on(case.filing.pk, case.staff, question.pk, text=PUT)
    host_questions.answer(case.filing.pk, case.host, asked.pk, text=TOLD)
    with refused("You have already answered this question."):
        host_questions.answer(case.filing.pk, case.host, asked.pk, text=TOLD)

    again = host_questions.pass_on(case.filing.pk, case.staff, question.pk, text="哪个机房？")

    assert host_questions.open_one(case.refresh().filing) == again


def test_an_answer_to_an_earlier_question_of_the_bureau_does_not_stand_in_the_form_of_the_next():
    case, question, asked = passed_on()
    host_questions.answer(case.filing.pk, case.host, asked.pk, text=TOLD)
    form = client_of(case.staff).get(url("provider_desk:answer", case)).context["form"]
    assert form["text"].value() == TOLD
    questions.answer(case.filing.pk, case.staff, question.pk, text=TOLD)

    questions.ask(case.filing.pk, case.reviewer, text=ASKED, days=3)

    form = client_of(case.staff).get(url("provider_desk:answer", case)).context["form"]
    assert not form["text"].value()


@pytest.mark.parametrize("how", ["answered", "decided"])
def test_once_the_bureau_s_question_is_closed_the_host_need_not_answer_and_what_was_typed_is_kept(how):
    case, question, asked = passed_on()
    if how == "answered":
        questions.answer(case.filing.pk, case.staff, question.pk, text="已核实。")
    else:
        play.approve(case.filing, case.reviewer)

    late = client_of(case.host).post(url("filings:question", case), {"asked": asked.pk, "text": TOLD})

    assert late.status_code == 200
    assert TOLD in late.content.decode()
    assert _("Your answer is no longer needed: the question has been closed in the meantime.") in late.content.decode()
    assert not HostReply.objects.exists()
    assert _("Answer the question") not in page(case.host, "filings:status", case)


@pytest.mark.parametrize(("text", "status"), [("", 200), ("  ", 200), ("长" * 1001, 200)])
def test_no_words_or_too_many_are_refused_at_the_field(text, status):
    case, _question, asked = passed_on()
    answer = client_of(case.host).post(url("filings:question", case), {"asked": asked.pk, "text": text})

    assert (answer.status_code, list(answer.context["form"].errors)) == (status, ["text"])
    assert client_of(case.host).post(url("filings:question", case), {"asked": "x", "text": TOLD}).status_code == 200


def test_without_a_question_there_is_no_page():
    case = case_at(Status.WITH_BUREAU)

    assert client_of(case.host).get(url("filings:question", case)).status_code == 404
    assert client_of(case.staff).get(url("provider_desk:ask_host", case)).status_code == 404


def test_of_two_answers_the_paper_of_the_chosen_one_of_this_question_is_sent_on():
    case, question, asked = passed_on()
    replies = []
    for number in (1, 2):
        pages = documents.read([invent.card("PROOF", number)])
        replies.append(host_questions.answer(case.filing.pk, case.host, asked.pk, text=TOLD, pages=pages))
        asked = host_questions.pass_on(case.filing.pk, case.staff, question.pk, text=PUT)

    sent = questions.answer(case.filing.pk, case.staff, question.pk, text=TOLD, host_reply=replies[1].pk)

    assert sent.paper_id == replies[1].paper_id != replies[0].paper_id
    again = questions.ask(case.filing.pk, case.reviewer, text=ASKED, days=3)
    assert questions.answer(case.filing.pk, case.staff, again.pk, text=TOLD, host_reply=replies[1].pk).paper is None


def test_what_was_said_stays_as_it_was_said():
    case, _question, asked = passed_on()
    host_questions.answer(case.filing.pk, case.host, asked.pk, text=TOLD)

    for model in (HostQuestion, HostReply):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(author_name="他人")


# --- Mails ------------------------------------------------------------------------------------------------


def test_who_asked_hears_of_the_answer_and_the_organisation_once_that_person_has_left():
    case, question = asked_by_bureau()
    colleague = staff(case.provider)
    asked = host_questions.pass_on(case.filing.pk, colleague, question.pk, text=PUT)
    host_questions.answer(case.filing.pk, case.host, asked.pk, text=TOLD)
    assert Email.objects.latest("pk").to == [user_of(colleague).email]
    assert FilingMail.objects.latest("pk").name == "host_reply_provider"
    other, _question, asked = passed_on()
    User.objects.filter(pk=other.staff.user_id).update(is_active=False)

    host_questions.answer(other.filing.pk, other.host, asked.pk, text=TOLD)

    assert Email.objects.latest("pk").to == [other.provider.contact_email]
    third, _question, asked = passed_on()
    Staff.objects.filter(user=third.staff.user_id).update(suspended_at=third.filing.created_at)
    host_questions.answer(third.filing.pk, third.host, asked.pk, text=TOLD)
    assert Email.objects.latest("pk").to == [third.provider.contact_email]


def test_the_answer_can_wait_for_the_daily_mail_but_not_be_switched_off():
    case, _question, asked = passed_on()
    reader = user_of(case.staff)
    assert "off" not in dict(
        client_of(case.staff).get(reverse("provider_desk:my_mails")).context["form"].fields["host"].choices
    )
    staff_mails.choose(reader, {"host": "daily"})

    host_questions.answer(case.filing.pk, case.host, asked.pk, text=TOLD)

    assert HeldMail.objects.get().user == reader
