"""Children that are kept for the files of one sender: the same results, few processes, and none that has failed."""

import os
import signal
import threading
from queue import Queue
from typing import Any

import pytest

from filings.evidence.limited import TOO_MUCH, UNREADABLE, FileRefused, children, running
from icp_portal.tests.photos import as_file, photographed
from icp_portal.tests.racing import LONGEST

pytestmark = pytest.mark.django_db

OPTIONS: dict[str, Any] = {"least": [1, 1], "side": 50}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[children.DecodingChild]:
    """The children that are started."""
    found: list[children.DecodingChild] = []

    class Counted(children.DecodingChild):
        def __init__(self) -> None:
            super().__init__()
            found.append(self)

    monkeypatch.setattr(children, "DecodingChild", Counted)
    return found


def picture(number: int) -> bytes:
    return bytes(as_file(photographed(number, size=(200, 160))).read())


def drawn(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    return running.run("logo", content, **OPTIONS)


def test_kept_children_return_what_others_do_also_ahead(started: list[children.DecodingChild]):
    files = [picture(number) for number in range(6)]
    alone = [drawn(content) for content in files[:2]]
    own = len(started)

    with children.kept(2):
        for content in files[:3]:
            running.begin("logo", content, **OPTIONS)
        together = [drawn(content) for content in files]
        with pytest.raises(FileRefused, match=UNREADABLE):
            drawn(b"no picture")
        assert drawn(files[0]) == together[0]

    assert together[:2] == alone
    kept = started[own:]
    assert (len(kept) <= 2, sum(one.files for one in kept)) == (True, 8)
    assert children.current() is None


def test_a_child_that_takes_too_long_is_not_used_again(
    started: list[children.DecodingChild], monkeypatch: pytest.MonkeyPatch
):
    with children.kept(1), monkeypatch.context() as hurried:
        hurried.setattr(children, "SECONDS", 0)
        with pytest.raises(FileRefused, match=TOO_MUCH):
            drawn(picture(1))
        hurried.undo()
        monkeypatch.setattr(children, "FILES", 1)
        for number in (2, 3):
            drawn(picture(number))

    assert [one.files for one in started] == [1, 1, 1]


def test_a_child_that_no_longer_reads_is_ended_in_time(monkeypatch: pytest.MonkeyPatch):
    """As one that an earlier file has taken over may do."""
    monkeypatch.setattr(children, "SECONDS", 0.2)
    one = children.DecodingChild()
    os.kill(one._process.pid, signal.SIGSTOP)
    refused: Queue[str] = Queue()

    def ask() -> None:
        with pytest.raises(FileRefused) as found:
            one.output("logo", bytes(10**6), OPTIONS)  # more than a pipe holds
        refused.put(found.value.reason)

    threading.Thread(target=ask, daemon=True).start()
    try:
        assert refused.get(timeout=LONGEST) == TOO_MUCH
    finally:
        one.end()


def test_a_result_larger_than_its_child_may_be_is_not_read(monkeypatch: pytest.MonkeyPatch):
    one = children.DecodingChild()
    for name, value in (("SECONDS", 1.0), ("MEMORY", 10)):
        monkeypatch.setattr(children, name, value)
    try:
        with pytest.raises(FileRefused, match=TOO_MUCH):
            one.output("logo", picture(1), OPTIONS)
    finally:
        one.end()


def test_the_last_turn_of_the_machine_is_left_to_others(settings: Any, started: list[children.DecodingChild]):
    settings.FILES_AT_ONCE = 1
    with children.kept(2):
        assert children.current() is None

    settings.FILES_AT_ONCE = 2
    with children.kept(2), children.kept(2):  # the second finds no free turn but its own
        drawn(picture(1))
        drawn(picture(2))
    assert len(started) == 1


def test_results_that_nobody_asks_for_are_forgotten(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(children, "MOST_AHEAD", 1)
    with children.kept(1):
        for number in (1, 2, 3):
            running.begin("logo", picture(number), **OPTIONS)
        kept = children.current()
        assert kept is not None
        assert len(kept._ahead) == 1
        drawn(picture(1))
