"""Files that would fill the memory, or that aren't what they seem, are refused as a whole."""

import gzip

import pyarrow
import pytest
from django.core.management import CommandError
from pyarrow import parquet

from ministry.imports import files as read_files
from ministry.imports.columns import TABLES
from ministry.imports.reports import FaultReport
from ministry.models import Subject
from ministry.tests.imports.national_files import NUMBER, access, faults, files, run, subject, text_of, website

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("jieru")]


@pytest.fixture
def folder(tmp_path):
    return files(tmp_path / "register", [subject()], [website()], [access()])


def refused(folder, words):
    with pytest.raises(CommandError, match=words):
        run(folder)
    assert not Subject.objects.exists()


HEAD = ",".join(column.name for column in TABLES["subjects"])
LONG = read_files.LONGEST_LINE + 1
CONTENTS = {
    "an endless line": (HEAD + "\n" + "x" * LONG, "has a line of more than 200,000 characters"),
    "an endless quoted cell": (HEAD + '\n"' + "x\n" * LONG, "field larger than field limit"),
    "ten million columns": (",".join("a" * 5_000_000), "has a line of more than 200,000 characters"),
    "many columns": (",".join(map(str, range(101))), "has 101 columns, at most 100 are read"),
    "unknown columns": (HEAD + ",=cmd()", r"has unknown columns: '=cmd\(\)'"),
    "a column twice": (HEAD + ",name", "has columns twice: name"),
    "a column missing": (HEAD.replace(",cert_number", ""), "lacks columns: cert_number"),
    "a short row": (HEAD + f"\n{NUMBER},x", "row 2: it has 2 cells, too few"),
    "a quote that isn't closed": (HEAD + '\n"x', "unexpected end of data"),
    "nothing": ("", "lacks columns: number"),
}


@pytest.mark.parametrize(("content", "words"), CONTENTS.values(), ids=CONTENTS)
def test_hostile_text(folder, content, words):
    (folder / "subjects.csv").write_text(content, encoding="utf-8")

    refused(folder, words)


def test_a_zip_bomb(folder):
    """A gigabyte of one line in a megabyte."""
    with gzip.open(folder / "subjects.csv.gz", "wb", 1) as file:
        for _part in range(64):
            file.write(b"x" * 2**24)
    (folder / "subjects.csv").unlink()

    refused(folder, "has a line of more than 200,000 characters")


BROKEN = {
    "empty": b"",
    "not packed": b"\x1f\x8b\x08\x00 no gzip",
    "wrong checksum": gzip.compress(b"a", mtime=0)[:-9] + b"123456789",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_archive(folder, content):
    (folder / "subjects.csv").unlink()
    (folder / "subjects.csv.gz").write_bytes(content)

    refused(folder, "subjects.csv.gz (can't be read|lacks columns)")


def test_a_text_that_is_no_parquet(folder):
    (folder / "subjects.csv").rename(folder / "subjects.parquet")

    refused(folder, "subjects.parquet can't be read")


def test_a_parquet_file_that_unpacks_to_too_much(folder, monkeypatch):
    monkeypatch.setattr(read_files, "MOST_BYTES", 100_000)
    rows = {column.name: pyarrow.array(["x"] * 100_000) for column in TABLES["subjects"]}
    (folder / "subjects.csv").unlink()
    parquet.write_table(pyarrow.table(rows), folder / "subjects.parquet", use_dictionary=False)

    refused(folder, "has a row group of more than")


def test_nul_and_other_bytes(folder):
    path = folder / "subjects.csv"
    path.write_text(text_of("subjects", [subject(name="a\0b", address="\x01路")]), encoding="utf-8")

    refused(folder, "2 faults")
    assert [(column, message.split(". ")[0]) for _file, _row, column, _value, message in faults(folder)] == [
        ("name", "There is an invisible character at position 2"),
        ("address", "There is an invisible character at position 1"),
    ]


def test_binary_content(folder):
    (folder / "subjects.csv").write_bytes(bytes(range(256)))

    refused(folder, "isn't utf-8: give its --encoding")


def test_one_subject_with_endless_rows(folder, monkeypatch):
    monkeypatch.setattr(read_files, "MOST_ROWS", 100)
    (folder / "websites.csv").write_text(text_of("websites", [website()] * 101), encoding="utf-8")

    refused(folder, "websites, row 102: one subject has more than 100 rows")


def test_rows_in_another_order_of_the_subjects(folder, monkeypatch):
    """Not reported one by one: it would be most rows of the files."""
    monkeypatch.setattr(read_files, "READ_AHEAD", 3)
    others = [website(f"沪ICP备202000000{tail}号-1", tail) for tail in range(1, 6)]
    (folder / "websites.csv").write_text(text_of("websites", others), encoding="utf-8")

    refused(folder, "websites, row 2: its subject isn't in subjects, or comes at another place, as those of all rows")


def test_the_report_ends_when_it_is_full(folder, monkeypatch):
    monkeypatch.setattr(FaultReport, "MOST", 3)
    (folder / "websites.csv").write_text(text_of("websites", [website(languages="x")] * 9), encoding="utf-8")

    refused(folder, "More than 3 faults: the rest was not read")
    assert len(faults(folder)) == 3


def test_a_folder_without_the_files(tmp_path):
    with pytest.raises(
        CommandError, match=r"must have one of subjects.csv, subjects.csv.gz, subjects.parquet; it has 0"
    ):
        run(tmp_path)


def test_two_files_for_one_table(folder):
    (folder / "subjects.csv.gz").write_bytes(b"")

    refused(folder, "it has 2")
