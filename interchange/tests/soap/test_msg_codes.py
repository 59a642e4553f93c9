"""Every msg_code that an operation can return here, by zeep against a running server; see docs/interchange.md."""

import io
import secrets
import zipfile
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pgtrigger
import pytest
from django.utils import timezone

from filings.evidence.files import kept
from filings.states import Status
from icp_portal.tests.builders import case_at, provider
from interchange import authentication, envelope, legacy, outbox
from interchange.models import SeenValue
from interchange.models.connection import LARGEST_SEQUENCE
from interchange.result_codes import MsgCode, official
from interchange.tests.systems import XML, Http, Returned, System


@pytest.fixture
def system(site: Http) -> System:
    return System(site)


def uploaded(system: System, **changes: Any) -> Returned:
    return system.by_zeep("upDownLoad", "isp_upload", system.of_upload(**changes))


def zipped_twice() -> bytes:

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in ("a.xml", "b.xml"):
            archive.writestr(name, XML)
    return target.getvalue()


def encrypted(system: System, zipped: bytes) -> dict[str, str]:
    """Return what ``envelope.pack`` makes of a zip that it did not write itself."""
    content = legacy.encrypt_cbc(zipped, system.keys.secret.encode(), system.keys.iv.encode())
    return {
        "beianInfo": b64encode(content).decode(),
        "beianInfoHash": b64encode(legacy.md5(zipped)).decode(),
    }


# What an upload lacks or has, and the code it gets
UPLOADS: dict[MsgCode, dict[str, Any]] = {
    MsgCode.WRONG_USER: {"userName": "isp999999999999"},
    MsgCode.WRONG_PASSWORD: {"pwdHash": "9fq6VgG8bDFoWECeX62u2Q=="},
    MsgCode.NOT_AUTHENTICATED: {"ispId": 110000999999},
    MsgCode.SHORT_RANDOM: {"randVal": "only19characters123"},
    MsgCode.WRONG_ENCRYPTION: {"encryptAlgorithm": 2},
    MsgCode.WRONG_HASH_TYPE: {"hashAlgorithm": 1},
    MsgCode.WRONG_COMPRESSION: {"compressionFormat": 1},
    MsgCode.MISSING_UPLOADS: {"sequence": 2},
    MsgCode.NOT_DECRYPTED: {"beianInfo": "bm90IGVuY3J5cHRlZA=="},
    MsgCode.WRONG_HASH: {"beianInfoHash": "9fq6VgG8bDFoWECeX62u2Q=="},
}


@pytest.mark.parametrize("code", UPLOADS, ids=lambda code: str(code.value))
def test_an_upload_that_is_not_right(system: System, code: MsgCode):
    got = uploaded(system, **UPLOADS[code])

    assert (got.code, got.msg) == (code, official(code.label))
    assert (system.reload().last_sequence, system.row.uploads.count()) == (0, 0)


@pytest.mark.parametrize(
    ("code", "content"),
    [
        (MsgCode.NOT_UNZIPPED, lambda: b"no zip"),
        (MsgCode.NOT_ONE_FILE, zipped_twice),
    ],
)
def test_an_upload_whose_zip_is_not_right(system: System, code: MsgCode, content: Callable[[], bytes]):
    assert uploaded(system, **encrypted(system, content())).code == code
    assert system.row.uploads.count() == 0


def test_18_for_more_than_50_megabytes(system: System):
    """Random bytes: 50 MB that a zip makes small are refused as a bomb before."""

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.xml", secrets.token_bytes(envelope.MAX_XML + 1))

    assert uploaded(system, **encrypted(system, target.getvalue())).code == MsgCode.TOO_LARGE


def test_12_for_a_random_value_that_was_used_until_a_day_has_passed(system: System):
    parts = system.common()
    again = [system.by_zeep("upDownLoad", "isp_download", parts).code for _i in range(2)]
    assert again == [MsgCode.NOTHING_TO_DOWNLOAD, MsgCode.NOT_AUTHENTICATED]

    authentication.forget_values()
    assert SeenValue.objects.count() == 1
    SeenValue.objects.update(at=timezone.now() - timedelta(days=1, seconds=1))
    authentication.forget_values()
    assert SeenValue.objects.count() == 0


def test_12_from_an_address_that_is_not_allowed(system: System):
    system.change(networks=["192.0.2.0/24", "2001:db8::/32"])

    assert uploaded(system).code == MsgCode.NOT_AUTHENTICATED


def test_12_for_the_id_of_another_providers_connection(system: System):
    other = System(system.web, by=system.chief)

    assert uploaded(system, ispId=other.row.isp_id).code == MsgCode.NOT_AUTHENTICATED
    assert [row.row.uploads.count() for row in (system, other)] == [0, 0]


def test_13_for_a_provider_that_no_longer_serves_the_province(system: System):
    system.provider.provinces = ["440000"]
    system.provider.save()

    assert uploaded(system).code == MsgCode.OTHER_PROVINCE


def test_14_names_what_is_missing_and_what_comes_next(system: System):
    assert uploaded(system).code == 0
    listed = [
        uploaded(system, sequence=sequence, xml=f"{XML} ").texts("dataSequences/dataSequence")
        for sequence in (2 + 3, 1, LARGEST_SEQUENCE)
    ]

    assert listed == [["2", "3", "4"], ["2"], [str(number) for number in range(2, 1002)]]
    assert system.reload().last_sequence == 1


def test_a_repeated_upload_is_done_once(system: System):
    parts = system.of_upload()
    again = [system.by_zeep("upDownLoad", "isp_upload", parts | system.common()).code for _i in range(2)]

    assert again == [0, 0]
    assert (system.reload().last_sequence, system.row.uploads.count()) == (1, 1)


@pytest.mark.parametrize(("xml", "code"), [(XML, 0), (f"{XML} ", MsgCode.MISSING_UPLOADS)])
def test_the_same_xml_in_another_envelope_is_the_same_upload(system: System, xml: str, code: int):
    """Systems that make the zip anew write another time into it."""
    assert uploaded(system).code == 0
    packed = envelope.pack(xml.encode("gbk"), "again.xml", system.keys, system.profile.usual)

    again = uploaded(system, sequence=1, beianInfo=packed.content, beianInfoHash=packed.digest)

    assert (again.code, system.row.uploads.count()) == (code, 1)


def test_a_repeated_upload_whose_file_has_been_erased_is_another_one(system: System):
    assert uploaded(system).code == 0
    row = system.row.uploads.get()
    row.content.storage.delete(row.content.name)
    packed = envelope.pack(XML.encode("gbk"), "again.xml", system.keys, system.profile.usual)

    again = uploaded(system, sequence=1, beianInfo=packed.content, beianInfoHash=packed.digest)

    assert again.code == MsgCode.MISSING_UPLOADS


def test_15_while_too_many_files_wait_but_not_for_a_repeated_one(system: System):
    system.change(waiting_limit=1)

    assert [uploaded(system).code for _i in range(2)] == [0, MsgCode.TOO_MANY_WAITING]
    assert uploaded(system, sequence=1).code == 0


def test_19_without_permission_or_for_a_provider_that_is_not_active(system: System):
    system.change(may_report=False)
    assert uploaded(system).code == MsgCode.NOT_PERMITTED

    system.change()
    system.provider.is_active = False
    system.provider.save()
    assert uploaded(system).code == MsgCode.NOT_PERMITTED
    assert system.download().code == MsgCode.NOTHING_TO_DOWNLOAD


def test_20_outside_the_hours_names_them(system: System):
    now = timezone.localtime()
    hours = [(now + timedelta(hours=hour)).time().replace(minute=0, second=0, microsecond=0) for hour in (2, 4)]
    system.change(reports_from=hours[0], reports_until=hours[1])
    got = uploaded(system)

    assert (got.code, got.msg) == (20, f"{official(MsgCode.OUTSIDE_HOURS.label)}：{hours[0]:%H:%M}–{hours[1]:%H:%M}")


def test_901_and_902_while_paused(system: System):
    def codes() -> list[int]:
        return [uploaded(system).code, system.download().code, system.acknowledge("a").code, system.previous().code]

    system.pause("uploads_paused")
    assert codes() == [901, 2, 999, 0]
    system.pause("downloads_paused")
    assert codes() == [0, 902, 902, 0]
    system.pause("uploads_paused", "downloads_paused")
    assert codes() == [901, 902, 902, 0]


def test_acknowledging_what_was_not_handed_out(system: System):
    with kept():
        row = outbox.write(system.row, b"<DownloadData/>")
    other = System(system.web, by=system.chief)

    def acknowledged(name: str, by: System = system) -> int:
        return by.by_zeep("upDownLoad", "isp_downloadack", by.common(fileName=name)).code

    assert [acknowledged(""), acknowledged("another.xml"), acknowledged(row.file_name)] == [21, 999, 999]
    system.download()
    assert [acknowledged(row.file_name, other), acknowledged(row.file_name), acknowledged(row.file_name)] == [999, 0, 0]
    row.refresh_from_db()
    assert row.acked_at is not None


def test_2_when_nothing_is_left(system: System):
    got = system.by_zeep("upDownLoad", "isp_download", system.common())

    assert (got.code, got.document.find("fileInfos")) == (2, None)


def test_22_after_too_many_wrong_passwords(system: System, settings: Any):
    settings.PASSWORD_TRIES = 2
    number = str(case_at(Status.FILED).filing.subject.number)
    got = [system.by_zeep("verifyBamm", "isp_verifybamm", system.common(baxh=number, bamm="wrong")) for _i in range(3)]

    assert [one.code for one in got] == [0, 0, 22]
    assert got[2].msg == f"{official(MsgCode.TOO_MANY_TRIES.label)}：2"
    other = System(system.web, of=provider(), by=system.chief)
    assert other.verify(number, "wrong").code == 0


@pytest.mark.parametrize(
    ("kind", "condition"),
    [(0, "no domain"), (0, "京ICP备2026000001号"), (99, "91110000600037341L"), (2, "11010119900307123"), (0, "a")],
)
def test_999_for_a_question_that_is_none(system: System, kind: int, condition: str):
    parts = system.common(queryConditionType=kind, queryCondition=condition)

    assert system.by_zeep("queryBeianStatus", "isp_querybeianstatus", parts).code == MsgCode.OTHER
    assert not system.row.looks.exists()


def test_999_for_more_questions_than_a_connection_has_in_an_hour(system: System, settings: Any):
    settings.INTERCHANGE_QUESTIONS_AN_HOUR = 2
    got = [system.status(0, "example.cn") for _n in range(3)]

    assert [one.code for one in got] == [0, 0, MsgCode.OTHER]
    assert got[2].msg == "其他：每小时至多查询2次"
    assert system.row.looks.count() == 2
    assert System(system.web, by=system.chief).status(0, "example.cn").code == 0
    with pgtrigger.ignore():
        system.row.looks.update(at=timezone.now() - timedelta(hours=1, seconds=1))
    assert system.status(0, "example.cn").code == 0


def test_999_for_a_number_that_is_none(system: System):
    assert system.verify("no number", "a").code == MsgCode.OTHER
    assert uploaded(system, dataSequence="").code == MsgCode.OTHER


def test_999_after_the_last_number_of_four_bytes(system: System):
    type(system.row).objects.filter(pk=system.row.pk).update(last_sequence=LARGEST_SEQUENCE)

    assert uploaded(system, sequence=LARGEST_SEQUENCE).code == MsgCode.OTHER
