"""The face-to-face photo: its word, who may take it and of whom, and uploads."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from filings import services, states
from filings.errors import MoveRefused
from filings.models import Evidence, Filing, Photograph, PhotoWord, Way
from filings.tests.verification.photographs_taken import PATH, PLACE, in_work, shot, taken
from filings.verification import photo_words, photographs
from filings.verification.photographs import Shot
from icp_portal.demo import invent
from icp_portal.tests.builders import Case, staff

pytestmark = pytest.mark.django_db


def late(word_id: int | None) -> None:
    PhotoWord.objects.filter(pk=word_id).update(expires_at=timezone.now() - timedelta(seconds=1))


# --- Words ----------------------------------------------------------------------------------------


def test_words_are_easy_to_write_and_all_different():
    assert len(set(photo_words.WORDS)) == len(photo_words.WORDS)
    assert {len(word) for word in photo_words.WORDS} == {2}
    text, digits = photo_words.invent().split()
    assert text in photo_words.WORDS
    assert len(digits) == photo_words.COUNT
    assert set(digits) <= set("235689")


def test_a_word_stays_the_same_while_it_lasts_and_another_can_be_asked_for():
    case = in_work()
    first = photographs.word_for(case.filing.pk, case.staff, PATH)
    assert photographs.words(case.filing, case.staff) == {PATH: first}

    other = photographs.word_for(case.filing.pk, case.staff, PATH, anew=True)

    assert other != first
    assert photographs.words(case.filing, case.staff) == {PATH: other}
    with pytest.raises(
        MoveRefused,
        match=_(
            "The code word of this photo has expired or has been used. Show the current word and retake the photo."
        ),
    ):
        taken(case, made=Shot(Way.CAMERA, PLACE, first.pk))


def test_a_word_about_to_run_out_is_not_shown_any_more_but_still_counts():
    case = in_work()
    first = photographs.word_for(case.filing.pk, case.staff, PATH)
    PhotoWord.objects.filter(pk=first.pk).update(expires_at=timezone.now() + timedelta(minutes=5))

    assert photographs.word_for(case.filing.pk, case.staff, PATH) != first
    assert taken(case, made=Shot(Way.CAMERA, PLACE, first.pk)).content["word"] == first.text


def of_another_verifier(case: Case) -> int:
    colleague = staff(case.provider)
    services.release(case.filing.pk, case.staff)
    services.claim(case.filing.pk, colleague)
    word = photographs.word_for(case.filing.pk, colleague, PATH)
    services.release(case.filing.pk, colleague)
    services.claim(case.filing.pk, case.staff)
    return word.pk


def of_another_filing(case: Case) -> int:
    other = Case(of=case.provider).submit()
    services.claim(other.filing.pk, case.staff)
    return photographs.word_for(other.filing.pk, case.staff, PATH).pk


def of_another_person(case: Case) -> int:
    word = photographs.word_for(case.filing.pk, case.staff, PATH)
    PhotoWord.objects.filter(pk=word.pk).update(path="websites.1.papers.photo")
    return word.pk


def expired(case: Case) -> int:
    word = photographs.word_for(case.filing.pk, case.staff, PATH)
    late(word.pk)
    return word.pk


def used(case: Case) -> int:
    made = shot(case)
    taken(case, invent.portrait(901), made)
    return made.word_id or 0


def of_an_earlier_round(case: Case) -> int:
    word = photographs.word_for(case.filing.pk, case.staff, PATH)
    case.send_back().submit()
    services.claim(case.filing.pk, case.staff)
    return word.pk


@pytest.mark.parametrize(
    "word",
    [
        of_another_verifier,
        of_another_filing,
        of_another_person,
        expired,
        used,
        of_an_earlier_round,
        lambda _case: None,
    ],
)
def test_a_photo_of_the_camera_needs_a_word_of_its_own_that_counts(word: Callable[[Case], int | None]):
    case = in_work()
    word_id = word(case)
    before = case.filing.events.filter(name="photo").count()

    with pytest.raises(
        MoveRefused,
        match=_(
            "The code word of this photo has expired or has been used. Show the current word and retake the photo."
        ),
    ):
        taken(case, invent.portrait(902), Shot(Way.CAMERA, PLACE, word_id))

    assert case.filing.events.filter(name="photo").count() == before
    assert not Evidence.objects.filter(path=PATH, photograph=None).exists()


# --- Who may take a photo, and of whom --------------------------------------------------------------


def test_without_the_filing_in_work_there_is_neither_word_nor_photo():
    case = in_work()
    made = shot(case)
    services.release(case.filing.pk, case.staff)

    for attempt in (lambda: taken(case, made=made), lambda: photographs.word_for(case.filing.pk, case.staff, PATH)):
        with pytest.raises(
            MoveRefused,
            match=_(
                "You have not claimed this filing, or your claim has expired. Claim it; what you typed has been kept."
            ),
        ):
            attempt()


def test_other_parties_and_other_providers_take_no_photo():
    case, other = in_work(), Case()
    made = shot(case)
    for actor, refusal, words in (
        (case.host, MoveRefused, _("The photo is taken by the provider during the face-to-face check.")),
        (other.staff, Filing.DoesNotExist, "does not exist"),
        (staff(case.provider), MoveRefused, _("%(name)s is working on this filing.") % {"name": case.staff.name}),
    ):
        with pytest.raises(refusal, match=words):
            photographs.take(case.filing.pk, actor, PATH, invent.portrait(1), made, version=None)
        with pytest.raises(refusal, match=words):
            photographs.word_for(case.filing.pk, actor, PATH)
        with pytest.raises(refusal, match=words):
            photographs.use_again(case.filing.pk, actor, PATH, 1, version=None)
    assert not Photograph.objects.exists()


@pytest.mark.parametrize(
    "path", ["papers.responsible_front", "websites.1.papers.photo", "websites.0.papers.manager_front"]
)
def test_a_photo_is_of_a_person_the_filing_asks_for(path):
    case = in_work()
    with pytest.raises(MoveRefused, match=_("There is no such document type.")):
        photographs.word_for(case.filing.pk, case.staff, path)
    with pytest.raises(MoveRefused, match=_("There is no such document type.")):
        photographs.take(case.filing.pk, case.staff, path, invent.portrait(1), shot(case), version=None)


def test_no_way_keeps_a_photo_without_a_seal():
    case = in_work()
    with pytest.raises(MoveRefused, match=_("The photo is taken by the provider during the face-to-face check.")):
        services.add_evidence(case.filing.pk, case.staff, PATH, invent.portrait(1))
    photo = taken(case)
    with pytest.raises(MoveRefused, match=_("The photo is taken by the provider during the face-to-face check.")):
        services.remove_evidence(case.filing.pk, case.staff, PATH, version=None)
    assert case.filing.evidence.get(path=PATH, replaced_at=None).photograph == photo


def test_the_loser_of_a_race_is_told_and_no_word_is_used_up():
    case = in_work()
    made, version = shot(case), case.refresh().filing.version
    taken(case, invent.portrait(1), shot(case))
    word = photographs.word_for(case.filing.pk, case.staff, PATH)
    with pytest.raises(
        MoveRefused,
        match=_("You have already done this in another window: %(event)s. What you typed has been kept.")
        % {"event": states.EVENT_LABELS["photo"]},
    ):
        photographs.take(
            case.filing.pk, case.staff, PATH, invent.portrait(2), Shot(Way.CAMERA, PLACE, word.pk), version=version
        )
    assert made.word_id != word.pk
    assert PhotoWord.objects.get(pk=word.pk).closed_at is None


# --- Uploads --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "Say why the photo was not taken with the camera of this page."),
        ({"reason": "no_such"}, "Say why the photo was not taken with the camera of this page."),
        ({"reason": "other", "reason_note": " "}, "State the other reason."),
        ({"place": " "}, "Say where the face-to-face check took place."),
    ],
)
def test_an_upload_needs_a_reason_and_every_photo_a_place(changes, words):
    case = in_work()
    with pytest.raises(MoveRefused, match=_(words)):
        taken(case, made=shot(case, Way.UPLOAD, **{"reason": "no_camera", **changes}))
    assert not Photograph.objects.exists()


def test_an_upload_is_sealed_with_its_reason_and_with_the_word_while_it_counts():
    case = in_work()
    photo = taken(case, made=shot(case, Way.UPLOAD, reason="other", reason_note=" 摄像头送修 "))
    assert (photo.content["way"], photo.content["reason"]) == ("upload", "other")
    assert photo.content["reason_note"] == "摄像头送修"
    assert photo.content["word"]

    made = shot(case, Way.UPLOAD, reason="no_camera")
    late(made.word_id)
    assert taken(case, invent.portrait(case.filing.pk + 1), made).content["word"] == ""


def test_the_same_file_is_not_kept_twice_in_a_filing():
    case = in_work()
    taken(case, invent.portrait(7))
    with pytest.raises(MoveRefused, match=_("This file has been used before. Take a new photo.")):
        taken(case, invent.portrait(7))
    assert Photograph.objects.count() == 1
