import re

import pytest
from django.conf import settings

from desks.files import CSV, PDF, file_response

# What makes a response with a file, or names one
WAYS = re.compile(r"\b(?:HttpResponse|FileResponse|StreamingHttpResponse|content_disposition_header)\(|Disposition")
LEFT_OUT = {"tests", "bench", ".venv"}  # no address of the portal leads to a benchmark


def test_no_other_module_makes_a_response_with_a_file():
    found = {
        str(path): set(WAYS.findall(file.read_text()))
        for file in settings.BASE_DIR.glob("*/**/*.py")
        if not LEFT_OUT & set((path := file.relative_to(settings.BASE_DIR)).parts)
    }

    assert {path: ways for path, ways in found.items() if ways} == {
        "desks/files.py": {"HttpResponse(", "FileResponse(", "content_disposition_header(", "Disposition"},
        "hosts/event_streams.py": {"StreamingHttpResponse("},  # no file, but events
        "icp_portal/watch/metrics.py": {"HttpResponse("},  # no file, but measures
        "interchange/soap/views.py": {"HttpResponse("},  # no file, but a SOAP message
    }


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("", "inline"),
        ("months.csv", 'attachment; filename="months.csv"'),
        ("核验单.pdf", "attachment; filename*=utf-8''%E6%A0%B8%E9%AA%8C%E5%8D%95.pdf"),
    ],
)
def test_a_private_file_is_shown_or_named_and_never_stored_on_its_way(name: str, disposition: str):
    response = file_response(b"x", PDF, name)

    assert (response.content, dict(response.headers)) == (
        b"x",
        {
            "Content-Type": PDF,
            "Content-Disposition": disposition,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def test_a_published_file_may_be_cached():
    assert "Cache-Control" not in file_response(b"x", CSV, "x.csv", published=True).headers
