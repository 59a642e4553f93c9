"""Claims to the place of an open filing that are decided, answered or ended at the same moment."""

import pytest

from filings import services
from filings.mail import notices
from filings.models import Filing
from filings.states import Status
from icp_portal.tests.builders import Case
from icp_portal.tests.racing import Gate, one_then_the_other, won
from records.models import CancellationCase, CaseState
from records.orders import cancellation_cases
from records.tests.orders.claims import claimed, decided, owner_of, time_is_over

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


@pytest.mark.usefixtures("transactional_db")
class TestAtTheSameMoment:
    """Real threads, real commits; one is held inside the lock of the filing."""

    def test_an_approval_that_is_under_way_is_not_undone_by_the_decision(self, monkeypatch):
        blocker = Case().submit().verify()
        cancellation_case = time_is_over(claimed(owner_of(blocker)))
        services.claim(blocker.filing.pk, blocker.reviewer)
        gate = Gate(monkeypatch, notices, "tell")  # inside the approval

        approval, decision = one_then_the_other(
            gate,
            lambda: services.approve(blocker.filing.pk, blocker.reviewer, version=None),
            lambda: decided(cancellation_case, upheld=True),
        )

        assert won(approval, decision) == [True, False]
        assert str(Status.FILED.label) in str(decision.error)
        assert blocker.refresh().filing.status == Status.FILED
        cancellation_case.refresh_from_db()
        assert cancellation_case.state == CaseState.OPEN
        assert cancellation_cases.sweep() == 1

    def test_nothing_is_approved_that_the_decision_has_just_ended(self, monkeypatch):
        blocker = Case().submit().verify()
        cancellation_case = time_is_over(claimed(owner_of(blocker)))
        services.claim(blocker.filing.pk, blocker.reviewer)
        gate = Gate(monkeypatch, cancellation_cases.places, "free")  # the filing is locked and ended, not committed

        decision, approval = one_then_the_other(
            gate,
            lambda: decided(cancellation_case, upheld=True),
            lambda: services.approve(blocker.filing.pk, blocker.reviewer, version=None),
        )

        assert won(decision, approval) == [True, False]
        assert str(Status.CLOSED.label) in str(approval.error)
        assert blocker.refresh().filing.status == Status.CLOSED
        assert Filing.objects.filter(status=Status.FILED).count() == 0

    def test_a_withdrawal_and_the_decision_end_it_once(self, monkeypatch):
        blocker = Case().submit()
        cancellation_case = time_is_over(claimed(owner_of(blocker)))
        gate = Gate(monkeypatch, notices, "tell")

        withdrawal, decision = one_then_the_other(
            gate,
            lambda: services.withdraw(blocker.filing.pk, blocker.host, version=None),
            lambda: decided(cancellation_case, upheld=True),
        )

        assert won(withdrawal, decision) == [True, False]
        assert blocker.refresh().filing.status == Status.WITHDRAWN
        assert cancellation_cases.sweep() == 1
        assert CancellationCase.objects.get().state == CaseState.FREED
