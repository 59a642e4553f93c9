"""Notes on a filing's page at both desks: written, told, marked as read, and nothing else that is typed is lost."""

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email

from bureaus import absences
from desks.tests.staff.desks_sharing_notes import ADD, BOTH, CLAIMED, SAID, Shared
from filings import services
from filings.models import DecisionDraft, Filing, Mention, Question, StaffNote, Worksheet
from filings.review import notes
from filings.states import Status
from icp_portal.tests.builders import chief, reviewer, sign_in, staff, user_of
from icp_portal.tests.hostile import fields_of, filings_listed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
REMARK = {"path": "websites.0.name", "code": "P301", "seen": "名称太笼统", "expected": "改用单位全称"}
WRITTEN = {f"remarks-0-{name}": value for name, value in REMARK.items()}


# --- Writing and reading ----------------------------------------------------------------------------------


@BOTH
@CLAIMED
def test_a_note_is_added_with_its_mentions_and_its_colleagues_read_it(at_bureau, claimed):
    at = Shared(at_bureau=at_bureau, claimed=claimed)

    sent = at.send(note_text=SAID, note_tell=[at.colleague.person_id], **ADD)

    assert (sent.status_code, sent.url) == (302, f"{at.url}?notes=1#notes")
    note = StaffNote.objects.get()
    assert (note.text, note.author_id, note.mentioned) == (SAID, at.actor.user_id, [at.colleague.name])
    page = at.theirs.get(at.url).content.decode()
    assert SAID in page
    assert at.actor.name in page
    assert _("Notes (%(n)s)") % {"n": 1} in page


@BOTH
def test_a_name_behind_an_at_tells_that_colleague_once_with_a_tick_or_without(at_bureau):
    at = Shared(at_bureau=at_bureau)

    at.send(note_text=f"请@{at.colleague.name} 核实", note_tell=[at.colleague.person_id], **ADD)
    at.send(note_text=f"@{at.colleague.name}，好了吗？", **ADD)

    assert Mention.objects.filter(user=at.colleague.user_id).count() == 2
    assert Email.objects.filter(to=user_of(at.colleague).email).count() == 2


@BOTH
def test_the_notes_are_folded_unless_one_mentions_the_reader_and_is_unread(at_bureau):
    at = Shared(at_bureau=at_bureau)
    folded, unfolded = (
        '<details class="fold staff-notes" id="notes">',
        '<details class="fold staff-notes" id="notes" open>',
    )
    at.note()
    assert folded in at.client.get(at.url).content.decode()
    note = at.note(at.actor, text="请看")

    page = at.client.get(at.url).content.decode()
    assert unfolded in page
    assert _("You are mentioned") in page
    assert folded in at.theirs.get(at.url).content.decode()
    sent = at.send(note_done=str(note.pk))

    assert (sent.status_code, sent.url) == (302, f"{at.url}?notes=1#notes")
    assert folded in at.client.get(at.url).content.decode()
    assert unfolded in at.client.get(sent.url).content.decode()


@BOTH
def test_earlier_notes_are_on_pages_of_their_own(at_bureau):
    shared = Shared(at_bureau=at_bureau, claimed=False)
    for number in range(notes.MOST_SHOWN + 1):
        notes.write(shared.case.filing.pk, shared.colleague, text=f"第{number}条", seen=0)
    oldest = StaffNote.objects.order_by("pk").first()
    earlier, latest = f"?notes=1&amp;before={oldest.pk + 1}#notes", "?notes=1#notes"

    first = shared.client.get(shared.url).content.decode()
    second = shared.client.get(shared.url, {"notes": "1", "before": oldest.pk + 1}).content.decode()

    assert [link in first for link in (earlier, latest, ">第0条<")] == [True, False, False]
    assert [link in second for link in (earlier, latest, ">第0条<", ">第1条<")] == [False, True, True, False]
    for forged in ("-1", "x", "9" * 30, "0"):
        assert ">第0条<" not in shared.client.get(shared.url, {"before": forged}).content.decode()


@BOTH
def test_opening_the_page_marks_nothing_as_read_and_the_button_or_a_note_does(at_bureau):
    at = Shared(at_bureau=at_bureau)
    first = at.note(at.actor)
    at.client.get(at.url)
    at.client.head(at.url)
    assert at.tab(at.client) == ("1", [at.case.filing.pk])

    at.send(note_done=str(first.pk))
    assert at.tab(at.client) == ("0", [])
    at.note(at.actor, text="又一条")
    assert at.tab(at.client) == ("1", [at.case.filing.pk])
    at.send(note_text="已处理", **ADD)

    assert at.tab(at.client) == ("0", [])
    assert at.tab(at.theirs) == ("0", [])


@pytest.mark.parametrize(
    ("status", "at_bureau"),
    [(status, False) for status in Status if status not in (Status.DRAFT, Status.LAPSED)]
    + [(status, True) for status in (Status.WITH_BUREAU, Status.RETURNED_TO_PROVIDER, Status.FILED)],
)
def test_at_every_status_at_which_the_page_can_be_seen(status, at_bureau):
    at = Shared(at_bureau=at_bureau, claimed=False, status=status)
    before = Filing.objects.values().get(pk=at.case.filing.pk)

    assert at.send(note_text=SAID, note_tell=[at.colleague.person_id], **ADD).status_code == 302

    assert SAID in at.theirs.get(at.url).content.decode()
    assert Filing.objects.values().get(pk=at.case.filing.pk) == before
    assert at.tab(at.theirs) == ("1", [at.case.filing.pk])


@BOTH
def test_whoever_has_not_claimed_it_writes_while_a_colleague_has(at_bureau):
    at = Shared(at_bureau=at_bureau)

    assert at.send(by=at.theirs, note_text=SAID, **ADD).status_code == 302

    assert StaffNote.objects.get().author_id == at.colleague.user_id
    assert at.case.refresh().filing.claimant_id() == at.actor.user_id


# --- Nothing lost -----------------------------------------------------------------------------------------


DECISIONS = [(False, "pass"), (False, "preview"), (False, "to_remarks"), (True, "approve"), (True, "preview")]


@pytest.mark.parametrize(("at_bureau", "button"), DECISIONS)
def test_a_decision_that_would_lose_a_typed_note_is_refused_and_the_note_kept(at_bureau, button):
    at = Shared(at_bureau=at_bureau)
    written = WRITTEN if button == "preview" else {}

    answer = at.send(**{button: "1", "note_text": SAID, "note_tell": [at.colleague.person_id]}, **written)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert _("A note has been written but not added. Add it, or empty its field, first.") in page
    assert (fields_of(page)["note_text"], fields_of(page)["note_tell"]) == ([SAID], [str(at.colleague.person_id)])
    assert '<span data-count="note">1</span>' in page
    assert at.case.refresh().filing.status == (Status.WITH_BUREAU if at_bureau else Status.WITH_PROVIDER)
    assert not StaffNote.objects.exists()


@pytest.mark.parametrize(
    ("at_bureau", "button"), [(False, "save"), (False, "take"), (False, "more"), (True, "more"), (True, "take")]
)
def test_a_button_that_only_saves_keeps_the_note_that_is_typed(at_bureau, button):
    at = Shared(at_bureau=at_bureau)

    answer = at.send(**{button: "1", "note_text": SAID}, **WRITTEN)

    page = answer.content.decode()
    assert (answer.status_code, fields_of(page)["note_text"]) == (200, [SAID])
    assert fields_of(page)["remarks-0-seen"] == [REMARK["seen"]]
    again = at.client.post(at.url, fields_of(page) | ADD)  # from the page that came back
    assert again.status_code == 302
    assert StaffNote.objects.get().text == SAID


@BOTH
def test_what_else_is_typed_is_saved_when_a_note_is_added_or_marked_as_read(at_bureau):
    at = Shared(at_bureau=at_bureau)
    note = at.note(at.actor)
    typed = WRITTEN | ({"question": "在哪里？"} if at_bureau else {"place": "二楼大厅"})

    assert at.send(note_done=str(note.pk), **typed).status_code == 302
    assert at.send(note_text=SAID, **ADD).status_code == 302

    kept = DecisionDraft.objects.get() if at_bureau else Worksheet.objects.get()
    assert [remark["seen"] for remark in kept.remarks] == [REMARK["seen"]]
    words = kept.words["question"] if isinstance(kept, DecisionDraft) else kept.place
    assert words in typed.values()
    assert not Question.objects.exists()


@BOTH
def test_marking_one_as_read_keeps_a_note_that_is_typed(at_bureau):
    for claimed in (True, False):
        at = Shared(at_bureau=at_bureau, claimed=claimed)
        note = at.note(at.actor)

        answer = at.send(note_done=str(note.pk), note_text="还没写完")

        assert (answer.status_code, fields_of(answer.content.decode())["note_text"]) == (200, ["还没写完"])
        assert at.tab(at.client) == ("0", [])
        assert StaffNote.objects.filter(filing=at.case.filing).count() == 1


@BOTH
def test_a_note_is_added_after_the_claim_has_expired_and_what_else_was_typed_is_kept(at_bureau):
    at = Shared(at_bureau=at_bureau)
    sent = at.form() | WRITTEN | {"note_text": SAID, **ADD}
    services.release(at.case.filing.pk, at.actor)

    answer = at.client.post(at.url, sent)

    page = answer.content.decode()
    assert StaffNote.objects.get().text == SAID
    assert _("Claim again") in page
    assert (fields_of(page)["note_text"], fields_of(page)["remarks-0-seen"]) == ([""], [REMARK["seen"]])


def test_a_question_asked_keeps_the_note_that_is_typed():
    at = Shared(at_bureau=True)

    answer = at.send(ask="1", question="在哪里？", days="3", note_text=SAID)

    assert Question.objects.count() == 1
    assert fields_of(answer.content.decode())["note_text"] == [SAID]


@BOTH
def test_while_typing_a_note_is_not_saved(at_bureau):
    at = Shared(at_bureau=at_bureau)

    answer = at.client.post(at.url, at.form() | {"note_text": SAID}, headers={"Accept": "application/json"})

    assert answer.status_code == 200
    assert not StaffNote.objects.exists()
    assert SAID not in str(
        [(row.remarks, getattr(row, "words", "")) for row in (*DecisionDraft.objects.all(), *Worksheet.objects.all())]
    )


# --- The queue --------------------------------------------------------------------------------------------


@BOTH
def test_the_tab_counts_and_lists_those_of_the_reader_alone(at_bureau):
    at = Shared(at_bureau=at_bureau)
    third = reviewer() if at_bureau else staff(at.case.provider)
    at.note(at.colleague, by=at.actor)
    at.note(at.colleague, by=at.actor, text="又一条")

    assert at.tab(at.theirs) == ("1", [at.case.filing.pk])
    for other in (at.client, sign_in(Client(), user_of(third))):
        assert at.tab(other) == ("0", [])
        assert _("No unread note mentions you.") in other.get(f"{at.desk.queue_url}?tab=mentions").content.decode()


@BOTH
def test_it_can_be_filtered_sorted_and_searched_like_any_other(at_bureau):
    at = Shared(at_bureau=at_bureau)
    at.note(at.actor)
    url = f"{at.desk.queue_url}?tab=mentions"

    for query, rows in (("kind=new_filing", 1), ("kind=cancel_access", 0), ("sort=host", 1), ("sort=-filing", 1)):
        assert len(filings_listed(at.client.get(f"{url}&{query}"))) == rows


def test_a_reviewer_on_leave_is_told_in_person_and_the_cover_finds_nothing():
    at = Shared(at_bureau=True)
    head, today = chief(), timezone.localdate()
    absences.enter(head, at.colleague.person_id, today, today, head.person_id)

    at.send(note_text=SAID, note_tell=[at.colleague.person_id], **ADD)

    assert Email.objects.latest("pk").to == [user_of(at.colleague).email]
    assert at.tab(at.theirs) == ("1", [at.case.filing.pk])
    assert at.tab(sign_in(Client(), user_of(head))) == ("0", [])
