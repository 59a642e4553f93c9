"""A note sent twice at once, and one sent while the filing's data are erased. Real threads, real commits."""

import pytest

from filings.deadlines import erasing
from filings.mail import notices
from filings.models import FilingMail, Mention, StaffNote
from filings.review import notes
from filings.states import Status
from icp_portal.tests.builders import case_at, staff
from icp_portal.tests.racing import Gate, one_then_the_other, won

pytestmark = pytest.mark.usefixtures("transactional_db")

SAID = "主办者来电，周五补材料。"


def test_a_note_sent_twice_at_once_is_stored_once_and_tells_once(monkeypatch):
    case = case_at(Status.WITH_PROVIDER)
    colleague = staff(case.provider)
    gate = Gate(monkeypatch, notices, "tell_mentioned")

    def send() -> StaffNote:
        return notes.write(case.filing.pk, case.staff, text=SAID, mentioned=[colleague], seen=0)

    one, other = one_then_the_other(gate, send, send)

    assert won(one, other) == [True, True]
    assert one.result == other.result == StaffNote.objects.get()
    assert Mention.objects.count() == FilingMail.objects.filter(name="mention_colleague").count() == 1


def test_a_note_that_comes_while_the_data_are_erased_is_refused(monkeypatch):
    case = case_at(Status.WITH_PROVIDER).withdraw()
    notes.write(case.filing.pk, case.staff, text=SAID, seen=0)
    gate = Gate(monkeypatch, erasing, "record")

    one, other = one_then_the_other(
        gate,
        lambda: erasing._erase(case.filing.pk),
        lambda: notes.write(case.filing.pk, case.staff, text="太晚了", seen=0),
    )

    assert won(one, other) == [True, False]
    assert [note.text for note in StaffNote.objects.all()] == [""]
