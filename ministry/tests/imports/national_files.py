"""Files of a small register: each test changes what it is about."""

import csv
import gzip
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path

import pyarrow.csv
from django.core.management import call_command
from pyarrow import parquet

from icp_portal.demo import invent
from ministry.imports.columns import TABLES

Row = Mapping[str, object]
NUMBER = "京ICP备2020000007号"


def subject(number: str = NUMBER, tail: int = 7, **changes: object) -> dict[str, object]:
    """The row of a company on record since 2020."""
    return {
        "number": number,
        "name": f"示例登记{tail}有限公司",
        "nature": 4,
        "division": "110105",
        "address": "示例路7号2层",
        "cert_type": 1,
        "cert_number": invent.credit_code(tail),
        "responsible_name": "张三",
        "responsible_mobile": f"138{tail:08d}",
        "responsible_email": f"owner{tail}@example.cn",
        "approved_on": "2020-03-01",
        **changes,
    }


def website(number: str = f"{NUMBER}-1", tail: int = 7, **changes: object) -> dict[str, object]:
    return {
        "number": number,
        "name": f"示例网站{tail}",
        "domain": f"import-{tail}.cn",
        "home_url": f"www.import-{tail}.cn",
        "services": "8;24",
        "languages": "1;12",
        "responsible_name": "李四",
        "responsible_mobile": f"139{tail:08d}",
        "responsible_email": f"site{tail}@example.cn",
        "approved_on": "2020-03-01",
        **changes,
    }


def access(number: str = f"{NUMBER}-1", provider: str = "jieru", **changes: object) -> dict[str, object]:
    return {
        "number": number,
        "provider": provider,
        "ways": "5",
        "places": "2;26",
        "ip_ranges": "192.31.196.7;192.31.196.20-192.31.196.29",
        **changes,
    }


def text_of(table: str, rows: Iterable[Row], names: Iterable[str] = ()) -> str:
    written = StringIO()
    writer = csv.DictWriter(written, list(names) or [column.name for column in TABLES[table]], restval="")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def without_head(table: str, rows: Iterable[Row]) -> str:
    return text_of(table, rows).split("\n", 1)[1]


def files(folder: Path, subjects: Iterable[Row], websites: Iterable[Row], accesses: Iterable[Row] = ()) -> Path:
    """Write the three files of a register."""
    folder.mkdir(exist_ok=True)
    for table, rows in (("subjects", subjects), ("websites", websites), ("accesses", accesses)):
        (folder / f"{table}.csv").write_text(text_of(table, rows), encoding="utf-8")
    return folder


def packed(path: Path) -> None:
    """Replace a file by its gzip."""
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()


def as_other_files(folder: Path, ending: str) -> None:
    """Replace the CSV files of a folder by others with the same content."""
    for table in TABLES:
        path = folder / f"{table}.csv"
        if ending == "parquet":
            parquet.write_table(pyarrow.csv.read_csv(path), folder / f"{table}.parquet")
            path.unlink()
        elif ending == "csv.gz":
            packed(path)


def run(folder: Path, **options: object) -> str:
    """Import a folder in this process; return what the command says."""
    said = StringIO()
    call_command("import_register", folder, faults=folder / "faults.csv", processes=1, stdout=said, **options)
    return said.getvalue()


def faults(folder: Path) -> list[tuple[str, str, str, str, str]]:
    """The reported faults: file, row, column, value, message."""
    with (folder / "faults.csv").open(encoding="utf-8-sig", newline="") as file:
        _head, *rows = csv.reader(file)
    return [(table, row, column, value, message) for table, row, column, _heading, value, message in rows]
