"""The rehearsal: what it counts as lost and doubled, what its table says, and a failover that loses nothing."""

from pathlib import Path
from typing import Any

import psycopg

from ops.rehearse import counting, report
from ops.rehearse.counting import Received, StoredWork, Tally
from ops.rehearse.layout import DATABASE, DatabasePair
from ops.rehearse.logbook import ConfirmedAct, Logbook, PageLook, SeenError, Window

PLAN: dict[str, Any] = {
    "cases": [
        {"filing": 1, "papers": {"front": "a.jpg", "back": "b.jpg"}, "password_to": "a@example.cn"},
        {"filing": 2, "papers": {"front": "c.jpg", "back": "d.jpg"}, "password_to": "b@example.cn"},
    ],
    "imports": [{"file": "list.csv", "rows": 3}],
    "allotted": [8, 9],
}


def logbook() -> Logbook:
    """Two kills; the second one at 200."""
    made = Logbook()
    made.windows = [Window("worker", 100, ended=200), Window("database", 200, ended=300, also_ended=["beat 1"])]
    return made


def stored(**changes: Any) -> StoredWork:
    """A database with everything that ``PLAN`` has, once."""
    whole: dict[str, Any] = {
        "moves": {(move, filing): 1 for move in ("submit", "verify", "approve") for filing in (1, 2)},
        "pictures": {1: {1: "front", 2: "back", 3: "photo"}, 2: {4: "front", 5: "back", 6: "photo"}},
        "imports": {"list.csv": (3, 3)},
        "mails": {"<1@icp>": 110.0},
        "allotted": {8: [130.0, 230.0], 9: [130.0, 230.0]},
        "numbers": (2, 2),
    }
    return StoredWork(**(whole | changes))


def received(at: float = 120, message_id: str = "<1@icp>", to: str = "c@example.cn") -> Received:
    return Received(at, message_id, to, has_password=message_id == "")


def tallies(log: Logbook, found: StoredWork, *mails: Received) -> tuple[dict[str, Tally], dict[str, Tally]]:
    """What is counted for each of both kills."""
    counts = counting.count(log, PLAN, found, mails or [received()])
    return counts.tallies[0], counts.tallies[1]


def test_what_is_there_once_is_neither_lost_nor_doubled() -> None:
    log = logbook()
    works = ("upload", "submit", "verify", "approve")
    log.acts = [ConfirmedAct(work, filing, 90 + filing * 50, 95 + filing * 50) for work in works for filing in (1, 2)]
    log.acts.append(ConfirmedAct("import", "list.csv", 120, 190))
    log.rounds = [105.0, 205.0]
    log.acts += [ConfirmedAct("sweep", number, began, began + 30) for number, began in enumerate(log.rounds)]

    mails = [received(), received(150, "", "a@example.cn"), received(160, "", "b@example.cn")]
    first, second = tallies(log, stored(), *mails)

    assert {work: tally for work, tally in first.items() if work not in ("mail", "sweep")} == {
        **dict.fromkeys(works, Tally(2)),
        "import": Tally(1),
    }
    assert (first["mail"], first["sweep"], second) == (Tally(3), Tally(2), {"sweep": Tally(2)})
    counts = counting.count(log, PLAN, stored(), mails)
    assert report.broken(log, counts) == []
    not_tried = (*works, "import", "mail")
    assert set(report.untried(log, counts)) == {f"database: no {work} was confirmed" for work in not_tried}


def test_what_was_confirmed_and_is_not_there_is_lost() -> None:
    log = logbook()
    log.acts = [ConfirmedAct(work, 2, 210, 220) for work in ("upload", "submit", "verify", "approve")]
    log.acts.append(ConfirmedAct("import", "list.csv", 220, 230))
    log.rounds, lost = [205.0], Tally(1, lost=1)
    log.acts.append(ConfirmedAct("sweep", 0, 205, 235))
    found = stored(
        moves={},
        pictures={2: {1: "front"}},
        imports={"list.csv": (2, 2)},
        mails={"<1@icp>": 210.0},
        allotted={8: [230.0]},
        numbers=(3, 2),
    )

    counts = counting.count(log, PLAN, found, [])

    works = ("upload", "submit", "verify", "approve", "import")
    assert counts.tallies[1] == {
        **dict.fromkeys(works, lost),
        "mail": Tally(2, lost=2),
        "sweep": Tally(2, lost=1),
    }
    assert counts.faults == ["3 numbers were given, 2 subjects are on record"]
    assert "database: 1 lost of approve" in report.broken(log, counts)
    counts = counting.count(log, PLAN, stored(), [], unreadable={2})
    assert counts.tallies[1]["upload"] == lost, "its row is there, its file is not"


def test_what_is_there_twice_is_doubled_and_one_mail_a_kill_may_be() -> None:
    log = logbook()
    log.acts = [ConfirmedAct("submit", 1, 110, 120), ConfirmedAct("upload", 1, 110, 120)]
    found = stored(moves={("submit", 1): 2}, pictures={1: {1: "front", 2: "front", 3: "back"}})

    mails = [received(120), received(750)]  # the second one after a claim has ended
    counts = counting.count(log, PLAN, found, mails)
    assert counts.tallies[0] == {
        "submit": Tally(1, doubled=1),
        "upload": Tally(1, doubled=1),
        "mail": Tally(1, doubled=1),
    }
    assert report.broken(log, counts) == [
        "worker: 1 doubled of submit, at most 0",
        "worker: 1 doubled of upload, at most 0",
    ]
    counts = counting.count(log, PLAN, stored(), [*mails, received(760)])
    assert "worker: 2 doubled of mail, at most 1" in report.broken(log, counts)


def test_the_table_has_a_line_for_each_kill() -> None:
    log = logbook()
    log.acts = [ConfirmedAct("submit", 1, 110, 112), ConfirmedAct("submit", 2, 205, 209.5)]
    log.errors = [SeenError("submit", 206, "502"), SeenError("look", 203, "502")]
    log.looks = [
        PageLook(100.5, 101, came=True),
        PageLook(201, 202, came=False),
        PageLook(202, 209, came=True),
        PageLook(209, 209.2, came=True),
    ]

    lines = report.table(log, counting.count(log, PLAN, stored(mails={}), [])).splitlines()

    assert lines[0].split() == ["killed", "errors", "outage", *counting.WORKS]
    assert lines[1].split()[:8] == ["worker", "0", "1.0", "s", "0/0/0", "1/0/0", "12.0s", "0/0/0"]
    assert lines[2].split()[:8] == ["database", "2", "9.0", "s", "0/0/0", "1/0/0", "9.5s", "0/0/0"]
    assert lines[3] == "database: also restarted beat 1"


def test_a_failover_keeps_what_was_confirmed(open_folder: Path) -> None:
    pair = DatabasePair.under(open_folder, open_folder / "postgres.log")
    try:
        pair.start()
        _execute(pair, "CREATE TABLE kept (number integer)")
        for number in range(20):
            _execute(pair, f"INSERT INTO kept VALUES ({number})")
        pair.primary.kill()

        pair.fail_over()
        _execute(pair, "INSERT INTO kept VALUES (20)")
        pair.make_replica()
        _execute(pair, "INSERT INTO kept VALUES (21)")

        assert _execute(pair, "SELECT array_agg(number ORDER BY number) FROM kept") == [(list(range(22)),)]
        assert _execute(pair, "SELECT sync_state FROM pg_stat_replication") == [("sync",)]
    finally:
        pair.stop()


def _execute(pair: DatabasePair, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(pair.primary.url(DATABASE), autocommit=True) as connection:
        done = connection.execute(statement)
        return done.fetchall() if done.description else []
