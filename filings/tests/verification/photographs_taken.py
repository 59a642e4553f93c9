"""Face-to-face photos taken or uploaded, their seals, and changes to them in the database."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image
from PIL.ExifTags import IFD, Base

from filings import services
from filings.models import Evidence, Photograph, Way
from filings.verification import photo_seals, photographs
from filings.verification.photographs import Shot
from icp_portal.demo import invent, play
from icp_portal.tests.builders import Case
from icp_portal.tests.photos import as_file, photographed

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


def photo_of(width: int, height: int, **options: Any) -> SimpleUploadedFile:
    return as_file(photographed(1, size=(1600, 1200)).resize((width, height)), **options)


def dated(text: str) -> SimpleUploadedFile:
    exif = Image.Exif()
    exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = text
    return photo_of(1000, 750, exif=exif)


def explained(case: Case, note: str) -> Shot:
    """An upload with a reason, and a note that may say why it is of another day."""
    return shot(case, Way.UPLOAD, reason="better_camera", reason_note=note)


def seal_of(photo: Photograph) -> Photograph:
    """The seal as a page fetches it."""
    pictures = photo_seals.with_seals(Evidence.objects.filter(pk=photo.evidence_id))
    return photo_seals.seals_of(pictures)[photo.evidence_id]


def elsewhere(photo: Photograph) -> bool:
    return photo.evidence_id in photo_seals.used_elsewhere([photo.evidence_id])


def faults(photo: Photograph) -> list[str]:
    """As a page finds them, from the database."""
    return photo_seals.faults(seal_of(photo))


def meddle(table: str, change: str, pk: int, *values: Any) -> None:
    """What somebody with the database, its triggers switched off, may do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET {change} WHERE id = %s", [*values, pk])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def passed(case: Case) -> None:
    answers = play.answers(case.filing)
    services.verify(case.filing.pk, case.staff, version=None, answers=answers, place=PLACE)
