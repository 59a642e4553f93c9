"""Child processes that decode untrusted files: one for each file, or some kept for all files of one piece of work.

A kept child saves the start of a process, most of the cost of a small picture, and several work side by side. Only
files of one sender share it: a file that takes it over could alter what is read from the next ones.
"""

import hashlib
import json
import logging
import queue
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from filings.evidence.limited import TOO_MUCH, UNREADABLE, FileRefused, child, concurrency

# Our own limits. A photo of 50 megapixels takes 1.5 s of CPU time and 190 MB, the largest import 3 s and 90 MB.
CPU_SECONDS: Final = 10
SECONDS: Final = 20  # wall-clock time, for a busy machine
MEMORY: Final = 300 * 1024**2
FILES: Final = 200  # of a kept child, then a new one is started
MOST_AHEAD: Final = 64  # results that wait to be asked for

logger = logging.getLogger(__name__)


class DecodingChild:
    """A child process; it gets no environment, so no secrets."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(Path(child.__file__)), str(CPU_SECONDS), str(MEMORY)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
        )
        self.files = 0

    def output(self, task: str, content: bytes, options: dict[str, Any]) -> bytes:
        """Return the result for a file; raise FileRefused when the process has ended or takes too long."""
        self.files += 1
        # Ends the process also while it doesn't read, as one that an earlier file has taken over may do.
        limit = threading.Timer(SECONDS, self._process.kill)
        limit.start()
        try:
            self._write({"task": task, "options": options}, content)
            return self._read(task)
        finally:
            limit.cancel()

    def _write(self, request: dict[str, Any], content: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101 — by the constructor
        with suppress(BrokenPipeError):  # a process that has ended is found by what it returns
            for part in (json.dumps(request).encode(), content):
                self._process.stdin.write(child.LENGTH.pack(len(part)) + part)
            self._process.stdin.flush()

    def _read(self, task: str) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 — by the constructor
        length = self._process.stdout.read(child.LENGTH.size)
        wanted = child.LENGTH.unpack(length)[0] if len(length) == child.LENGTH.size else MEMORY + 1
        if wanted <= MEMORY and len(found := self._process.stdout.read(wanted)) == wanted:
            return found
        code = self._process.wait()
        logger.warning("a child that reads a %s ended with %s", task, code)
        raise FileRefused(TOO_MUCH if code < 0 else UNREADABLE)

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        with suppress(BrokenPipeError):
            self._process.communicate()


def output_of(task: str, content: bytes, options: dict[str, Any]) -> bytes:
    """Return the result of a child of its own for a file."""
    one = DecodingChild()
    try:
        return one.output(task, content, options)
    finally:
        one.end()


# --- Kept children ----------------------------------------------------------------------------------------


class KeptChildren:
    """Some children side by side, and the results that they have made ahead."""

    def __init__(self, count: int) -> None:
        self._idle: queue.SimpleQueue[DecodingChild | None] = queue.SimpleQueue()
        for _n in range(count):
            self._idle.put(None)
        self._threads = ThreadPoolExecutor(count)
        self._ahead: OrderedDict[str, Future[bytes]] = OrderedDict()

    def begin(self, task: str, content: bytes, options: dict[str, Any]) -> None:
        """Start to decode a file whose result will be needed soon; cancel the oldest of more than ``MOST_AHEAD``."""
        self._ahead[_key(task, content, options)] = self._threads.submit(self._output, task, content, options)
        if len(self._ahead) > MOST_AHEAD:
            self._ahead.popitem(last=False)[1].cancel()

    def output(self, task: str, content: bytes, options: dict[str, Any]) -> bytes:
        """Return the result for a file, whether or not ``begin`` was called for it."""
        known = self._ahead.pop(_key(task, content, options), None)
        return (known or self._threads.submit(self._output, task, content, options)).result()

    def _output(self, task: str, content: bytes, options: dict[str, Any]) -> bytes:
        one = self._idle.get() or DecodingChild()
        kept: DecodingChild | None = None
        try:
            answer = one.output(task, content, options)
            kept = one if one.files < FILES else None
        finally:
            if kept is None:
                one.end()
            self._idle.put(kept)
        return answer

    def end(self) -> None:
        """End the children."""
        self._threads.shutdown(cancel_futures=True)
        while not self._idle.empty():
            if one := self._idle.get():
                one.end()


def _key(task: str, content: bytes, options: dict[str, Any]) -> str:
    return f"{task} {json.dumps(options)} {hashlib.sha256(content).hexdigest()}"


_kept: ContextVar[KeptChildren | None] = ContextVar("kept", default=None)


@contextmanager
def kept(most: int) -> Iterator[None]:
    """Keep up to ``most`` children for the files that are decoded inside; fewer while others decode files.

    Each holds one of the machine's slots, but the last one is left to others; with none, each file has its own child.
    """
    with ExitStack() as held:
        count = concurrency.hold_free(held, most)
        if not count:
            yield
            return
        made = KeptChildren(count)
        token = _kept.set(made)
        try:
            yield
        finally:
            _kept.reset(token)
            made.end()


def current() -> KeptChildren | None:
    """Return the children that are kept for the work in progress."""
    return _kept.get()
