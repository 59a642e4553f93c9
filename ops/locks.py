"""Write the locks from the ranges: the newest versions inside them, with hashes, for Python 3.11 and newer.

    python -m ops.locks                  requirements*.lock of the project
    python -m ops.locks --into FOLDER    the same files elsewhere, to compare with

The largest set is resolved first and the smaller ones take their versions from it, so that all three agree.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from ops.bootstrap import OLDEST, ROOT, locks_within

HEADER = "# Written by `python -m ops.locks` from {}; don't edit by hand.\n"
COMPILE = [
    *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate"),
    *("--universal", "--generate-hashes", "--python-version", "{}.{}".format(*OLDEST)),
]


def write(folder: Path) -> None:
    """Write every lock into ``folder``; raise CalledProcessError when the ranges can't be met."""
    constraints: list[str] = []
    for lock in locks_within("requirements-dev.lock"):
        ranges = Path(lock).with_suffix(".txt").name
        command = [*COMPILE, *constraints, str(ROOT / ranges)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=folder)
        (folder / lock).write_text(HEADER.format(ranges) + done.stdout)
        constraints = constraints or ["--constraints", str((folder / lock).absolute())]


def main(arguments: list[str]) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser("python -m ops.locks", description="Write the locks from the ranges.")
    parser.add_argument("--into", type=Path, default=ROOT, metavar="FOLDER", help="where to (the project)")
    write(parser.parse_args(arguments).into)


if __name__ == "__main__":
    main(sys.argv[1:])
