"""PgBouncer and nginx as parts, from Debian's packages, with the configuration that a rehearsal needs."""

import os
import shutil
import signal
import socket
import sys
import time
from pathlib import Path

from ops.children import Part, spawn
from ops.engines import EngineError, Postgres
from ops.supervisor import Program

PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"  # Debian's servers are not on a user's path
START_SECONDS = 60.0
DATABASE = "portal"

# Both as in deploy/, without what needs a certificate or a password
POOLER = """
[databases]
{database} = host={primary} user=icp
{database}_replica = host={replica} dbname={database} user=icp
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_client_conn = 200
default_pool_size = 20
server_connect_timeout = 3
server_login_retry = 1
query_wait_timeout = 30
ignore_startup_parameters = extra_float_digits
"""

PROXY = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_max_body_size 72m;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream servers {{
{servers}
  }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://servers;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_connect_timeout 2s;
      # A request that changes something is never sent a second time.
      proxy_next_upstream error timeout http_503;
      proxy_next_upstream_tries 2;
    }}
  }}
}}
"""


def found(program: str) -> str | None:
    """Return the path of a program of this machine; None if it is not installed."""
    return shutil.which(program, path=PLACES)


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Listener(Program):
    """A program that listens on a port; started once it accepts connections there."""

    port: int

    def start(self) -> None:
        super().start()
        wait_for_port(self, self.port)


def wait_for_port(part: Part, port: int) -> None:
    """Return once something accepts connections at the port; raise EngineError if the part ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while not _accepts(port):
        if part.has_ended or time.monotonic() > deadline:
            said = part.child.last_lines() if part.child else ""
            raise EngineError(f"{part.name} did not start; see {part.log}:\n{said}")
        time.sleep(0.05)


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Pooler(Part):
    """PgBouncer before two database servers; ``point_to`` names others while it runs."""

    name = "PgBouncer"

    def __init__(self, folder: Path, log: Path) -> None:
        self.log = log
        self.port = free_port()
        self._file = folder / "pgbouncer.ini"
        self._prefix: tuple[str, ...] = ()

    def point_to(self, primary: Postgres, replica: Postgres) -> None:
        """Send what comes from now on to these servers."""
        self._prefix = primary.identity.prefix  # who may enter the folder of the database's socket
        servers = {"primary": primary.socket, "replica": replica.socket}
        self._file.write_text(POOLER.format(database=DATABASE, port=self.port, **servers))
        if self.child and not self.has_ended:
            self.child.process.send_signal(signal.SIGHUP)

    def start(self) -> None:
        program = found("pgbouncer")
        self.child = spawn([*self._prefix, str(program), str(self._file)], self.log, stop_signal=signal.SIGINT)
        wait_for_port(self, self.port)

    def url(self, suffix: str = "") -> str:
        """Return the DATABASE_URL of the primary, or with the suffix ``_replica`` of the replica."""
        return f"postgres://icp@127.0.0.1:{self.port}/{DATABASE}{suffix}"


class FrontProxy(Listener):
    """nginx before one or several servers."""

    def __init__(self, folder: Path, log: Path, port: int, behind: list[int]) -> None:
        folder.mkdir()
        servers = "\n".join(f"    server 127.0.0.1:{one} max_fails=1 fail_timeout=2s;" for one in behind)
        file = folder / "nginx.conf"
        file.write_text(PROXY.format(folder=folder, servers=servers, port=port))
        self.port = port
        command = [str(found("nginx")), "-p", str(folder), "-c", str(file), "-e", "stderr"]
        super().__init__("nginx", command, log, os.environ, 3)


class Bucket(Listener):
    """A server of S3's protocol with one bucket, whose content doesn't survive it: so the proxy before it is killed."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "moto.server", "-p", str(self.port)]
        super().__init__("S3 server", command, log, os.environ, 3)
        self.proxy = FrontProxy(folder / "s3", log, free_port(), [self.port])

    def start(self) -> None:
        import boto3

        super().start()
        signed = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
        boto3.client("s3", endpoint_url=f"http://127.0.0.1:{self.port}", **signed).create_bucket(Bucket="evidence")

    @property
    def url(self) -> str:
        """Return the EVIDENCE_STORAGE of the bucket behind its proxy."""
        return f"s3://key:secret@127.0.0.1:{self.proxy.port}/evidence?region=us-east-1&tls=false"


class SharedFolder(Part):
    """The folder of the evidence, as a file system of the network that can be lost and comes back."""

    name = "shared folder"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._gone = folder.with_name(f"{folder.name}.away")
        folder.mkdir()

    def start(self) -> None:
        if self._gone.exists():
            self.folder.unlink()
            self._gone.rename(self.folder)

    def kill(self) -> None:
        self.folder.rename(self._gone)
        self.folder.touch()  # a file, so that nothing can be stored at the same place meanwhile

    def stop(self) -> None:
        """Nothing runs."""

    @property
    def has_ended(self) -> bool:
        return self._gone.exists()
