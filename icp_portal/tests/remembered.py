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
OF_THE_DEMONSTRATION = invent.DIFFERENT_PICTURES


def begin() -> None:
    """Put the memory in place; called once, before the first test."""
    invent.DIFFERENT_PICTURES = DIFFERENT_PICTURES
    real, known = running._output, dict[tuple[Any, ...], bytes]()

    def remembered(task: str, content: bytes, options: dict[str, Any]) -> bytes:
        limits = (running.CPU_SECONDS, running.SECONDS, running.MEMORY)
        key = (task, hashlib.sha256(content).digest(), json.dumps(options, sort_keys=True), limits)
        if key not in known:
            known[key] = real(task, content, options)
        return known[key]

    running._output = remembered
