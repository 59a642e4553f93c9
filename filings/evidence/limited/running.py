"""Run a child process with limits to decode an untrusted file, when it is the account's turn."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

from filings.evidence.limited import TOO_MUCH, UNREADABLE, FileRefused, child, turns, unframed

# Our own limits. A photo of 50 megapixels takes 1.5 s of CPU time and 190 MB, the largest import 3 s and 90 MB.
CPU_SECONDS = 10
SECONDS = 20  # wall-clock time, for a busy machine
MEMORY = 300 * 1024**2

logger = logging.getLogger(__name__)


def run(task: str, content: bytes, **options: Any) -> tuple[dict[str, Any], list[bytes]]:
    """Return the child's result for a file: values, then files; raise FileRefused.

    ``turns.BUSY`` when the account's other files are being read, ``TOO_MUCH`` when a limit was exceeded, ``UNREADABLE``
    when the child has failed; other reasons are those of the task. Slow: don't call it in a transaction with locks.
    """
    with turns.turn():
        output = _output(task, content, options)
    try:
        said, parts = unframed(output)
    except ValueError as error:
        raise FileRefused(UNREADABLE) from error
    if reason := said.pop("refused", ""):
        raise FileRefused(reason, **said)
    return said, parts


def _output(task: str, content: bytes, options: dict[str, Any]) -> bytes:
    """Return the child's output; it gets no environment, so no secrets."""
    words = [task, json.dumps(options), str(CPU_SECONDS), str(MEMORY)]
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(child.__file__)), *words],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        logger.warning("a child that reads a %s ran longer than %s s", task, SECONDS)
        raise FileRefused(TOO_MUCH) from error
    if done.returncode:
        logger.warning("a child that reads a %s ended with %s", task, done.returncode)
        raise FileRefused(TOO_MUCH if done.returncode < 0 else UNREADABLE)
    return done.stdout
