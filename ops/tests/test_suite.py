"""The suite runs whatever tests there are, and prints what they have measured."""

import configparser
from io import StringIO

import pytest

from ops.bootstrap import ROOT


def test_every_folder_of_tests_is_run():
    config = configparser.ConfigParser()
    config.read(ROOT / "pytest.ini")

    assert {folder.parent.name for folder in ROOT.glob("*/tests")} == set(config["pytest"]["testpaths"].split())


def test_the_end_of_a_run_prints_what_a_test_has_measured(pytestconfig):
    printed = StringIO()
    reporter = pytest.TerminalReporter(pytestconfig, printed)
    measured = [("measured", "12 files in 3 s"), ("other", "unprinted")]
    for nodeid, found in (("a.py::test_drill", measured), ("a.py::test_else", [])):
        report = pytest.TestReport(nodeid, ("a.py", 1, ""), {}, "passed", None, "call", user_properties=found)
        reporter.stats.setdefault("passed", []).append(report)

    pytestconfig.pluginmanager.getplugin(str(ROOT / "conftest.py")).pytest_terminal_summary(reporter)

    assert "measured by a.py::test_drill" in printed.getvalue()
    assert printed.getvalue().splitlines()[1:] == ["12 files in 3 s"]
