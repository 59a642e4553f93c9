"""Digests of documents that must not change: sheets, seals of photos, bulletins."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def sha256_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a JSON document in one canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(document, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
