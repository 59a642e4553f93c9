"""What is judged about a face-to-face photo, and where the same picture was used before."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from filings.errors import MoveRefused
from filings.models import PhotoWord
from filings.rules import checks
from filings.tests.verification.photographs_taken import dated, elsewhere, explained, in_work, photo_of, shot, taken
from icp_portal.demo import invent
from icp_portal.tests.photos import as_file, photographed

pytestmark = pytest.mark.django_db


# --- What is judged -------------------------------------------------------------------------------


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
    with pytest.raises(ValidationError) as refused:
        taken(case, SimpleUploadedFile("photo.jpg", content))
    assert refused.value.code == "unreadable"
    assert PhotoWord.objects.get().closed_at is None


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
