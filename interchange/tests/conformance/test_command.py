"""``manage.py check_interchange``: what it prints, and how it ends."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from interchange.tests.messages.samples import FOLDER, SMALLEST, gbk

pytestmark = pytest.mark.usefixtures("english")
SAMPLE = FOLDER / "upload_icp_xzba.xml"


def run(*arguments: Any) -> tuple[int, str]:
    """Return how the command ends, and what it prints."""
    out = StringIO()
    try:
        call_command("check_interchange", *map(str, arguments), stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    file = tmp_path / "wrong.xml"
    file.write_bytes(gbk(SMALLEST.replace("<Jlid>9001", "<Jlid>none")))
    return file


def test_it_ends_with_0_for_messages_that_conform(tmp_path: Path):
    other = tmp_path / "other.xml"
    other.write_bytes(gbk(SMALLEST))

    assert run(SAMPLE, other) == (0, f"{SAMPLE}: conforms, 1 records\n{other}: conforms, 1 records\n")
    assert run(FOLDER / "download_icp_bajg.xml", "--kind", "download")[0] == 0
    assert run(FOLDER / "return_isp_upload.xml", "--kind", "return", "--operation", "isp_upload")[0] == 1
    lenient = ("--kind", "return", "--operation", "isp_upload", "--profile", "lenient")
    assert run(FOLDER / "return_isp_upload.xml", *lenient)[0] == 0


def test_it_ends_with_1_and_names_each_fault(wrong: Path):
    code, said = run(SAMPLE, wrong)

    assert (code, said.splitlines()[1]) == (
        1,
        f"{wrong}:1: ICP/ZXBA/Zx_xx[1] Jlid: 5001 type: The value is not of the element's type.",
    )
    code, said = run("--json", wrong)
    (found,) = json.loads(said)
    assert (code, found["file"], found["conforms"], found["records"]) == (1, str(wrong), False, 1)
    (fault,) = found["faults"]
    assert (fault["record"], fault["element"], fault["code"], fault["rule"]) == (
        "ICP/ZXBA/Zx_xx[1]",
        "Jlid",
        5001,
        "type",
    )


@pytest.mark.parametrize(
    "arguments", [("none.xml",), (SAMPLE, "--kind", "return"), (SAMPLE, "--operation", "isp_upload")]
)
def test_it_ends_with_2_for_what_it_cannot_do(arguments: tuple[Any, ...]):
    assert run(*arguments)[0] == 2
