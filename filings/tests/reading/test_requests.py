"""Pictures are read when they are uploaded: by the library itself here, sealed, once, and by nobody if it is off."""

import logging
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from PIL import Image

from bench import certificates
from filings import services
from filings.evidence import pictures
from filings.models import CertificateReading, Evidence, Filing
from filings.reading import comparing, recogniser, requests
from filings.tasks import read_picture, sweep_readings
from icp_portal.tests.builders import Case
from ministry.reference import code_tables
from ops.bootstrap import ROOT

pytestmark = pytest.mark.django_db

FRONT, LICENCE = "papers.responsible_front", "papers.subject_certificate"
APPS = ("accounts", "ministry", "filings", "records", "desks", "hosts", "providers", "bureaus", "icp_portal", "bench")
NUMBER = certificates.resident_number("110105", 37)
ADDRESS = "北京市朝阳区建国路1号2号楼305室"


@pytest.fixture
def case(settings) -> Case:
    """A complete draft, of which no picture is to be read yet."""
    made = Case()
    settings.READ_CERTIFICATES = True
    return made


def as_upload(image: Image.Image) -> SimpleUploadedFile:
    return SimpleUploadedFile("card.jpg", certificates.encoded(image), content_type="image/jpeg")


def card() -> SimpleUploadedFile:
    return as_upload(certificates.card_front("王芳", NUMBER, ADDRESS).image)


def uploaded(case: Case, path: str, upload: SimpleUploadedFile) -> Evidence:
    return services.add_evidence(case.filing.pk, case.host, path, upload)


def read(case: Case, path: str, upload: SimpleUploadedFile) -> CertificateReading:
    reading = uploaded(case, path, upload).reading
    read_picture(reading.pk)
    reading.refresh_from_db()
    return reading


def test_a_card_is_read_by_the_library_and_kept_sealed(case, caplog):
    with caplog.at_level(logging.DEBUG):
        reading = read(case, FRONT, card())

    assert {name: fact["value"] for name, fact in reading.facts.items()} == {
        "name": "王芳",
        "cert_number": NUMBER,
        "cert_address": ADDRESS,
    }
    assert all(0 <= share <= 1 for fact in reading.facts.values() for share in fact["box"].values())
    assert [word for word in ("王芳", NUMBER, "朝阳") if word in caplog.text] == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts FROM filings_certificatereading")
        assert cursor.fetchone()[0].startswith("gAAAA")


def test_a_licence_on_its_side_is_read_and_compared_with_what_was_typed(case):
    drawn = certificates.licence("北京示例科技有限公司", certificates.credit_code("110105", 5), ADDRESS, "王芳")
    read(case, LICENCE, as_upload(certificates.SPOILT["turned by 90°"](drawn.image)))
    typed = {f"subject.{name}": value for name, value in drawn.facts.items()}
    typed |= {"subject.cert_address": "北京市海淀区", "responsible.name": "李四"}

    found = comparing.sightings(pictures.current(case.filing), case.filing.facts)

    assert {path: sight.verdict(typed[path]) for path, sight in found.items()} == {
        "subject.name": "equal",
        "subject.cert_number": "equal",
        "subject.cert_address": "differs",
        "responsible.name": "differs",  # who is said to be the legal representative
    }


def test_a_person_s_own_card_counts_before_the_licence_that_names_the_person(case):
    licence = certificates.licence("北京示例科技有限公司", certificates.credit_code("110105", 5), ADDRESS, "李四")
    read(case, LICENCE, as_upload(licence.image))
    read(case, FRONT, card())

    found = comparing.sightings(pictures.current(case.filing), case.filing.facts)

    assert found["responsible.name"].verdict("王芳") == "equal"


def test_the_zone_of_a_passport_is_read_and_compared_where_the_person_has_one(case):
    drawn = certificates.passport("王芳", "WANG, FANG", "E12345678", "2033-07-31")
    reading = read(case, FRONT, as_upload(certificates.SPOILT["turned by -8°"](drawn.image)))
    typed = {"responsible.cert_number": "E12345678", "responsible.cert_until": "2033-07-30"}

    services.save_facts(
        case.filing.pk, case.host, {"responsible.cert_type": code_tables.PASSPORT} | typed, version=None
    )
    found = comparing.sightings([reading.evidence], Filing.objects.get(pk=case.filing.pk).facts)

    assert {path: sight.verdict(typed[path]) for path, sight in found.items()} == {
        "responsible.cert_number": "equal",
        "responsible.cert_until": "differs",
    }


def test_no_module_loads_the_library_when_it_is_imported():
    """The web server imports them all; only a call in the worker may load models of hundreds of megabytes."""
    top = re.compile(r"^(?:from|import) (?:rapidocr|onnxruntime|numpy|cv2)\b", re.MULTILINE)
    sources = (path for app in APPS for path in (ROOT / app).rglob("*.py"))

    assert [str(path) for path in sources if top.search(path.read_text())] == []


def test_a_picture_on_which_nothing_stands_is_read_once_and_says_so(case):
    reading = read(case, FRONT, as_upload(Image.new("RGB", (900, 600), "white")))
    at = reading.read_at
    read_picture(reading.pk)
    reading.refresh_from_db()

    assert (reading.facts, reading.tries, reading.read_at) == ({}, 1, at)
    sight = comparing.sightings(pictures.current(case.filing), case.filing.facts)["responsible.name"]
    assert (sight.value, sight.verdict("王芳")) == ("", "unreadable")


@pytest.mark.parametrize(
    ("bomb", "code"), [("nothing", "unreadable"), ("no picture", "unreadable"), ("too long", "too_long")]
)
def test_what_the_upload_refuses_is_never_ordered(case, bomb, code):
    too_long = certificates.encoded(Image.new("1", (20_000, 300)))
    upload = {"nothing": b"", "no picture": b"\xff\xd8\xff", "too long": too_long}[bomb]
    with pytest.raises(ValidationError) as refusal:
        uploaded(case, FRONT, SimpleUploadedFile("bomb.jpg", upload))

    assert refusal.value.code == code
    assert CertificateReading.objects.count() == 0


def test_what_is_no_certificate_is_not_read(case):
    uploaded(case, "websites.0.papers.approval.5.1", card())

    assert CertificateReading.objects.count() == 0


def test_off_nothing_is_ordered_nor_read(case, settings):
    reading = uploaded(case, FRONT, card()).reading
    settings.READ_CERTIFICATES = False
    uploaded(case, "papers.responsible_back", card())
    read_picture(reading.pk)
    reading.refresh_from_db()

    assert (reading.tries, reading.read_at, CertificateReading.objects.count()) == (0, None, 1)
    assert requests.due() == []


def test_without_the_library_a_reading_is_left_for_a_worker_that_has_it(case, monkeypatch):
    reading = uploaded(case, FRONT, card()).reading
    monkeypatch.setattr(recogniser, "is_installed", lambda: False)
    read_picture(reading.pk)
    reading.refresh_from_db()

    assert (reading.tries, reading.read_at) == (0, None)


def test_a_picture_that_kills_its_reader_is_left_alone_after_three_tries(case, monkeypatch):
    reading = uploaded(case, FRONT, card()).reading

    def die(_content: bytes) -> None:
        raise MemoryError

    monkeypatch.setattr(recogniser, "lines_on", die)
    for _try in range(requests.MOST_TRIES):
        assert requests.due() == [reading.pk]
        with pytest.raises(MemoryError):
            read_picture(reading.pk)
    read_picture(reading.pk)
    reading.refresh_from_db()

    assert (requests.due(), reading.tries, requests.is_pending(reading)) == ([], 3, False)
    sweep_readings()


def test_what_nobody_reads_is_not_queued_for_ever(case):
    reading = uploaded(case, FRONT, card()).reading
    CertificateReading.objects.update(ordered_at=timezone.now() - requests.KEPT_DUE - timedelta(minutes=1))
    reading.refresh_from_db()

    assert (requests.due(), requests.is_pending(reading)) == ([], False)


def test_nothing_is_kept_of_a_picture_erased_while_it_was_read(case, monkeypatch):
    reading = uploaded(case, FRONT, card()).reading

    def erased_meanwhile(_content: bytes) -> list[object]:
        CertificateReading.objects.all().delete()
        return []

    monkeypatch.setattr(recogniser, "lines_on", erased_meanwhile)
    read_picture(reading.pk)

    assert CertificateReading.objects.count() == 0


def test_a_copy_of_the_pictures_is_read_for_itself(case):
    uploaded(case, FRONT, card())
    case.submit().withdraw()
    copy = services.copy(case.filing.pk, case.host)

    assert set(CertificateReading.objects.filter(evidence__filing=copy).values_list("evidence__path", flat=True)) == {
        path for path in copy.evidence.values_list("path", flat=True) if comparing.document_at(path)
    }


def test_the_facts_that_a_picture_says_are_those_of_its_person():
    facts = {"subject": {"nature": 5}, "responsible": {"cert_type": 2}, "websites": []}
    facts["websites"] = [{"responsible": {"cert_type": code}} for code in (code_tables.PASSPORT, 14)]
    managers = (f"websites.{site}.papers.manager_{side}" for site, side in ((0, "front"), (0, "back"), (1, "front")))

    beside = {
        path: [fact for fact, _name in comparing.beside(path, facts)]
        for path in (FRONT, "papers.responsible_back", *managers, "papers.pledge")
    }

    assert beside == {
        FRONT: [
            *("responsible.name", "responsible.cert_number"),
            *("subject.name", "subject.cert_number", "subject.cert_address"),
        ],
        "papers.responsible_back": ["responsible.cert_from", "responsible.cert_until"],
        "websites.0.papers.manager_front": [
            *("websites.0.responsible.cert_number", "websites.0.responsible.cert_until")  # a passport
        ],
        "websites.0.papers.manager_back": [],
        "websites.1.papers.manager_front": [],  # a permit
        "papers.pledge": [],
    }
