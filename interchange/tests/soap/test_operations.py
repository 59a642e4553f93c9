"""All six operations by zeep, which the server doesn't use, against a running server."""

import pytest
from django.contrib.auth.hashers import make_password

from filings.evidence.files import kept
from filings.states import Status
from filings.tests.evidence.scanner import EICAR, scanner
from icp_portal.tests.builders import FILING_PASSWORD, case_at
from interchange import outbox
from interchange.tests.systems import XML, Http, System
from ministry.models import Subject

RESULT = '<?xml version="1.0" encoding="GBK"?>\n<DownloadData version="V.3.0"/>'.encode("gbk")


@pytest.mark.parametrize("profile", ["strict", "modern"])
def test_files_go_both_ways(site: Http, profile: str):
    system = System(site, profile=profile)
    assert (
        system.by_zeep("upDownLoad", "isp_querypreviousupload", system.common()).text("fileInfos/dataSequence") == "0"
    )

    parts = system.of_upload()
    got = system.by_zeep("upDownLoad", "isp_upload", parts)
    assert (got.code, got.msg, got.document.get("version")) == (0, "成功", "V.3.0")
    upload = system.row.uploads.get()
    assert (upload.sequence, upload.digest, upload.state) == (1, parts["beianInfoHash"], "waiting")

    previous = system.by_zeep("upDownLoad", "isp_querypreviousupload", system.common())
    assert (previous.code, previous.text("fileInfos/dataSequence")) == (0, "1")
    assert previous.text("fileInfos/beianInfoHash") == parts["beianInfoHash"]
    assert system.opened(previous) == XML.encode("gbk")

    with kept():
        first, second = [outbox.write(system.row, RESULT) for _i in range(2)]
    for row in (first, first):
        handed = system.by_zeep("upDownLoad", "isp_download", system.common())
        assert (handed.code, handed.text("fileInfos/return_FileName")) == (0, row.file_name)
        assert system.opened(handed) == RESULT
    assert "\n" in handed.text("fileInfos/beianInfo")
    assert system.by_zeep("upDownLoad", "isp_downloadack", system.common(fileName=first.file_name)).code == 0
    assert system.download().text("fileInfos/return_FileName") == second.file_name


def test_a_file_is_scanned_before_it_is_kept(site: Http, settings):
    system = System(site)
    with scanner() as settings.MALWARE_SCANNER:
        infected = system.upload(f"<!-- {EICAR.decode()} -->{XML}")
        clean = system.upload()
    away = system.upload()

    assert (infected.code, clean.code, away.code) == (999, 0, 901)
    assert [row.sequence for row in system.row.uploads.all()] == [1]


def test_a_file_that_the_scanner_does_not_take_waits_for_the_operators_whom_the_log_tells_how(
    site: Http, settings, monkeypatch, caplog
):
    monkeypatch.setattr("filings.tests.evidence.scanner.LIMIT", 100)
    with scanner() as settings.MALWARE_SCANNER:
        answer = System(site).upload()

    assert answer.code == 901
    assert "can't be scanned: set the scanner's StreamMaxLength" in caplog.text


def test_a_domain_and_a_password_are_looked_up(site: Http):
    case = case_at(Status.FILED)
    Subject.objects.update(password_hash=make_password(FILING_PASSWORD))
    system = System(site)
    domain, number = case.filing.domain, str(case.filing.subject.number)

    found = system.by_zeep(
        "queryBeianStatus", "isp_querybeianstatus", system.common(queryConditionType=0, queryCondition=domain)
    )
    assert (found.code, found.text("StatusInfo/Bazt"), found.text("StatusInfo/Ztbah")) == (0, "0", number)
    right, wrong = [
        system.by_zeep("verifyBamm", "isp_verifybamm", system.common(baxh=number, bamm=typed))
        for typed in (FILING_PASSWORD, "another password")
    ]
    assert [(got.code, got.text("VerifyRes")) for got in (right, wrong)] == [(0, "0"), (0, "1")]
