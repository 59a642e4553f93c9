"""Remember for a whole run what each test would find out anew: invented pictures, opened pictures, static files.

Most filings of the tests have four or five pictures, and drawing them and a child for each would be most of the run's
time. There are few different ones; each process draws the first of each, and the first in the whole run is opened by a
real child with its real limits.
"""

import functools
import hashlib
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from whitenoise.middleware import WhiteNoiseMiddleware

from filings.evidence.limited import children
from icp_portal.demo import invent
from ops.throwaway import HOME

# A prime (see ``invent``): filings that a test makes one after the other have different pictures.
DIFFERENT_PICTURES = 31
BRANDS = len(invent.CITY_WORDS) ** 2
OF_A_TEST = 50
# ``number`` begins here. A number below is one that a test has chosen, and has a picture of its own.
FIRST_OF_ITS_OWN = 1_000


class Numbers:
    """Numbers of filings and people, each given once a run."""

    def __init__(self) -> None:
        self.last = FIRST_OF_ITS_OWN - 1

    def take(self) -> int:
        self.last += 1
        return self.last

    def follow(self, other: int) -> None:
        """Skip numbers until the next has the pictures of the one after ``other``, and brands are others for a while.

        A test stays below ``OF_A_TEST`` numbers. Each call skips about a hundred: a run stays below a million, which is
        the longest number of the earlier form (京ICP备05000001号) that an invented old record can have.
        """
        self.last += (other - self.last) % DIFFERENT_PICTURES
        while (self.last - other) % BRANDS > BRANDS - 2 * OF_A_TEST:
            self.last += DIFFERENT_PICTURES


numbers = Numbers()


def drawn(number: int) -> int:
    """Return which picture belongs to a number, in place of ``invent.drawn``."""
    return number if number < FIRST_OF_ITS_OWN else FIRST_OF_ITS_OWN + number % DIFFERENT_PICTURES


def begin() -> None:
    """Put the memory in place; called once, before the first test."""
    invent.drawn = drawn
    for name in ("card", "icon", "portrait"):
        setattr(invent, name, _drawn_once(getattr(invent, name)))
    real, opened = children.output_of, Path(os.environ[HOME]) / "opened"
    opened.mkdir(exist_ok=True)

    def remembered(task: str, content: bytes, options: dict[str, Any]) -> bytes:
        limits = (children.CPU_SECONDS, children.SECONDS, children.MEMORY)
        about = json.dumps([task, hashlib.sha256(content).hexdigest(), options, limits], sort_keys=True)
        output = opened / hashlib.sha256(about.encode()).hexdigest()
        if output.exists():
            return output.read_bytes()
        found, unfinished = real(task, content, options), output.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        try:
            unfinished.write_bytes(found)
            unfinished.replace(output)
        except OSError:  # a test has filled the disk
            unfinished.unlink(missing_ok=True)
        return found

    children.output_of = remembered
    _look_for_static_files_once()


def _look_for_static_files_once() -> None:
    """Each test client loads the middleware, and would look for the static files each time (8 ms)."""
    look, files = WhiteNoiseMiddleware.add_files_from_finders, dict[str, Any]()

    def remembered(self: WhiteNoiseMiddleware) -> None:
        if not files:
            look(self)
            files.update(self.files)
        self.files = files

    WhiteNoiseMiddleware.add_files_from_finders = remembered


def _drawn_once(draw: Callable[..., SimpleUploadedFile]) -> Callable[..., SimpleUploadedFile]:
    @functools.cache
    def picture(*about: object) -> tuple[str, bytes, str]:
        made = draw(*about)
        return str(made.name), made.read(), made.content_type

    def drawing(*about: object) -> SimpleUploadedFile:
        name, content, content_type = picture(*(drawn(part) if isinstance(part, int) else part for part in about))
        return SimpleUploadedFile(name, content, content_type)

    return drawing
