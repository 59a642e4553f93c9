"""The kill matrix as a table and as data, and whether every promise was kept."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ops.rehearse.counting import WORKS, RehearsalCounts, Tally
from ops.rehearse.logbook import GAVE_UP, Logbook, Window

DOUBLED_MAILS = 1  # the most that a kill may double
BEFORE = "(none)"
LEGEND = (
    "In each cell: confirmed to people / lost / doubled, and after how many seconds the first one was begun and done\n"
    "after the kill. errors: what people were told did not work; outage: the longest time in which no page came."
)


def broken(logbook: Logbook, counts: RehearsalCounts) -> list[str]:
    """Return the promises that were not kept, in words."""
    faults = list(counts.faults)
    for number, tallies in sorted(counts.tallies.items()):
        part = logbook.windows[number].part if number >= 0 else BEFORE
        for work, tally in tallies.items():
            allowed = DOUBLED_MAILS if work == "mail" and number >= 0 else 0
            if tally.lost:
                faults.append(f"{part}: {tally.lost} lost of {work}")
            if tally.doubled > allowed:
                faults.append(f"{part}: {tally.doubled} doubled of {work}, at most {allowed}")
    given_up = [error.work for error in logbook.errors if error.words == GAVE_UP]
    return [*faults, *(f"somebody gave up: {work}" for work in given_up)]


def untried(logbook: Logbook, counts: RehearsalCounts) -> list[str]:
    """Return a sentence for each kind of work of which none was confirmed after a kill."""
    return [
        f"{window.part}: no {work} was confirmed"
        for number, window in enumerate(logbook.windows)
        for work in WORKS
        if counts.tallies[number][work].done == 0
    ]


def table(logbook: Logbook, counts: RehearsalCounts) -> str:
    """Return the matrix for a terminal: a line for each kill."""
    heads = ["killed", "errors", "outage", *WORKS]
    lines = [heads]
    for number, window in enumerate(logbook.windows):
        errors = sum(window.has(error.at) for error in logbook.errors)
        cells = [_cell(logbook, window, work, counts.tallies[number][work]) for work in WORKS]
        lines.append([window.part, str(errors), f"{logbook.outage(window):.1f} s", *cells])
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    drawn = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    ended = [f"{window.part}: also restarted {', '.join(window.also_ended)}" for window in logbook.windows]
    notes = [note for note, window in zip(ended, logbook.windows, strict=True) if window.also_ended]
    return "\n".join([*drawn, *notes, "", LEGEND])


def _cell(logbook: Logbook, window: Window, work: str, tally: Tally) -> str:
    after = logbook.until_next(window, work)
    return f"{tally.done}/{tally.lost}/{tally.doubled}" + ("" if after is None else f" {after:.1f}s")


def data(logbook: Logbook, counts: RehearsalCounts, missing: list[str]) -> Mapping[str, Any]:
    """Return everything for a program."""
    return {
        "missing": missing,
        "broken": broken(logbook, counts),
        "untried": untried(logbook, counts),
        "kills": [
            {
                "part": window.part,
                "errors": [asdict(error) for error in logbook.errors if window.has(error.at)],
                "outage": logbook.outage(window),
                "also_ended": window.also_ended,
                "work": {
                    work: asdict(counts.tallies[number][work]) | {"next": logbook.until_next(window, work)}
                    for work in WORKS
                },
            }
            for number, window in enumerate(logbook.windows)
        ],
    }
