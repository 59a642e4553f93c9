"""The WSGI entry point."""

import os
import sys
from importlib.abc import MetaPathFinder
from typing import Any

from django.core.wsgi import get_wsgi_application


class WithoutNumpy(MetaPathFinder):
    """Let no import find numpy, which is there for the worker that reads certificates.

    openpyxl and fpdf2 load it wherever it is installed: 20 MB for each process of the web server, and for nothing.
    """

    def find_spec(self, fullname: str, _path: Any, _target: Any = None) -> None:
        if fullname == "numpy":
            raise ModuleNotFoundError(name=fullname)


sys.meta_path.insert(0, WithoutNumpy())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp_portal.settings")

application = get_wsgi_application()
