"""At the counter of a bureau: a new filing password, and a new address for it."""

import re

import pytest
from django.utils.translation import gettext as _
from post_office.models import Email

from filings.errors import MoveRefused
from filings.evidence import documents
from filings.states import Status
from icp_portal.tests.builders import GUANGDONG, Case, case_at, reviewer
from icp_portal.tests.queued_mails import mails
from icp_portal.tests.racing import Gate, one_then_the_other, won, words
from ministry.models import Recovery, RecoveryOutcome, Subject
from ministry.passwords import passwords, recoveries
from records.legal_grounds import Scope
from records.models import CounterReset
from records.orders import making, password_resets
from records.tests.orders.orders_made import draft, paper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def at_counter(case: Case, **said: object) -> CounterReset:
    known = {"came": "李四，办公室主任", "proof": "营业执照原件、介绍信", "pages": documents.read([paper()])}
    return password_resets.reset_password(case.reviewer, case.filing.subject_id, **(known | said))


def test_a_password_is_ordered_at_the_counter_for_the_address_on_record(case):
    Subject.objects.update(password_wanted_at=None)
    reset = at_counter(case)

    subject = Subject.objects.get()
    assert subject.password_wanted_at is not None
    assert (reset.came, reset.old_email, reset.new_email) == ("李四，办公室主任", subject.responsible_email, "")
    assert mails() == []  # the password has a way of its own
    with pytest.raises(MoveRefused, match="already being sent"):
        at_counter(case)


def test_a_new_address_takes_the_place_of_the_old_one_which_is_told(case):
    old = case.filing.subject.responsible_email
    at_counter(case, new_email="new@example.cn")

    assert Subject.objects.get().responsible_email == "new@example.cn"
    told = Email.objects.get(to=[old], subject__contains="the e-mail address on record was changed")
    assert "new@example.cn" not in told.message


def test_a_new_address_gets_no_password_before_it_has_confirmed_by_its_link(case, mailbox):
    subject = case.filing.subject
    passwords.want(subject.pk)
    at_counter(case, new_email="new@example.cn")

    passwords.send(subject.pk)
    assert mailbox.messages() == []
    told = Email.objects.get(to=["new@example.cn"])
    token = re.search(r"/answer/([^/\s]+)", told.message)[1]
    assert recoveries.confirm(recoveries.of_token(token))
    passwords.send(subject.pk)
    assert [mail["To"] for mail in mailbox.messages()] == ["new@example.cn"]


def test_a_second_new_address_ends_the_request_of_the_first(case):
    at_counter(case, new_email="wrong@example.cn")
    first = Recovery.objects.get()
    at_counter(case, new_email="new@example.cn")

    first.refresh_from_db()
    assert first.outcome == RecoveryOutcome.JOINED
    assert Recovery.objects.filter(ended_at=None).count() == 1


def test_the_address_does_not_change_while_the_old_one_confirms(transactional_db, monkeypatch):
    case = case_at(Status.FILED)
    old = case.filing.subject.responsible_email
    Subject.objects.update(password_wanted_at=None)
    at_counter(case, new_email="first@example.cn")
    told = Email.objects.get(to=["first@example.cn"])
    answer = recoveries.of_token(re.search(r"/answer/([^/\s]+)", told.message)[1])

    confirmation, change = one_then_the_other(
        Gate(monkeypatch, recoveries, "_end"),
        lambda: recoveries.confirm(answer),
        lambda: at_counter(case, new_email=old),
    )

    assert (won(confirmation, change), confirmation.result) == ([True, False], True)
    assert words(change) == _("A filing password is being sent. Try again in a minute.")
    assert Subject.objects.get().responsible_email == "first@example.cn"


def test_at_the_counter_of_another_province_the_record_is_not_there(case):
    case.reviewer = reviewer(GUANGDONG)
    with pytest.raises(Subject.DoesNotExist):
        at_counter(case)
    case.reviewer = case.staff
    with pytest.raises(Subject.DoesNotExist):
        at_counter(case)


def test_without_proof_or_for_a_dead_record_nothing_is_done_at_the_counter(case):
    with pytest.raises(MoveRefused, match="proof"):
        at_counter(case, pages=[], new_email="new@example.cn")
    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft())
    with pytest.raises(MoveRefused, match="no longer in force"):
        at_counter(case)
