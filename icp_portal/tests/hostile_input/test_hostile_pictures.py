"""Whatever is uploaded: judged by its content, stripped of everything but its pixels.

Django's test client raises what a view raises, so a 500 fails a test by itself.
"""

import random
import re
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from filings import services
from filings.evidence import pictures
from filings.evidence.limited import FileRefused, picture
from filings.models import Evidence
from icp_portal.tests.hostile import Desk, gif, jpeg, png_of, png_with, wrong_fields
from icp_portal.tests.hostile_input.uploads import current, upload

pytestmark = pytest.mark.django_db


def saved_as(kind: str) -> bytes:
    target = BytesIO()
    Image.new("RGB", (640, 480)).save(target, kind)
    return target.getvalue()


NO_PICTURES = {
    "a script renamed": b"#!/bin/sh\nrm -rf /\n",
    "HTML renamed": b"<html><script>alert(1)</script></html>",
    "an SVG renamed": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a GIF": gif(),
    "a WebP": saved_as("WEBP"),
    "a BMP": saved_as("BMP"),
    "a TIFF": saved_as("TIFF"),
    "a HEIC's head": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 5000,
    "a PDF": b"%PDF-1.7\n" + b"x" * 5000,
    "a GIF that ends as a JPEG": gif() + jpeg(),
    "an empty file": b"",
    "one byte": b"\xff",
    "a JPEG's head alone": b"\xff\xd8\xff\xe0",
    "a truncated JPEG": jpeg()[:900],
    "a JPEG cut before its end": jpeg(quality=95)[:-200],
    "200 megapixels": png_of(20_000, 10_000),
    "four gigapixels": png_of(2**31 - 1, 2**31 - 1),
    "61 megapixels": png_of(10_000, 6_100),
    "no pixels": png_of(0, 0),
    "too small to read": png_of(50, 50),
    "a PNG without its data": png_of(1000, 1000),
    "a text bomb": png_with(b"zTXt", b"k\0\0" + zlib.compress(b"A" * 100_000_000, 9)),
    "21 MB": jpeg() + b"\0" * (21 * 1024 * 1024),
}


def stored(evidence: Evidence) -> bytes:
    with evidence.file.open("rb") as file:
        return file.read()


def test_what_is_no_usable_picture_is_answered_at_its_field():
    desk = Desk()
    before = current(desk)
    taken = []
    for what, content in NO_PICTURES.items():
        response = upload(desk, content)
        told = response.status_code == 200 and "papers.subject_certificate" in wrong_fields(response.content.decode())
        if not told or current(desk) != before:
            taken.append(what)

    assert taken == []


def test_a_good_picture_beside_a_bad_one_is_kept():
    desk = Desk()
    before = current(desk)
    good = SimpleUploadedFile("front.jpg", jpeg(), content_type="image/jpeg")

    response = upload(desk, b"rubbish", **{"papers.responsible_front": good})

    assert wrong_fields(response.content.decode()) == {"papers.subject_certificate"}
    assert desk.case.filing.evidence.filter(path="papers.responsible_front").count() == 2
    assert current(desk) == before


@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"<?php system('id'); ?>", b"PK\x03\x04" + b"A" * 500])
def test_what_is_appended_to_a_picture_does_not_survive(tail):
    desk = Desk()

    assert upload(desk, jpeg(comment=b"<script>in a comment</script>") + tail).status_code == 302

    kept = stored(current(desk))
    assert kept.startswith(b"\xff\xd8\xff")
    assert tail not in kept
    assert b"script" not in kept
    assert kept.endswith(b"\xff\xd9")


def test_position_and_camera_do_not_survive_and_the_picture_stands_upright():
    desk = Desk()
    exif = Image.Exif()
    exif[0x010F] = "SpyCam"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 26.0)
    exif.get_ifd(0x8825)[1] = "N"

    assert upload(desk, jpeg(exif=exif.tobytes())).status_code == 302

    evidence = current(desk)
    kept = Image.open(BytesIO(stored(evidence)))
    assert dict(kept.getexif()) == {}
    assert b"SpyCam" not in stored(evidence)
    assert b"Exif" not in stored(evidence)
    assert (evidence.width, evidence.height) == (480, 640) == kept.size


def with_notes(kind: str) -> bytes:
    """A small picture with as much beside its pixels as its format can hold."""
    picture = Image.effect_noise((260, 240), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SpyCam"
    exif.get_ifd(0x8825)[1] = "N"
    target = BytesIO()
    if kind == "PNG":
        notes = PngInfo()
        notes.add_text("comment", "x", zip=True)
        notes.add_itxt("XML:com.adobe.xmp", "<x tiff:Orientation='9'/>")
        picture.quantize(16).save(target, "PNG", exif=exif.tobytes(), pnginfo=notes, transparency=bytes(16))
    else:
        more = {"MPO": {"save_all": True, "append_images": [picture]}, "JPEG": {"progressive": True}}[kind]
        picture.save(target, kind, exif=exif.tobytes(), comment=b"x", dpi=(72, 72), **more)
    return target.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "MPO", "PNG"])
def test_a_picture_with_spoilt_bytes_is_taken_or_refused_in_words(kind):
    """A few wrong bytes, mostly in what stands before the pixels: whatever else is raised fails here.

    What a child does, done in this process: 900 children would take a minute.
    """
    chance, whole = random.Random(kind), with_notes(kind)
    taken = 0
    for _try in range(300):
        spoilt = bytearray(whole)
        for _byte in range(chance.choice((1, 2, 5))):
            spoilt[chance.randrange(min(len(spoilt), chance.choice((400, len(spoilt)))))] = chance.randrange(256)
        with suppress(FileRefused):
            picture.redrawn(bytes(spoilt), least=(1, 1), side=100)
            taken += 1

    assert taken > 0


@pytest.mark.parametrize("orientation", [0, 1, 5, 9, 65535])
def test_every_note_of_the_camera_is_followed_or_ignored(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation

    picture = pictures.accept(SimpleUploadedFile("a.jpg", jpeg(exif=exif.tobytes())))

    assert (picture.width, picture.height) == ((480, 640) if orientation == 5 else (640, 480))


def test_a_good_picture_with_a_spoilt_note_of_its_camera_is_taken_as_it_came():
    exif = Image.Exif()
    exif[0x0112] = 6
    good = jpeg(exif=exif.tobytes())
    desk = Desk()

    assert upload(desk, good.replace(b"MM\x00*", b"XM\x00*")).status_code == 302
    assert (current(desk).width, current(desk).height) == (640, 480)


def test_pictures_of_any_colour_kind_are_taken():
    desk = Desk()
    for mode in ("1", "L", "LA", "P", "RGBA", "CMYK", "I;16"):
        target = BytesIO()
        Image.new(mode, (640, 480)).save(target, "JPEG" if mode == "CMYK" else "PNG")

        assert (mode, upload(desk, target.getvalue()).status_code) == (mode, 302)
        assert Image.open(BytesIO(stored(current(desk)))).mode == "RGB"


def test_a_files_name_means_nothing():
    desk = Desk()
    long = "x" * 500 + ".jpg"
    for name in ("../../etc/passwd", "a\x00.jpg", "😀.jpg", long, "card.php", ".htaccess", "C:\\evil.jpg", "a%00.jpg"):
        assert (name, upload(desk, jpeg(), name=name).status_code) == (name, 302)
        folder = f"pictures/{desk.case.filing.pk // 1000}/{desk.case.filing.pk}"
        assert re.fullmatch(rf"{folder}/[0-9a-f]{{32}}\.jpg", current(desk).file.name)


def test_two_files_in_one_field_are_one_file():
    desk = Desk()
    url = reverse("filings:papers", args=[desk.case.filing.pk])
    files = [SimpleUploadedFile("a.jpg", b"rubbish"), SimpleUploadedFile("b.jpg", jpeg())]

    response = desk.client.post(url, {"version": desk.case.filing.version, "papers.subject_certificate": files})

    assert response.status_code == 302
    assert desk.case.filing.evidence.filter(path="papers.subject_certificate").count() == 2


def test_text_in_a_file_field_and_a_file_in_a_text_field():
    desk = Desk()
    url = reverse("filings:papers", args=[desk.case.filing.pk])
    assert desk.client.post(url, {"version": "1", "papers.subject_certificate": "text"}).status_code in (200, 302)
    file = SimpleUploadedFile("name", jpeg())
    assert desk.type("website", name=file).status_code == 200


def test_a_picture_from_a_stale_window_replaces_nothing():
    desk = Desk()
    stale = desk.case.filing.version
    before = current(desk)
    services.save_facts(desk.case.filing.pk, desk.case.host, {"websites.0.remark": "改动"}, version=None)

    url = reverse("filings:papers", args=[desk.case.filing.pk])
    response = desk.client.post(
        url, {"version": stale, "papers.subject_certificate": SimpleUploadedFile("a.jpg", jpeg())}
    )

    assert response.status_code == 200
    assert current(desk) == before


@pytest.mark.parametrize("mode", ["RGBA", "P", "L"])
def test_a_very_large_picture_is_reduced_whole_and_upright(mode):
    """Band by band: what is left and right, above and below stays there, and nothing is cut off."""
    large = Image.new("L", (3601, 6999), 200)
    large.paste(20, (0, 0, 1801, 3500))
    exif = Image.Exif()
    exif[0x0112] = 3  # stands on its head
    target = BytesIO()
    large.convert(mode).save(target, "PNG", exif=exif.tobytes())

    kept = Image.open(BytesIO(pictures.accept(SimpleUploadedFile("a.png", target.getvalue())).content)).convert("L")

    width, height = kept.size
    assert (height, round(width / height, 2)) == (3000, 0.51)
    greys = [kept.getpixel((x, y)) > 100 for x in (5, width - 5) for y in (5, height - 5)]
    assert greys == [True, True, True, False]


def test_of_eleven_pages_ten_are_kept_and_the_page_says_so():
    desk = Desk()
    services.save_facts(desk.case.filing.pk, desk.case.host, {"websites.0.approvals": [1]}, version=None)
    name, url = "websites.0.papers.approval.1", reverse("filings:papers", args=[desk.case.filing.pk])
    pages = [SimpleUploadedFile(f"{page}.jpg", jpeg(comment=b"%d" % page)) for page in range(11)]

    response = desk.client.post(url, {"version": desk.case.refresh().filing.version, name: pages})

    kept = desk.case.filing.evidence.filter(path__startswith=name, replaced_at=None)
    assert name in wrong_fields(response.content.decode())
    assert sorted(int(path.rpartition(".")[2]) for path in kept.values_list("path", flat=True)) == list(range(1, 11))
