"""Two at once around a return and the decision: the same words sent by several, a filing password asked for twice."""

import threading

import pytest
from django.db import transaction

from filings import services
from filings.errors import MoveRefused
from filings.lookup import phrase_bank
from filings.models import Event, Phrase
from filings.services import RemarkDraft
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, provider, staff
from icp_portal.tests.racing import LONGEST, Racer
from ministry.models import Subject

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_no_use_is_lost_when_several_send_the_same_words_at_once_in_any_order():
    of = provider()
    cases = [Case(of=of).submit() for _n in range(4)]
    remarks = [RemarkDraft("websites.0.name", "P301", f"理由{mark}", "改用全称") for mark in "甲乙丙丁戊己"]
    ready = threading.Barrier(len(cases))

    def learn(case: Case, said: list[RemarkDraft]) -> None:
        for _n in range(5):
            ready.wait(LONGEST)
            with transaction.atomic():
                phrase_bank.learn(case.filing, case.staff, said)

    racers = [
        Racer(lambda case=case, turn=1 - 2 * (number % 2): learn(case, remarks[::turn]))
        for number, case in enumerate(cases)
    ]

    assert [racer.finish().error for racer in racers] == [None] * len(cases)
    assert list(Phrase.objects.values_list("uses", flat=True)) == [len(cases) * 5] * len(remarks)


def approved() -> Case:
    """A filing whose first password has been sent."""
    case = case_at(Status.FILED)
    Subject.objects.update(password_wanted_at=None)
    return case


def test_of_two_who_ask_for_a_password_at_once_one_is_told_that_it_is_on_its_way():
    case = approved()
    ready = threading.Barrier(2)

    def ask(actor: object) -> None:
        ready.wait(LONGEST)
        services.order_password(case.filing.pk, actor)

    racers = [Racer(lambda actor=actor: ask(actor)) for actor in (case.staff, staff(case.provider))]

    refusals = [racer.finish().error for racer in racers]
    assert sorted(type(refusal) for refusal in refusals if refusal) == [MoveRefused]
    assert Event.objects.filter(name="password").count() == 1


def test_nobody_waits_for_a_subject_that_is_locked_while_its_password_goes_out():
    case = approved()
    with transaction.atomic():
        Subject.objects.select_for_update().get(pk=case.filing.subject_id)

        racer = Racer(lambda: services.order_password(case.filing.pk, case.staff)).finish()

    assert isinstance(racer.error, MoveRefused)
    assert not Event.objects.filter(name="password").exists()
    services.order_password(case.filing.pk, case.staff)
