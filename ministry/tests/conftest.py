"""The reference data's messages are tested in the source language."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture
def chinese() -> Iterator[None]:
    """Official names are Chinese; the fixture is for tests of the tables themselves."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture(autouse=True)
def source_language(settings) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield
