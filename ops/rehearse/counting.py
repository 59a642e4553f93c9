"""Count the outcome of the acts: each one confirmed must be in the database exactly once, each mail in the mailbox."""

import email
import email.policy
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from ops.rehearse.logbook import SWEEP, ConfirmedAct, Logbook

BY_PEOPLE = ("upload", "submit", "verify", "approve", "import", SWEEP)  # what the load notes
WORKS = (*BY_PEOPLE, "mail")
PASSWORD_PAGE = "/recover/password/"  # noqa: S105 — an address, in each mail with a filing password

# What has to come to rest before anything is counted
OPEN = {
    "mails to be sent": "SELECT count(*) FROM post_office_email WHERE status IS NULL OR status <> 0",
    "filing passwords owed": "SELECT count(*) FROM ministry_subject WHERE password_wanted_at IS NOT NULL",
    "imports under way": "SELECT count(*) FROM providers_import WHERE state NOT IN ('checked', 'done')",
}


@dataclass(frozen=True)
class StoredWork:
    """The data to be counted: how often each act is in the database, and the mails."""

    moves: Mapping[tuple[str, int], int]  # events by name and filing
    pictures: Mapping[int, Mapping[int, str]]  # the path of each picture by filing and its key, those replaced too
    imports: Mapping[str, tuple[int, int]]  # rows with a draft and drafts, by the file's name
    mails: Mapping[str, float]  # when each mail was written, by its Message-ID
    allotted: Mapping[int, list[float]]  # when each filing was assigned by load
    numbers: tuple[int, int]  # the last number given, and how many subjects there are


@dataclass(frozen=True)
class Received:
    """A mail that has arrived."""

    at: float
    message_id: str
    to: str
    has_password: bool


@dataclass
class Tally:
    """The tally of one kind of work: confirmed, lost, doubled."""

    done: int = 0
    lost: int = 0
    doubled: int = 0

    def add(self, times: int) -> None:
        """Count something that should be there once and is there so many times."""
        self.done += 1
        self.lost += times == 0
        self.doubled += max(0, times - 1)


@dataclass
class RehearsalCounts:
    """The tallies by kill and kind of work, and further faults."""

    tallies: dict[int, dict[str, Tally]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Tally)))
    faults: list[str] = field(default_factory=list)


def still_open(url: str) -> dict[str, int]:
    """Return the numbers of unfinished mails, filing passwords and imports, without those that are 0."""
    with psycopg.connect(url) as connection:
        found = {name: _number(connection, statement) for name, statement in OPEN.items()}
    return {name: number for name, number in found.items() if number}


def find(url: str) -> StoredWork:
    """Read from the database what is counted."""
    with psycopg.connect(url) as connection:
        moves = connection.execute("SELECT name, filing_id, count(*) FROM filings_event GROUP BY 1, 2").fetchall()
        pictures: dict[int, dict[int, str]] = defaultdict(dict)
        for filing, key, path in connection.execute("SELECT filing_id, id, path FROM filings_evidence"):
            pictures[filing][key] = path
        imports = connection.execute(
            "SELECT file_name, count(filing_id), count(DISTINCT filing_id) FROM providers_import"
            " JOIN providers_importrow ON batch_id = providers_import.id WHERE state = 'done' GROUP BY 1"
        ).fetchall()
        mails = connection.execute("SELECT message_id, extract(epoch FROM created) FROM post_office_email").fetchall()
        allotted = defaultdict(list)
        for filing, at in connection.execute(
            "SELECT filing_id, extract(epoch FROM at) FROM filings_event WHERE name = 'allot'"
        ):
            allotted[filing].append(float(at))
        last = _number(connection, "SELECT coalesce(sum(last), 0) FROM ministry_numberseries")
        numbers = last, _number(connection, "SELECT count(*) FROM ministry_subject")
    return StoredWork(
        {(name, filing): times for name, filing, times in moves},
        pictures,
        {name: (rows, drafts) for name, rows, drafts in imports},
        {message_id: float(at) for message_id, at in mails},
        allotted,
        numbers,
    )


def _number(connection: psycopg.Connection[Any], statement: str) -> int:
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row else 0


def received(folder: Path) -> list[Received]:
    """Return the mails that have arrived, oldest first."""
    return [_received(path) for path in sorted(folder.glob("*.eml"))]


def _received(path: Path) -> Received:
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = mail.get_body(("plain",))
    has_password = body is not None and PASSWORD_PAGE in body.get_content()
    return Received(path.stat().st_mtime, str(mail["Message-ID"]), str(mail["To"]), has_password)


def count(
    logbook: Logbook,
    plan: Mapping[str, Any],
    found: StoredWork,
    mails: Iterable[Received],
    unreadable: Container[int] = (),
) -> RehearsalCounts:
    """Compare what people were told with what is there; ``unreadable``: filings of which a picture can't be opened."""
    counts, arrived = RehearsalCounts(), list(mails)
    _count_acts(counts, logbook, plan, found, unreadable)
    _count_mails(counts, logbook, found, arrived)
    _count_passwords(counts, logbook, plan, arrived)
    _count_sweeps(counts, logbook, plan, found)
    last, subjects = found.numbers
    if last != subjects:
        counts.faults.append(f"{last} numbers were given, {subjects} subjects are on record")
    return counts


def _window(logbook: Logbook, moment: float) -> int:
    """Return the kill that a moment belongs to; -1 before the first."""
    return next((number for number, window in enumerate(logbook.windows) if window.has(moment)), -1)


def _count_acts(
    counts: RehearsalCounts, logbook: Logbook, plan: Mapping[str, Any], found: StoredWork, unreadable: Container[int]
) -> None:
    papers = {case["filing"]: list(case["papers"]) for case in plan["cases"]}
    rows = {file["file"]: file["rows"] for file in plan["imports"]}
    for act in logbook.acts:
        tally = counts.tallies[_window(logbook, act.ended)][act.work]
        match act.work, act.about:
            case "upload", int(filing):
                times = Counter(found.pictures.get(filing, {}).values())
                tally.add(min(times[path] for path in papers[filing]))
                tally.doubled += sum(times[path] > 1 for path in papers[filing])
                tally.lost += filing in unreadable
            case ("submit" | "verify" | "approve") as move, int(filing):
                tally.add(found.moves.get((move, filing), 0))
            case "import", str(name):
                written, drafts = found.imports.get(name, (0, 0))
                tally.add(int(drafts == rows[name]))
                tally.doubled += written - drafts + max(0, written - rows[name])


def _count_mails(counts: RehearsalCounts, logbook: Logbook, found: StoredWork, mails: Iterable[Received]) -> None:
    arrivals: dict[str, list[float]] = defaultdict(list)
    for mail in mails:
        arrivals[mail.message_id].append(mail.at)
    for message_id, created in found.mails.items():
        times = arrivals.get(message_id, [])
        arrived = min(times, default=created)
        counts.tallies[_window(logbook, arrived)]["mail"].add(len(times))
        logbook.acts.append(ConfirmedAct("mail", message_id, created, arrived))


def _count_passwords(
    counts: RehearsalCounts, logbook: Logbook, plan: Mapping[str, Any], mails: Iterable[Received]
) -> None:
    """Count the mails with filing passwords, which are in no table: one for each approval."""
    sent = Counter(mail.to for mail in mails if mail.has_password)
    to = {case["filing"]: case["password_to"] for case in plan["cases"]}
    for act in logbook.acts:
        if act.work == "approve":
            counts.tallies[_window(logbook, act.ended)]["mail"].add(sent[to[int(act.about)]])


def _count_sweeps(counts: RehearsalCounts, logbook: Logbook, plan: Mapping[str, Any], found: StoredWork) -> None:
    """Count how often each filing was assigned between one time of its being free and the next."""
    ends = [*logbook.rounds, float("inf")][1:]
    confirmed = {int(act.about): act.ended for act in logbook.acts if act.work == SWEEP}
    for number, (began, ended) in enumerate(zip(logbook.rounds, ends, strict=True)):
        if number in confirmed:
            tally = counts.tallies[_window(logbook, confirmed[number])][SWEEP]
            for filing in plan["allotted"]:
                tally.add(sum(began <= at < ended for at in found.allotted.get(filing, ())))
