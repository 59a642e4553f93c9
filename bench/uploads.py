"""The stages of a picture: its upload, its decoding in a limited process, and the responses that show it."""

from collections.abc import Iterator
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from bench import certificates
from bench.browsers import REDIRECT, undone
from bench.measuring import Case
from bench.portal import MeasuredPortal
from desks.pictures import THUMB
from filings.models import CertificateReading, Evidence

PHONE = (4032, 3024)  # pixels of a phone's camera, 12 million
CAMERA_NOISE = 0.08


def cases(portal: MeasuredPortal) -> Iterator[Case]:
    """Yield every case. The CPU time of an upload contains that of the process that decodes it."""
    owner, verifier, complete = portal.browsers["host"], portal.browsers["verifier"], portal.complete
    photo, path = photographed(), _picture_of(complete.pk).path
    # Otherwise the page after an upload has fewer queries while readings are awaited (``filings.reading.requests``).
    CertificateReading.objects.filter(evidence__filing=complete.pk).update(read_at=timezone.now())
    yield Case(
        "picture: upload",
        undone(
            owner.post(
                reverse("filings:papers", args=[complete.pk]),
                lambda: {"version": complete.version, path: SimpleUploadedFile("photo.jpg", photo)},
                REDIRECT,
            )
        ),
        long=True,
    )
    small = reverse("filings:evidence", args=[complete.pk, _picture_of(complete.pk).pk])
    large = reverse("provider_desk:evidence", args=[portal.claimed.pk, _picture_of(portal.claimed.pk).pk])
    yield Case("picture: small copy", owner.get(f"{small}?{THUMB}"))
    yield Case("picture: at a desk", undone(verifier.get(large)))


def photographed() -> bytes:
    """Return an identity card on a table, as a phone takes it."""
    number = certificates.resident_number("110105", 37)
    card = certificates.card_front("王芳", number, "北京市朝阳区建国路1号2号楼305室").image
    photo = certificates.SPOILT["on a table"](card).resize(PHONE)
    noise = Random(7).randbytes(PHONE[0] * PHONE[1])  # noqa: S311 — the noise of a camera
    grey = Image.frombytes("L", PHONE, noise)
    return certificates.encoded(Image.blend(photo, grey.convert("RGB"), CAMERA_NOISE))


def _picture_of(filing_id: int) -> Evidence:
    return Evidence.objects.filter(filing=filing_id, replaced_at=None).order_by("pk")[0]
