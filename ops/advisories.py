"""Look for known vulnerabilities of what a lock pins, with pip-audit; fail only for those that a newer version fixes.

    python -m ops.advisories                            requirements-dev.lock, which has every package
    python -m ops.advisories --osv-url URL LOCK …       other locks, and another service than PyPI's: one like OSV's

If the service can't be reached, that is printed, and is not a failure. The first package of the lock is looked up
alone, so that a machine without a connection doesn't try each of them.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ops.bootstrap import ROOT

AUDIT = [
    *(sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes"),
    *("--format", "json", "--progress-spinner", "off", "--timeout", "10"),
]
LONGEST = 300  # seconds for a lock
FIRST = re.compile(r"^[a-z0-9].*==(?:.*\\\n)*.*\n", re.MULTILINE)
Found = dict[str, Any]


class NotReached(Exception):
    """The service of advisories can't be reached."""


def audit(lock: Path, options: list[str]) -> list[Found]:
    """Return pip-audit's findings for each package of the lock; raise NotReached when it has none."""
    try:
        done = subprocess.run(
            [*AUDIT, *options, "-r", str(lock)], capture_output=True, text=True, timeout=LONGEST, check=False
        )
        packages: list[Found] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError) as error:
        raise NotReached from error
    if all("skip_reason" in package for package in packages):
        raise NotReached
    return packages


def _ask_about_one(lock: Path, options: list[str]) -> None:
    """Raise NotReached unless the service has the first package of the lock."""
    found = FIRST.search(lock.read_text())
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as one:
        one.write(found[0] if found else "")
        one.flush()
        audit(Path(one.name), options)


def advisory_lines(packages: list[Found]) -> Iterator[tuple[bool, str]]:
    """Yield a line for each advisory, and for each package that the service doesn't know; True: it must be fixed."""
    for package in packages:
        name = f"{package['name']} {package.get('version', '')}".strip()
        if "skip_reason" in package:
            yield False, f"not audited: {package['skip_reason']}"
        for advisory in package.get("vulns", []):
            fixed = ", ".join(advisory["fix_versions"])
            known_as = ", ".join([advisory["id"], *advisory.get("aliases", [])])
            yield bool(fixed), f"{name}: {known_as}; " + (f"fixed in {fixed}" if fixed else "no version fixes it")


def main(arguments: list[str]) -> int:
    """Run the command; return 1 when an advisory has a version that fixes it."""
    parser = argparse.ArgumentParser("python -m ops.advisories", description="Look for known vulnerabilities.")
    parser.add_argument("locks", nargs="*", default=["requirements-dev.lock"], metavar="LOCK")
    parser.add_argument("--osv-url", metavar="URL", help="ask a service like that of osv.dev at this address")
    chosen = parser.parse_args(arguments)
    options = ["--vulnerability-service", "osv", "--osv-url", chosen.osv_url] if chosen.osv_url else []
    failed = False
    for lock in (ROOT / name for name in chosen.locks):
        try:
            _ask_about_one(lock, options)
            packages = audit(lock, options)
        except NotReached:
            print(f"{lock.name}: NOT AUDITED: the service of advisories can't be reached from here.")
            continue
        lines = list(advisory_lines(packages))
        failed |= any(must for must, _line in lines)
        for must, line in lines:
            print(f"{lock.name}: {'FIX: ' if must else ''}{line}")
        asked = sum("skip_reason" not in package for package in packages)
        print(f"{lock.name}: {asked} of {len(packages)} packages audited.")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
