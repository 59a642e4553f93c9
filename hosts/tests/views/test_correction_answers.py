"""Corrections: each remark is answered, and each desk sees the answers and changes meant for it."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, InternalError
from django.test import Client
from django.utils.translation import gettext as _

from accounts.models import User
from filings import services
from filings.errors import FactsRefused, MoveRefused
from filings.models import Answer
from filings.rules import corrections
from filings.states import Role, Status
from hosts.tests.views.returned_filings import MOBILE, NAME, returned, url
from icp_portal.demo import play
from icp_portal.tests.builders import Case, case_at, client_of, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def test_nothing_is_handed_on_without_an_answer_to_each_remark():
    case = returned(NAME, MOBILE)
    first, second = corrections.open_remarks(case.filing)
    services.save_facts(case.filing.pk, case.host, {}, version=None, answers={first.pk: "已改正。", second.pk: "  "})

    with pytest.raises(
        MoveRefused,
        match=_("Answer each remark first. Still unanswered: %(fields)s.") % {"fields": corrections.named([MOBILE])},
    ) as refused:
        services.submit(case.filing.pk, case.host, version=None)

    assert not isinstance(refused.value, FactsRefused)
    page = client_of(case.host).get(url(case, "check"))
    assert [finding.href for finding in page.context["findings"]] == [f"{url(case)}#id_answer-{second.pk}"]
    assert Answer.objects.count() == 0
    services.save_facts(case.filing.pk, case.host, {}, version=None, answers={second.pk: "号码无误。"})
    services.submit(case.filing.pk, case.host, version=None)
    rows = list(Answer.objects.values_list("remark_id", "round", "author_id"))
    assert rows == [(first.pk, 2, case.host.user_id), (second.pk, 2, case.host.user_id)]
    assert [answer.text for answer in Answer.objects.all()] == ["已改正。", "号码无误。"]


def test_the_remarks_of_bureau_and_provider_are_all_answered():
    case = case_at(Status.RETURNED_TO_PROVIDER)
    play.send_back(case.filing, case.staff, services.RemarkDraft("subject.name", "1008", "看到的", "应当的"))
    remarks = corrections.open_remarks(case.refresh().filing)
    assert {one.stage for one in remarks} == {Role.BUREAU, Role.PROVIDER}

    case.submit()

    assert {one.answer.text for one in case.filing.remarks.select_related("answer")} == {play.GOOD_ANSWER}


def test_a_remark_of_the_bureau_that_the_provider_has_passed_on_is_asked_once():
    case = case_at(Status.RETURNED_TO_PROVIDER).send_back()

    (asked,) = corrections.open_remarks(case.filing)
    page = client_of(case.host).get(url(case)).content.decode()

    assert asked.stage == Role.PROVIDER
    assert page.count('name="answer-') == 1
    case.submit()
    assert [answer.remark_id for answer in Answer.objects.all()] == [asked.pk]


def test_an_answer_to_a_strangers_remark_is_not_kept():
    mine, other = returned(NAME), returned(NAME)
    (foreign,) = corrections.open_remarks(other.filing)

    services.save_facts(mine.filing.pk, mine.host, {}, version=None, answers={foreign.pk: "不相干"})

    assert mine.refresh().filing.answers_draft == {}


def test_answers_and_their_drafts_are_sealed_and_answers_are_never_changed():
    case = returned(NAME)
    play.correct(case.filing, case.host)
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers_draft FROM filings_filing")
        assert play.GOOD_ANSWER not in cursor.fetchone()[0]
    services.submit(case.filing.pk, case.host, version=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM filings_answer")
        assert play.GOOD_ANSWER not in cursor.fetchone()[0]
    for change in (lambda: Answer.objects.update(round=9), lambda: Answer.objects.get().delete()):
        with pytest.raises((DatabaseError, InternalError)), transaction.atomic():
            change()


def desk_page(case: Case, role: str, page: str = "") -> Any:
    member, desk = {"provider": (case.staff, "provider"), "bureau": (case.reviewer, "bureau")}[role]
    client = sign_in(Client(), User.objects.get(pk=member.user_id))
    return client.get(f"/{desk}/filings/{case.filing.pk}/{page}")


def test_the_provider_sees_remark_answer_and_change_together():
    case = case_at(Status.RETURNED_TO_HOST)
    old = case.filing.get(NAME)
    case.submit()

    (shown,) = desk_page(case, "provider").context["remarks"]

    assert (shown.answer, shown.unchanged) == (play.GOOD_ANSWER, False)
    assert [(change.old, change.new) for change in shown.changes] == [(old, case.filing.get(NAME))]


def test_the_bureau_sees_them_too_but_no_change_since_a_round_it_was_never_handed():
    case = case_at(Status.RETURNED_TO_HOST).submit().verify()
    old = case.filing.get(NAME)

    (shown,) = desk_page(case, "bureau").context["remarks"]
    assert (shown.answer, shown.changes, shown.unchanged) == (play.GOOD_ANSWER, [], False)

    case.return_to_provider()
    services.claim(case.filing.pk, case.staff)
    services.save_facts(case.filing.pk, case.staff, {NAME: "示例新名称官网"}, version=None)
    case.verify()
    shown = desk_page(case, "bureau").context["remarks"][-1]
    assert [(change.old, change.new) for change in shown.changes] == [(old, "示例新名称官网")]


def test_a_remark_whose_field_stayed_says_so():
    case = returned(MOBILE)
    case.submit()

    (shown,) = desk_page(case, "provider").context["remarks"]

    assert (shown.answer, shown.changes, shown.unchanged) == (play.GOOD_ANSWER, [], True)


def test_the_bureau_does_not_read_an_answer_before_the_round_is_handed_to_it():
    case = case_at(Status.RETURNED_TO_PROVIDER).send_back().submit()

    assert play.GOOD_ANSWER in desk_page(case, "provider").content.decode()
    assert play.GOOD_ANSWER not in desk_page(case, "bureau").content.decode()
    case.verify()
    assert play.GOOD_ANSWER in desk_page(case, "bureau").content.decode()
