"""Whether a certificate is on record: answered by e-mail, "yes" only to an address on the same record."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from filings.deadlines import clearing
from icp_portal.demo import invent
from icp_portal.tests.builders import number
from ministry import tasks
from ministry.models import CertificateQuestion, Subject
from ministry.public import certificate_questions, queries
from ministry.reference import code_tables
from ministry.register import ends
from ministry.tests.register import register_rows
from ministry.tests.register.register_rows import (
    CREDIT_CERTIFICATE,
    CREDIT_CODE,
    LICENCE,
    ORGANISATION,
    ORGANISATION_CODE,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

OWN, WEBMASTER, STRANGER = "host@example.cn", "webmaster@example.cn", "stranger@example.cn"
ASK, ASKED = "/query/certificate/", "/query/certificate/asked/"


@pytest.fixture
def subject() -> Subject:
    """A subject on record; its website has another contact."""
    one = register_rows.subject(CREDIT_CERTIFICATE, CREDIT_CODE, responsible_email=OWN)
    register_rows.website(one, responsible_email=WEBMASTER)
    return one


def typed(email: str = OWN, cert_number: str = CREDIT_CODE, cert_type: int = CREDIT_CERTIFICATE) -> dict[str, object]:
    return {"cert_type": cert_type, "cert_number": cert_number, "email": email}


def ask(*args: object, **said: object) -> CertificateQuestion:
    """Ask on the page and return the question as stored."""
    answer = Client().post(ASK, typed(*args, **said))
    assert (answer.status_code, answer.headers.get("Location")) == (302, ASKED)
    return CertificateQuestion.objects.latest("pk")


def answered(*args: object, **said: object) -> Email:
    """Ask on the page, let the worker answer, and return the mail."""
    certificate_questions.answer(ask(*args, **said).pk)
    return Email.objects.latest("pk")


@pytest.mark.parametrize("email", [OWN, WEBMASTER, OWN.upper()])
def test_an_address_on_the_record_learns_that_it_is_on_record(subject, email):
    mail = answered(email)

    assert mail.to == [email.lower()]
    assert str(subject.number) in mail.message
    assert reverse("record", args=[subject.number]) in mail.message


def test_a_unit_is_found_by_its_old_certificate(subject):
    assert str(subject.number) in answered(cert_number=ORGANISATION_CODE, cert_type=ORGANISATION).message


@pytest.mark.parametrize("is_on_record", [True, False])
def test_any_other_address_gets_the_same_answer_whether_or_not_it_is_on_record(subject, is_on_record):
    none = answered(STRANGER, invent.credit_code(number()), LICENCE)
    asked = answered(STRANGER) if is_on_record else answered(OWN, invent.credit_code(number()), LICENCE)
    kinds = {kind: code_tables.name_of(code_tables.CERTIFICATE_TYPES, kind) for kind in (LICENCE, CREDIT_CERTIFICATE)}

    assert asked.subject == none.subject
    assert asked.message.replace(kinds[CREDIT_CERTIFICATE], kinds[LICENCE]) == none.message
    assert str(subject.number) not in asked.message


@pytest.mark.parametrize("of_person", [True, False])
def test_what_is_cancelled_is_not_on_record(of_person):
    who = {"nature": code_tables.PERSON} if of_person else {}
    certificate = (register_rows.RESIDENT_ID, "11010519491231002X") if of_person else (CREDIT_CERTIFICATE, CREDIT_CODE)
    gone = register_rows.subject(*certificate, responsible_email=OWN, **who)
    assert str(gone.number) in answered(OWN, certificate[1], certificate[0]).message

    ends.cancel_subject(gone.pk, register_rows.TODAY)
    assert str(gone.number) not in answered(OWN, certificate[1], certificate[0]).message


def test_the_pages_and_the_statements_are_the_same_for_every_certificate(subject):
    def statements(said: dict[str, object]) -> list[list[str]]:
        with CaptureQueriesContext(connection) as asking:
            question = ask(**said)
        with CaptureQueriesContext(connection) as answering:
            certificate_questions.answer(question.pk)
        return [kinds(asking), kinds(answering)]

    def kinds(sent: CaptureQueriesContext) -> list[str]:
        return [row["sql"][:40].partition(' "s')[0] for row in sent]

    known, unknown = typed(STRANGER), typed(STRANGER, "91350100M000100Y43")
    assert statements(known) == statements(unknown)
    assert Client().get(ASKED).content == Client().get(ASKED).content


@pytest.mark.parametrize(("language", "words"), [("en", "password"), ("zh-hans", "密码")])
def test_the_page_after_a_question_speaks_of_no_password(language, words):
    text = Client().get(ASKED, headers={"accept-language": language}).content.decode()

    assert words not in text.partition("<main")[2].partition("</main>")[0]


def test_no_number_and_no_readable_address_is_stored(subject):
    ask()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(q)::text FROM ministry_certificatequestion q")
        (stored,) = cursor.fetchone()
    assert [text for text in (CREDIT_CODE, OWN) if text in stored] == []


def test_an_address_gets_a_few_answers_a_day(subject):
    for _turn in range(certificate_questions.ANSWERS_A_DAY + 2):
        assert Client().post(ASK, typed()).headers["Location"] == ASKED
    assert CertificateQuestion.objects.count() == certificate_questions.ANSWERS_A_DAY

    CertificateQuestion.objects.update(asked_at=timezone.now() - timedelta(days=1, seconds=1))
    Client().post(ASK, typed())
    assert CertificateQuestion.objects.count() == certificate_questions.ANSWERS_A_DAY + 1


def test_a_network_address_that_asks_too_often_is_told_and_keeps_what_it_typed(subject):
    for turn in range(queries.CERTIFICATES_AN_HOUR):
        Client().post(ASK, typed(f"host{turn}@example.cn"))
    page = Client().post(ASK, typed())

    assert page.context["form"].non_field_errors() == [
        "Too many questions from this network address. Try again in an hour."
    ]
    assert CREDIT_CODE in page.content.decode()
    assert CertificateQuestion.objects.count() == queries.CERTIFICATES_AN_HOUR


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("cert_type", "", "This field is required."),
        ("cert_type", "99999", "Select a valid choice. 99999 is not one of the available choices."),
        ("cert_number", "", "This field is required."),
        ("cert_number", "914403001922038217", None),
        ("cert_number", "\0", "Null characters are not allowed."),
        ("email", "", "This field is required."),
        ("email", "nobody", None),
        ("email", "a@b.cn,c@d.cn", None),
        ("email", f"{'x' * 300}@example.cn", None),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_nothing_is_asked(field, value, error):
    form = Client().post(ASK, typed() | {field: value}).context["form"]

    assert list(form.errors) == [field]
    assert error is None or form.errors[field] == [error]
    assert not CertificateQuestion.objects.exists()


def test_a_question_is_answered_once_and_one_that_was_lost_is_found_by_the_sweep(subject, monkeypatch):
    queued = []
    monkeypatch.setattr(tasks.answer_certificate_question, "delay", queued.append)
    question, fresh = ask(), ask(STRANGER)
    CertificateQuestion.objects.filter(pk=question.pk).update(asked_at=timezone.now() - tasks.SWEEP_AFTER)

    tasks.sweep()
    assert queued == [question.pk]
    for _turn in range(2):
        tasks.answer_certificate_question(question.pk)
    tasks.sweep()
    assert (queued, Email.objects.count()) == ([question.pk], 1)
    assert fresh.answered_at is None


def test_answered_questions_are_deleted_after_a_month(subject):
    old, new = ask(), ask()
    for question, days in ((old, 31), (new, 29)):
        CertificateQuestion.objects.filter(pk=question.pk).update(answered_at=timezone.now() - timedelta(days=days))

    assert clearing.clear()["questions"] == 1
    assert list(CertificateQuestion.objects.all()) == [new]


def test_the_public_query_leads_to_the_question():
    assert f'href="{reverse("query_certificate")}"' in Client().get("/query/").content.decode()
