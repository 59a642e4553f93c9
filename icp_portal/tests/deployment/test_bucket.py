"""Evidence in a bucket of an S3 server: everything that the portal does with stored files, and a server that fails."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from accounts.models import Party
from filings.errors import FileMissing, NotKept
from filings.evidence import file_checks, pictures
from filings.evidence.files import content_of, kept
from filings.models import Evidence, FileCheck
from icp_portal.backup import files as backed_up
from icp_portal.deployment.storage import in_bucket
from icp_portal.tests import replayed
from icp_portal.tests.builders import Case, user, user_of
from icp_portal.tests.hostile import browser
from icp_portal.tests.photos import as_file, photographed
from icp_portal.watch import measures

pytestmark = pytest.mark.django_db

BUCKET, FOLDER = "evidence", "icp"


class S3Server:
    """An S3 server on a port of this machine, with one bucket; ``client`` asks it as an administrator."""

    def __init__(self) -> None:
        self._server = ThreadedMotoServer(port=0)
        self._server.start()
        _host, self.port = self._server.get_host_and_port()
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}),
        )
        self.client.create_bucket(Bucket=BUCKET)

    def stop(self) -> None:
        self._server.stop()

    def stored(self) -> set[str]:
        found = self.client.list_objects_v2(Bucket=BUCKET).get("Contents", ())
        return {one["Key"].removeprefix(f"{FOLDER}/") for one in found}

    def empty(self) -> None:
        for name in self.stored():
            self.client.delete_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}")


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    made = S3Server()
    yield made
    made.stop()


@pytest.fixture
def bucket(db: None, server: S3Server, settings: Settings) -> S3Server:
    """The portal's files are in an empty bucket."""
    replayed.build_anew()
    server.empty()
    use(settings, server.port)
    return server


def use(settings: Settings, port: int) -> None:
    url = f"s3://key:secret@127.0.0.1:{port}/{BUCKET}/{FOLDER}?tls=false&region=us-east-1"
    settings.STORAGES = settings.STORAGES | {"default": in_bucket(url, needs_tls=False)}


def test_a_picture_is_stored_encrypted_and_leaves_only_by_the_portal(bucket):
    case = Case()
    evidence = case.filing.evidence.get(path="papers.subject_certificate")
    names = {evidence.file.name, evidence.official.name, evidence.thumb.name}

    assert names <= bucket.stored()
    for name in names:
        head = bucket.client.head_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}")
        grants = bucket.client.get_object_acl(Bucket=BUCKET, Key=f"{FOLDER}/{name}")["Grants"]
        assert (head["ServerSideEncryption"], [one["Permission"] for one in grants]) == ("AES256", ["FULL_CONTROL"])
    with pytest.raises(ValueError, match="Stored files have no URL"):
        _ = evidence.file.url
    url = reverse("filings:evidence", args=[case.filing.pk, evidence.pk])
    page = browser(user_of(case.host)).get(url)
    assert (page.status_code, page.content) == (200, content_of(evidence.file))
    assert browser(user(Party.HOST)).get(url).status_code == 404


def test_nothing_is_overwritten_and_nothing_is_changed_in_place(bucket):
    first = default_storage.save("7/a.jpg", ContentFile(b"1"))
    second = default_storage.save("7/a.jpg", ContentFile(b"2"))

    assert first != second
    assert [default_storage.open(name).read() for name in (first, second)] == [b"1", b"2"]
    with pytest.raises(ValueError, match="never changed"):
        default_storage.open(first, "wb")


def test_files_of_a_refused_change_are_deleted_again(bucket):
    def refused() -> None:
        with kept():
            default_storage.save("7/a.jpg", ContentFile(b"1"))
            assert bucket.stored() == {"7/a.jpg"}
            raise FileMissing("x")

    with pytest.raises(FileMissing):
        refused()

    assert bucket.stored() == set()


def test_a_server_that_does_not_answer_loses_nothing_and_is_said_in_words(bucket, settings, monkeypatch):
    case, picture = Case(), pictures.accept(as_file(photographed(1)))
    evidence, rows, files = case.filing.evidence.first(), Evidence.objects.count(), bucket.stored()
    monkeypatch.setattr("filings.evidence.bucket._CLIENT", {"retries": {"total_max_attempts": 1}})
    use(settings, 1)

    def keep() -> None:
        with kept():
            pictures.store(case.filing, case.host.person_id, "papers.subject_certificate", picture)

    with pytest.raises(NotKept, match="文件未能保存"):
        keep()
    with pytest.raises(FileMissing):
        content_of(Evidence.objects.get(pk=evidence.pk).file)

    use(settings, bucket.port)
    assert (Evidence.objects.count(), bucket.stored()) == (rows, files)


def test_the_nightly_check_walks_the_bucket_and_says_what_is_missing(bucket, monkeypatch):
    monkeypatch.setattr(file_checks, "BATCH", 2)
    case = Case()
    files = bucket.stored()
    for name in ("7/old.jpg", "papers/9/left.jpg", "loose.jpg"):
        default_storage.save(name, ContentFile(b"x"))
    lost = case.filing.evidence.first()
    default_storage.delete(lost.official.name)
    later = timezone.now() + timedelta(days=3)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert file_checks.go_on() is False

    check = FileCheck.objects.get()
    assert bucket.stored() == files - {lost.official.name}
    assert (check.unnamed, check.removed, check.missing, check.fault) == (3, 3, 1, "")


def test_a_backup_reads_the_files_and_restores_them_into_an_empty_bucket(bucket):
    case = Case()
    found = {name: backed_up.content(name) for name, _sum in backed_up.named()}
    assert found.keys() == bucket.stored()
    assert (backed_up.is_empty(), list(backed_up.faults(set()))) == (False, [])
    bucket.empty()
    assert (backed_up.is_empty(), backed_up.content("7/none")) == (True, None)

    for name, content in found.items():
        backed_up.store(name, content)

    assert list(backed_up.faults(set())) == []
    default_storage.delete(case.filing.evidence.first().file.name)
    assert list(backed_up.faults(set())) == [f"{case.filing.evidence.first().file.name} is missing"]


def test_many_threads_read_at_once(bucket):
    name, got = default_storage.save("7/a.jpg", ContentFile(b"1")), []
    threads = [threading.Thread(target=lambda: got.append(default_storage.open(name).read())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert got == [b"1"] * 4


def test_free_space_is_told_of_folders_only(bucket):
    assert "evidence" not in measures.disk_free()
