"""A replayed build leaves what the services would have left, and is replayed only where nothing else was written."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from accounts.models import Party
from filings.models import Event, Evidence, Filing
from filings.states import Status
from icp_portal.tests import replayed
from icp_portal.tests.builders import Case, case_at, user
from icp_portal.tests.remembered import Numbers, numbers
from ministry import audit
from ministry.models import AuditWaiting, Website

pytestmark = pytest.mark.django_db


@contextmanager
def a_test() -> Iterator[None]:
    """The transaction of a test: nothing is written before, everything is undone after."""
    with transaction.atomic():
        replayed._now.look().at = replayed._nothing
        yield
        transaction.set_rollback(True)


def everything() -> replayed.Rows:
    return replayed._written_rows()


@pytest.fixture
def fresh(monkeypatch):
    monkeypatch.setattr(replayed, "_nothing", replayed.Recording())


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITH_PERSONS, Status.RETURNED_TO_PROVIDER, Status.FILED])
def test_a_later_test_meets_every_row_as_it_was_written(fresh, status):
    with a_test():
        built, rows = case_at(status), everything()
    with a_test():
        again = case_at(status)
        assert (again.filing.pk, again.host, again.staff) == (built.filing.pk, built.host, built.staff)
        assert again is not built
        assert again.filing.facts == built.filing.facts
        assert everything() == rows
        assert Filing.objects.get().status == status
        audit.seal()
        assert AuditWaiting.objects.count() == 0
        assert list(audit.faults()) == []


def test_a_second_filing_follows_the_first(fresh):
    with a_test():
        built = [Case().filing.pk, case_at(Status.FILED).filing.pk]
        rows = everything()
    with a_test():
        assert [Case().filing.pk, case_at(Status.FILED).filing.pk] == built
        assert everything() == rows


def test_after_anything_else_was_written_it_is_built(fresh):
    with a_test():
        built = Case()
    with a_test():
        user(Party.HOST)
        assert Case().filing.pk != built.filing.pk


def test_what_is_built_after_it_has_other_pictures_and_another_name(fresh):
    with a_test():
        built = case_at(Status.FILED)
    with a_test():
        numbers.follow(built.number - 1)  # the next number would have the filing's pictures and name
        case_at(Status.FILED)
        user(Party.HOST, "somebody@example.cn")
        filing = Case().filing
        assert filing.get("websites.0.name") != built.filing.get("websites.0.name")
        pictures = filing.evidence.values("sha256")
        assert not Evidence.objects.filter(filing=built.filing, sha256__in=pictures).exists()


def test_a_run_with_many_replays_stays_below_a_million():
    several = Numbers()
    first = several.take()
    for _replay in range(5_000):
        several.take()
        several.follow(first)
    assert several.last < 1_000_000


@pytest.mark.parametrize("asked", [{"province": "440000"}, {"same": False}, {"individual": True}], ids=str)
def test_another_filing_is_built(fresh, asked):
    with a_test():
        built = Case()
    with a_test():
        assert Case(**asked).filing.pk != built.filing.pk


def test_under_other_settings_it_is_built(fresh, settings):
    with a_test():
        built = Case()
    settings.DEFAULT_FROM_EMAIL = "somebody@example.cn"
    with a_test():
        assert Case().filing.pk != built.filing.pk


def test_under_a_moved_clock_it_is_built(fresh, time_machine):
    with a_test():
        built = Case()
    time_machine.move_to(timezone.now() + timedelta(seconds=1))
    with a_test():
        assert Case().filing.pk != built.filing.pk


@pytest.mark.parametrize("tick", [False, True])
def test_under_a_clock_moved_to_the_same_time_it_is_entered_again(fresh, time_machine, tick):
    built = []
    for _time in range(2):
        time_machine.move_to("2026-07-06 10:00 +0800", tick=tick)
        with a_test():
            filing = case_at(Status.FILED).filing
            assert filing.events.latest("pk").at <= timezone.now()
            built.append((filing.pk, *filing.events.values_list("at", flat=True)))
    assert built[0] == built[1]


def test_after_some_time_it_is_built(fresh, monkeypatch):
    with a_test():
        built = Case()
    monkeypatch.setattr(replayed, "FRESH", 0.0)
    with a_test():
        assert Case().filing.pk != built.filing.pk


def test_what_fails_is_not_recorded(fresh):
    for _time in range(2):
        with a_test(), pytest.raises(KeyError):
            case_at("no status")


def test_its_files_are_there_again(fresh):
    with a_test():
        Case()
        paths = [Path(default_storage.path(row.file.name)) for row in Evidence.objects.all()]
        contents = [path.read_bytes() for path in paths]
        assert paths
    for path in paths:
        path.unlink()
    with a_test():
        Case()
        assert [path.read_bytes() for path in paths] == contents


def test_its_calls_on_commit_are_made(fresh, django_capture_on_commit_callbacks):
    with a_test(), django_capture_on_commit_callbacks() as first:
        case_at(Status.WITH_PROVIDER)
    with a_test(), django_capture_on_commit_callbacks() as again:
        case_at(Status.WITH_PROVIDER)
    assert len(first) > 0
    assert len(again) == len(first)


def test_the_triggers_work_after_it(fresh):
    for _time in range(2):
        with a_test():
            case_at(Status.FILED)
            with connection.cursor() as cursor:
                cursor.execute("SHOW session_replication_role")
                assert cursor.fetchone() == ("origin",)
            waiting = AuditWaiting.objects.count()
            Website.objects.update(name="示例新名称")
            assert AuditWaiting.objects.count() == waiting + 1
            with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
                Event.objects.update(name="start")
