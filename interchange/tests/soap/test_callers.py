"""A caller has one call with files in work and one that waits: of its own connection, or of an unknown address."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from filings.evidence.limited import concurrency
from interchange.result_codes import MsgCode
from interchange.soap.views import BUSY
from interchange.tests.systems import System, body, fault

REFUSED = (503, "soap:Server", BUSY)
HERE = "127.0.0.1"


@contextmanager
def two_calls_of(caller: str) -> Iterator[None]:
    """Hold what two calls of a caller hold."""
    with ExitStack() as others:
        for way in ("at work", "waits"):
            assert concurrency._hold(others, f"{way}: {caller}")
        yield


def connection_of(system: System) -> str:
    return f"connection {system.row.pk}"


@pytest.mark.parametrize("operation", ["isp_upload", "isp_download", "isp_downloadack", "isp_querypreviousupload"])
def test_a_third_call_of_a_connection_is_refused_and_can_be_sent_again(system: System, operation: str):
    parts = system.of_upload() if operation == "isp_upload" else system.common(fileName="none")
    with two_calls_of(connection_of(system)):
        assert fault(system.post("upDownLoad", body(operation, parts))) == REFUSED

    # The random value is not used up.
    assert system.call("upDownLoad", operation, parts).code not in (MsgCode.NOT_AUTHENTICATED, MsgCode.WRONG_PASSWORD)


def test_another_connection_from_the_same_address_does_not_wait(system: System):
    other = System(system.web, by=system.chief)
    with two_calls_of(connection_of(system)):
        assert other.upload().code == MsgCode.DONE


def test_questions_do_not_wait(system: System):
    with two_calls_of(connection_of(system)):
        assert system.status(0, "none.example.cn").code == MsgCode.DONE


def test_the_calls_of_an_unknown_system_count_for_its_address(system: System):
    """Wherever the file stands, and whatever names it uses."""
    parts = system.of_upload(userName="nobody")
    file_first = {"beianInfo": parts["beianInfo"]} | parts
    with two_calls_of(HERE):
        assert fault(system.post("upDownLoad", body("isp_upload", parts))) == REFUSED
        assert fault(system.post("upDownLoad", body("isp_upload", file_first))) == REFUSED
        assert system.upload().code == MsgCode.DONE


def test_who_names_the_connection_of_another_system_can_not_hold_its_turn(system: System):
    system.change(networks=["192.0.2.0/24"])
    with two_calls_of(connection_of(system)):
        assert system.upload().code == MsgCode.NOT_AUTHENTICATED
    with two_calls_of(HERE):
        assert fault(system.post("upDownLoad", body("isp_upload", system.of_upload()))) == REFUSED
