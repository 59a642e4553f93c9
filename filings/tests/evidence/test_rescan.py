"""Stored files are scanned again; what is found is opened for nobody until an operator releases it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from filings.errors import FileMissing
from filings.evidence import files, malware, quarantine, rescan
from filings.models import Evidence, QuarantinedFile, Rescan
from filings.states import Status
from filings.tests.evidence.scanner import EICAR, scanner
from filings.tests.evidence.test_malware import nobody_answers
from icp_portal.tests.builders import Case, case_at, sign_in, user_of
from icp_portal.watch import measures, status
from ministry import audit
from ministry.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor", "read_anew")]
__all__ = ["nobody_answers"]


@pytest.fixture
def read_anew() -> Iterator[None]:
    """Ask in each test what is in quarantine."""
    quarantine.NAMES.forget()
    yield
    quarantine.NAMES.forget()


@pytest.fixture
def case() -> Case:
    return case_at(Status.WITH_BUREAU)


def plant(case: Case) -> Evidence:
    """Return a picture of a filing that was changed to have the signature, as if this was not known at its upload."""
    picture = case.filing.evidence.order_by("pk").first()
    path = Path(picture.file.path)
    path.write_bytes(path.read_bytes() + EICAR)
    return picture


def scan_again(settings) -> None:
    with scanner() as settings.MALWARE_SCANNER:
        rescan.go_on(60)
    quarantine.NAMES.forget()


def test_a_file_that_is_found_is_opened_for_nobody_and_everybody_concerned_is_told(client, settings, case):
    picture = plant(case)
    page = reverse("provider_desk:evidence", args=[case.filing.pk, picture.pk])
    sign_in(client, user_of(case.staff))
    assert client.get(page).status_code == 200

    scan_again(settings)

    assert client.get(page).status_code == 410
    with pytest.raises(FileMissing, match="The virus scanner has found malware in this file"):
        files.content_of(picture.file)
    row = QuarantinedFile.objects.get()
    assert (row.file, row.signature) == (picture.file.name, "Eicar-Signature")
    assert measures.audit_faults()["malware"] == 1
    with scanner() as settings.MALWARE_SCANNER:
        found = status._scanner()
    assert (found.tone, f"filings.Evidence {picture.pk} file (Eicar-Signature)" in found.text) == (status.WRONG, True)
    audit.seal()
    assert AuditEntry.objects.filter(shape__name="filings_quarantinedfile").count() == 1
    assert Path(picture.file.path).exists()


def test_other_files_stay_as_they_are_and_a_pass_ends(settings, case):
    picture = plant(case)

    scan_again(settings)

    others = case.filing.evidence.exclude(pk=picture.pk)
    assert all(files.content_of(other.file) for other in others)
    done = Rescan.objects.get()
    assert done.ended_at is not None
    assert done.files >= 3 * len(others)


def test_a_pass_goes_on_where_the_scanner_went_away(settings, monkeypatch, case):
    asked: list[int] = []

    def goes_away(content: bytes) -> None:
        asked.append(len(content))
        if len(asked) == 3:
            raise malware.NotScanned("away")

    settings.MALWARE_SCANNER = "tcp://127.0.0.1:1"
    monkeypatch.setattr(malware, "check", goes_away)

    rescan.go_on(60)
    assert (Rescan.objects.get().files, Rescan.objects.get().ended_at) == (2, None)
    rescan.go_on(60)

    assert asked[3] == asked[2]
    assert Rescan.objects.get().files == len(asked) - 1
    assert Rescan.objects.get().ended_at is not None


def test_without_a_scanner_or_with_one_that_is_away_nothing_is_done(case, nobody_answers, settings):
    rescan.go_on(60)
    assert Rescan.objects.get().files == 0
    Rescan.objects.all().delete()

    settings.MALWARE_SCANNER = ""
    rescan.go_on(60)

    assert not Rescan.objects.exists()


def test_the_next_pass_begins_a_week_later(settings, case):
    scan_again(settings)
    scan_again(settings)
    assert Rescan.objects.count() == 1

    Rescan.objects.update(day=Rescan.objects.get().day - rescan.EVERY)
    scan_again(settings)

    assert Rescan.objects.count() == 2


def test_a_released_file_is_opened_again_and_stays_so(settings, case):
    picture = plant(case)
    scan_again(settings)
    name = picture.file.name

    with pytest.raises(CommandError, match="Give a reason"):
        call_command("quarantine", release=name)
    call_command("quarantine", release=name, reason="a false alarm")
    Rescan.objects.all().delete()
    scan_again(settings)

    assert files.content_of(picture.file)
    assert QuarantinedFile.objects.get().reason == "a false alarm"
    with pytest.raises(CommandError, match="is not in quarantine"):
        call_command("quarantine", release=name, reason="again")
