"""The charts of the public figures, drawn by pygal as SVG inside the page.

The strict content policy allows no style and no script in a page, so both are taken out of what pygal returns; its
classes are styled by ``static/css/figures.css``, with the portal's colours, in dark mode too. Each value stands at its
column or bar, so that no axis and no legend is needed.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pygal
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pygal.style import Style

from bureaus.figures.reading import Shown
from desks.staff.tables import one_decimal
from filings import reasons
from filings.models import Kind
from ministry.reference import code_tables, english

# In units of the drawing; its text is read at the width of a phone.
WIDTH, HEIGHT, ROW, TEXT, MARGIN = 480, 190, 30, 14, 2
SETTINGS: dict[str, Any] = {
    "width": WIDTH,
    "margin": MARGIN,
    "spacing": 6,
    "style": Style(label_font_size=TEXT, value_font_size=TEXT, major_label_font_size=TEXT),
    "js": [],
    "css": [],
    "show_legend": False,
    "no_prefix": True,
    "disable_xml_declaration": True,
    "print_values": True,
    "print_zeroes": True,
    "print_values_position": "top",
}
UNITS = {"zh-hans": [(10_000, "万")], "en": [(1_000_000, "M"), (1_000, "k")]}
LEAST_COMPACT = 10_000
# What a drawing in a page doesn't need: styles, scripts, tooltips, and the texts they show.
LEFT_OUT = {"defs", "title", "desc", "comment"}
OVERLAYS = {"tooltip-overlay", "titles", "legends", "background"}

Point = tuple[str, int | None]  # label, value


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart: what it shows, and its SVG."""

    title: str
    svg: SafeString


def of_filings(shown: Shown) -> list[Drawing]:
    """Return the filings received and those decided, by month."""
    return [
        _columns(_("Filings received, by month"), [(_label(of), count.received_in_all) for of, count in shown.year]),
        _columns(_("Filings decided, by month"), [(_label(of), count.in_all) for of, count in shown.year]),
    ]


def of_times(shown: Shown) -> list[Drawing]:
    """Return the working days within which half and nine of ten were decided, by month."""
    return [
        _columns(
            _("Half decided within (working days), by month"), [(_label(of), count.median) for of, count in shown.year]
        ),
        _columns(
            _("Nine of ten decided within (working days), by month"),
            [(_label(of), count.nine_tenths) for of, count in shown.year],
        ),
    ]


def of_overdue(shown: Shown) -> list[Drawing]:
    """Return the late decisions and the filings overdue at the end, by month."""
    return [
        _columns(_("Decided after the due date, by month"), [(_label(of), count.late) for of, count in shown.year]),
        _columns(_("Overdue at the end of each month"), [(_label(of), count.overdue) for of, count in shown.year]),
    ]


def of_kinds(shown: Shown) -> list[Drawing]:
    """Return the month's receipts by kind of filing."""
    received = sorted(shown.count.received.items(), key=lambda row: (-row[1], row[0]))
    names = {str(kind.value): capfirst(str(kind.label)) for kind in Kind}
    return _bars(_("Filings received, by kind"), [(names.get(kind, kind), number) for kind, number in received])


def of_reasons(shown: Shown) -> list[Drawing]:
    """Return the month's remarks by class of reason."""
    classes = dict.fromkeys(reasons.CLASSES, 0)
    for code, number in shown.count.codes.items():
        classes[reasons.class_of(code)] += number
    found = sorted(((str(reasons.CLASSES[name]), number) for name, number in classes.items()), key=lambda row: -row[1])
    return _bars(_("Remarks on returned filings, by class"), [row for row in found if row[1]])


def of_register(shown: Shown) -> list[Drawing]:
    """Return the websites and other services on record by month, and those of the month by type."""
    types = [
        (
            code_tables.name_of(code_tables.SERVICE_TYPES, row.id),
            shown.count.services.get(str(row.id), {}).get("all", 0),
        )
        for row in code_tables.SERVICE_TYPES
    ]
    subjects = [(_("Organisations"), shown.count.organisations), (_("Individuals"), shown.count.individuals)]
    title = _("Websites and other services on record, by month")
    return [
        _columns(title, [(_label(of), count.services_in_all) for of, count in shown.year]),
        *_bars(_("On record at the end of the month"), [*types, *subjects]),
    ]


def compact(number: float) -> str:
    """Return a number in about five characters: 1234, 12.3万 in Chinese, 12.3k and 1.2M in English."""
    for unit, word in UNITS["en" if get_language() == "en" else "zh-hans"]:
        if number >= max(unit, LEAST_COMPACT):
            part = number / unit
            return f"{part:.0f}{word}" if part >= 100 else f"{one_decimal(part)}{word}"
    return f"{number:.0f}"


# --- Drawing ------------------------------------------------------------------------------------------


def _label(month: Any) -> str:
    return date_format(month, "n")


def _columns(title: str, points: Sequence[Point]) -> Drawing:
    chart = pygal.Bar(**SETTINGS, height=HEIGHT, show_y_labels=False, show_y_guides=False)
    return _drawn(chart, title, points, points)


def _bars(title: str, points: Sequence[Point]) -> list[Drawing]:
    """Return one drawing of horizontal bars in this order; none without points."""
    if not points:
        return []
    settings = SETTINGS | {"height": ROW * (len(points) + 1), "margin_left": _room([label for label, _value in points])}
    chart = pygal.HorizontalBar(**settings, show_x_labels=False, show_x_guides=False, show_y_guides=False)
    return [_drawn(chart, title, list(reversed(points)), points)]


def _room(labels: Sequence[str]) -> int:
    """Return the room that labels need beside that which pygal leaves, for it takes every character for a Latin one."""
    wide = max(sum(unicodedata.east_asian_width(character) in "WF" for character in label) for label in labels)
    return MARGIN + round(wide * TEXT * 0.4)


def _drawn(chart: Any, title: str, points: Sequence[Point], read: Sequence[Point]) -> Drawing:
    """Return the chart with points in the order in which pygal draws them, and in which they are ``read``."""
    values = [value for _label, value in points]
    chart.x_labels = [label for label, _value in points]
    chart.range = (0, max([1, *(value for value in values if value is not None)]) * 1.15)
    chart.value_formatter = compact
    chart.add("", values)
    reading = english.joined(f"{label} {_shown(value)}" for label, value in read)
    chart.add_xml_filter(lambda root: _in_page(root, f"{title}: {reading}"))
    return Drawing(title, mark_safe(chart.render(is_unicode=True)))  # noqa: S308 — pygal escapes every text


def _shown(value: int | None) -> str:
    return "—" if value is None else str(value)


def _in_page(root: Any, label: str) -> Any:
    """Return pygal's drawing as an image of the page, with its words, and without what the policy forbids."""
    _strip(root)
    root.attrib.pop("id", None)
    root.set("class", "chart")
    root.set("role", "img")
    root.set("aria-label", label)
    return root


def _strip(parent: Any) -> None:
    for child in list(parent):
        classes = set((child.get("class") or "").split())  # lxml: None for a comment
        name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else "comment"
        if name in LEFT_OUT or classes & OVERLAYS or (name == "rect" and not {"width", "height"} <= set(child.keys())):
            parent.remove(child)  # pygal leaves out the length of a bar of nothing, which HTML forbids
        else:
            child.attrib.pop("id", None)
            _strip(child)
