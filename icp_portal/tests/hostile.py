"""What the hostile tests share: a browser, the fields of a page, the host's desk, pictures."""

import re
import struct
import zlib
from html import unescape
from io import BytesIO
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import User
from icp_portal.tests.builders import Case, sign_in

ONE_SCRIPT = "<script>alert(1)</script>"


def browser(member: User) -> Client:
    if member.needs_second_factor:
        TOTP.activate(member, generate_totp_secret())
    return sign_in(Client(), member)


def filings_listed(page: HttpResponse) -> list[int]:
    """Return the ids of the filings in the rows of a desk's queue, in their order."""
    rows = page.content.decode().split("<tr data-row>")[1:]
    return [int(re.findall(r"/filings/(\d+)/", row)[0]) for row in rows]


def fields_of(page: str) -> dict[str, list[str]]:
    """What the browser would send back: name → values of inputs, text areas and chosen options of a page."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        if (name := re.search(r'\bname="([^"]*)"', tag)) and not (
            re.search(r'type="(?:radio|checkbox)"', tag) and " checked" not in tag
        ):
            value = re.search(r'\bvalue="([^"]*)"', tag)
            found.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, text in re.findall(r'<textarea\b[^>]*\bname="([^"]*)"[^>]*>\n?(.*?)</textarea>', page, re.S):
        found.setdefault(name, []).append(unescape(text))
    for name, options in re.findall(r'<select\b[^>]*\bname="([^"]*)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found.setdefault(name, []).append(unescape(chosen[1]) if chosen else "")
    return found


def wrong_fields(page: str) -> set[str]:
    """The names of the fields beside which the page shows an error."""
    return set(re.findall(r'<div id="id_(?:[\w-]*-)?([\w.]+)_error">', page))


class Desk:
    """The host's desk: one draft, its form's pages."""

    def __init__(self) -> None:
        self.case = Case()
        self.client = browser(self.case.filing.host)

    def url(self, section: str) -> str:
        return reverse("filings:section", args=[self.case.filing.pk, section])

    def type(self, section: str, **typed: Any) -> HttpResponse:
        """Open a page, change these fields, press "save and continue"."""
        form = fields_of(self.client.get(self.url(section)).content.decode())
        return self.client.post(self.url(section), form | typed)

    def kept(self, path: str) -> Any:
        return self.case.refresh().filing.get(path)


def jpeg(**options: Any) -> bytes:
    target = BytesIO()
    Image.new("RGB", (640, 480), "#88aacc").save(target, "JPEG", **options)
    return target.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header claims this many pixels, with hardly any data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def png_with(kind: bytes, data: bytes) -> bytes:
    target = BytesIO()
    Image.new("RGB", (640, 480)).save(target, "PNG")
    head, tail = target.getvalue()[:33], target.getvalue()[33:]
    return head + struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) + tail


def gif() -> bytes:
    target = BytesIO()
    Image.new("RGB", (640, 480)).save(target, "GIF")
    return target.getvalue()


def words_of(text: str) -> list[str]:
    """The text as a browser sends it back: NUL can't be in a page."""
    return text.replace("\x00", "").split()


def scans_again(image: Image.Image, times: int, **options: Any) -> bytes:
    """A progressive JPEG whose last scan comes so many times more: each goes over the whole picture."""
    target = BytesIO()
    image.save(target, "JPEG", progressive=True, **options)
    whole = target.getvalue()
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * times + whole[-2:]


def scans_hidden(image: Image.Image, times: int) -> bytes:
    """The same, with a marker before each further scan that is none and whose "length" leads over the next 64 kB."""
    target = BytesIO()
    image.save(target, "JPEG", progressive=True)
    whole = target.getvalue()
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + (b"\xff\x02\xff\xff" + whole[last:-2]) * times + whole[-2:]


def with_frames(content: bytes) -> bytes:
    """The same JPEG with the index of frames (MPF) of a stereo camera, for which Pillow calls it an MPO."""
    target = BytesIO()
    frame = Image.new("L", (8, 8))
    frame.save(target, "MPO", save_all=True, append_images=[frame])
    two = target.getvalue()
    start = two.index(b"\xff\xe2")
    index = two[start : start + 2 + int.from_bytes(two[start + 2 : start + 4])]
    return content[:2] + index + content[2:]


def long_png(width: int, height: int, mode: str = "RGB") -> bytes:
    """A whole PNG of one colour: small as a file, four bytes a pixel when it is decoded."""
    target = BytesIO()
    Image.new(mode, (width, height)).save(target, "PNG", compress_level=9)
    return target.getvalue()
