"""Write the bill of materials of a release: what locks install, as CycloneDX, with their hashes.

    python -m ops.sbom                                             what the container image installs
    python -m ops.sbom requirements.lock requirements-reading.lock

The same locks give the same text, so two releases can be compared.
"""

import argparse
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ops.bootstrap import ROOT

FORMAT = "1.6"  # of CycloneDX
NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # of URLs, RFC 9562
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^ ;\\]+)", re.MULTILINE)
OF_THE_IMAGE = ("requirements.lock", "requirements-s3.lock")  # as in deploy/Dockerfile
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def bill(*locks: str) -> dict[str, Any]:
    """Return the bill of materials of the texts of locks; a package that several of them pin is listed once."""
    components = list({one["bom-ref"]: one for lock in locks for one in _components(lock)}.values())
    return {
        "bomFormat": "CycloneDX",
        "specVersion": FORMAT,
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, ''.join(locks))}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "icp-portal", "name": "icp-portal"}},
        "components": components,
        "dependencies": [{"ref": "icp-portal", "dependsOn": [one["bom-ref"] for one in components]}],
    }


def _components(lock: str) -> Iterator[dict[str, Any]]:
    """Yield each pinned package; a package may be pinned in several versions, for different versions of Python."""
    pins = list(PIN.finditer(lock))
    for pin, end in zip(pins, [*(after.start() for after in pins[1:]), len(lock)], strict=True):
        name, version = pin.groups()
        address = f"pkg:pypi/{name.lower()}@{version}"
        hashes = [{"alg": "SHA-256", "content": found} for found in HASH.findall(lock, pin.end(), end)]
        yield {
            "type": "library",
            "bom-ref": address,
            "name": name,
            "version": version,
            "purl": address,
            "hashes": hashes,
        }


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser("python -m ops.sbom", description="Write the bill of materials (CycloneDX).")
    parser.add_argument("locks", nargs="*", default=OF_THE_IMAGE)
    locks = parser.parse_args(arguments).locks
    print(json.dumps(bill(*((ROOT / Path(lock)).read_text() for lock in locks)), indent=1))


if __name__ == "__main__":
    main()
