"""Open data written in a test, and read as anybody does."""

import csv
import gzip
import io
from typing import Any

import pyarrow.parquet
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from ministry.models import Website
from ministry.tests.register import register_rows

THIS = timezone.localdate().replace(day=1)
NAME = f"register-{THIS:%Y-%m}.csv.gz"


@transaction.atomic
def one(**fields: Any) -> Website:
    return register_rows.website(register_rows.subject(name="云岭网络科技有限公司"), **fields)


def write(**options: Any) -> str:
    said = io.StringIO()
    call_command("write_open_data", stdout=said, **options)
    return said.getvalue()


def get(path: str = "", **headers: str):
    """The answer, read to its end."""
    response = Client().get(
        f"/open-data/{path}", headers={name.replace("_", "-"): text for name, text in headers.items()}
    )
    if response.streaming:
        response.read = b"".join(response.streaming_content)
    return response


def content_of(path: str) -> bytes:
    response = get(path)
    assert response.status_code == 200, path
    return response.read


def rows_of_csv() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(gzip.decompress(content_of(NAME)).decode())))


def rows_of_parquet() -> list[dict[str, Any]]:
    return pyarrow.parquet.read_table(io.BytesIO(content_of(NAME.replace("csv.gz", "parquet")))).to_pylist()
