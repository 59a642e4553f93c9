"""Decisions from a bureau's own system that come twice at once, or while its filing is withdrawn."""

import pytest

from filings import services
from filings.models import Event, Opinion
from filings.review import opinions
from filings.services import deciding
from filings.states import Status
from filings.tests.services.decided_elsewhere import approve, numbers, send_back, waiting
from icp_portal.tests.racing import Gate, one_then_the_other, won, words
from ministry.models import Subject

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_the_same_approval_twice_at_once_is_entered_once(monkeypatch):
    case = waiting()

    pair = one_then_the_other(Gate(monkeypatch, deciding, "enter"), lambda: approve(case), lambda: approve(case))

    assert won(*pair) == [True, True]
    assert (Subject.objects.count(), Opinion.objects.count(), Event.objects.filter(name="approve").count()) == (1, 1, 1)


def test_of_two_approvals_at_once_with_different_numbers_the_first_counts(monkeypatch):
    case = waiting()

    pair = one_then_the_other(
        Gate(monkeypatch, deciding, "enter"), lambda: approve(case), lambda: approve(case, numbers(2), source="file 2")
    )

    assert won(*pair) == [True, False]
    assert list(Subject.objects.get().websites.values_list("sequence", flat=True)) == [1]


def test_two_filings_at_once_do_not_get_the_same_number(monkeypatch):
    case, other = waiting(), waiting()

    pair = one_then_the_other(Gate(monkeypatch, deciding, "_number"), lambda: approve(case), lambda: approve(other))

    assert won(*pair) == [True, False]
    assert (Subject.objects.count(), other.refresh().filing.status) == (1, Status.WITH_BUREAU)


def test_a_withdrawal_waits_for_the_return_and_its_repetition_does_nothing(monkeypatch):
    """While the bureau has the filing its host can't withdraw it; a moment later it can."""
    case = waiting()

    pair = one_then_the_other(
        Gate(monkeypatch, opinions, "write"),
        lambda: send_back(case),
        lambda: services.withdraw(case.filing.pk, case.host, version=None),
    )
    send_back(case)

    assert won(*pair) == [True, True]
    assert case.refresh().filing.status == Status.WITHDRAWN
    late = one_then_the_other(
        Gate(monkeypatch, opinions, "write"),
        lambda: send_back(case, source="file 2"),
        lambda: approve(case, source="file 3"),
    )
    assert won(*late) == [False, False]
    assert str(Status.WITHDRAWN.label) in words(late[1])
