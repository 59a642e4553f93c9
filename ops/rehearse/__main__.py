"""``python3 -m ops.rehearse``: kill each part of the portal under load; report lost, doubled, errors and outages."""

import argparse
import contextlib
import json
import random
import sys
import tempfile
import time
from math import ceil
from pathlib import Path
from typing import Any

DESCRIPTION = """
Run the portal on this machine as on several: a primary database and a streaming replica behind PgBouncer, two web
servers behind nginx, two workers, two schedulers, Valkey, an S3 server, a mail server. People sign in, upload, submit,
verify, approve and import through the pages while one part after the other is killed and brought back. In the end
everything that people were told is done is looked for in the database and in the mailbox. Ends with 1 if anything was
lost or doubled.
"""
PARTS = ("worker", "beat", "web", "broker", "database", "mail server", "storage", "replica", "pooler", "proxy")
QUICK = ("worker", "web", "database")
VARIED = 0.1  # the share by which the time from one kill to the next is longer or shorter than asked
LONGER = 4  # times the asked seconds, until each kind of work has been done after the kill


def parsed(arguments: list[str]) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser("python3 -m ops.rehearse", description=DESCRIPTION)
    parser.add_argument("--kill", action="append", choices=PARTS, default=[], help="only this part; may be repeated")
    parser.add_argument("--seconds", type=float, default=45, help="at least, from one kill to the next (45)")
    parser.add_argument("--notice", type=float, default=3, help="seconds until a killed part is brought back (3)")
    parser.add_argument("--settle", type=float, default=900, help="seconds to wait in the end for open work (900)")
    parser.add_argument("--people", type=int, default=2, help="how many filings are worked on at once (2)")
    parser.add_argument("--quick", action="store_true", help=f"only {', '.join(QUICK)}, 30 seconds each")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report into this file as well")
    parser.add_argument("--logs", type=Path, metavar="FOLDER", help="keep the logs of the parts here")
    options = parser.parse_args(arguments)
    if options.quick:
        options.kill, options.seconds = options.kill or list(QUICK), 30.0
    return options


def main(arguments: list[str]) -> int:
    """Rehearse; return the exit status."""
    from ops.guard import guard
    from ops.rehearse import layout, report
    from ops.rehearse.logbook import Logbook

    options = parsed(arguments)
    if missing := layout.missing():
        say(f"Not installed: {', '.join(missing)} (apt-get install {' '.join(missing)}). Rehearsing without.")
    if not layout.has_s3():
        say("No S3 server (requirements-dev.lock, nginx): files are in a folder that goes away instead.")
    folder = Path(tempfile.mkdtemp(prefix="icp-rehearsal-"))
    folder.chmod(0o711)  # PostgreSQL may have to run as another user, who must be able to enter
    guard().erase(folder)
    portal, logbook = layout.RehearsedPortal(folder, options.logs or folder), Logbook()
    with contextlib.ExitStack() as ending:
        ending.callback(portal.stop)
        counts = rehearsed(portal, logbook, options)
    print(report.table(logbook, counts), flush=True)
    if options.json:
        options.json.write_text(json.dumps(report.data(logbook, counts, missing), indent=1, ensure_ascii=False))
    broken, untried = report.broken(logbook, counts), report.untried(logbook, counts)
    print("\n".join([*(broken or ["Nothing was lost, nothing was doubled."]), *untried]), flush=True)
    return 1 if broken or untried else 0


def rehearsed(portal: Any, logbook: Any, options: argparse.Namespace) -> Any:
    """Start everything, kill the parts under load, and count."""
    from ops.rehearse import kills

    say("Starting the parts …")
    portal.start()
    wanted = kills.possible(portal, options.kill)
    load = entered(portal, logbook, options, len(wanted))
    load.start()
    try:
        time.sleep(options.seconds / 5)
        for one in wanted:
            killed(one, portal, logbook, options)
        load.stop()
    except BaseException:
        load.abandon()
        raise
    settle(portal, options.settle)
    logbook.windows[-1].ended = time.time()
    return counted(portal, logbook, load)


def entered(portal: Any, logbook: Any, options: argparse.Namespace, kills: int) -> Any:
    """Enter the people and what they work on; return the load."""
    from ops.rehearse.load import CASE_EVERY, IMPORT_EVERY, Load

    say("Entering people and drafts …")
    plan = portal.folder / "plan"
    plan.mkdir()
    longest = LONGER * (1 + VARIED) * options.seconds * kills + options.seconds
    cases = options.people * ceil(longest / CASE_EVERY)
    amount = {"cases": cases, "imports": ceil(longest / IMPORT_EVERY), "people": options.people}
    portal.manage("seed_rehearsal", str(plan), *(f"--{name}={number}" for name, number in amount.items()))
    return Load(plan, portal.address, logbook, portal.database_url)


def killed(kill: Any, portal: Any, logbook: Any, options: argparse.Namespace) -> None:
    """Kill a part, bring it back, and let the load continue for a while."""
    from ops.rehearse import kills

    say(f"Killing the {kill.part} …")
    window = kills.happen(kill, portal, logbook, notice=options.notice)
    seconds = options.seconds * random.uniform(1 - VARIED, 1 + VARIED)  # noqa: S311 — not in step with the sweeps
    while time.time() < window.killed + seconds or lacking(logbook, window, seconds):
        kills.revive(portal, window)
        time.sleep(0.2)


def counted(portal: Any, logbook: Any, load: Any) -> Any:
    """Count what became of everything, when the work has come to rest."""
    from ops.rehearse import counting

    say("Counting …")
    found = counting.find(portal.database_url())
    uploaded = {act.about for act in logbook.acts if act.work == "upload"}
    cases = [case for case in load.cases if case.filing in uploaded]
    unreadable = {case.filing for case in cases if not case.can_open(found.pictures.get(case.filing, {}))}
    counts = counting.count(logbook, load.plan, found, counting.received(portal.mails), unreadable)
    try:
        portal.manage("verify_audit")
    except RuntimeError as error:
        counts.faults.append(str(error))
    return counts


def lacking(logbook: Any, window: Any, seconds: float) -> bool:
    """Return whether to wait longer for work of some kind to be begun and done after a kill."""
    from ops.rehearse.counting import BY_PEOPLE

    is_late = time.time() > window.killed + LONGER * seconds
    return not is_late and any(logbook.until_next(window, work) is None for work in BY_PEOPLE)


def settle(portal: Any, seconds: float) -> None:
    """Wait until the workers have nothing left to do, for at most ``seconds``."""
    from ops.rehearse import counting

    deadline, shown = time.time() + seconds, ""
    while (left := counting.still_open(portal.database_url())) and time.time() < deadline:
        words = ", ".join(f"{number} {name}" for name, number in left.items())
        if words != shown:
            say(f"Waiting for {words} …")
        shown = words
        time.sleep(2)


def say(text: str) -> None:
    """Print a message to standard error."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    from ops import bootstrap

    bootstrap.enter("requirements-portal.lock")
    sys.exit(main(sys.argv[1:]))
