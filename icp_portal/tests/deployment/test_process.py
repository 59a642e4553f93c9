"""Libraries that a process of the portal loads at its start."""

import subprocess
import sys

from ops.bootstrap import ROOT

LATE = ("openpyxl", "fpdf", "fontTools", "pypdfium2", "zeep", "onnxruntime", "rapidocr", "cv2", "sentry_sdk")


def test_a_web_server_starts_without_the_libraries_that_few_requests_need():
    code = (
        "import django, sys; django.setup(); import icp_portal.urls, icp_portal.wsgi;"
        f" print([name for name in {LATE} if name in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'icp_portal.settings'; {code}"],
        capture_output=True,
        check=True,
        text=True,
        cwd=ROOT,
    )

    assert said.stdout == "[]\n"
