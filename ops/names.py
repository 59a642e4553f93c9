"""Fail when the source has two public classes of one name, or a name made of a replaced word: ``python -m ops.names``.

Names prescribed by Django (of management commands and migrations) may repeat, and so may inner classes.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT = Path(__file__).parent.parent
GIVEN_BY_DJANGO = {"Command", "Migration"}
LEFT_OUT = {"migrations", ".venv", "var"}
# words that meant something to their authors only, without the endings s, ed, ing → the standard word instead
REPLACED: Final = {
    "carried": "valid, copied, sent or done",
    "house": "organisation, or overview of records",
    "ladder": "levels",
    "lain": "waited",
    "matter": "cancellation case",
    "mend": "correct, fix or repair",
    "radar": "shared traits",
    "rival": "blocking or other filing",
    "rung": "level",
    "stories": "histories or steps",
    "story": "history or steps",
    "telling": "mails, notices",
}
ENDING: Final = re.compile("(?<=..)(s|ed|ing)$")
DEFINITIONS: Final = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
WORDS: Final = re.compile(r"[a-z]+|[A-Z][a-z]*")


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """Yield each module of the source and of its tests: its path from the root and its syntax tree."""
    for file in sorted(ROOT.glob("*/**/*.py")):
        path = file.relative_to(ROOT)
        if not LEFT_OUT & set(path.parts):
            yield path, ast.parse(file.read_text())


def repeated(found: list[tuple[Path, ast.Module]]) -> Iterator[str]:
    """Yield a line for each public top-level class name that the source, without tests, defines more than once."""
    files = defaultdict(list)
    for path, tree in found:
        if "tests" not in path.parts:
            for node in tree.body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    files[node.name].append(str(path))
    for name, paths in sorted(files.items()):
        if len(paths) > 1 and name not in GIVEN_BY_DJANGO:
            yield f"{name}: {', '.join(paths)}"


def private(found: list[tuple[Path, ast.Module]]) -> Iterator[str]:
    """Yield a line for each module, class or function whose name contains a replaced word."""
    for path, tree in found:
        defined = (node.name for node in ast.walk(tree) if isinstance(node, DEFINITIONS))
        for name in ("/".join(path.with_suffix("").parts), *defined):
            words = {word.lower() for word in WORDS.findall(name)}
            for word in sorted(REPLACED.keys() & (words | {ENDING.sub("", word) for word in words})):
                yield f"{path}: {name}: for “{word}” write {REPLACED[word]}"


def main() -> int:
    """Print what is wrong with names; return the exit code."""
    found = list(modules())
    faults = [*repeated(found), *private(found)]
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
