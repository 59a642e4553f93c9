"""Case files as they are fetched from a desk, and the text in them."""

import re
from contextlib import closing
from typing import Any

from django.urls import reverse
from pypdfium2 import PdfDocument

from icp_portal.tests.builders import Case, client_of


def fetched(actor: Any, case: Case, form: str = "pdf", desk: str = "bureau_desk") -> bytes:
    response = client_of(actor).get(reverse(f"{desk}:case_file", args=[case.filing.pk, form]))
    assert response.status_code == 200
    return response.getvalue()


def text(content: bytes) -> str:
    """Return the text of a PDF, without blanks, line breaks and page footers."""
    with closing(PdfDocument(content)) as document:
        pages = [unblanked(page.get_textpage().get_text_range()) for page in document]
    return "".join(re.sub(r"备案单\d+案卷\d+/\d+$", "", page) for page in pages)


def unblanked(words: object) -> str:
    return re.sub(r"\s", "", str(words))
