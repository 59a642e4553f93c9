"""Connections for trying out: the same answers as of others, and nothing comes of them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from filings.errors import MoveRefused
from filings.models import Filing
from icp_portal.tests.builders import sign_in, user_of
from interchange import checking, connections, envelope, erasing, kept_files, sandbox
from interchange.models import Download, ProvenPassword, Upload, UploadState
from interchange.tests.intake.reported_records import SentFiling, sent
from interchange.tests.intake.test_new_filings import codes
from interchange.tests.intake.test_records import OnRecord
from interchange.tests.systems import System, settings_of
from interchange.tests.test_checking import UPLOADS, checked, results, sample
from interchange.tests.test_desk import SENT

pytestmark = pytest.mark.django_db

# What a connection needs to number, keep and answer its files; and the log that says so.
LEDGER = {
    *("interchange_connection", "interchange_upload", "interchange_download", "interchange_seenvalue"),
    *("interchange_leniencyuse", "ministry_auditwaiting"),
}


class SandboxSystem(System):
    """A provider's system with a sandbox at a bureau."""

    def __init__(self, beside: System | None = None) -> None:
        other = beside or System()
        self.web, self.chief, self.provider = other.web, other.chief, other.provider
        self.row, self.keys = connections.open_for(self.chief, self.provider.pk, settings_of(), is_sandbox=True)
        self.profile = self.keys.profile


@pytest.fixture
def tried(system: System) -> SandboxSystem:
    return SandboxSystem(system)


def contents() -> dict[str, str]:
    """A digest of the rows of every table but the ledger's."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - LEDGER
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(
                f"SELECT count(*) || md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {table} t"
            )
            found[table] = cursor.fetchone()[0]
    return found


def files() -> set[str]:
    return {str(path) for path in Path(default_storage.location).rglob("*") if path.is_file()}


def test_a_record_is_answered_as_if_it_were_taken_in_and_nothing_stays(
    tried: SandboxSystem, django_capture_on_commit_callbacks: Any
):
    one = SentFiling(tried)
    before, there = contents(), files()

    assert codes(one.send()) == ["1062"]
    with django_capture_on_commit_callbacks() as queued:
        assert codes(one.send()) == ["1062"]  # the first one holds nothing
        assert codes(one.send(**{"responsible.email": "nobody", "websites.0.domain": "no domain"})) == ["1004", "1009"]
    assert contents() == before
    assert len(queued) == 2  # the checks of both uploads
    kept = {default_storage.path(row.content.name) for model in (Upload, Download) for row in model.objects.all()}
    assert files() - there == kept
    assert tried.reload().account is None
    assert not Filing.objects.exists()


def test_every_kind_of_record_leaves_every_table_as_it_was(tried: SandboxSystem):
    before = contents()

    answered = [checked(tried, sample(name, tried)) for name in UPLOADS]

    assert {row.state for row in answered} == {UploadState.CHECKED}
    assert [len(results(row)) for row in answered] == [row.records for row in answered]
    assert contents() == before


def test_what_is_on_record_is_seen_with_a_password_of_everybody(system: System, tried: SandboxSystem):
    there = OnRecord(system)
    before = contents()
    number = str(there.subject.number)

    said = [tried.verify(number, text).text("VerifyRes") for text in (sandbox.PASSWORD, "another") * 20]
    assert said == ["0", "1"] * 20
    ended = there.ending("0", there.subject.pk, ICPmm=envelope.password_md5(sandbox.PASSWORD).upper())
    assert codes(sent(tried, ended)) == ["1062"]
    assert codes(sent(tried, there.ending("0", there.subject.pk))) == ["1018"]
    assert codes(sent(system, ended)) == ["1018"]
    assert not ProvenPassword.objects.exists()
    assert contents() == before


def test_all_operations_answer(tried: SandboxSystem):
    assert tried.upload().code == 0
    assert tried.previous().text("fileInfos/dataSequence") == "1"
    row = tried.row.uploads.get()
    checking.check(row.pk)
    row.refresh_from_db()
    got = tried.download()
    assert tried.opened(got) == kept_files.read(row.result)
    assert tried.acknowledge(got.text("fileInfos/return_FileName")).code == 0
    assert (tried.download().code, tried.status(0, "example.cn").text("StatusInfo/Bazt")) == (2, "1")


def test_contents_are_erased_within_a_day(tried: SandboxSystem, django_capture_on_commit_callbacks: Any):
    real = System(by=tried.chief)
    rows = [checked(one, sample("upload_icp_zxba.xml", one)) for one in (tried, real)]
    tried.download()
    old = timezone.now() - erasing.KEPT_OF_SANDBOX - timedelta(minutes=1)
    Upload.objects.update(checked_at=old)
    Download.objects.update(made_at=old)
    names = [name for row in rows for name in (row.content.name, row.result.content.name)]

    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase_old()

    assert [default_storage.exists(name) for name in names] == [False, False, True, True]
    assert tried.download().code == 2
    previous = tried.previous()
    assert (previous.code, previous.text("fileInfos/dataSequence"), previous.text("fileInfos/beianInfo")) == (
        0,
        "1",
        "",
    )
    assert (real.download().code, tried.upload().code) == (0, 0)


@pytest.mark.usefixtures("english", "no_second_factor")
def test_a_chief_opens_a_sandbox_beside_a_connection(system: System):
    client = sign_in(Client(), user_of(system.chief))
    opened = client.post(reverse("connections:new"), {**SENT, "provider": system.provider.pk, "is_sandbox": "on"})
    assert opened.status_code == 200

    row = connections.of(system.chief).get(is_sandbox=True)
    assert (row.isp_id, row.user_name) == (911000000000 + system.provider.pk, f"isp{911000000000 + system.provider.pk}")
    assert row.changes.get().words.startswith("Sandbox: Yes\n")
    listed = client.get(reverse("connections:listed")).content.decode()
    assert listed.count('<span class="pill tone-info">Sandbox</span>') == 1
    assert "but no filing is created" in client.get(reverse("connections:one", args=[row.pk])).content.decode()
    assert "No provider is left" in client.get(reverse("connections:new")).content.decode()
    for is_sandbox in (True, False):
        with pytest.raises(MoveRefused, match="already has a connection"):
            connections.open_for(system.chief, system.provider.pk, settings_of(), is_sandbox=is_sandbox)
