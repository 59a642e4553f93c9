"""Find a working Python, build .venv, install the requirements and re-execute in it. Standard library only.

python3 -m ops.bootstrap requirements-dev.lock     only build and install

Each set of requirements has two files: ``NAME.txt`` has the ranges of what the project imports, ``NAME.lock`` the
versions and hashes of everything that is installed (``ops.locks`` writes it from the ranges).
"""

from __future__ import annotations

import fcntl
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)
PREFERRED = ((3, 13), (3, 12), (3, 14), (3, 11))
ENTERED = "PORTAL_VENV_ENTERED"  # set across the change of interpreter, so that a broken .venv can't loop
PROBE = """
import sys
try:
    import ensurepip, venv
except ImportError:
    print(*sys.version_info[:2], 0)
else:
    print(*sys.version_info[:2], 1)
"""


class Interpreter:
    """A working Python, its version, and whether it can create virtual environments."""

    def __init__(self, path: str, version: tuple[int, int], makes_venvs: bool) -> None:
        self.path = path
        self.version = version
        self.makes_venvs = makes_venvs

    @property
    def rank(self) -> tuple[bool, int]:
        """Return the sort key, best first: interpreters that need no package, then by preferred version."""
        known = self.version in PREFERRED
        return (not self.makes_venvs, PREFERRED.index(self.version) if known else len(PREFERRED))

    @property
    def venv_package(self) -> str:
        """Return the Debian package that adds virtual environments to this Python."""
        return "python{}.{}-venv".format(*self.version)


def enter(lock: str | None) -> None:
    """Make sure that ``lock`` (a file's name) is installed in the running interpreter; restart in .venv if need be.

    ``None`` asks for any interpreter with Django: the project's own .venv if it exists, else the present one.
    """
    if _inside(VENV):
        if lock is None or is_installed(VENV, lock):
            os.environ.pop(ENTERED, None)
            return
    elif not VENV.exists() and _has_packages(lock):
        return
    if ENTERED in os.environ:
        sys.exit(f"{VENV} was made, but its Python does not work in it. Remove the folder and try again.")
    if lock is not None or not VENV.exists():
        install(VENV, lock or "requirements-portal.lock")
    os.environ[ENTERED] = "1"
    python = str(_python(VENV))
    # Repeats the command line, also with -m; Python before 3.10 has no ``orig_argv``.
    os.execv(python, [python, *getattr(sys, "orig_argv", ["", *sys.argv])[1:]])


def install(venv: Path, lock: str) -> None:
    """Create ``venv`` if it doesn't exist and install ``lock``; do nothing when it is installed already."""
    with open(f"{venv}.lock", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if is_installed(venv, lock):
            return
        started = time.monotonic()
        if probe(str(_python(venv))) is None:
            _make(venv, best_interpreter())
        _say(f"Installing {lock} …")
        _pip(venv, lock)
        _remember(venv, lock)
        _say(f"Ready after {time.monotonic() - started:.0f} s.")


def is_installed(venv: Path, lock: str) -> bool:
    """Return whether exactly this content of ``lock`` was installed into ``venv``."""
    return _python(venv).exists() and _remembered(venv).get(lock) == _digest(lock)


def best_interpreter() -> Interpreter:
    """Return the best Python of this machine; exit with advice when there is none."""
    found = [interpreter for path in _candidates() if (interpreter := probe(path))]
    if not found:
        sys.exit("Python {}.{} or newer is needed, for example: {}".format(*OLDEST, _apt_line("python3 python3-venv")))
    return min(found, key=lambda interpreter: interpreter.rank)


def probe(path: str) -> Interpreter | None:
    """Run and describe the Python at ``path``; None when it is too old or fails, as a version manager's shim may."""
    try:
        done = subprocess.run([path, "-c", PROBE], capture_output=True, text=True, timeout=20, check=False)
        major, minor, makes_venvs = map(int, done.stdout.split())
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    if (major, minor) < OLDEST:
        return None
    return Interpreter(path, (major, minor), bool(makes_venvs))


def _candidates() -> list[str]:
    names = [f"python{major}.{minor}" for major, minor in PREFERRED] + ["python3"]
    paths = [f"{folder}/{name}" for name in names for folder in ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")]
    paths += [path for name in names if (path := shutil.which(name))]
    paths += sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/*/bin/python")), reverse=True)
    return [path for path in dict.fromkeys([*paths, sys.executable]) if os.path.exists(path)]


def _make(venv: Path, interpreter: Interpreter) -> None:
    if not interpreter.makes_venvs:
        _install_venv_package(interpreter)
    _say("Making {} with Python {}.{}, once …".format(venv.name, *interpreter.version))
    done = subprocess.run(
        [interpreter.path, "-m", "venv", "--clear", str(venv)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{venv} could not be made:\n{done.stdout}{done.stderr}")


def _install_venv_package(interpreter: Interpreter) -> None:
    package = interpreter.venv_package
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"Python can't make a virtual environment. Type this, then try again:\n  {_apt_line(package)}")
    _say(f"Installing {package} …")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", package]):
        done = subprocess.run(["apt-get", "-qq", *words], env=quiet, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{package} could not be installed:\n{done.stdout}{done.stderr}")


def _apt_line(packages: str) -> str:
    return f"{'' if os.geteuid() == 0 else 'sudo '}apt-get install {packages}"


def _pip(venv: Path, lock: str) -> None:
    command = [str(_python(venv)), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    for attempt in (1, 2, 3):
        if subprocess.run([*command, "--require-hashes", "-r", str(ROOT / lock)], check=False).returncode == 0:
            return
        _say(f"That failed (attempt {attempt} of 3).")
        time.sleep(2 * attempt)
    sys.exit(f"pip could not install {lock}.")


def _python(venv: Path) -> Path:
    return venv / "bin" / "python"


def _inside(venv: Path) -> bool:
    return venv.exists() and Path(sys.prefix).resolve() == venv.resolve()


def _has_packages(lock: str | None) -> bool:
    """Return whether the running interpreter already has the packages of ``lock``, outside of .venv."""
    if lock is None:
        return _is_present("django")
    return sys.prefix != sys.base_prefix and all(map(_is_present, _package_names(lock)))


def _is_present(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def _package_names(lock: str) -> list[str]:
    """Return the packages the project itself imports: a prepared environment may have other versions of the rest."""
    lines = [line.strip() for name in locks_within(lock) for line in _ranges(name).read_text().splitlines()]
    wanted = [line for line in lines if line and line[0] not in "#-"]
    return [line.split("[")[0].split(">")[0].split("=")[0].split("<")[0].strip() for line in wanted]


def locks_within(lock: str) -> list[str]:
    """Return the lock and every lock that it includes, the largest first."""
    lines = _ranges(lock).read_text().splitlines()
    included = [Path(line.split()[1]).stem for line in lines if line.startswith("-r ")]
    return [lock, *(part for name in included for part in locks_within(f"{name}.lock"))]


def _ranges(lock: str) -> Path:
    return (ROOT / lock).with_suffix(".txt")


def _digest(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def _remembered(venv: Path) -> dict[str, str]:
    try:
        known = json.loads((venv / "installed.json").read_text())
    except (OSError, ValueError):
        return {}
    return dict(known)


def _remember(venv: Path, lock: str) -> None:
    known = {**_remembered(venv), **{part: _digest(part) for part in locks_within(lock)}}
    (venv / "installed.json").write_text(json.dumps(known, indent=1))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    install(VENV, sys.argv[1])
