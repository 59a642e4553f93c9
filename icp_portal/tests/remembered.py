"""Remembers what the limited child has made of a picture, for as long as the run lasts.

Most filings of the tests have four or five invented pictures, and a child for each of them would be most of the run's
time. The pictures are drawn from few different ones; the first of each is opened by a real child with its real limits.
"""

import hashlib
import json
from typing import Any

from filings.evidence.limited import running
from icp_portal.demo import invent

# A prime (see ``invent``): filings that a test makes one after the other have different pictures.
DIFFERENT_PICTURES = 31
# ``builders.number`` begins here. A number below is one that a test has chosen, and has a picture of its own.
FIRST_OF_ITS_OWN = 1_000


def drawn(number: int) -> int:
    """Return which picture belongs to a number, in place of ``invent.drawn``."""
    return number if number < FIRST_OF_ITS_OWN else FIRST_OF_ITS_OWN + number % DIFFERENT_PICTURES


def begin() -> None:
    """Put the memory in place; called once, before the first test."""
    invent.drawn = drawn
    real, known = running._output, dict[tuple[Any, ...], bytes]()

    def remembered(task: str, content: bytes, options: dict[str, Any]) -> bytes:
        limits = (running.CPU_SECONDS, running.SECONDS, running.MEMORY)
        key = (task, hashlib.sha256(content).digest(), json.dumps(options, sort_keys=True), limits)
        if key not in known:
            known[key] = real(task, content, options)
        return known[key]

    running._output = remembered
