"""Values planted in a walk through the whole procedure, and where they can be found afterwards.

Everything that is ever written to the Redis server is heard while it is written; tables are read at the end, every
column of every row.
"""

import base64
import binascii
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import redis
from django.contrib.sessions.models import Session
from django.db import connection

# What may be base64: the body of a message of the queue, a value of a signed session
PACKED: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")


@dataclass
class Planted:
    """Values that must be found nowhere, by what they are."""

    values: dict[str, str] = field(default_factory=dict)

    def add(self, what: str, value: str) -> None:
        self.values[what] = value

    def found_in(self, text: str) -> set[str]:
        """Return which values the text contains, plain or escaped as JSON, Redis and bytea escape them."""
        return {name for name, value in self.values.items() if any(one in text for one in spellings(value))}


def spellings(value: str) -> set[str]:
    """Return how a value is written in texts, JSON, the output of MONITOR, URLs and columns of bytes."""
    raw = value.encode()
    return {
        value,
        value.encode("unicode_escape").decode(),
        "".join(chr(byte) if byte < 128 else f"\\x{byte:02x}" for byte in raw),
        "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in raw),
        raw.hex(),
    }


class Ear:
    """Hears every command that a Redis server gets, in any of its databases, for as long as the block lasts."""

    END: Final = "the end of the walk"

    def __init__(self, client: "redis.Redis[bytes]") -> None:
        self.heard: list[str] = []
        self._client = client
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> "Ear":
        self._thread.start()
        assert self._listening.wait(10)
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.echo(self.END)
        self._thread.join(10)
        self._client.close()

    def _listen(self) -> None:
        with self._client.monitor() as monitor:
            self._listening.set()
            for said in monitor.listen():
                if self.END in said["command"]:
                    return
                self.heard.append(said["command"])

    def text(self) -> str:
        """Return all that was heard, with what is packed in it unpacked."""
        return "\n".join([*self.heard, *unpacked("\n".join(self.heard))])


def unpacked(text: str) -> Iterator[str]:
    """Yield what is in a text as base64."""
    for packed in PACKED.findall(text):
        try:
            yield base64.urlsafe_b64decode(packed.replace("+", "-").replace("/", "_") + "===").decode()
        except (binascii.Error, UnicodeDecodeError):
            continue


def columns_with(planted: Planted) -> dict[str, set[str]]:
    """Return the columns in which a value stands, table.column → which values."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns"
            " WHERE table_schema = 'public' GROUP BY 1 ORDER BY 1"
        )
        for table, columns in cursor.fetchall():
            texts = ", ".join(f"coalesce(string_agg(\"{column}\"::text, E'\\n'), '')" for column in columns)
            cursor.execute(f'SELECT {texts} FROM "{table}"')
            for column, text in zip(columns, cursor.fetchone(), strict=True):
                if values := planted.found_in(text):
                    found[f"{table}.{column}"] = values
    return found


def in_sessions() -> str:
    """Return what every stored session contains."""
    return repr([session.get_decoded() for session in Session.objects.all()])
