"""What a provider's own system may not report: each with its code, and nothing of it is kept."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from filings import services
from filings.errors import FactsRefused, MoveRefused, TryLater
from filings.evidence import file_checks
from filings.evidence.limited import concurrency
from filings.fields.findings import Finding
from filings.models import Evidence, Filing, Reservation
from filings.rules import reservations
from filings.services import reporting
from filings.states import Status
from icp_portal.demo import play
from icp_portal.tests.builders import (
    GUANGDONG,
    blacklisted_domain,
    blacklisted_subject,
    case_at,
    host,
    on_record,
    provider,
    reviewer,
)
from icp_portal.tests.hostile import gif, jpeg, png_of
from icp_portal.tests.racing import Racer, meet, won, words
from icp_portal.tests.reports import Reported, papers, said
from providers.models import IpRange, Provider


@pytest.fixture
def storage(tmp_path, settings) -> Path:
    """A storage of the test's own, in which it may count."""
    own = settings.STORAGES["default"] | {"OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": own}
    return tmp_path


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def refused(case: Reported, **changes: Any) -> list[Finding]:
    """The findings for which a report is refused; it leaves no row and no file."""
    before = Filing.objects.count(), Evidence.objects.count(), Reservation.objects.count()
    stored = files(Path(default_storage.location))
    with pytest.raises(FactsRefused) as refusal:
        case.report(**changes)
    assert (Filing.objects.count(), Evidence.objects.count(), Reservation.objects.count()) == before
    assert sorted(files(Path(default_storage.location))) == sorted(stored)
    return list(refusal.value.findings)


def places(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in found]


# --- Facts and register -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_host_of_another_province_than_the_provider_serves_is_1045(storage):
    case = Reported()
    case.values = said(case.number, province=GUANGDONG)

    found = refused(case)

    assert ("1045", "subject.province") in places(found)


@pytest.mark.django_db
def test_an_address_of_another_providers_pool_is_1063(storage):
    case, other = Reported(), provider()
    IpRange.objects.create(provider=case.provider, start="8.8.8.0", end="8.8.8.255")
    IpRange.objects.create(provider=other, start="192.31.196.0", end="192.31.196.255")

    assert places(refused(case)) == [("1063", "websites.0.access.ip_ranges")]

    IpRange.objects.filter(provider=other).delete()
    IpRange.objects.create(provider=case.provider, start="192.31.196.0", end="192.31.196.255")
    assert case.report().filing.status == Status.WITH_BUREAU


@pytest.mark.django_db
def test_a_domain_on_record_is_1005_and_a_subject_on_record_1003(storage):
    case = Reported()
    record = on_record(case.provider)
    case.values["websites"][0] |= {"domain": record.domain, "home_url": f"m.{record.domain}"}

    assert places(refused(case)) == [("1005", "websites.0.domain")]

    case = Reported()
    case.values["subject"]["cert_number"] = record.subject.certificates.get().number
    assert ("1003", "subject.cert_number") in places(refused(case))


@pytest.mark.django_db
def test_a_domain_of_an_open_filing_is_1039_whether_a_host_or_a_system_has_filed_it(storage):
    for open_filing in (case_at(Status.WITH_PROVIDER).filing, Reported().report().filing):
        case = Reported()
        case.values["websites"][0] |= {"domain": open_filing.domain, "home_url": f"m.{open_filing.domain}"}
        assert places(refused(case)) == [("1039", "websites.0.domain")]


@pytest.mark.django_db
def test_who_and_what_is_on_the_blacklist_is_1065_and_1064(storage):
    case = Reported()
    blacklisted_subject(number=case.values["subject"]["cert_number"])
    blacklisted_domain(case.values["websites"][0]["domain"])

    found = refused(case)

    assert {*places(found)} == {("1065", "subject.cert_number"), ("1064", "websites.0.domain")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("subject.name", "名" * 256, "1999"),
        ("subject.name", ["名"], "1999"),
        ("subject.nature", "4", "1014"),
        ("subject.nature", True, "1014"),
        ("subject.nature", 7, "1014"),
        ("subject.cert_number", "91350100M000100Y44", "1008"),
        ("responsible.email", {"a": "b"}, "1009"),
        ("websites.0.domain", "x" * 129, "1004"),
        ("websites.0.domain", "not a domain", "1004"),
        ("websites.0.services", 8, "1034"),
        ("websites.0.services", [8, "9"], "1034"),
        ("websites.0.services", [999], "1034"),
        ("websites.0.approvals", [99], "1033"),
        ("websites.0.access.ip_ranges", "10.0.0.1", "1006"),
        ("websites.0.access.ip_ranges", "", "1006"),
    ],
)
def test_a_value_of_the_wrong_type_length_or_kind_is_refused_with_its_code(path, value, code, storage):
    case = Reported()
    case.papers = services.ReportedPapers()  # their absence has findings of its own
    *parents, name = path.split(".")
    node: Any = case.values
    for parent in parents:
        node = node[int(parent)] if isinstance(node, list) else node[parent]
    node[name] = value

    assert (code, path) in places(refused(case))


@pytest.mark.django_db
@pytest.mark.parametrize("websites", [[], None, [{} for _n in range(11)]])
def test_a_filing_has_one_to_ten_websites(websites, storage):
    case = Reported()
    case.values["websites"] = websites

    with pytest.raises(MoveRefused, match="网站"):
        case.report()
    assert not Filing.objects.exists()


@pytest.mark.django_db
def test_neither_a_host_nor_a_bureau_reports_and_no_system_of_a_closed_provider(storage):
    case = Reported()
    for actor in (host(), reviewer()):
        with pytest.raises(MoveRefused, match="企业系统不能报送"):
            services.report(actor, case.values, case.papers)
    Provider.objects.filter(pk=case.provider.pk).update(is_active=False)
    with pytest.raises(MoveRefused, match=case.provider.name):
        case.report()
    assert (Filing.objects.count(), files(storage)) == (0, [])


# --- Files ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content", [png_of(20_000, 10_000), png_of(2**31 - 1, 2**31 - 1), gif(), b"", jpeg()[:900], b"%PDF-1.7 x"]
)
def test_a_picture_bomb_or_no_picture_is_5010_at_its_place(content, storage):
    case = Reported()
    case.papers = papers(case.values, case.number, photos={0: content}, sheets={0: [content]})
    case.papers.pictures["papers.responsible_front"] = content  # type: ignore[index]

    found = refused(case)

    assert {*places(found)} == {
        ("5010", "websites.0.papers.verification_sheet"),
        ("5010", "websites.0.papers.photo"),
        ("5010", "papers.responsible_front"),
    }


@pytest.mark.django_db
def test_every_file_that_the_interface_names_must_come(storage):
    case = Reported(same=False)
    case.papers = services.ReportedPapers()

    found = refused(case)

    assert {*places(found)} == {
        ("5010", "papers.subject_certificate"),
        ("5010", "papers.responsible_front"),
        ("5010", "websites.0.papers.manager_front"),
        ("5010", "websites.0.papers.photo"),
        ("5010", "websites.0.papers.verification_sheet"),
    }


@pytest.mark.django_db
def test_a_file_without_a_place_is_1057(storage):
    case = Reported()
    good = case.papers.pictures["papers.responsible_front"]
    strange = ("papers.photo", "websites.0.papers.photo", "websites.1.papers.manager_front", "../../etc/passwd")
    case.papers.pictures.update(dict.fromkeys(strange, good))  # type: ignore[attr-defined]
    case.papers.photos[3] = case.papers.sheets[-1] = good  # type: ignore[index]

    found = refused(case)

    assert {*places(found)} == {
        *(("1057", path) for path in strange),
        ("1057", "websites.3.papers.photo"),
        ("1057", "websites.-1.papers.verification_sheet"),
    }


@pytest.mark.django_db
def test_a_busy_machine_is_no_fault_of_the_report(storage, monkeypatch):
    case = Reported()
    monkeypatch.setattr(concurrency, "_hold", lambda _held, _name: False)
    monkeypatch.setattr(concurrency, "WAIT_SECONDS", 0)

    with pytest.raises(TryLater, match="请几秒后"):
        case.report()
    assert (Filing.objects.count(), files(storage)) == (0, [])


# --- At the worst moment ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("transactional_db")
def test_of_two_reports_of_one_domain_at_once_one_is_filed_and_the_other_leaves_no_file(storage, monkeypatch):
    one, other = Reported(), Reported()
    site = one.values["websites"][0]
    other.values["websites"][0] |= {"domain": site["domain"], "home_url": site["home_url"]}
    meet(monkeypatch, reservations, "repeat_for_lists", 2)  # both have passed the checks, neither holds it

    racers = [Racer(one.report), Racer(other.report)]
    for racer in racers:
        racer.finish()

    assert sorted(won(*racers)) == [False, True]
    assert "域名" in words(next(racer for racer in racers if racer.error))
    assert Filing.objects.filter(status=Status.WITH_BUREAU).count() == Filing.objects.count() == 1
    assert {Path(name).name for name in named()} == {path.name for path in files(storage)}


@pytest.mark.usefixtures("transactional_db")
def test_a_returned_report_that_takes_a_domain_a_moment_too_late_leaves_no_file_either(storage, monkeypatch):
    late, early = Reported().report(), Reported()
    play.return_to_provider(late.filing, late.reviewer)
    site = early.values["websites"][0]
    late.values["websites"][0] |= {"domain": site["domain"], "home_url": site["home_url"]}
    late.papers = papers(late.values, late.number + 1)
    meet(monkeypatch, reservations, "repeat_for_lists", 2)

    racers = [Racer(late.again), Racer(early.report)]
    for racer in racers:
        racer.finish()

    assert sorted(won(*racers)) == [False, True]
    assert {Path(name).name for name in named()} == {path.name for path in files(storage)}


def named() -> Iterator[str]:
    for model, column in file_checks.columns():
        yield from model._base_manager.exclude(**{column: ""}).values_list(column, flat=True)


@pytest.mark.django_db
def test_a_fault_between_the_files_and_the_commit_leaves_nothing(storage, monkeypatch):
    case = Reported()

    def fail(_filing: Filing, _move: Any) -> None:
        assert files(storage)
        raise RuntimeError("the power is off")

    monkeypatch.setattr(reporting, "_pass_on", fail)
    with pytest.raises(RuntimeError):
        case.report()
    assert (Filing.objects.count(), files(storage)) == (0, [])


@pytest.mark.usefixtures("transactional_db")
def test_of_a_report_killed_between_the_files_and_the_commit_the_nightly_check_leaves_nothing(storage, monkeypatch):
    case = Reported()
    monkeypatch.setattr(reporting, "_pass_on", lambda _filing, _move: os.kill(os.getpid(), signal.SIGKILL))
    child = os.fork()
    if child == 0:
        connection.connection = None  # the parent's, which must not be closed
        case.report()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert (Filing.objects.count(), bool(files(storage))) == (0, True)

    long_ago = (timezone.now() - timedelta(days=3)).timestamp()
    for path in files(storage):
        os.utime(path, (long_ago, long_ago))
    file_checks.go_on()

    assert files(storage) == []
