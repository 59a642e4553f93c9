"""Where a defect may be planted in a source file, and what it looks like."""

import ast
import copy
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

LEFT_OUT_FOLDERS = {"tests", "migrations"}
# Tables, addresses, and what only sets looks.
LEFT_OUT_FILES = {"admin.py", "code_tables.py", "data.py", "divisions.py", "sheet_pdf.py", "topic_terms.py", "urls.py"}
LOOKS = {"attrs", "cols", "help_text", "indent", "max_length", "rows", "verbose_name", "widget"}
UNNOTICED = LOOKS | {"seconds"}  # nobody notices one second more
LOGGERS = {"log", "logger", "logging"}
PAIRS: list[tuple[type[ast.AST], type[ast.AST]]] = [
    (ast.Lt, ast.LtE),
    (ast.Gt, ast.GtE),
    (ast.Eq, ast.NotEq),
    (ast.In, ast.NotIn),
    (ast.Is, ast.IsNot),
    (ast.And, ast.Or),
    (ast.Add, ast.Sub),
]
OTHER = dict(PAIRS) | {second: first for first, second in PAIRS}


@dataclass(frozen=True, order=True)
class Defect:
    """The bytes from ``begin`` to ``end`` of a file, on the lines from ``first`` to ``last``, become ``text``."""

    path: str
    begin: int
    end: int
    first: int
    last: int
    text: str

    def plant(self, root: Path) -> bytes:
        """Write the file with the defect below ``root``; return what was there before."""
        file = root / self.path
        before = file.read_bytes()
        rewrite(file, before[: self.begin] + self.text.encode() + before[self.end :])
        return before


def rewrite(file: Path, content: bytes) -> None:
    """Write a source file so that Python compiles it again: its cache goes by size and by the second of the change."""
    later = file.stat().st_mtime + 2
    file.write_bytes(content)
    os.utime(file, (later, later))


def in_folder(root: Path, folder: str) -> list[Defect]:
    """Return every defect that may be planted in the Python files of a folder, in a fixed order."""
    found = []
    for file in sorted((root / folder).rglob("*.py")):
        path = file.relative_to(root)
        if not LEFT_OUT_FOLDERS & set(path.parts) and path.name not in LEFT_OUT_FILES:
            found += in_source(file.read_bytes(), str(path))
    return sorted(found)


def in_source(source: bytes, path: str) -> list[Defect]:
    """Return every defect that may be planted in one source."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node, text in _changes(ast.parse(source), None):
        last, end = cast("int", node.end_lineno), cast("int", node.end_col_offset)
        begin = starts[node.lineno - 1] + node.col_offset
        found.append(Defect(path, begin, starts[last - 1] + end, node.lineno, last, text))
    return found


def _changes(node: ast.AST, function: ast.FunctionDef | None) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Yield each node that may be replaced below a node, with its replacement."""
    if isinstance(node, (ast.expr, ast.stmt)):
        yield from ((node, text) for text in _defects(node, function))
    if isinstance(node, (ast.If, ast.IfExp)) and not _is_for_types(node):
        yield node.test, f"(not ({ast.unparse(node.test)}))"
    if isinstance(node, ast.comprehension):
        yield from ((test, f"(not ({ast.unparse(test)}))") for test in node.ifs)
    if isinstance(node, ast.FunctionDef):
        function = node
    for child in _children(node):
        yield from _changes(child, function)


def _children(node: ast.AST) -> list[ast.AST]:
    """Return the children in which a defect would be one of behaviour: no annotation, table, column, log or look."""
    if isinstance(node, ast.JoinedStr) or _is_log(node) or _is_for_types(node) or _is_size(node):
        return []
    if isinstance(node, ast.BoolOp) and _is_key(node):
        return list(node.values[:-1])
    if isinstance(node, (ast.Module, ast.ClassDef)):
        return [child for child in node.body if not _is_table(child)]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return [*node.args.defaults, *(default for default in node.args.kw_defaults if default), *node.body]
    if isinstance(node, ast.AnnAssign):
        return [node.value] if node.value else []
    unnoticed = [child for child in ast.iter_child_nodes(node) if getattr(child, "arg", None) in UNNOTICED]
    return [child for child in ast.iter_child_nodes(node) if child not in unnoticed]


def _is_table(node: ast.stmt) -> bool:
    """Tell whether a statement of a module or class is a container, a column, or the Meta of a model."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        return not isinstance(node.value, ast.Constant)
    return isinstance(node, ast.ClassDef) and node.name == "Meta"


def _is_size(node: ast.AST) -> bool:
    """Tell whether a statement sets the size of a batch or the width of a column."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return any(ast.unparse(target).endswith(("BATCH", ".width")) for target in targets)


def _is_key(node: ast.BoolOp) -> bool:
    """Return whether a node is a primary key with a constant for None, such as ``subject_id or 0``."""
    *keys, other = node.values
    return isinstance(other, ast.Constant) and all(ast.unparse(key).endswith("_id") for key in keys)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def _is_log(node: ast.AST) -> bool:
    call = node.value if isinstance(node, ast.Expr) else node
    return isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[0] in LOGGERS


def _defects(node: ast.expr | ast.stmt, function: ast.FunctionDef | None) -> Iterator[str]:
    """Yield what may replace one node."""
    match node:
        case ast.Compare(ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE()]) if "timezone.now()" in ast.unparse(node):
            return  # nobody meets the very instant
        case ast.Compare(ops=[operator]):
            yield _with(node, "ops", [OTHER[type(operator)]()])
        case ast.BoolOp(op=operator) | ast.BinOp(op=ast.Add() | ast.Sub() as operator, right=ast.Constant(value=1)):
            yield f"({_with(node, 'op', OTHER[type(operator)]())})"
        case ast.UnaryOp(op=ast.Not()):
            yield f"({ast.unparse(node.operand)})"
        case ast.Constant(value=bool(value)):
            yield repr(not value)
        case ast.Constant(value=int(value)):
            yield repr(value + 1)
        case ast.Call(func=ast.Attribute(attr="filter" | "exclude")):
            yield from _wider(node)
        case ast.Expr(value=ast.Call()) if not _is_log(node):
            yield "pass"
        case ast.Return(value=ast.expr() as value) if (
            function and function.returns and ast.unparse(function.returns) == "bool"
        ):
            yield f"return not ({ast.unparse(value)})"


def _wider(call: ast.Call) -> Iterator[str]:
    """Yield a chain of rows without this call, and without one of its keywords."""
    yield ast.unparse(cast("ast.Attribute", call.func).value)
    if len(call.args) + len(call.keywords) > 1:
        for number in range(len(call.keywords)):
            yield _with(call, "keywords", call.keywords[:number] + call.keywords[number + 1 :])


def _with(node: ast.AST, field: str, value: object) -> str:
    changed = copy.copy(node)
    setattr(changed, field, value)
    return ast.unparse(changed)
