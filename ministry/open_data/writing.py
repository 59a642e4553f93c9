"""Write the rows of the open data into files: gzip CSV and Parquet."""

import csv
import gzip
import hashlib
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from ministry.open_data.columns import COLUMNS, as_cells

CSV_GZ, PARQUET = ".csv.gz", ".parquet"
# zlib's own default costs twice the time of this one for a tenth less of a file
_LEVEL: Final = 4


class OpenFile(Protocol):
    """A file that is being written."""

    path: Path

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write rows in the order of ``COLUMNS``."""

    def close(self) -> None:
        """Write the rest, so that it survives a power cut."""


def open_files(folder: Path, name: str) -> list[OpenFile]:
    """Return the files to be written in a folder, as ``name`` with their endings."""
    return [_Csv(folder / f"{name}{CSV_GZ}"), _Parquet(folder / f"{name}{PARQUET}")]


def described(paths: Iterable[Path], rows: int) -> list[dict[str, Any]]:
    """Return name, size, SHA-256 and number of rows of each file, as ``OpenDataEdition.files`` has them."""
    return [
        {"name": path.name, "size": path.stat().st_size, "sha256": _sha256(path), "rows": rows}
        for path in sorted(paths)
    ]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Flush a file, or the names in a folder, to disk, so that it survives a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Csv:
    """RFC 4180 in UTF-8 with a line of names; the same rows make the same bytes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._raw = path.open("wb")
        self._gzip = gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=self._raw, mtime=0)
        self._text = io.TextIOWrapper(self._gzip, encoding="utf-8", newline="")
        self._writer = csv.writer(self._text)
        self._writer.writerow(column.name for column in COLUMNS)

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        self._writer.writerows(map(as_cells, rows))

    def close(self) -> None:
        self._text.close()
        self._raw.close()
        sync(self.path)


class _Parquet:
    """A row group for each call of ``write``."""

    def __init__(self, path: Path) -> None:
        import pyarrow
        from pyarrow.parquet import ParquetWriter

        self.path = path
        self._arrow = pyarrow
        types = {"list": pyarrow.list_(pyarrow.string())}
        self._schema = pyarrow.schema(
            [(one.name, types.get(one.type) or getattr(pyarrow, one.type)()) for one in COLUMNS]
        )
        self._writer = ParquetWriter(str(path), self._schema, compression="zstd")

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        columns = [list(values) for values in zip(*rows, strict=True)]
        self._writer.write_table(self._arrow.table(columns, schema=self._schema))

    def close(self) -> None:
        self._writer.close()
        sync(self.path)
