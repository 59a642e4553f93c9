"""A picture's reading stands beside its fact; nothing is shown where there is no reading."""

import pytest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from filings.fields.display import FactRow, PictureReading

ROW = FactRow("subject.cert_number", "证件号码", "91110108MA01ABCD2X")


def shown(reading: PictureReading | None) -> str:
    row = FactRow(ROW.path, ROW.label, ROW.value, reading=reading)
    return render_to_string("components/summary_list.html", {"rows": [row]})


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (PictureReading("equal"), _("equal")),
        (PictureReading("differs", "91110108MA01ABCD20"), "91110108MA01ABCD20"),
        (PictureReading("unreadable"), _("unreadable")),
    ],
)
def test_a_reading_stands_beside_its_fact(reading: PictureReading, words: str) -> None:
    page = shown(reading)

    assert str(_("Read from the picture:")) in page
    assert words in page


def test_where_nothing_was_read_nothing_is_said() -> None:
    assert "reading" not in shown(None)
