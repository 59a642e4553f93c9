"""Verify the audit log by resumable walks over the chain, the heads, the tables and the register.

A walk is a generator of steps: an ``AuditFault``, or the place up to which all is sound. A whole check takes every walk
from its beginning; the nightly one has a time limit, stores the places in ``AuditCheck.places`` and resumes there.
"""

import json
import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from ministry.audit import against_history, heads, imported, places
from ministry.audit.chain import (
    ERASED,
    FIRST_KEY,
    START,
    AuditedTable,
    AuditFault,
    Head,
    NotOpened,
    erasure,
    last,
    link_of,
    mac,
    row_digest,
    tables,
)
from ministry.audit.sealing import BATCH
from ministry.models import AuditCheck, AuditEntry, AuditShape, AuditWaiting

log = logging.getLogger(__name__)

# A row that has waited longer means that sealing doesn't run, or that a key is missing.
PATIENCE = "1 hour"

# A place is stored as JSON: [number, chain] on the chain, [key] in a table.
Place = list[Any]
Step = AuditFault | Place


@dataclass(frozen=True, slots=True)
class AuditWalk:
    """One walk: its steps from a place on, or from the beginning."""

    name: str
    steps: Callable[[Place | None], Iterator[Step]]
    # True: starts again the night after it has ended. False: continues with new entries.
    circles: bool = True


def positions(rows: Mapping[str, Collection[int]]) -> dict[tuple[str, int], AuditEntry]:
    """Return the newest entries of these rows (table → keys) by table and key; none for a waiting row. One query."""
    wanted = models.Q(pk=None)
    for name, keys in rows.items():
        wanted |= models.Q(shape__name=name, row__in=keys)
    links = AuditEntry.objects.filter(wanted).select_related("shape").order_by("number")
    return {(link.shape.name, link.row): link for link in links}


# --- A check ----------------------------------------------------------------------------------------------


@dataclass
class _Round:
    """What a check has found so far."""

    places: dict[str, Place]
    fault: AuditFault | None = None
    is_whole: bool = True

    def take(self, walk: AuditWalk, until: float | None) -> None:
        """Resume a walk until its end, its first fault or the time limit; store the place."""
        came_from = self.places.get(walk.name)
        self.is_whole &= came_from is None or not walk.circles
        for step in walk.steps(came_from):
            if isinstance(step, AuditFault):
                self.fault = self.fault or step
                return
            self.places[walk.name] = step
            if until is not None and time.monotonic() > until:
                self.is_whole = False
                return
        if walk.circles:
            self.places.pop(walk.name, None)


def check(seconds: float | None = None) -> AuditCheck:
    """Verify the audit log and store the result; log it too, with the chain's end, outside of the database.

    Reads everything. With ``seconds`` it resumes where the last check stopped and ends within that time: first what is
    new, then the rest in turn.
    """
    start = time.monotonic()
    before = AuditCheck.objects.first() if seconds is not None else None
    found = _Round(places={} if before is None else dict(before.places))
    if before and before.mac != _mac(before):
        what = _("this check was not made by the portal: everything is read again")
        found = _Round(places={}, fault=AuditFault(0, AuditCheck._meta.db_table, before.pk, what))
    walks = _walks(again="chain" in found.places)
    for taken, walk in enumerate(walks):
        until = None
        if seconds is not None:
            now = time.monotonic()
            until = now + (start + seconds - now) / (len(walks) - taken)
        found.take(walk, until)
    return _kept(found)


def _kept(found: _Round) -> AuditCheck:
    number, chain = found.places.get("chain", [0, START])
    if found.fault:
        log.critical("audit log broken at %s", found.fault)
    else:
        log.info("audit log proved up to entry %d, chain %s", number, chain)
    done = AuditCheck(at=timezone.now(), number=number, chain=chain, fault=str(found.fault or ""))
    done.is_whole, done.places = found.is_whole and not found.fault, found.places
    done.mac = _mac(done)
    done.save(force_insert=True)
    return done


def _mac(done: AuditCheck) -> str:
    fields = [done.at.isoformat(), done.number, done.chain, done.fault, done.places]
    return mac("check", json.dumps(fields, sort_keys=True))


def faults() -> Iterator[AuditFault]:
    """Yield every fault: in the chain's order, then rows that never entered it, then rows that differ.

    Reads every entry and every row once, in batches; a row written meanwhile is no fault.
    """
    for walk in _walks():
        yield from (step for step in walk.steps(None) if isinstance(step, AuditFault))


def _walks(*, again: bool = False) -> list[AuditWalk]:
    """Return all walks. ``again`` adds the entries verified on another night, which may have been changed since."""
    known = tables()
    return [
        AuditWalk("chain", lambda place: _chain(known, place), circles=False),
        AuditWalk("heads", lambda _place: heads.kept()),
        AuditWalk("waiting", lambda _place: _waiting_too_long(known)),
        *(AuditWalk(f"rows {name}", _rows_walk(known[name])) for name in sorted(known)),
        AuditWalk("imported", lambda place: imported.steps(known, place)),
        *(AuditWalk(f"places {name}", steps) for name, steps in places.walks(known).items()),
        *(AuditWalk(f"register {name}", steps) for name, steps in against_history.WALKS.items()),
        *([AuditWalk("again", lambda place: _chain(known, place))] if again else []),
    ]


# --- The chain --------------------------------------------------------------------------------------------


def _chain(known: Mapping[str, AuditedTable], place: Place | None) -> Iterator[Step]:
    """Verify the entries after a place, which is the number and the chain of a verified entry."""
    head = Head(*(place or (0, START)))
    while links := list(AuditEntry.objects.filter(number__gt=head.number).select_related("shape")[:BATCH]):
        rows = _RowsOf(known, links)
        for link in links:
            yield from _faults_of(link, head, rows)
            head = Head(link.number, link.chain)
        yield [head.number, head.chain]
    if place and last().number < head.number:
        yield AuditFault(head.number, AuditEntry._meta.db_table, head.number, _("the end of the log was cut off"))


def _faults_of(link: AuditEntry, before: Head, rows: "_RowsOf") -> Iterator[AuditFault]:
    name = link.shape.name
    if link.number != before.number + 1:
        yield AuditFault(before.number + 1, name, link.row, _("an entry before this row was removed"))
    elif link.chain != link_of(before, link):
        yield AuditFault(link.number, name, link.row, _("the entry was changed"))
    if what := rows.fault_of(link):
        yield AuditFault(link.number, name, link.row, what)


def changed(links: Iterable[AuditEntry]) -> set[int]:
    """Return the numbers of those of these entries whose rows differ from what was sealed, or are gone."""
    asked = list(links)
    rows = _RowsOf(tables(), asked)
    return {link.number for link in asked if rows.fault_of(link)}


@dataclass
class _RowsOf:
    """Current rows of some entries. One query per table, two more for all tables whose rows may change or be erased.

    A newer entry replaces those before it: in a table whose rows may change any, in others only that of an erasure.
    Reads the rows first, then the waiting ones, then the newest entries: the later reads reveal a change in between.
    """

    known: Mapping[str, AuditedTable]
    links: list[AuditEntry]
    _now: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    _waiting: set[tuple[str, int]] = field(default_factory=set)
    _newest: dict[tuple[str, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        keys: dict[str, list[int]] = {}
        for link in self.links:
            keys.setdefault(link.shape.name, []).append(link.row)
        for name in keys.keys() & self.known.keys():
            self._now |= {(name, key): content for key, content in self.known[name].rows(keys[name]).items()}
        mutable = [name for name in keys if name in self.known and self.known[name].is_mutable]
        erasable = [name for name in keys if name in self.known and self.known[name].erasable]
        if mutable or erasable:
            rows = {key for name in (*mutable, *erasable) for key in keys[name]}
            of_mutable = models.Q(name__in=mutable)
            waiting = AuditWaiting.objects.filter(
                of_mutable | models.Q(name__in=erasable, content__has_key=ERASED), row__in=rows
            )
            self._waiting = set(waiting.values_list("name", "row"))
            shapes = AuditShape.objects.filter(of_mutable | models.Q(name__in=erasable, columns__contains=[ERASED]))
            entries = AuditEntry.objects.filter(shape__in=shapes, row__in=rows).order_by()
            newest = entries.values("shape__name", "row").annotate(newest=Max("number"))
            self._newest = {(one["shape__name"], one["row"]): one["newest"] for one in newest}

    def fault_of(self, link: AuditEntry) -> str:
        """Return what is wrong with the row of an entry; empty when nothing is, or the row has a newer entry.

        Empty, too, for a table that this release doesn't know: a later one has sealed the row.
        """
        if link.shape.name not in self.known:
            return ""
        place = (link.shape.name, link.row)
        if place in self._waiting or self._newest.get(place, 0) > link.number:
            return ""
        content = self._now.get(place)
        if link.removes:
            return _("the row was removed and put back without the log") if content is not None else ""
        if content is None:
            return _("the row was removed")
        columns = set(link.shape.columns)
        kept = {name: value for name, value in content.items() if name in columns}
        table = self.known[link.shape.name]
        try:
            if ERASED in columns:
                kept |= erasure(table, link.row, kept)
            digest = row_digest(table, link.row, kept)
        except NotOpened as error:
            return str(error)
        return "" if digest == link.digest else _("the row was changed")


# --- Rows that never entered the chain --------------------------------------------------------------------

_WAITING = """
SELECT name, min("row") FROM ministry_auditwaiting WHERE at < now() - interval %s AND name = ANY(%s)
GROUP BY name ORDER BY name
"""

# Reads in the order of keys, so that the last key is the place.
_NEVER_ENTERED = """
SELECT t.key, EXISTS (
    SELECT FROM ministry_auditentry e JOIN ministry_auditshape s ON s.id = e.shape_id
    WHERE e.row = t.key AND s.name = %(name)s
) OR EXISTS (
    SELECT FROM ministry_auditwaiting w WHERE w.name = %(name)s AND w.row = t.key
) FROM (SELECT {key} AS key FROM {table} t WHERE {key} >= %(start)s ORDER BY {key} LIMIT %(batch)s) t ORDER BY t.key
"""


def _waiting_too_long(known: Collection[str]) -> Iterator[AuditFault]:
    """Yield the first row of each known table that has waited too long to be sealed."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [PATIENCE, list(known)])
        found = cursor.fetchall()
    for name, row in found:
        yield AuditFault(
            0,
            name,
            row,
            _("the row has waited too long to enter the log: the sealing job is not running, or a key is missing"),
        )


def _rows_walk(table: AuditedTable) -> Callable[[Place | None], Iterator[Step]]:
    def steps(place: Place | None) -> Iterator[Step]:
        """Yield the first row of the table that was inserted without the trigger."""
        sql = _NEVER_ENTERED.format(table=table.quoted, key=table.key)
        start = place[0] if place else FIRST_KEY
        while True:
            with connection.cursor() as cursor:
                cursor.execute(sql, {"name": table.name, "start": start, "batch": BATCH})
                found = cursor.fetchall()
            if not found:
                return
            missing = [key for key, has_entered in found if not has_entered]
            if never := sorted(set(missing) - imported.recorded(table.name, missing)):
                yield AuditFault(0, table.name, never[0], _("the row was never entered in the log"))
                return
            start = found[-1][0] + 1
            yield [start]

    return steps
