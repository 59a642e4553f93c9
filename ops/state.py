"""State that a machine's portal keeps between runs, in var/: its lock, its secrets, its folders."""

import base64
import fcntl
import json
import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ops.bootstrap import ROOT
from ops.guard import GRACE, birth, hold, is_running

LOG_BYTES = 10_000_000

SECRETS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FIELD_KEYS": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "DIGEST_KEY": lambda: secrets.token_urlsafe(32),
    "AUDIT_KEY": lambda: secrets.token_urlsafe(32),
}


class PortalError(RuntimeError):
    """The portal can't start or continue; the text says why, and what to look at."""


@dataclass(frozen=True)
class State:
    """The folder ``var/`` (elsewhere when PORTAL_VAR says so)."""

    folder: Path

    @classmethod
    def of_this_machine(cls) -> "State":
        """Return the state of this machine's portal, whether or not it exists yet."""
        return cls(Path(os.environ.get("PORTAL_VAR", ROOT / "var")).absolute())

    def log(self, name: str) -> Path:
        """Return the log file of the part ``name``."""
        return self.folder / "logs" / f"{name}.log"

    def prepare(self) -> None:
        """Create the private folders; rotate large logs, keeping one old file of each."""
        for private in ("logs", "evidence", "mail"):
            (self.folder / private).mkdir(exist_ok=True, mode=0o700)
        for log in (self.folder / "logs").glob("*.log"):
            if log.stat().st_size > LOG_BYTES:
                log.replace(log.with_suffix(".log.1"))

    def lock(self, address: str) -> None:
        """Take the lock for as long as this process or a child runs; raise PortalError when another portal has it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        if not _take(lock):
            self._refuse_beside_a_running_one()
            _wait_for(lock)
        os.truncate(lock, 0)
        owner = {"pid": os.getpid(), "birth": birth(os.getpid()), "address": address}
        os.pwrite(lock, json.dumps(owner).encode(), 0)
        hold(lock)

    def _refuse_beside_a_running_one(self) -> None:
        """Raise PortalError, unless the lock's owner was killed and its guard is still cleaning up."""
        try:
            owner = json.loads((self.folder / "lock").read_text())
        except ValueError:
            raise PortalError("The portal is already starting.") from None
        # After a kill its process id may belong to another process.
        if is_running(owner["pid"]) and birth(owner["pid"]) == owner.get("birth", ""):
            raise PortalError(f"The portal is already running at {owner['address']}")

    def environment(self) -> dict[str, str]:
        """Return the variables of the last start; empty when there was none."""
        try:
            lines = self._environment_file.read_text().splitlines()
        except FileNotFoundError:
            return {}
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def secrets(self) -> dict[str, str]:
        """Return the secrets, created and stored on the first call because data is encrypted with them."""
        known = self.environment()
        wanted = {name: known.get(name) or make() for name, make in SECRETS.items()}
        if wanted.items() - known.items():
            self.keep_environment(wanted)
        return wanted

    def keep_environment(self, environment: Mapping[str, str]) -> None:
        """Replace the stored variables atomically, in a file that only its owner can read."""
        unfinished = self.folder / "portal.env.part"
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w") as file:
            file.writelines(f"{name}={value}\n" for name, value in environment.items())
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._environment_file)

    @property
    def _environment_file(self) -> Path:
        return self.folder / "portal.env"


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for(lock: int) -> None:
    deadline = time.monotonic() + GRACE + 4
    while not _take(lock):
        if time.monotonic() > deadline:
            raise PortalError("The processes of the last portal are still running.")
        time.sleep(0.1)
