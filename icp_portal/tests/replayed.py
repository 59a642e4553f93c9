"""Enter the rows of a filing that an earlier test of this run has built, in place of building it again.

Most tests begin with one of the same dozen filings, and building them would be most of the run's time. The first build
goes through the services; its rows, its files and its calls on commit are recorded, and are entered again for a later
test whose transaction holds nothing else and whose clock, if moved, was moved to the same time. A test that really
commits or has written before builds for itself. ``replayed`` marks the builders.
"""

import copy
import functools
import time
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, LiteralString, ParamSpec, TypeVar

import time_machine
from django.apps import apps
from django.conf import UserSettingsHolder, settings
from django.core.files.base import File
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone, translation
from psycopg import sql

from filings.evidence.files import EvidenceStorage
from icp_portal.tests.remembered import numbers

# A replayed filing has the times of its first build, and some of them are judged by the minute.
FRESH = 120.0  # seconds
READS = ("SELECT", "SAVEPOINT", "RELEASE")

P, R = ParamSpec("P"), TypeVar("R")
# table → primary key → the row, both as COPY prints them
Rows = dict[str, dict[str, str]]


class Recording:
    """Record of what a build has written; ``then``: the builds directly after it, by builder and arguments."""

    def __init__(self) -> None:
        self.made = time.monotonic()
        self.then: dict[Hashable, Recording] = {}
        self.rows: Rows = {}  # everything that the test's transaction has written by its end
        self.files: dict[Path, bytes] = {}
        self.result: Any = None
        self._last_number = numbers.last
        self._ended = 0
        self._calls: list[tuple[Callable[[], object], bool]] = []
        self._changed: Rows = {}
        self._statements = ""

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.made < FRESH

    def take(self, before: Rows, calls_before: int, result: object) -> None:
        """Record what was written since the transaction held the rows ``before``."""
        self.rows = _written_rows()
        self._changed = {table: _missing(rows, before.get(table, {})) for table, rows in self.rows.items()}
        replaced = {
            table: [*self._changed.get(table, {}), *_missing(before.get(table, {}), self.rows.get(table, {}))]
            for table in {*before, *self.rows}
        }
        self._statements = _deleting(replaced)
        self._calls = [(call, robust) for _savepoints, call, robust in connection.run_on_commit[calls_before:]]
        self._last_number, self._ended = numbers.last, time.time_ns()
        self.result = copy.deepcopy(result)

    def play(self) -> Any:
        """Enter the rows, write the files, order the calls. Return a copy of what the build returned."""
        with connection.cursor() as cursor:
            cursor.execute(self._statements)
            for table, rows in self._changed.items():
                if rows:
                    copy_into(table, "\n".join(rows.values()) + "\n")
            cursor.execute("SET LOCAL session_replication_role = origin")
        for path, content in self.files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for call, robust in self._calls:
            transaction.on_commit(call, robust=robust)
        _go_on_until(self._ended)
        numbers.follow(self._last_number)  # what is built next has other pictures and another name
        return copy.deepcopy(self.result)


class _Transaction:
    """The transaction of the running test. ``at`` is the last build in it; None once anything else was written."""

    def __init__(self) -> None:
        self.block: object = None  # the outermost block of a test that never commits
        self.at: Recording | None = None
        self.building: Recording | None = None

    def look(self) -> "_Transaction":
        """Begin anew if the transaction is another one than at the last look. For the main thread only."""
        outermost = connection.atomic_blocks[0] if connection.atomic_blocks else None
        block = outermost if getattr(outermost, "_from_testcase", False) else None
        if block is not self.block:
            self.block, self.at, self.building = block, block and _nothing, None
        return self


_nothing = Recording()
_now = _Transaction()


def begin() -> None:
    """Watch this process's statements and files; called once, before the first test."""
    connection.execute_wrappers.append(_watch)
    save = EvidenceStorage._save

    def noted(self: EvidenceStorage, name: str, content: File[Any]) -> str:
        saved = save(self, name, content)
        if _now.building:
            path = Path(self.path(saved))
            _now.building.files[path] = path.read_bytes()
        return saved

    EvidenceStorage._save = noted  # type: ignore[method-assign]


def build_anew() -> None:
    """Replay nothing in this test, whose files are in another storage than a folder."""
    _now.look().at = None


def replayed(build: Callable[P, R]) -> Callable[P, R]:
    """Decorate a builder: what it writes is recorded, and entered again where nothing else was written."""

    @functools.wraps(build)
    def built(*args: P.args, **fields: P.kwargs) -> R:
        now = _now.look()
        if now.at is None or now.building or not triggers_can_be_switched_off():
            return build(*args, **fields)
        asked = (build, *map(_name, args), *((name, _name(value)) for name, value in fields.items()), *_circumstances())
        before, calls = now.at, len(connection.run_on_commit)
        before.then = {key: recording for key, recording in before.then.items() if recording.is_fresh}
        known = before.then.get(asked)
        now.at, now.building = None, known or Recording()
        try:
            if known:
                result = known.play()
            else:
                result, known = build(*args, **fields), now.building
                known.take(before.rows, calls, result)
                before.then[asked] = known
        finally:
            now.building = None
        now.at = known
        return result  # type: ignore[no-any-return]

    return built


def _watch(execute: Callable[..., Any], query: Any, params: Any, many: bool, context: Any) -> Any:
    now = _now.look()
    if not now.building and not str(query).lstrip().startswith(READS):
        if now.block is None:
            # A commit: whatever the recordings began with may be different.
            _nothing.then.clear()
        now.at = None
    return execute(query, params, many, context)


@functools.cache
def triggers_can_be_switched_off() -> bool:
    """Return whether the database lets us; one that DATABASE_URL names may not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        return bool(cursor.fetchone()[0])


def _name(value: Any) -> Hashable:
    return (type(value), value.pk) if isinstance(value, Model) else repr(value)


def _circumstances() -> tuple[Hashable, ...]:
    """Return what a build depends on besides its arguments: changed settings, the language, the day, a moved clock."""
    changed, holder = {}, settings._wrapped
    while isinstance(holder, UserSettingsHolder):
        changed = {name: repr(value) for name, value in vars(holder).items() if name.isupper()} | changed
        holder = holder.default_settings
    clock = tuple((one._destination_timestamp_ns, one._tick) for one in time_machine.traveller_stack)
    return (*sorted(changed.items()), translation.get_language(), timezone.localdate(), *clock)


def _go_on_until(nanoseconds: int) -> None:
    """Let a moved clock go on as long as the build took, so that nothing has happened in the future."""
    behind = nanoseconds - time.time_ns()
    if time_machine.traveller_stack and behind > 0:
        time_machine.traveller_stack[-1]._real_start_timestamp_ns -= behind


def _written_rows() -> Rows:
    """Return the rows that this transaction has inserted or updated."""
    found: Rows = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        first = sql.SQL(cursor.fetchone()[0])
        # A row holds the number of the savepoint that wrote it, and that is higher than its transaction's.
        query = "COPY (SELECT {key}, {columns} FROM {table} WHERE xmin::text::bigint >= {first}) TO STDOUT"
    for table in tables():
        if lines := copied(table, query, first=first).split("\n")[:-1]:
            found[table] = dict(line.split("\t", 1) for line in lines)
    return found


def _missing(these: dict[str, str], among: dict[str, str]) -> dict[str, str]:
    """Return the rows that are not among the others with the same content."""
    return {key: row for key, row in these.items() if among.get(key) != row}


def _deleting(keys: dict[str, list[str]]) -> str:
    """Return statements that switch the triggers off and delete the rows with these primary keys."""
    statements: list[sql.Composable] = [sql.SQL("SET LOCAL session_replication_role = replica")]
    delete = "DELETE FROM {table} WHERE {key} = ANY({keys}::{type}[])"
    statements += [_about(table, delete, keys=sql.Literal(gone)) for table, gone in keys.items() if gone]
    return sql.SQL("; ").join(statements).as_string(connection.connection)


def copied(table: str, statement: LiteralString, **parts: sql.Composable) -> str:
    """Return what a COPY TO STDOUT about a table prints."""
    with connection.cursor() as cursor, cursor.copy(_about(table, statement, **parts)) as source:
        return b"".join(source).decode()


def copy_into(table: str, rows: str) -> None:
    """Enter rows that COPY has printed, with all columns that are not generated."""
    with connection.cursor() as cursor, cursor.copy(_about(table, "COPY {table} ({columns}) FROM STDIN")) as target:
        target.write(rows)


def _about(table: str, statement: LiteralString, **parts: sql.Composable) -> sql.Composed:
    return sql.SQL(statement).format(**tables()[table], **parts)


@functools.cache
def tables() -> dict[str, dict[str, sql.Composable]]:
    """Return what a statement about a table names: the table, its columns, its primary key and the key's type."""
    metas = [model._meta for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
    return {
        meta.db_table: {
            "table": sql.Identifier(meta.db_table),
            "columns": sql.SQL(", ").join(
                sql.Identifier(field.column) for field in meta.concrete_fields if not field.generated
            ),
            "key": sql.Identifier(meta.pk.column),
            "type": sql.SQL(meta.pk.rel_db_type(connection)),
        }
        for meta in metas
    }
