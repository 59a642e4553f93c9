"""Fail when a file, a function or a folder of the source is too large to be read at once: ``python -m ops.sizes``.

Or when an app, or a package of an app, holds too much of the whole. Migrations are left out. Test functions may be
longer; shares are of the source without tests.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILE, FUNCTION, FOLDER = 400, 40, 25  # lines, lines, modules
APP, PACKAGE = 35, 12  # percent of all lines; both below
LEFT_OUT = {"migrations", ".venv"}


def sources() -> Iterator[Path]:
    """Yield the Python files of the project, relative to its root."""
    for file in sorted(ROOT.glob("**/*.py")):
        path = file.relative_to(ROOT)
        if not LEFT_OUT & set(path.parts):
            yield path


def faults() -> Iterator[str]:
    """Yield what is too large, in words."""
    modules: Counter[Path] = Counter()
    for path in sources():
        text = (ROOT / path).read_text()
        if (lines := len(text.splitlines())) > FILE:
            yield f"{path}: {lines} lines, at most {FILE}"
        modules[path.parent] += path.name != "__init__.py"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION and not ("tests" in path.parts and node.name.startswith("test_")):
                    yield f"{path}:{node.lineno}: {node.name} has {lines} lines, at most {FUNCTION}"
    for folder, count in modules.items():
        if count > FOLDER:
            yield f"{folder}: {count} modules, at most {FOLDER}"


def large_shares() -> Iterator[str]:
    """Yield the apps and the packages directly below an app that hold too much of the source, in words."""
    lines: Counter[Path] = Counter()
    for path in sources():
        if "tests" not in path.parts:
            count = len((ROOT / path).read_text().splitlines())
            for holder in path.parents:  # the root of the project is one of them
                lines[holder] += count
    for holder, count in lines.items():
        limit = {1: APP, 2: PACKAGE}.get(len(holder.parts))
        if limit and (share := 100 * count / lines[Path()]) >= limit:
            yield f"{holder}: {share:.1f} % of the source, must be under {limit} %"


def main() -> int:
    """Print what is too large; return the exit code."""
    found = [*faults(), *large_shares()]
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
