"""Pictures: what is taken, in which three sizes it is kept, what is said about it, and where else it is found."""

import re
from io import BytesIO
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image, ImageEnhance, ImageFilter, ImageStat

from accounts.models import User
from filings import services
from filings.evidence import pictures, quality
from filings.evidence.limited import readability
from filings.evidence.pictures import LookAlike, Picture, accept
from filings.models import Evidence, Filing
from filings.states import Status
from hosts.views import papers
from icp_portal.demo import invent
from icp_portal.tests.builders import Case, case_at
from icp_portal.tests.hostile import browser
from icp_portal.tests.photos import TABLES, as_file, blurred, certificate, photographed

pytestmark = pytest.mark.django_db

KB = 1024


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


# --- Two sizes --------------------------------------------------------------------------------------------


def test_a_photograph_is_kept_in_full_and_once_within_the_official_limit():
    picture = accept(as_file(photographed(1, size=(4000, 3000)), quality=95))

    assert (picture.width, picture.height) == opened(picture.content).size == (3000, 2250)
    assert len(picture.content) > 100 * KB >= len(picture.official)
    assert min(opened(picture.official).size) >= 750
    assert (opened(picture.official).format, opened(picture.official).mode) == ("JPEG", "RGB")


def test_what_fits_already_is_its_own_official_copy():
    picture = accept(as_file(certificate(1, 1000), quality=60))

    assert picture.official == picture.content


def test_the_verification_sheet_may_have_150_kilobytes():
    sheet = photographed(1, size=(2400, 3200))
    sizes = [len(accept(as_file(sheet), quality.use_of(path)).official) for path in ("a.photo", "a.verification_sheet")]

    assert sizes[0] <= 100 * KB < sizes[1] <= 150 * KB


@pytest.mark.parametrize("side", [480, 2000])
def test_even_pure_noise_is_brought_within_the_limit(side):
    noise = Image.frombytes("RGB", (side, side), Random(1).randbytes(side * side * 3))

    assert len(accept(as_file(noise, "PNG")).official) <= 100 * KB


def test_fifty_megapixels_are_taken_and_shrunk():
    picture = accept(as_file(certificate(1).resize((8200, 6150)), quality=70))

    assert (picture.width, picture.height, picture.advice) == (3000, 2250, ())
    assert len(picture.official) <= 100 * KB


def test_the_same_file_always_makes_the_same_picture():
    assert accept(as_file(photographed(3))) == accept(as_file(photographed(3)))


# --- Whatever it comes as ---------------------------------------------------------------------------------


def test_a_picture_lying_on_its_side_is_the_upright_one():
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    upright = certificate(5)
    lying = accept(as_file(upright.transpose(Image.Transpose.ROTATE_90), exif=exif.tobytes(), quality=95))
    standing = accept(as_file(upright, quality=95))

    assert (lying.width, lying.height) == upright.size
    assert (lying.phash, lying.advice) == (standing.phash, ())


def colour_of(picture: Picture) -> tuple[int, ...]:
    value = opened(picture.content).getpixel((300, 200))
    assert isinstance(value, tuple)
    return tuple(round(part, -1) for part in value)


def test_colours_arrive_as_they_were_whatever_their_kind():
    clear = Image.new("RGBA", (600, 400), (0, 0, 0, 0))
    half = Image.new("RGBA", (600, 400), (0, 0, 0, 128))
    palette = Image.new("RGB", (600, 400), (200, 40, 40)).quantize()
    cyan = Image.new("CMYK", (600, 400), (255, 0, 0, 0))
    deep = Image.new("I;16", (600, 400), 130 * 256)

    assert [colour_of(accept(as_file(image, "PNG"))) for image in (clear, half, palette, deep)] == [
        (260, 260, 260),
        (130, 130, 130),
        (200, 40, 40),
        (130, 130, 130),
    ]
    assert colour_of(accept(as_file(cyan))) == (0, 260, 260)


def test_what_is_appended_is_in_neither_copy():
    file = as_file(photographed(1))
    picture = accept(type(file)("a.jpg", file.read() + b"<script>alert(1)</script>"))

    assert b"script" not in picture.content + picture.official


# --- Advice -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_a_good_photograph_gets_no_advice(table):
    assert accept(as_file(photographed(7, table))).advice == ()


def test_a_flat_scan_gets_no_advice():
    page = Image.new("RGB", (1654, 2339), "white")
    page.paste(certificate(2, 1000), (300, 300))

    assert accept(as_file(page)).advice == ()


SPOILT = {
    "blurred by six pixels": (blurred, ("blurred",)),
    "a third of the light": (lambda: ImageEnhance.Brightness(photographed(1)).enhance(0.33), ("dark",)),
    "bleached": (lambda: photographed(1).point(lambda value: 160 + value * 95 // 255), ("bright",)),
    "out to the right": (lambda: photographed(1, shift=(0.3, 0)), ("cut_off",)),
    "out to the left": (lambda: photographed(1, shift=(-0.3, 0)), ("cut_off",)),
    "out above": (lambda: photographed(1, shift=(0, -0.3)), ("cut_off",)),
    "out below, on a white table": (lambda: photographed(1, "white", shift=(0, 0.3)), ("cut_off",)),
    "a preview": (lambda: certificate(1, 640), ("small",)),
    "one colour": (lambda: Image.new("RGB", (1200, 800), "#88aacc"), ("empty",)),
    "the lens cap": (lambda: Image.new("RGB", (1200, 800)), ("empty",)),
}


@pytest.mark.parametrize("what", SPOILT)
def test_what_is_spoilt_is_taken_and_told(what):
    make, told = SPOILT[what]

    assert accept(as_file(make())).advice == told


def test_slightly_soft_or_dim_is_still_good():
    assert accept(as_file(photographed(1).filter(ImageFilter.GaussianBlur(1.5)))).advice == ()
    assert accept(as_file(ImageEnhance.Brightness(photographed(1)).enhance(0.6))).advice == ()


def test_a_person_may_run_out_of_a_portrait():
    running_out = photographed(1, shift=(0, 0.3))

    assert accept(as_file(running_out), quality.PHOTO).advice == ()


def test_every_code_has_its_words():
    codes = {*readability.JUDGES, *readability.CUTS, "empty", "small"}
    photos = {f"photo_{code}" for code in codes - {"small", "cut_off"}}  # too small ones are refused
    faces = {"other_day", "no_face", "more_faces", "small_face", "dark_face"}

    assert codes | photos | faces == set(quality.ADVICE)
    assert all(word.message and word.fix for word in quality.words(codes))
    assert all(len(code) <= 16 for code in codes)


def test_advice_is_kept_and_read_by_everybody_who_sees_the_picture():
    case = Case()
    evidence = services.add_evidence(case.filing.pk, case.host, "papers.subject_certificate", as_file(blurred()))
    assert Evidence.objects.get(pk=evidence.pk).advice == ["blurred"]
    said = str(quality.ADVICE["blurred"].message)

    papers = browser(case.filing.host).get(reverse("filings:papers", args=[case.filing.pk])).content.decode()
    case.submit()
    provider = (
        browser(User.objects.get(pk=case.staff.user_id))
        .get(reverse("provider_desk:verify", args=[case.filing.pk]))
        .content.decode()
    )

    assert [page.count(said) for page in (papers, provider)] == [1, 1]


def test_each_paper_says_whether_it_is_missing_kept_or_could_be_better():
    case = Case()
    services.remove_evidence(case.filing.pk, case.host, "papers.responsible_back", version=None)
    services.add_evidence(case.filing.pk, case.host, "papers.subject_certificate", as_file(blurred()))

    page = browser(case.filing.host).get(reverse("filings:papers", args=[case.filing.pk])).context

    assert {row["field"].name: row["state"].label for row in page["rows"]} == {
        "papers.subject_certificate": papers.ADVISED.label,
        "papers.responsible_front": papers.KEPT.label,
        "papers.responsible_back": papers.MISSING.label,
    }
    assert page["missing"] == 1


def test_the_host_is_told_at_once_and_can_go_on():
    case = Case()
    client = browser(case.filing.host)
    url = reverse("filings:papers", args=[case.filing.pk])
    told = client.post(url, {"version": case.filing.version, PATH: as_file(blurred())})
    went_on = client.post(url, {"version": case.refresh().filing.version})

    assert (told.status_code, told["Location"]) == (302, url)
    assert (went_on.status_code, went_on["Location"]) == (302, reverse("filings:check", args=[case.filing.pk]))


def test_both_copies_are_private_files_of_their_own():
    evidence = Case().filing.evidence.first()
    with evidence.official.open("rb") as file:
        content = file.read()

    assert evidence.official.name != evidence.file.name
    assert len(content) == evidence.official_size <= 100 * KB
    assert opened(content).format == "JPEG"
    for name in (evidence.official.name, evidence.file.name, evidence.thumb.name):
        folder, _slash, file = name.rpartition("/")
        assert folder == f"pictures/{evidence.filing_id // 1000}/{evidence.filing_id}"
        assert re.fullmatch(r"[0-9a-f]{32}\.jpg", file)


# --- Alike ------------------------------------------------------------------------------------------------


def test_invented_pictures_are_clean_and_all_different():
    made = [accept(invent.card("FRONT", number)) for number in range(15)]
    made += [accept(invent.card("BACK", number)) for number in range(15)]
    made += [accept(invent.portrait(number), quality.PHOTO) for number in range(15)]

    assert {picture.advice for picture in made} == {()}
    assert len({picture.phash for picture in made}) == len(made)


def test_photographs_and_scans_of_certificates_of_one_kind_differ():
    scans = []
    for number in range(10):
        page = Image.new("RGB", (1240, 1754), "white")
        page.paste(certificate(number, 900), (150 + number % 5, 200))
        scans.append(accept(as_file(page)))
    photographs = [accept(as_file(photographed(number, size=(1200, 900)))) for number in range(10)]

    assert len({picture.phash for picture in scans}) == len({picture.phash for picture in photographs}) == 10


def test_a_picture_saved_again_is_the_same_to_the_eye():
    picture = accept(invent.card("FRONT", 1))
    again = accept(as_file(opened(picture.content), quality=70))

    assert again.original_sha256 != picture.original_sha256
    assert again.phash == picture.phash


def test_one_colour_looks_like_nothing():
    assert accept(as_file(Image.new("RGB", (600, 400), "white"))).phash is None


KIND = "papers.subject_certificate"
PATH = "papers.subject_certificate"


def add(case: Case, file) -> None:
    services.add_evidence(case.filing.pk, case.host, KIND, file)


def alike(filing: Filing) -> list[LookAlike]:
    return pictures.look_alikes(filing, pictures.current(filing))


def test_the_same_picture_in_anothers_filing_is_found_by_file_and_by_looks():
    mine, theirs, third = Case(), Case(), Case()
    add(mine, invent.card("SAME", 1))
    assert alike(mine.filing) == []

    add(theirs, invent.card("SAME", 1))
    with CaptureQueriesContext(connection) as captured:
        assert alike(mine.filing) == [LookAlike(PATH, theirs.filing.pk)]
    assert len(captured) == 2
    assert alike(theirs.filing) == [LookAlike(PATH, mine.filing.pk)]

    add(third, as_file(opened(accept(invent.card("SAME", 1)).content), quality=75))
    assert alike(third.filing) == [LookAlike(PATH, mine.filing.pk)]


def test_pictures_of_the_same_certificate_replaced_ones_and_plain_ones_are_no_look_alikes():
    mine, theirs = Case(), Case()
    add(mine, invent.card("SAME", 1))
    add(theirs, invent.card("SAME", 1))
    add(theirs, invent.card("OTHER", 2))  # replaced
    assert alike(mine.filing) == []

    add(mine, as_file(Image.new("RGB", (600, 400), "white")))
    add(theirs, as_file(Image.new("RGB", (601, 400), "white")))
    assert alike(mine.filing) == []

    add(mine, invent.card("SAME", 1))
    add(theirs, invent.card("SAME", 1))
    number = mine.filing.get("subject.cert_number")
    services.save_facts(theirs.filing.pk, theirs.host, {"subject.cert_number": number}, version=None)
    assert alike(mine.filing) == alike(theirs.refresh().filing) == []

    services.save_facts(theirs.filing.pk, theirs.host, {"subject.cert_number": ""}, version=None)
    assert alike(mine.filing) == alike(theirs.refresh().filing) == []


def test_invented_filings_share_no_picture():
    cases = [case_at(Status.WITH_BUREAU) for _n in range(3)]

    assert [alike(case.filing) for case in cases] == [[], [], []]
    assert not Evidence.objects.exclude(advice=[]).exists()


def test_the_variance_of_a_tile_is_the_librarys():
    noise = Image.effect_noise((80, 60), 50)
    assert readability._variance(noise.histogram()) == pytest.approx(ImageStat.Stat(noise).var[0], rel=1e-12)
