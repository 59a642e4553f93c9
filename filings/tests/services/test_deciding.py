"""An approval is judged by what the register says when it writes, not by what the reviewer has read."""

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from filings import services
from filings.evidence import documents
from filings.kinds import Kind
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests.builders import Case, case_at, number
from icp_portal.tests.racing import Gate, one_then_the_other, won, words
from ministry.models import Subject
from ministry.register import history
from records.orders import password_resets

pytestmark = pytest.mark.usefixtures("transactional_db")

COUNTER = "from-the-counter@example.cn"


def in_review() -> tuple[Case, Filing]:
    """A change of a subject on record, taken by its reviewer; its paper repeats the whole record."""
    case = case_at(Status.FILED)
    Subject.objects.update(password_wanted_at=None)
    target = play_kinds.target_of(case.filing)
    change = play_kinds.complete_draft(
        case.host, Kind.CHANGE_SUBJECT, target, case.provider.pk, number(), **{"responsible.name": "王一新"}
    )
    play.submit(change, case.host)
    play.verify(change, case.staff)
    services.claim(change.pk, case.reviewer)
    return case, Filing.objects.get(pk=change.pk)


def test_a_record_that_changes_while_it_is_approved_is_not_overwritten(monkeypatch):
    """At the counter a new address comes on record after the reviewer's last look, before the approval has the lock."""
    case, change = in_review()
    said = {"came": "李四", "proof": "营业执照原件", "pages": documents.read([invent.card("PROOF", 1)])}

    counter, approval = one_then_the_other(
        Gate(monkeypatch, history, "remember"),
        lambda: password_resets.reset_password(case.reviewer, change.about_subject_id, new_email=COUNTER, **said),
        lambda: services.approve(change.pk, case.reviewer, version=change.version),
    )

    assert won(counter, approval) == [True, False]
    assert words(approval) == _(
        "The record has changed since this filing was started. Return the filing; its host must start it again."
    )
    subject = Subject.objects.get()
    assert (subject.responsible_email, subject.responsible_name) == (COUNTER, case.filing.get("responsible.name"))
    assert history.as_of(subject.pk, timezone.localdate()).facts["responsible"]["email"] == COUNTER
    assert Filing.objects.get(pk=change.pk).status == Status.WITH_BUREAU
