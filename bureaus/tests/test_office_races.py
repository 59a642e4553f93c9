"""Concurrent requests at the bureau's desk: one wins, the other gets a message. Real threads, real commits."""

from collections import Counter
from datetime import date

import pytest
from django.db import connection, transaction

from bureaus import absences, access, distribution
from bureaus.models import Absence, Reviewer
from filings import services
from filings.mail import notices
from filings.models import Event, Filing
from filings.moves import assignment
from filings.states import Status
from icp_portal.tests.builders import Case, chief, reviewer
from icp_portal.tests.forked import connected, processes
from icp_portal.tests.killing import until
from icp_portal.tests.racing import Gate, copies, one_then_the_other, waiting_at_a_lock, won, words
from ministry.models import Subject

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.xdist_group("kills")]

DAY = date(2099, 1, 5)


def taken() -> Case:
    case = Case().submit().verify()
    services.claim(case.filing.pk, case.reviewer)
    return case


def test_the_chief_who_takes_over_while_the_holder_approves_comes_too_late(monkeypatch):
    case, head = taken(), chief()
    gate = Gate(monkeypatch, notices, "tell")  # inside the approval

    holder, taker = one_then_the_other(
        gate,
        lambda: services.approve(case.filing.pk, case.reviewer, version=None),
        lambda: assignment.take_over(case.filing.pk, head),
    )

    assert won(holder, taker) == [True, False]
    assert str(Status.FILED.label) in words(taker)
    assert case.refresh().filing.status == Status.FILED
    assert not Event.objects.filter(name="take_over").exists()


def test_the_holder_who_approves_while_the_chief_takes_over_is_told_who_has_it(monkeypatch):
    case, head = taken(), chief()
    gate = Gate(monkeypatch, assignment, "record")  # inside the taking over

    taker, holder = one_then_the_other(
        gate,
        lambda: assignment.take_over(case.filing.pk, head),
        lambda: services.approve(case.filing.pk, case.reviewer, version=None),
    )

    assert won(taker, holder) == [True, False]
    assert head.name in words(holder)
    assert not Subject.objects.exists()
    assert case.refresh().filing.claimant_id() == head.user_id


def test_two_chiefs_who_give_one_filing_to_two_people_give_it_one_after_the_other(monkeypatch):
    case, heads, people = taken(), (chief(), chief()), (reviewer(), reviewer())
    gate = Gate(monkeypatch, assignment, "record")

    one, other = one_then_the_other(
        gate,
        lambda: assignment.assign([case.filing.pk], heads[0], to=people[0]),
        lambda: assignment.assign([case.filing.pk], heads[1], to=people[1]),
    )

    assert won(one, other) == [True, True]
    assert case.refresh().filing.claimant_id() == people[1].user_id
    assert Event.objects.filter(name="assign").count() == 2


def test_two_who_name_each_other_as_cover_at_once_are_not_both_absent(monkeypatch):
    one, two = reviewer(), reviewer()
    gate = Gate(monkeypatch, absences, "_refuse_days")  # under the bureau's lock

    first, second = one_then_the_other(
        gate,
        lambda: absences.enter(one, one.user_id, DAY, DAY, two.user_id),
        lambda: absences.enter(two, two.user_id, DAY, DAY, one.user_id),
    )

    assert won(first, second) == [True, False]
    assert "请假" in words(second) or "on leave too" in words(second)
    assert Absence.objects.get().user_id == one.user_id


def waiting(count: int) -> list[Filing]:
    """Return unassigned filings of a bureau with automatic assignment and three people present."""
    case = Case().submit().verify()
    filings = copies(case, count, host_reminded=0)
    Reviewer.objects.all().delete()
    head, _one, _two = chief(), reviewer(), reviewer()
    absences.give_out_by_load(head, wanted=True)
    return filings


def loads() -> list[int]:
    return sorted(Counter(Filing.objects.values_list("claimed_by", flat=True)).values())


def test_two_runs_at_once_give_each_filing_once_and_evenly(monkeypatch):
    waiting(6)
    gate = Gate(monkeypatch, access, "actors")  # the bureau's row is locked

    one, other = one_then_the_other(gate, distribution.give_out, distribution.give_out)

    assert (one.result, other.result) == (6, 0)
    assert loads() == [2, 2, 2]
    assert Event.objects.filter(name="allot").count() == 6


def test_a_run_that_is_killed_loses_nothing_and_gives_nothing_twice():
    waiting(6)
    with transaction.atomic(), connection.cursor() as cursor, processes() as start:
        cursor.execute("LOCK TABLE filings_event IN EXCLUSIVE MODE")
        start(distribution.give_out)
        until(lambda: waiting_at_a_lock() == 1, "the run waits in the middle of its batch")
    until(lambda: connected() == 0, "the killed run's transaction is gone")

    assert not Filing.objects.filter(claimed_by__isnull=False).exists()
    assert (distribution.give_out(), distribution.give_out()) == (6, 0)
    assert loads() == [2, 2, 2]
    assert Event.objects.filter(name="allot").count() == 6


def test_a_reviewer_who_takes_a_filing_while_it_is_given_out_comes_second(monkeypatch):
    (filing,) = waiting(1)
    taker = reviewer()
    gate = Gate(monkeypatch, assignment, "record")

    run, person = one_then_the_other(gate, distribution.give_out, lambda: services.claim(filing.pk, taker))

    assert (run.result, won(person)) == (1, [False])
    assert Filing.objects.get().claimed_by_id != taker.user_id
