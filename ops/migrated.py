"""A migrated database for the tests, copied instead of migrated again: migrating takes longer than most runs.

The cluster with the database ``DATABASE`` is kept in var/ under the digest of all files that have a part in it. A run
starts a copy of that cluster, and makes its test databases from that database as their template.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

from ops.bootstrap import ROOT
from ops.state import State

DATABASE = "migrated"
# Migrations, and what they import; how the cluster is made.
PARTS = (
    "*/migrations/*.py",
    "*/models.py",
    "*/models/**/*.py",
    "ministry/**/*.py",
    "accounts/*.py",
    "filings/facts.py",
    "icp_portal/settings.py",
    "ops/engines.py",
    "ops/migrated.py",
)


def digest() -> str:
    """Return the digest of the files and installed packages that decide what a migrated database holds."""
    files = {path for pattern in PARTS for path in ROOT.glob(pattern) if "tests" not in path.parts}
    packages = sorted(f"{package.name} {package.version}" for package in metadata.distributions())
    sums = hashlib.sha256("\n".join(packages).encode())
    for path in sorted(files):
        sums.update(f"{path.relative_to(ROOT)}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return sums.hexdigest()[:16]


def migrate(url: str, settings: dict[str, str]) -> None:
    """Migrate the database at ``url`` in a process with the environment ``settings``."""
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=os.environ | settings | {"DATABASE_URL": url}, check=True)


class KeptClusters:
    """The clusters in var/: the newest only. A lock keeps a run from removing what another one copies."""

    def __init__(self) -> None:
        self._folder = State.of_this_machine().folder / "test-clusters"
        self._kept = self._folder / digest()

    def copy_into(self, cluster: Path) -> bool:
        """Copy the kept cluster to ``cluster``, which doesn't exist; return False when none is kept."""
        with self._locked():
            if not self._kept.exists():
                return False
            cluster.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copytree(self._kept, cluster)
        return True

    def save(self, cluster: Path) -> None:
        """Keep a copy of the stopped ``cluster`` in place of all others; not of one that had to be killed."""
        if (cluster / "postmaster.pid").exists():
            return
        with self._locked(), tempfile.TemporaryDirectory(dir=self._folder) as unfinished:
            copied = Path(shutil.copytree(cluster, Path(unfinished) / "cluster"))
            for old in self._folder.iterdir():
                if old.is_dir() and old != Path(unfinished):
                    shutil.rmtree(old)
            copied.rename(self._kept)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
