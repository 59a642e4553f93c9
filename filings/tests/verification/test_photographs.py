"""The face-to-face photo: its word, its seal, what is marked about it, how long it counts, and who gets none of it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from PIL import Image
from PIL.ExifTags import IFD, Base

from desks import progress
from filings import services, states
from filings.errors import MoveRefused
from filings.models import Evidence, Filing, Photograph, PhotoWord, Way
from filings.rules import checks
from filings.states import Status
from filings.verification import photo_seals, photo_words, photographs
from filings.verification.photographs import Shot
from icp_portal.demo import invent, play
from icp_portal.tests.builders import Case, staff
from icp_portal.tests.photos import as_file, photographed

pytestmark = pytest.mark.django_db

PATH = "websites.0.papers.photo"
PLACE = "营业厅一层"


def in_work(**fields: Any) -> Case:
    """A filing that its verifier has taken into work."""
    case = Case(**fields).submit()
    services.claim(case.filing.pk, case.staff)
    return case


def shot(case: Case, way: Way = Way.CAMERA, **changes: Any) -> Shot:
    """A shot with the word of the moment."""
    word = photographs.word_for(case.filing.pk, case.staff, PATH)
    return Shot(**{"way": way, "place": PLACE, "word_id": word.pk, **changes})


def taken(case: Case, upload: SimpleUploadedFile | None = None, made: Shot | None = None) -> Photograph:
    upload = upload or invent.portrait(case.filing.pk)
    return photographs.take(case.filing.pk, case.staff, PATH, upload, made or shot(case), version=None)


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
    "word", [of_another_verifier, of_another_filing, expired, used, of_an_earlier_round, lambda _case: None]
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
            MoveRefused, match=_("Your claim on this filing has expired. Claim it again; what you typed has been kept.")
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
    assert taken(case, invent.portrait(2), made).content["word"] == ""


def test_the_same_file_is_not_kept_twice_in_a_filing():
    case = in_work()
    taken(case, invent.portrait(7))
    with pytest.raises(MoveRefused, match=_("This file has been used before. Take a new photo.")):
        taken(case, invent.portrait(7))
    assert Photograph.objects.count() == 1


# --- What is judged -------------------------------------------------------------------------------


def photo_of(width: int, height: int, **options: Any) -> SimpleUploadedFile:
    return as_file(photographed(1, size=(1600, 1200)).resize((width, height)), **options)


@pytest.mark.parametrize(
    ("size", "good"),
    [((800, 600), True), ((600, 800), True), ((799, 600), False), ((800, 599), False), ((640, 480), False)],
)
def test_eight_hundred_by_six_hundred_pixels_are_enough_and_less_is_not(size, good):
    case = in_work()
    if good:
        assert taken(case, photo_of(*size)).evidence.advice == []
        return
    with pytest.raises(ValidationError) as refused:
        taken(case, photo_of(*size))
    assert "800 × 600" in refused.value.messages[0]
    assert PhotoWord.objects.get().closed_at is None


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\xff\xd8\xff" + bytes(200)])
def test_a_broken_file_is_no_photo_and_uses_up_no_word(content):
    case = in_work()
    with pytest.raises(ValidationError):
        taken(case, SimpleUploadedFile("photo.jpg", content))
    assert PhotoWord.objects.get().closed_at is None


def dated(text: str) -> SimpleUploadedFile:
    exif = Image.Exif()
    exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = text
    return photo_of(1000, 750, exif=exif)


def explained(case: Case, note: str) -> Shot:
    """An upload with a reason, and a note that may say why it is of another day."""
    return shot(case, Way.UPLOAD, reason="better_camera", reason_note=note)


def test_a_photo_of_another_day_needs_a_reason_and_an_open_word_is_kept_for_the_next():
    case = in_work()
    for made in (shot(case), explained(case, ""), explained(case, "  ")):
        with pytest.raises(MoveRefused, match="照片拍摄于2025年1月2日"):
            taken(case, dated("2025:01:02 10:00:00"), made)
    assert PhotoWord.objects.get().closed_at is None
    old = taken(case, dated("2025:01:02 10:00:00"), explained(case, "相机日期未校准"))
    assert old.content["reason_note"] == "相机日期未校准"


def test_a_photo_of_another_day_is_marked_and_counts_from_that_day():
    case = in_work()
    today = f"{timezone.localdate():%Y:%m:%d} 00:00:01"
    assert taken(case, dated(today)).evidence.advice == []
    old = taken(case, dated("2025:01:02 10:00:00"), explained(case, "相机日期有误"))
    assert old.evidence.advice == ["other_day"]
    assert timezone.localdate(old.taken_at) == date(2025, 1, 2)
    assert taken(case, dated("nonsense")).evidence.advice == []
    ahead = taken(case, dated("2999:01:02 10:00:00"), explained(case, "相机日期有误"))
    assert (ahead.evidence.advice, ahead.taken_at) == (["other_day"], ahead.event.at)


def test_a_dark_photo_is_marked_in_words_for_photos():
    case = in_work()
    dark = photographed(1, size=(1600, 1200)).point(lambda value: value // 4)
    assert "photo_dark" in taken(case, as_file(dark)).evidence.advice


def head(image: Image.Image) -> list[tuple[int, int, int, int]]:
    """A detector of a test: the box around whatever has the colour of the drawn heads."""
    red, _green, blue = image.split()
    skin = Image.eval(red, lambda value: 255 if value > 190 else 0)
    cool = Image.eval(blue, lambda value: 255 if value < 170 else 0)
    box = Image.composite(skin, Image.new("L", image.size), cool).getbbox()
    return [box] if box else []


def two(image: Image.Image) -> list[tuple[int, int, int, int]]:
    return [(0, 0, 400, 400), (400, 0, 800, 400)]


def small(image: Image.Image) -> list[tuple[int, int, int, int]]:
    return [(480, 350, 520, 390)]


def spoilt(image: Image.Image) -> list[tuple[int, int, int, int]]:
    raise RuntimeError("no model")


@pytest.mark.parametrize(
    ("detector", "found"),
    [
        ("", []),
        ("head", []),
        ("two", ["more_faces"]),
        ("small", ["small_face"]),
        ("spoilt", []),
        ("not_there", []),
    ],
)
def test_a_detector_of_faces_is_plugged_in_by_a_setting(settings, detector, found):
    settings.FACE_DETECTOR = detector and f"{__name__}.{detector}"
    assert taken(in_work(), invent.portrait(1)).evidence.advice == found


def test_a_photo_without_a_face_or_with_a_dark_one_is_marked(settings):
    settings.FACE_DETECTOR = f"{__name__}.head"
    case = in_work()
    assert taken(case, as_file(Image.effect_noise((900, 700), 30).convert("RGB"))).evidence.advice[-1:] == ["no_face"]
    settings.FACE_DETECTOR = f"{__name__}.two_halves"
    dim = Image.new("RGB", (900, 700), "#202020")
    dim.paste(photographed(3, size=(900, 350)), (0, 350))
    assert "dark_face" in taken(case, as_file(dim)).evidence.advice


def two_halves(image: Image.Image) -> list[tuple[int, int, int, int]]:
    return [(0, 0, image.width, image.height // 3)]


# --- The same picture elsewhere ---------------------------------------------------------------------


def seal_of(photo: Photograph) -> Photograph:
    """The seal as a page fetches it."""
    pictures = photo_seals.with_seals(Evidence.objects.filter(pk=photo.evidence_id))
    return photo_seals.seals_of(pictures)[photo.evidence_id]


def elsewhere(photo: Photograph) -> bool:
    return seal_of(photo).is_elsewhere


def test_the_same_picture_in_another_filing_is_flagged_on_both_sides_also_across_providers():
    mine, theirs = in_work(), in_work()
    first = taken(mine, invent.portrait(5))
    assert not elsewhere(first)

    second = taken(theirs, invent.portrait(5))

    assert elsewhere(first)
    assert elsewhere(second)
    taken(theirs, invent.portrait(6))
    assert not elsewhere(first)


def test_the_host_hears_nothing_of_photos_that_look_alike():
    case, other = in_work(), in_work()
    for one in (case, other):
        taken(one, invent.portrait(5))
    assert [finding for finding in checks.findings(case.refresh().filing) if "photo" in finding.path] == []


# --- The seal -------------------------------------------------------------------------------------


def test_one_event_seals_what_belongs_together():
    case = in_work()
    made = shot(case)
    photo = taken(case, made=made)
    evidence, event = photo.evidence, case.filing.events.get(name="photo")

    assert photo.event == event
    assert photo.content == {
        "event": event.pk,
        "at": event.at.isoformat(),
        "note": event.note,
        "filing": case.filing.pk,
        "provider": case.provider.pk,
        "round": 1,
        "path": PATH,
        "website": 1,
        "person": {name: case.filing.get("responsible")[name] for name in ("name", "cert_type", "cert_number")},
        "verifier": case.staff.user_id,
        "verifier_name": case.staff.name,
        "place": PLACE,
        "word": PhotoWord.objects.get(pk=made.word_id).text,
        "way": "camera",
        "reason": "",
        "reason_note": "",
        "evidence": evidence.pk,
        "sha256": evidence.sha256,
        "original_sha256": evidence.original_sha256,
        "camera_date": "",
        "shot": str(photo.shot),
        "taken_at": event.at.isoformat(),
    }
    assert photo.sha256 == photo_seals.digest(photo.content)
    assert faults(photo) == []


def faults(photo: Photograph) -> list[str]:
    """As a page finds them, from the database."""
    return photo_seals.faults(seal_of(photo))


def test_the_host_sees_that_a_photo_was_taken_and_neither_word_nor_place():
    case = in_work()
    photo = taken(case)
    entry = progress.timeline(case.filing, case.host)[0]
    assert entry.title == photo.event.get_name_display()
    assert photo.content["word"] not in str(entry)
    assert PLACE not in str(entry)
    assert case.staff.name not in str(entry)


def test_the_database_refuses_to_change_or_delete_a_seal():
    photo = taken(in_work())
    for attempt in (lambda: Photograph.objects.update(sha256="0" * 64), photo.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def meddle(table: str, change: str, pk: int, *values: Any) -> None:
    """What somebody with the database, its triggers switched off, may do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET {change} WHERE id = %s", [*values, pk])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


SEAL, EVENT, PICTURE = "the seal", "the entry of the record", "the picture"


@pytest.mark.parametrize(
    ("table", "change", "what"),
    [
        ("filings_event", "at = at - interval '1 day'", EVENT),
        ("filings_event", "actor_name = 'X'", EVENT),
        ("filings_event", "user_id = NULL", EVENT),
        ("filings_event", "round = 9", EVENT),
        ("filings_event", "name = 'amend'", EVENT),
        ("filings_evidence", "sha256 = repeat('0', 64)", PICTURE),
        ("filings_evidence", "original_sha256 = repeat('0', 64)", PICTURE),
        ("filings_photograph", "content = 'rubbish'", SEAL),
        ("filings_photograph", "sha256 = repeat('0', 64)", SEAL),
        ("filings_photograph", "taken_at = taken_at + interval '3 years'", SEAL),
        ("filings_photograph", "person = repeat('0', 64)", SEAL),
        ("filings_photograph", "shot = gen_random_uuid()", SEAL),
    ],
)
def test_whatever_is_changed_in_the_database_breaks_the_seal_and_stops_the_filing(table, change, what):
    case = in_work()
    photo = taken(case)
    pk = {"filings_event": photo.event_id, "filings_evidence": photo.evidence_id}.get(table, photo.pk)

    meddle(table, change, pk)

    assert faults(photo) == [_(what)]
    with pytest.raises(
        MoveRefused, match=_("The seal of a photo is missing or broken. Retake the photo and contact the operators.")
    ):
        passed(case)


def passed(case: Case) -> None:
    answers = play.answers(case.filing)
    services.verify(case.filing.pk, case.staff, version=None, answers=answers, place=PLACE)


def test_a_seal_moved_from_another_photo_is_broken():
    mine, theirs = taken(in_work()), taken(in_work())
    with connection.cursor() as cursor:
        cursor.execute("SELECT content, sha256 FROM filings_photograph WHERE id = %s", [theirs.pk])
        content, sha256 = cursor.fetchone()
    meddle("filings_photograph", "content = %s, sha256 = %s", mine.pk, content, sha256)
    assert len(faults(mine)) == 1


def test_another_file_in_its_place_and_a_lost_one_break_the_seal():
    case = in_work()
    photo = taken(case)
    with open(photo.evidence.file.path, "ab") as file:
        file.write(b"x")
    assert len(faults(photo)) == 1
    photo.evidence.file.storage.delete(photo.evidence.file.name)
    assert len(faults(photo)) == 1
    with pytest.raises(
        MoveRefused, match=_("The seal of a photo is missing or broken. Retake the photo and contact the operators.")
    ):
        passed(case)


def test_new_keys_leave_seals_intact_and_people_found(settings):
    case = in_work()
    photo = taken(case)
    passed(case)
    settings.DIGEST_KEY = "another-digest-key-of-32-characters"
    assert len(faults(photo)) == 1

    call_command("redigest", verbosity=0)

    assert faults(photo) == []
    call_command("reseal", verbosity=0)
    assert faults(photo) == []


# --- How long it counts, and used again ----------------------------------------------------------------


def on(day: date) -> SimpleUploadedFile:
    return dated(f"{day:%Y:%m:%d} 10:00:00")


def test_a_photo_counts_for_twenty_four_months_to_the_day():
    case = in_work()
    first = timezone.localdate(photographs.oldest())
    too_old = taken(case, on(first - timedelta(days=1)), explained(case, "相机日期有误"))
    with pytest.raises(
        MoveRefused,
        match=_("A photo is older than %(months)d months. Retake it.") % {"months": photographs.VALID_MONTHS},
    ):
        passed(case)
    assert photographs.valid_until(too_old) == timezone.localdate() - timedelta(days=1)

    play.photograph(case.filing, case.staff)
    passed(case)


def test_a_photo_of_the_last_day_still_passes():
    case = in_work()
    assert (
        photographs.valid_until(
            taken(case, on(timezone.localdate(photographs.oldest())), explained(case, "相机日期有误"))
        )
        == timezone.localdate()
    )
    passed(case)
    assert case.refresh().filing.status == Status.WITH_BUREAU


def same_person(earlier: Case, **fields: Any) -> Case:
    """Another filing, in work, whose responsible person is that of ``earlier``: another certificate of the unit."""
    person = earlier.filing.get("responsible")
    case = Case(**fields)
    values = {f"responsible.{name}": person[name] for name in ("name", "cert_type", "cert_number")}
    services.save_facts(case.filing.pk, case.host, values, version=None)
    case.refresh().submit()
    services.claim(case.filing.pk, case.staff)
    return case


def offered(case: Case) -> list[int]:
    kept = case.filing.photographs.filter(evidence__replaced_at=None)
    return [photo.pk for photo in photographs.usable_again(case.filing, case.staff, kept).values()]


def test_an_earlier_photo_of_the_person_is_used_again_by_an_act_and_on_record():
    earlier = in_work()
    photo = taken(earlier)
    passed(earlier)
    later = same_person(earlier, of=earlier.provider)
    assert offered(later) == [photo.pk]
    with pytest.raises(
        MoveRefused,
        match=ngettext(
            "Take the photo of the website's responsible person first.",
            "Take the photos of all responsible persons of the websites first.",
            1,
        ),
    ):
        passed(later)  # only by the act

    again = photographs.use_again(later.filing.pk, later.staff, PATH, photo.pk, version=later.filing.version)

    assert (again.content["way"], again.content["word"]) == ("again", photo.content["word"])
    assert (again.shot, again.taken_at) == (photo.shot, photo.taken_at)
    assert again.event == later.filing.events.get(name="photo")
    assert again.content["verifier_name"] == later.staff.name
    assert again.evidence.file.name != photo.evidence.file.name
    assert again.evidence.sha256 == photo.evidence.sha256
    assert faults(again) == faults(photo) == []
    assert not elsewhere(again)
    assert not elsewhere(photo)
    assert offered(later) == []
    passed(later)
    assert later.refresh().filing.verifications.get().photos.get() == again.evidence


def test_a_photo_is_not_used_again_by_another_provider_of_another_person_or_before_it_passed():
    earlier = in_work()
    photo = taken(earlier)
    waiting = same_person(earlier, of=earlier.provider)
    assert offered(waiting) == []  # not passed yet
    passed(earlier)
    elsewhere_, stranger = same_person(earlier), in_work(of=earlier.provider)

    for case in (elsewhere_, stranger):
        assert offered(case) == []
        with pytest.raises(MoveRefused, match=_("There is no photo of this person that could be reused.")):
            photographs.use_again(case.filing.pk, case.staff, PATH, photo.pk, version=None)
    assert offered(waiting) == [photo.pk]


def test_a_photo_too_old_or_with_a_broken_seal_is_not_used_again():
    earlier = in_work()
    photo = taken(earlier, on(timezone.localdate(photographs.oldest())), explained(earlier, "相机日期有误"))
    passed(earlier)
    later = same_person(earlier, of=earlier.provider)
    assert offered(later) == [photo.pk]
    meddle("filings_event", "actor_name = 'X'", photo.event_id)
    with pytest.raises(
        MoveRefused, match=_("The seal of a photo is missing or broken. Retake the photo and contact the operators.")
    ):
        photographs.use_again(later.filing.pk, later.staff, PATH, photo.pk, version=None)

    meddle("filings_photograph", "taken_at = taken_at - interval '1 day'", photo.pk)
    assert offered(later) == []
    with pytest.raises(MoveRefused, match=_("There is no photo of this person that could be reused.")):
        photographs.use_again(later.filing.pk, later.staff, PATH, photo.pk, version=None)


def test_without_the_filing_in_work_nothing_is_used_again():
    earlier = in_work()
    photo = taken(earlier)
    passed(earlier)
    later = same_person(earlier, of=earlier.provider)
    services.release(later.filing.pk, later.staff)
    with pytest.raises(
        MoveRefused, match=_("Your claim on this filing has expired. Claim it again; what you typed has been kept.")
    ):
        photographs.use_again(later.filing.pk, later.staff, PATH, photo.pk, version=None)
