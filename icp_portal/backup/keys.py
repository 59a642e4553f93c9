"""Fingerprints of the portal's keys: a backup says which keys it needs, and never contains one."""

import hmac
from collections.abc import Mapping
from typing import Final

from django.conf import settings

LENGTH: Final = 16  # hexadecimal digits; the keys are random, so nothing can be guessed from them
Fingerprints = Mapping[str, list[str]]


def fingerprints() -> dict[str, list[str]]:
    """Return the fingerprints of this process's keys by setting, the newest first."""
    return {
        "FIELD_KEYS": [_of(key) for key in settings.FIELD_KEYS],
        "DIGEST_KEY": [_of(settings.DIGEST_KEY)],
        "AUDIT_KEY": [_of(settings.AUDIT_KEY)],
        "SECRET_KEY": [_of(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)],
    }


def missing(needed: Fingerprints) -> list[str]:
    """Return the settings that lack a key which a backup needs."""
    known = fingerprints()
    return [name for name, keys in needed.items() if not set(keys) <= set(known[name])]


def _of(key: str) -> str:
    return hmac.digest(key.encode(), b"fingerprint in a backup", "sha256").hex()[:LENGTH]
