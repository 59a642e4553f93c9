"""The text of the pages of a PDF."""

import re
from contextlib import closing

from pypdfium2 import PdfDocument


def pages(content: bytes) -> list[str]:
    """The text of each page without the blanks and breaks of its lines."""
    with closing(PdfDocument(content)) as document:
        return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in document]
