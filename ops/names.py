"""Fail when two public classes of the source have the same name: ``python -m ops.names``.

Names prescribed by Django (of management commands and migrations) may repeat, and so may inner classes.
"""

import ast
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
GIVEN_BY_DJANGO = {"Command", "Migration"}
LEFT_OUT = {"tests", "migrations", ".venv"}


def classes() -> dict[str, list[str]]:
    """Return the files that define each public top-level class, by class name."""
    found = defaultdict(list)
    for file in sorted(ROOT.glob("*/**/*.py")):
        path = file.relative_to(ROOT)
        if not LEFT_OUT & set(path.parts):
            for node in ast.parse(file.read_text()).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(str(path))
    return found


def main() -> int:
    """Print the names that exist more than once; return the exit code."""
    twice = {name: files for name, files in classes().items() if len(files) > 1 and name not in GIVEN_BY_DJANGO}
    for name, files in sorted(twice.items()):
        print(f"{name}: {', '.join(files)}")
    return 1 if twice else 0


if __name__ == "__main__":
    sys.exit(main())
