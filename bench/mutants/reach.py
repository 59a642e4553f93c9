"""A pytest plugin: records which tests run the lines of which defect, or runs the tests that it is told, in order.

``MUTANTS_RECORD`` names a file with the defects, to which the answer is written; ``MUTANTS_RUN`` one with test ids.
"""

import functools
import gc
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

# Python 3.12 and newer. Without it every test counts as running every line: right, and slow.
MONITORING: Any = getattr(sys, "monitoring", None)
_KEPT: Any = type(functools.lru_cache(len))
LIMITED = "filings/evidence/limited"
# Module that runs in child processes, where nothing is recorded → the module that starts these.
IN_CHILDREN = {
    f"{LIMITED}/{name}.py": f"{LIMITED}/children.py" for name in ("child", "pdf", "picture", "readability", "table")
}

# Tests that read constants of every module. Reading one runs no line of its file.
OF_CONSTANTS = "icp_portal/tests/documentation/test_limits.py"


class Recorder:
    """Notes for each defect the passed tests that run a line of it, or else its file.

    A test that runs the module that starts child processes counts as running every line that may run in one; a test of
    constants as running every file.
    """

    def __init__(self, order: Path) -> None:
        self.order = order
        self.spans: list[tuple[str, int, int]] = [tuple(span) for span in json.loads(order.read_text())]
        self.files = {path for path, _first, _last in self.spans}
        self.starters = {path: IN_CHILDREN[path] for path in self.files & IN_CHILDREN.keys()}
        self.files |= set(self.starters.values())
        self.lines: set[tuple[str, int]] = set()
        self.by_line: list[list[str]] = [[] for _span in self.spans]
        self.by_file: list[list[str]] = [[] for _span in self.spans]
        self.failed: set[str] = set()
        self.root = f"{Path.cwd()}/"
        if MONITORING:
            MONITORING.use_tool_id(MONITORING.COVERAGE_ID, "mutants")
            MONITORING.register_callback(MONITORING.COVERAGE_ID, MONITORING.events.PY_START, self._start)
            MONITORING.register_callback(MONITORING.COVERAGE_ID, MONITORING.events.LINE, self._line)
            MONITORING.set_events(MONITORING.COVERAGE_ID, MONITORING.events.PY_START)
            self._note_kept_results()
        self._kept_before = [one for one in gc.get_objects() if isinstance(one, _KEPT) and self._has_defects(one)]

    def _start(self, code: CodeType, _offset: int) -> object:
        """Watch the lines of a function in a file with a defect, and of no others; called once for each function."""
        if code.co_filename.removeprefix(self.root) in self.files:
            MONITORING.set_local_events(MONITORING.COVERAGE_ID, code, MONITORING.events.LINE)
        return MONITORING.DISABLE

    def _line(self, code: CodeType, line: int) -> None:
        self.lines.add((code.co_filename.removeprefix(self.root), line))

    def _note_kept_results(self) -> None:
        """Let every call of a function with ``cache`` or ``lru_cache`` count as running its lines, not only the first.

        For modules that are imported later; what is in ``_kept_before`` forgets its results before each test.
        """
        lru_cache = functools.lru_cache

        def noting(maxsize: Any = 128, typed: bool = False) -> Any:
            if callable(maxsize):
                return self._noted(maxsize, lru_cache(maxsize))
            return lambda function: self._noted(function, lru_cache(maxsize, typed)(function))

        functools.lru_cache, functools.cache = noting, noting(None)

    def _has_defects(self, kept: Any) -> bool:
        """Return whether a function with a cache is in a file with a defect."""
        code = getattr(kept.__wrapped__, "__code__", None)  # None: written in C
        return code is not None and code.co_filename.removeprefix(self.root) in self.files

    def _noted(self, function: Callable[..., Any], kept: Any) -> Any:
        if not self._has_defects(kept):
            return kept
        run: set[tuple[str, int]] = set()

        @functools.wraps(function)
        def call(*given: Any, **named: Any) -> Any:
            before, self.lines = self.lines, set()
            try:
                return kept(*given, **named)
            finally:
                run.update(self.lines)
                self.lines = before | run

        call.cache_clear, call.cache_info = kept.cache_clear, kept.cache_info  # type: ignore[attr-defined]
        return call

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        for kept in self._kept_before:
            kept.cache_clear()
        self.lines = set() if MONITORING else {(path, first) for path, first, _last in self.spans}
        answer = yield
        files = {path for path, _line in self.lines}
        for number, (path, first, last) in enumerate(self.spans):
            in_child = self.starters.get(path) in files
            if in_child or any((path, line) in self.lines for line in range(first, last + 1)):
                self.by_line[number].append(item.nodeid)
            elif path in files or item.nodeid.startswith(OF_CONSTANTS):
                self.by_file[number].append(item.nodeid)
        return answer

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        reached = [
            [test for test in by_line or by_file if test not in self.failed]
            for by_line, by_file in zip(self.by_line, self.by_file, strict=True)
        ]
        self.order.write_text(json.dumps({"reached": reached, "failed": sorted(self.failed)}))


class Chosen:
    """Runs the given tests alone; a test that the defect has renamed or removed is missing."""

    def __init__(self, order: Path) -> None:
        self.tests: dict[str, int] = {test: number for number, test in enumerate(json.loads(order.read_text()))}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self.tests), key=lambda item: self.tests[item.nodeid]
        )


def pytest_configure(config: pytest.Config) -> None:
    """Register what the environment asks for."""
    if order := os.environ.get("MUTANTS_RECORD"):
        config.pluginmanager.register(Recorder(Path(order)))
    if order := os.environ.get("MUTANTS_RUN"):
        config.pluginmanager.register(Chosen(Path(order)))
