"""Published texts of mails are read in each test."""

from collections.abc import Iterator

import pytest

from ministry.mail import texts


@pytest.fixture
def asked_again() -> Iterator[None]:
    """Ask what was published in each test, and leave nothing of it to the next one."""
    texts.PUBLISHED.forget()
    yield
    texts.PUBLISHED.forget()
