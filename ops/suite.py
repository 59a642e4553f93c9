"""Run the whole test suite with pytest; conftest.py starts the engines it needs."""

import os
import sys
from typing import NoReturn

from ops.bootstrap import ROOT


def run(arguments: list[str]) -> NoReturn:
    """Replace this process by pytest, without DJANGO_SETTINGS_MODULE: conftest.py sets it once the engines are up."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])
