"""At the counter of a bureau: a new filing password, and a new address for it."""

import pytest
from post_office.models import Email

from filings.errors import MoveRefused
from filings.evidence import documents
from icp_portal.tests.builders import GUANGDONG, Case, reviewer
from ministry.models import Subject
from records.legal_grounds import Scope
from records.models import CounterReset
from records.orders import making, password_resets
from records.tests.orders_made import draft, mails, paper

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
    [(to, subject)] = mails()
    assert (to, "the e-mail address on record was changed" in subject) == (old, True)
    assert "new@example.cn" not in Email.objects.get().message


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
