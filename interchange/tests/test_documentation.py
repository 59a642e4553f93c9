"""The page of the documentation about the interface has every code, in both languages."""

import re
from pathlib import Path

from django.conf import settings

from interchange.result_codes import RESULTS, MsgCode, official

PAGE = Path(settings.BASE_DIR, "docs", "interchange.md")


def test_the_page_has_every_code_once_in_its_order(english):
    rows = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \|", PAGE.read_text(), re.MULTILINE)
    codes = [*((code.value, code.label) for code in MsgCode), *RESULTS.items()]

    assert rows == [(str(number), official(text), str(text)) for number, text in codes]


def test_a_test_that_the_page_names_exists():
    there = {file.stem for file in Path(settings.BASE_DIR, "interchange").glob("**/test_*.py")}

    assert set(re.findall(r"`(test_\w+)`", PAGE.read_text())) <= there
