"""Notes among colleagues: who reads them, who is told and how, and that they change nothing about a filing."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import reading
from filings import services
from filings.actors import Actor, on_behalf, portal
from filings.errors import MoveRefused
from filings.models import Event, Filing, Mention, StaffNote
from filings.review import notes
from filings.services import transfers
from filings.states import Status
from filings.tests.review.notes_written import DESKS, SAID, at, read, to, waiting, write
from icp_portal.tests.builders import GUANGDONG, Case, case_at, host, provider, reviewer, staff, user_of
from providers import access as provider_access
from providers.models import Provider, Staff

pytestmark = pytest.mark.django_db
AT_BOTH = (Status.WITH_BUREAU, Status.RETURNED_TO_PROVIDER, Status.FILED)


# --- Writing ----------------------------------------------------------------------------------------------


@DESKS
@pytest.mark.parametrize("status", AT_BOTH)
def test_a_note_is_kept_and_changes_nothing_about_the_filing(desk, status):
    case, actor, colleague = at(desk, status)
    before = Filing.objects.values().get(pk=case.filing.pk)
    events = Event.objects.count()

    note = write(case, actor, colleague, text=f"  {SAID}\n")

    assert (note.text, note.author_name, note.author_id) == (SAID, actor.name, actor.user_id)
    assert read(case, actor) == read(case, colleague) == [SAID]
    assert Filing.objects.values().get(pk=case.filing.pk) == before
    assert Event.objects.count() == events


def test_it_needs_no_claim_and_leaves_that_of_a_colleague():
    case, actor, colleague = at("staff", Status.WITH_PROVIDER)
    services.claim(case.filing.pk, colleague)
    claimed = Filing.objects.values("claimed_by", "claimed_until", "version").get(pk=case.filing.pk)

    write(case, actor)

    assert Filing.objects.values("claimed_by", "claimed_until", "version").get(pk=case.filing.pk) == claimed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write your note."),
        (" \n\u3000 ", "Write your note."),
        ("长" * (notes.LONGEST + 1), "Write at most %(most)d characters."),
    ],
)
def test_no_words_or_too_many_are_refused(text, words):
    case, actor, colleague = at("staff")

    with pytest.raises(MoveRefused) as refusal:
        write(case, actor, colleague, text=text)

    assert str(refusal.value) == _(words).replace("%(most)d", str(notes.LONGEST))
    assert not StaffNote.objects.exists()
    assert not Mention.objects.exists()


def test_as_many_characters_as_allowed_are_kept():
    case, actor, _colleague = at("reviewer")
    text = "䶮" * notes.LONGEST

    assert write(case, actor, text=text).text == text
    assert read(case, actor) == [text]


def test_who_is_no_staff_writes_none():
    case = case_at(Status.WITH_BUREAU)

    for actor in (case.host, portal()):
        with pytest.raises(MoveRefused, match=_("Only staff of the provider or the bureau write notes.")):
            write(case, actor)
    assert not StaffNote.objects.exists()


@pytest.mark.parametrize(
    "stranger", [host, lambda: staff(provider()), lambda: reviewer(GUANGDONG)], ids=["host", "provider", "bureau"]
)
def test_who_may_not_see_the_filing_finds_none(stranger):
    case, author, _colleague = at("staff")
    note = write(case, author)
    actor = stranger()

    for call in (lambda: write(case, actor), lambda: notes.done(case.filing.pk, actor, note.pk)):
        with pytest.raises(Filing.DoesNotExist):
            call()
    assert read(case, actor) == []


def test_a_colleague_of_another_organisation_can_not_be_told():
    case, actor, colleague = at("staff")

    for stranger in (case.reviewer, staff(provider()), case.host, on_behalf(colleague, "某公司")):
        with pytest.raises(MoveRefused, match=_("Choose colleagues of your own organisation.")):
            write(case, actor, colleague, stranger)
    assert not StaffNote.objects.exists()
    assert to(colleague) == []


def test_a_request_that_only_reads_writes_nothing():
    case, actor, colleague = at("staff")
    note = write(case, actor, colleague)

    with reading.request("GET"):
        for call in (lambda: write(case, colleague), lambda: notes.done(case.filing.pk, colleague, note.pk)):
            with pytest.raises(reading.ChangeRefused):
                call()
    assert waiting(colleague) == [case.filing.pk]


def test_the_second_of_a_double_press_finds_the_note_of_the_first_and_tells_nobody_again():
    case, actor, colleague = at("staff")
    earlier = write(case, actor, text="先说一句")

    first = write(case, actor, colleague, seen=earlier.pk)
    second = write(case, actor, colleague, seen=earlier.pk)

    assert first == second
    assert read(case, actor) == [SAID, "先说一句"]
    assert len(to(colleague)) == 1


def test_the_same_words_are_a_note_of_their_own_from_a_later_page_a_colleague_or_another_filing():
    case, actor, colleague = at("staff")
    first = write(case, actor)
    other = Case(of=case.provider).submit()

    write(case, actor, seen=first.pk)
    write(case, colleague)
    write(other, actor)

    assert read(case, actor) == [SAID] * 3
    assert read(other, actor) == [SAID]


@DESKS
def test_a_note_is_written_once_and_belongs_to_one_organisation(desk):
    case, actor, _colleague = at(desk)
    note = write(case, actor)

    for change in ({"author_name": "他人"}, {"at": timezone.now()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            StaffNote.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        note.delete()
    values = {"filing": case.filing, "text": "x", "author_id": actor.user_id, "author_name": "x"}
    for owners in ({}, {"provider": case.provider, "bureau": case.filing.bureau}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StaffNote.objects.create(**values, **owners)


# --- Who reads them ---------------------------------------------------------------------------------------


def test_each_organisation_reads_its_own_notes_alone():
    case, _actor, colleague = at("staff")
    other_reviewer = reviewer()

    write(case, case.staff, text="服务商的")
    write(case, case.reviewer, text="管局的")

    assert read(case, colleague) == ["服务商的"]
    assert read(case, other_reviewer) == ["管局的"]
    for stranger in (case.host, staff(provider()), reviewer(GUANGDONG), on_behalf(case.staff, "某公司")):
        assert read(case, stranger) == []


def test_a_later_provider_does_not_read_the_notes_of_the_former_one():
    case, actor, colleague = at("staff")
    write(case, actor, colleague)
    new = provider(provinces=case.provider.provinces)
    Provider.objects.filter(pk=case.provider.pk).update(is_active=False)

    transfers.transfer(case.filing.pk, case.reviewer, new.pk, version=None)
    successor = staff(new)

    assert read(case.refresh(), successor) == []
    write(case, successor, text="新的")
    assert read(case, successor) == ["新的"]
    assert waiting(colleague) == []


def test_at_most_fifty_are_shown_the_newest_first_and_unread_ones_above_all():
    case, actor, colleague = at("reviewer")
    mentioned = write(case, actor, colleague, text="请看")
    for number in range(notes.MOST_SHOWN + 5):
        write(case, actor, text=f"第{number}条")

    shown = notes.shown(case.filing, colleague)

    assert len(shown) == notes.MOST_SHOWN + 1
    assert [note.text for note in shown[:2]] == ["请看", f"第{notes.MOST_SHOWN + 4}条"]
    assert [note.is_unread for note in shown[:2]] == [True, False]
    notes.done(case.filing.pk, colleague, mentioned.pk)
    assert notes.shown(case.filing, colleague)[0].text == f"第{notes.MOST_SHOWN + 4}条"
    rest = notes.shown(case.filing, colleague, before=shown[notes.MOST_SHOWN - 1].pk)
    assert [note.text for note in rest] == ["第5条", "第4条", "第3条", "第2条", "第1条", "第0条", "请看"]


def test_reading_costs_two_queries_however_many_there_are(django_assert_num_queries):
    case, actor, colleague = at("staff")
    with django_assert_num_queries(1):
        notes.shown(case.filing, actor)
    for number in range(7):
        write(case, actor, colleague, text=f"第{number}条")

    with django_assert_num_queries(2):
        assert [note.mentioned for note in notes.shown(case.filing, actor)] == [[colleague.name]] * 7


# --- Mentions ---------------------------------------------------------------------------------------------


def team(*names: str) -> list[Actor]:
    return [Actor(role="provider", user_id=number, name=name, provider_id=1) for number, name in enumerate(names)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@王芳 请看", ["王芳"]),
        ("请@王芳，@李四核实", ["王芳"]),
        ("请@王芳、@李四。", ["王芳", "李四"]),
        ("@王芳华 请看", ["王芳华"]),
        ("@王芳华@王芳", ["王芳", "王芳华"]),
        ("王芳", []),
        ("＠王芳 请看", ["王芳"]),
        ("@ 王芳", []),
        ("a@王芳 b.c@李四", []),
        ("@Li Wei: see", ["Li Wei"]),
        ("@Li Weing", []),
        ("@li wei", []),
        ("@王.*", ["王.*"]),
        ("@王芳\n@王芳", ["王芳"]),
        ("@" * 1000, []),
        ("", []),
    ],
)
def test_whom_a_text_names(text, named):
    everybody = team("王芳", "王芳华", "李四", "Li Wei", "王.*", "")

    assert [one.name for one in notes.named_in(text, everybody)] == named


def test_a_name_that_two_have_names_both_and_nobody_is_named_in_an_empty_team():
    assert [one.user_id for one in notes.named_in("@王芳", team("王芳", "李四", "王芳"))] == [0, 2]
    assert notes.named_in("@王芳", []) == []


@DESKS
def test_who_is_mentioned_finds_the_filing_until_the_note_is_marked_as_read(desk):
    case, actor, colleague = at(desk)
    third = reviewer() if desk == "reviewer" else staff(case.provider)
    first = write(case, actor, colleague, actor, colleague)
    second = write(case, actor, colleague, text="再看一眼")
    assert (waiting(colleague), waiting(actor), waiting(third)) == ([case.filing.pk], [], [])
    assert first.mentioned == [colleague.name]

    notes.done(case.filing.pk, colleague, first.pk)
    assert waiting(colleague) == [case.filing.pk]
    for nothing in (first.pk, 0, -1, 2**62):
        notes.done(case.filing.pk, colleague, nothing)
    notes.done(case.filing.pk, third, second.pk)
    assert waiting(colleague) == [case.filing.pk]
    notes.done(case.filing.pk, colleague, second.pk)

    assert waiting(colleague) == []
    assert Mention.objects.filter(user=colleague.user_id, read_at=None).count() == 0


def test_who_changes_to_the_provider_that_takes_the_filing_over_finds_no_note_of_the_former_one():
    case, actor, colleague = at("staff")
    write(case, actor, colleague)
    new = provider(provinces=case.provider.provinces)
    Provider.objects.filter(pk=case.provider.pk).update(is_active=False)
    transfers.transfer(case.filing.pk, case.reviewer, new.pk, version=None)
    Staff.objects.filter(user=colleague.user_id).update(provider=new)
    moved = provider_access.staff(user_of(colleague))

    assert (waiting(moved), read(case, moved)) == ([], [])
    write(case, staff(new), moved)
    assert waiting(moved) == [case.filing.pk]


def test_a_note_of_ones_own_marks_those_of_this_filing_as_read():
    case, actor, colleague = at("staff")
    other = Case(of=case.provider).submit()
    write(case, actor, colleague)
    write(other, actor, colleague)

    write(case, colleague, actor, text="已处理")

    assert waiting(colleague) == [other.filing.pk]
    assert waiting(actor) == [case.filing.pk]
