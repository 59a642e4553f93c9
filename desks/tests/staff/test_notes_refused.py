"""Notes on a filing's page that are refused: bad texts, colleagues nobody can tell, strangers and double presses."""

import pytest
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from desks.tests.staff.desks_sharing_notes import ADD, BOTH, CLAIMED, SAID, Shared
from filings.actors import Actor
from filings.models import Mention, StaffNote
from filings.review import notes
from icp_portal.tests.builders import GUANGDONG, host, provider, reviewer, sign_in, staff, user_of
from icp_portal.tests.hostile import ONE_SCRIPT, fields_of, words_of, wrong_fields
from providers.models import Staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


BAD = {
    "blank": {"note_text": ""},
    "white": {"note_text": " \u3000\n"},
    "long": {"note_text": "长" * (notes.LONGEST + 1)},
    "nul": {"note_text": "a\x00b"},
}


@BOTH
@CLAIMED
def test_a_bad_text_is_refused_at_its_field_and_kept(at_bureau, claimed):
    at = Shared(at_bureau=at_bureau, claimed=claimed)
    form = at.form() | {"note_tell": [at.colleague.person_id]} | ADD

    got = {}
    for name, typed in BAD.items():
        answer = at.client.post(at.url, form | typed)
        page = answer.content.decode()
        again = fields_of(page)
        text_kept = words_of(again["note_text"][0]) == words_of(typed["note_text"])
        is_open = 'id="notes" open' in page
        got[name] = (answer.status_code, wrong_fields(page), text_kept, again["note_tell"], is_open)

    assert got == dict.fromkeys(BAD, (200, {"note_text"}, True, [str(at.colleague.person_id)], True))
    assert not StaffNote.objects.exists()


@BOTH
@CLAIMED
def test_whom_the_form_does_not_list_can_not_be_told(at_bureau, claimed):
    at = Shared(at_bureau=at_bureau, claimed=claimed)
    form = at.form() | {"note_text": SAID} | ADD
    closed = reviewer() if at_bureau else staff(at.case.provider)
    User.objects.filter(pk=closed.user_id).update(is_active=False)
    ticked = {
        "other organisation": reviewer(GUANGDONG).user_id if at_bureau else staff(provider()).user_id,
        "other party": at.case.staff.user_id if at_bureau else at.case.reviewer.user_id,
        "host": host().user_id,
        "closed": closed.user_id,
        "oneself": at.actor.user_id,
        "nobody": 2**70,
        "no number": "1' OR 1=1",
    }

    got = {}
    for who, number in ticked.items():
        answer = at.client.post(at.url, form | {"note_tell": [at.colleague.person_id, number]})
        page = answer.content.decode()
        got[who] = (answer.status_code, wrong_fields(page), fields_of(page)["note_text"])

    assert got == dict.fromkeys(ticked, (200, {"note_tell"}, [SAID]))
    assert (StaffNote.objects.count(), Mention.objects.count()) == (0, 0)


def test_a_suspended_member_is_neither_listed_nor_named():
    at = Shared(at_bureau=False)
    Staff.objects.filter(user=at.colleague.user_id).update(suspended_at=timezone.now())

    assert at.colleague.name not in at.client.get(at.url).content.decode()
    at.send(note_text=f"@{at.colleague.name} 请看", **ADD)

    assert StaffNote.objects.get().mentioned == []


def test_the_form_lists_the_colleagues_of_the_bureau_and_nobody_else():
    at = Shared(at_bureau=True)
    stranger = reviewer(GUANGDONG)

    page = at.client.get(at.url).content.decode()

    listed = [one.person_id for one in (at.colleague, at.actor, stranger, at.case.staff) if tick(one) in page]
    assert listed == [at.colleague.person_id]


def tick(actor: Actor) -> str:
    return f'name="note_tell" value="{actor.person_id}"'


@BOTH
@pytest.mark.parametrize("sent", [{"note_text": SAID, **ADD}, {"note_done": "1"}], ids=["add", "done"])
def test_strangers_get_404_and_write_nothing(at_bureau, sent):
    at = Shared(at_bureau=at_bureau)
    note = at.note(at.actor)
    for stranger in (reviewer(GUANGDONG), staff(provider()), at.case.host):
        assert sign_in(Client(), user_of(stranger)).post(at.url, sent).status_code == 404

    assert StaffNote.objects.get() == note
    assert at.tab(at.client) == ("1", [at.case.filing.pk])


FORGED = ("", "-1", "x", "9" * 30, "\x00", "９")


@BOTH
@CLAIMED
def test_forged_numbers_are_no_fault_of_ours(at_bureau, claimed):
    at = Shared(at_bureau=at_bureau, claimed=claimed)
    at.note(at.actor)

    # each with another text: the same one again would be a double press
    texts = {seen: f"已阅{number}" for number, seen in enumerate(FORGED)}
    added = {seen: at.send(note_text=text, note_seen=seen, **ADD).status_code for seen, text in texts.items()}
    done = {seen: at.send(note_done=seen).status_code for seen in FORGED}

    assert added == done == dict.fromkeys(FORGED, 302)
    assert StaffNote.objects.count() == 1 + len(FORGED)


@BOTH
@CLAIMED
def test_a_double_press_adds_one_note(at_bureau, claimed):
    at = Shared(at_bureau=at_bureau, claimed=claimed)
    sent = at.form() | {"note_text": SAID, "note_tell": [at.colleague.person_id], **ADD}

    for _press in range(2):
        at.client.post(at.url, sent)

    assert StaffNote.objects.count() == 1
    assert Email.objects.filter(to=user_of(at.colleague).email).count() == 1


@BOTH
def test_what_is_written_is_text_and_no_markup(at_bureau):
    at = Shared(at_bureau=at_bureau)

    at.send(note_text=f"一行\n{ONE_SCRIPT}", **ADD)

    page = at.theirs.get(at.url).content.decode()
    assert ONE_SCRIPT not in page
    assert "一行<br>&lt;script&gt;" in page
