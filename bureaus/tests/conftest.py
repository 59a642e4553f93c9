"""Reviewers in their browsers."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from pytest_django import Settings


@pytest.fixture
def english(settings: Settings) -> Iterator[None]:
    """Words are tested in the source language: translations may be mended without mending tests."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield
