"""Personal data at rest: encrypted text, and a keyed digest to look it up by.

Keys come from the environment (``FIELD_KEYS``, ``DIGEST_KEY``). The first field key encrypts and all of
them decrypt, so a key is rotated by putting a new one in front and running ``manage.py reseal``.
"""

import hashlib
import hmac
import json
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str) -> str:
    """Encrypt ``text`` with the first key."""
    return _box(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    """Decrypt what ``seal`` made with any of the keys; raise cryptography's InvalidToken otherwise."""
    return _box(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode()


def digest(text: str) -> str:
    """A keyed SHA-256 of ``text`` as 64 hex characters: equal texts meet, nobody reads them back."""
    return hmac.new(settings.DIGEST_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


class _Unsearchable:
    """Only "is null" makes sense on sealed values; any other lookup would silently find nothing."""

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None  # type: ignore[misc]


class SealedTextField(_Unsearchable, models.TextField[str, str]):
    """Text that the database only sees encrypted. Keep a digest beside it to look it up by."""

    def get_prep_value(self, value: str | None) -> str | None:
        return None if value is None else seal(value)

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        return None if value is None else unseal(value)


class SealedJSONField(_Unsearchable, models.TextField[Any, Any]):
    """A JSON document that the database only sees encrypted."""

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else seal(json.dumps(value, ensure_ascii=False))

    def from_db_value(self, value: str | None, *_: object) -> Any:
        return None if value is None else json.loads(unseal(value))

    def to_python(self, value: Any) -> Any:
        return value
