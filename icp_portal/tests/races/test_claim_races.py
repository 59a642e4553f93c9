"""Two at once claim, hand over or take over a filing: exactly one wins, the other is told in words."""

from datetime import timedelta

import pytest
from django.utils import timezone
from post_office.models import Email

from filings import services
from filings.mail import notices
from filings.models import Filing
from filings.moves import assignment
from filings.services import claiming
from filings.states import Status
from icp_portal.demo import play
from icp_portal.tests.builders import Case, staff
from icp_portal.tests.racing import Gate, one_then_the_other, won, words
from providers.models import StaffRole

pytestmark = pytest.mark.usefixtures("transactional_db")


# --- Taking into work -----------------------------------------------------------------------------


def test_two_members_of_staff_take_the_same_filing_at_once(monkeypatch):
    case = Case().submit()
    colleague = staff(case.provider)
    gate = Gate(monkeypatch, claiming, "record")

    one, other = one_then_the_other(
        gate,
        lambda: services.claim(case.filing.pk, case.staff),
        lambda: services.claim(case.filing.pk, colleague),
    )

    assert won(one, other) == [True, False]
    assert case.staff.name in words(other)
    assert case.refresh().filing.claimant_id() == case.staff.user_id
    assert case.filing.events.filter(name="claim").count() == 1


# --- Work that changes hands ----------------------------------------------------------------------


def in_work() -> Case:
    """A filing its member of staff has in work."""
    case = Case().submit()
    services.claim(case.filing.pk, case.staff)
    Email.objects.all().delete()
    return case


def lapsed(case: Case) -> None:
    Filing.objects.filter(pk=case.filing.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))


def test_what_is_being_handed_over_is_not_taken_by_a_third(monkeypatch):
    case = in_work()
    colleague, third = staff(case.provider), staff(case.provider)
    gate = Gate(monkeypatch, assignment, "record")

    one, other = one_then_the_other(
        gate,
        lambda: assignment.hand_over(case.filing.pk, case.staff, to=colleague, note=""),
        lambda: services.claim(case.filing.pk, third),
    )

    assert won(one, other) == [True, False]
    assert colleague.name in words(other)
    assert case.refresh().filing.claimant_id() == colleague.user_id


def test_of_two_colleagues_given_the_same_filing_by_hand_over_one_gets_it(monkeypatch):
    """A double click in two windows: the second finds the filing gone from the hands of whoever gives it."""
    case = in_work()
    first, second = staff(case.provider), staff(case.provider)
    gate = Gate(monkeypatch, assignment, "record")

    one, other = one_then_the_other(
        gate,
        lambda: assignment.hand_over(case.filing.pk, case.staff, to=first, note=""),
        lambda: assignment.hand_over(case.filing.pk, case.staff, to=second, note=""),
    )

    assert won(one, other) == [True, False]
    assert first.name in words(other)
    assert case.refresh().filing.claimant_id() == first.user_id
    assert case.filing.events.filter(name="hand_over").count() == Email.objects.count() == 1


def test_a_filing_taken_over_is_not_returned_by_the_one_who_had_it(monkeypatch):
    case = in_work()
    chief = staff(case.provider, StaffRole.SUPERVISOR)
    gate = Gate(monkeypatch, assignment, "record")

    one, other = one_then_the_other(
        gate,
        lambda: assignment.take_over(case.filing.pk, chief),
        lambda: services.send_back(case.filing.pk, case.staff, version=None, remarks=[play.GOOD_REMARK]),
    )

    assert won(one, other) == [True, False]
    assert chief.name in words(other)
    assert (case.refresh().filing.status, case.filing.claimant_id()) == (Status.WITH_PROVIDER, chief.user_id)


def test_a_filing_that_is_just_being_returned_is_not_taken_over(monkeypatch):
    case = in_work()
    chief = staff(case.provider, StaffRole.SUPERVISOR)
    gate = Gate(monkeypatch, notices, "tell")

    one, other = one_then_the_other(
        gate,
        lambda: services.send_back(case.filing.pk, case.staff, version=None, remarks=[play.GOOD_REMARK]),
        lambda: assignment.take_over(case.filing.pk, chief),
    )

    assert won(one, other) == [True, False]
    assert (case.refresh().filing.status, case.filing.claimed_by) == (Status.RETURNED_TO_HOST, None)


def test_a_filing_given_out_is_not_taken_by_another_meanwhile(monkeypatch):
    case = Case().submit()
    chief, chosen, quick = staff(case.provider, StaffRole.SUPERVISOR), staff(case.provider), staff(case.provider)
    gate = Gate(monkeypatch, assignment, "record")

    one, other = one_then_the_other(
        gate,
        lambda: assignment.assign([case.filing.pk], chief, to=chosen),
        lambda: services.claim(case.filing.pk, quick),
    )

    assert won(one, other) == [True, False]
    assert chosen.name in words(other)
    assert case.refresh().filing.claimant_id() == chosen.user_id


def test_two_who_give_out_the_same_filings_in_opposite_order_do_not_wait_for_each_other(monkeypatch):
    provider_ = Case().provider
    cases = [Case(of=provider_).submit() for _n in range(3)]
    chiefs = [staff(provider_, StaffRole.SUPERVISOR) for _n in range(2)]
    pks = [case.filing.pk for case in cases]
    gate = Gate(monkeypatch, assignment, "record")

    one, other = one_then_the_other(
        gate,
        lambda: assignment.assign(pks, chiefs[0], to=chiefs[0]),
        lambda: assignment.assign(pks[::-1], chiefs[1], to=chiefs[1]),
    )

    assert won(one, other) == [True, True]
    assert {case.refresh().filing.claimant_id() for case in cases} == {chiefs[1].user_id}


def test_a_host_reminded_by_two_at_once_gets_one_mail(monkeypatch):
    case = Case().submit().send_back()
    Email.objects.all().delete()
    gate = Gate(monkeypatch, assignment, "record")

    one, other = one_then_the_other(
        gate,
        lambda: assignment.remind([case.filing.pk], case.staff),
        lambda: assignment.remind([case.filing.pk], staff(case.provider)),
    )

    assert [bool(outcome.refusal) for racer in (one, other) for outcome in racer.result] == [False, True]
    assert Email.objects.count() == case.filing.events.filter(name="remind").count() == 1


def test_a_hold_and_a_colleague_who_takes_the_lapsed_filing_do_not_both_win(monkeypatch):
    case = in_work()
    lapsed(case)
    colleague = staff(case.provider)
    gate = Gate(monkeypatch, claiming, "record")  # inside the colleague's claim
    tomorrow = timezone.localdate() + timedelta(days=1)

    one, other = one_then_the_other(
        gate,
        lambda: services.claim(case.filing.pk, colleague),
        lambda: assignment.pause(case.filing.pk, case.staff, until=tomorrow, reason="等材料"),
    )

    assert won(one, other) == [True, False]
    assert (case.refresh().filing.claimant_id(), case.filing.is_paused) == (colleague.user_id, False)
