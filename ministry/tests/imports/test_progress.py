"""The progress of an import on the terminal."""

import re
from io import StringIO
from pathlib import Path

import pytest

from ministry.imports import reports
from ministry.imports.files import RegisterFiles
from ministry.imports.reports import FaultReport, ImportProgress
from ministry.imports.running import RegisterImport
from ministry.tests.imports.national_files import as_other_files, files, subject, website

pytestmark = pytest.mark.django_db

SUBJECTS, PIECE = 400, 50


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet"])
def test_the_check_tells_which_share_of_the_files_has_been_read(tmp_path: Path, monkeypatch, ending: str) -> None:
    monkeypatch.setattr(reports, "EVERY_LINE", -1)  # every time
    numbers = {tail: f"京ICP备2020{tail:06d}号" for tail in range(1, SUBJECTS + 1)}
    folder = files(
        tmp_path,
        [subject(number, tail) for tail, number in numbers.items()],
        [website(f"{number}-1", tail) for tail, number in numbers.items()],
    )
    as_other_files(folder, ending)
    said, report = StringIO(), FaultReport(folder / "faults.csv")
    progress = ImportProgress(said, is_terminal=False)
    RegisterImport(RegisterFiles.found_in(folder), progress, report, check_only=True, processes=1, piece=PIECE).run()
    shares = [int(one) for one in re.findall(r"\[[# ]{30}\] ([0-9]+)%", said.getvalue())]

    assert (report.count, len(shares), shares[-1]) == (0, SUBJECTS // PIECE, 100)
    assert shares == sorted(shares)
    assert ending != "csv" or 0 < shares[0] < 50
