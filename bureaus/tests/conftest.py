"""Reviewers in their browsers."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from pytest_django import Settings


@pytest.fixture
def english(settings: Settings) -> Iterator[None]:
    """Test texts in the source language, so that corrected translations break no test."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield
