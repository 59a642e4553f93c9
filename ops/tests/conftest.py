"""What the tests of ops share."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def new_folder() -> Iterator[Path]:
    """A folder that PostgreSQL may walk into as another user, as pytest's own is not; its name is a trial."""
    folder = Path(tempfile.mkdtemp(prefix="备案 "))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with new_folder() as folder:
        yield folder
