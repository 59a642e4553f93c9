"""The whole test suite, through pytest. What it needs around it is made by conftest.py."""

import os
import sys
from typing import NoReturn

from ops.bootstrap import ROOT


def run(arguments: list[str]) -> NoReturn:
    """Become pytest. It has to find the settings unnamed: conftest.py names them once the engines are up."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])
