"""The WSGI entry point."""

import os
import sys

from django.core.wsgi import get_wsgi_application

# openpyxl loads numpy where it is installed, which only the worker that reads certificates needs: 20 MB a process.
sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp_portal.settings")

application = get_wsgi_application()
