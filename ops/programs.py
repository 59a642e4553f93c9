"""Programs of the machine as parts, from Debian's packages: where they are, the ports they listen on, and PgBouncer."""

import os
import shutil
import signal
import socket
import time
from pathlib import Path

from ops.children import Part, spawn
from ops.engines import EngineError, Identity

PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"  # Debian's servers are not on a user's path
START_SECONDS = 60.0

# As in deploy/, without what needs a certificate or a password
POOLER = """
[databases]
{databases}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_client_conn = 500
default_pool_size = 20
server_connect_timeout = 3
server_login_retry = 1
server_idle_timeout = {idle}
query_wait_timeout = 30
ignore_startup_parameters = extra_float_digits
stats_users = icp, icp_app
"""


def found(program: str) -> str | None:
    """Return the path of a program of this machine; None if it is not installed."""
    return shutil.which(program, path=PLACES)


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for_port(part: Part, port: int) -> None:
    """Return once something accepts connections at the port; raise EngineError if the part ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while not _accepts(port):
        if part.has_ended or time.monotonic() > deadline:
            output = part.child.last_lines() if part.child else ""
            raise EngineError(f"{part.name} did not start; see {part.log}:\n{output}")
        time.sleep(0.05)


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Pooler(Part):
    """PgBouncer before the databases that ``point_to`` names; it may name others while it runs.

    A connection to a database that nobody has used for ``idle`` seconds is closed.
    """

    name = "PgBouncer"

    def __init__(self, folder: Path, log: Path, *, idle: int = 600) -> None:
        self.log = log
        self.port = free_port()
        self._file = folder / "pgbouncer.ini"
        self._idle = idle
        self._prefix: tuple[str, ...] = ()

    def point_to(self, identity: Identity, databases: dict[str, str]) -> None:
        """Send what comes from now on to ``databases``: the name that clients use (``*``: any) → PgBouncer's words.

        ``identity`` runs the servers: it may enter the folders of their sockets.
        """
        self._prefix = identity.prefix
        lines = "\n".join(f"{name} = {words}" for name, words in databases.items())
        self._file.write_text(POOLER.format(databases=lines, port=self.port, idle=self._idle))
        if self.child and not self.has_ended:
            self.child.process.send_signal(signal.SIGHUP)

    def start(self) -> None:
        program = found("pgbouncer")
        if program is None:
            raise EngineError("There is no pgbouncer on this machine. Install it (Debian: apt-get install pgbouncer).")
        self.child = spawn([*self._prefix, program, str(self._file)], self.log, stop_signal=signal.SIGINT)
        wait_for_port(self, self.port)

    def url(self, database: str) -> str:
        """Return the DATABASE_URL of ``database``."""
        return f"postgres://icp@127.0.0.1:{self.port}/{database}"
