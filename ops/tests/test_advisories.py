"""The check for known vulnerabilities: pip-audit itself, with a server in place of the service of advisories."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ops.advisories import main

HASH = f"--hash=sha256:{'a' * 64}"


def advisory(name: str, *events: dict[str, str]) -> dict[str, Any]:
    package = {"name": name, "ecosystem": "PyPI"}
    return {
        "id": f"PYSEC-{name}",
        "summary": "something",
        "details": "something",
        "affected": [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, *events]}]}],
    }


KNOWN = {"fixable": [advisory("fixable", {"fixed": "2.0"})], "hopeless": [advisory("hopeless")]}


class Service(BaseHTTPRequestHandler):
    """Answers as osv.dev does."""

    asked: list[str] = []

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(said["package"]["name"])
        found = KNOWN.get(said["package"]["name"])
        body = json.dumps({"vulns": found} if found else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    Service.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/v1/query"
        running.shutdown()


def lock_of(folder: Path, *names: str) -> str:
    lock = folder / "some.lock"
    lock.write_text("# a lock\n" + "".join(f"{name}==1.0 \\\n    {HASH} \\\n    {HASH}\n" for name in names))
    return str(lock)


@pytest.mark.parametrize(
    ("names", "failed", "said"),
    [
        (("fine", "sound"), 0, []),
        (("fine", "hopeless"), 0, ["hopeless 1.0: PYSEC-hopeless; no version fixes it"]),
        (("fine", "fixable"), 1, ["FIX: fixable 1.0: PYSEC-fixable; fixed in 2.0"]),
    ],
)
def test_only_what_a_newer_version_fixes_fails(names, failed, said, service, tmp_path, capsys):
    assert main(["--osv-url", service, lock_of(tmp_path, *names)]) == failed

    *lines, last = capsys.readouterr().out.splitlines()
    assert lines == [f"some.lock: {line}" for line in said]
    assert last == "some.lock: 2 of 2 packages audited."
    assert Service.asked == ["fine", *names]


def test_without_the_service_it_is_said_and_nothing_fails(tmp_path, capsys):
    nowhere = "http://127.0.0.1:9/v1/query"  # the port “discard”, where nothing listens

    assert main(["--osv-url", nowhere, lock_of(tmp_path, "fixable", "fine")]) == 0
    assert capsys.readouterr().out == "some.lock: NOT AUDITED: the service of advisories can't be reached from here.\n"
