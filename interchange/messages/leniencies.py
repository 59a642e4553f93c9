"""What a lenient reader accepts beyond V3.0, because real systems send it. Each is counted by its name."""

import re
from collections import Counter
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from interchange.messages.shapes import Shape


class Leniency(TextChoices):
    """A departure from V3.0 that is read all the same."""

    BOM = "bom", _("a byte order mark of UTF-8")
    CHARSET = "charset", _("another charset than GBK, or none declared")
    CASE = "case", _("an element in other case, such as <icp>")
    EMPTY = "empty", _("an element without content instead of none")
    DATE = "date", _("a date such as 2026/1/5 or 2026年1月5日")


_DATES = {"Date", "Moment"}
_LOCAL_DATE = re.compile(r"\s*(\d{4})([-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?")


def repair(element: Any, shape: Shape, counted: Counter[Leniency]) -> None:
    """Rewrite an element and what is in it as V3.0 has it: names, dates, no empty elements; count each change."""
    if element.tag != shape.name:
        element.tag = shape.name
        counted[Leniency.CASE] += 1
    for child in [*element]:
        if inside := shape.child(child.tag, lenient=True):  # which the reader has looked up before
            repair(child, inside, counted)
        if _is_empty(child):
            element.remove(child)
            counted[Leniency.EMPTY] += 1
    if shape.type in _DATES and element.text:
        _repair_date(element, counted)


def _is_empty(element: Any) -> bool:
    return not len(element) and not (element.text or "").strip() and not (element.tail or "").strip()


def _repair_date(element: Any, counted: Counter[Leniency]) -> None:
    if found := _LOCAL_DATE.match(element.text):
        year, _sign, month, day = found.groups()
        repaired = f"{year}-{month:0>2}-{day:0>2}{element.text[found.end() :]}"
        if repaired != element.text:
            element.text = repaired
            counted[Leniency.DATE] += 1
