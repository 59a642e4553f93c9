"""The suite runs whatever tests there are."""

import configparser

from ops.bootstrap import ROOT


def test_every_folder_of_tests_is_run():
    config = configparser.ConfigParser()
    config.read(ROOT / "pytest.ini")

    assert {folder.parent.name for folder in ROOT.glob("*/tests")} == set(config["pytest"]["testpaths"].split())
