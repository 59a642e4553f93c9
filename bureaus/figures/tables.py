"""The tables of the public figures; the page shows them beneath the charts, and each is a CSV file."""

from collections.abc import Callable, Iterable
from typing import cast

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from bureaus.figures.reading import Shown
from desks.staff.tables import NOTHING, Cell, FigureTable, Row, percentage
from filings import reasons
from filings.figures.monthly import MonthCount
from filings.models import Kind
from ministry.reference import code_tables

# Name of a table → its columns of words, from 0, besides the first
WORDS = {"reasons": (1, 2)}


def of_provinces(shown: Shown) -> FigureTable:
    """Return a row for each province."""
    head = [
        _("Province"),
        _("Received"),
        _("Decided"),
        _("Share returned (%)"),
        _("Median (working days)"),
        _("Overdue"),
        _("Websites and other services on record"),
    ]
    rows: list[Row] = [
        [
            str(province),
            count.received_in_all,
            count.in_all,
            percentage(count.return_rate),
            _days(count.median),
            count.overdue,
            count.services_in_all,
        ]
        for province, count in shown.provinces
    ]
    return FigureTable("provinces", _("Province by province"), head, rows)


def of_filings(shown: Shown) -> FigureTable:
    """Return the filings received and decided in each month."""
    head = [_("Month"), _("Received"), _("Decided"), _("Approved"), _("Returned"), _("Share returned (%)")]
    return FigureTable(
        "filings",
        _("Filings received and decided"),
        head,
        _by_month(
            shown,
            lambda count: [
                *(count.received_in_all, count.in_all, count.approved, count.returned),
                percentage(count.return_rate),
            ],
        ),
    )


def of_times(shown: Shown) -> FigureTable:
    """Return the working days from receipt to decision in each month."""
    head = [_("Month"), _("Decided"), _("Median (working days)"), _("90th percentile (working days)")]
    return FigureTable(
        "times",
        _("Time from receipt to decision"),
        head,
        _by_month(shown, lambda count: [count.in_all, _days(count.median), _days(count.nine_tenths)]),
    )


def of_overdue(shown: Shown) -> FigureTable:
    """Return the decisions after the due date in each month, and the filings overdue at its end."""
    head = [_("Month"), _("Decided"), _("Decided after the due date"), _("Overdue at the end of the month")]
    return FigureTable(
        "overdue",
        _("Overdue filings"),
        head,
        _by_month(shown, lambda count: [count.in_all, count.late, count.overdue]),
    )


def of_kinds(shown: Shown) -> FigureTable:
    """Return the month's filings by kind."""
    count = shown.count
    head = [_("Kind of filing"), _("Received"), _("Approved"), _("Returned"), _("Within the time limit")]
    rows: list[Row] = [
        [
            capfirst(str(kind.label)),
            count.received.get(kind, 0),
            *(count.decided.get(kind, {}).get(name, 0) for name in ("approved", "returned", "in_time")),
        ]
        for kind in cast(Iterable[Kind], Kind)
        if kind in count.received or kind in count.decided
    ]
    return FigureTable("kinds", _("Filings by kind"), head, rows)


def of_reasons(shown: Shown) -> FigureTable:
    """Return the reasons for which bureaus returned filings in the month, most frequent first."""
    head = [_("Official code"), _("Reason"), _("Class"), _("Remarks")]
    found = sorted(shown.count.codes.items(), key=lambda row: (-row[1], row[0]))
    rows: list[Row] = [
        [code, reasons.text_of(code), str(reasons.CLASSES[reasons.class_of(code)]), number] for code, number in found
    ]
    return FigureTable("reasons", _("Why filings were returned"), head, rows)


def of_register(shown: Shown) -> FigureTable:
    """Return the register's size by kind at the end of each month."""
    head = [
        _("Month"),
        *(code_tables.name_of(code_tables.SERVICE_TYPES, row.id) for row in code_tables.SERVICE_TYPES),
        _("New in the month"),
        _("Subjects: organisations"),
        _("Subjects: individuals"),
    ]
    return FigureTable("register", _("On record, by kind"), head, _by_month(shown, _on_record))


def _on_record(count: MonthCount) -> Row:
    by_type = (count.services.get(str(row.id), {}).get("all", 0) for row in code_tables.SERVICE_TYPES)
    return [*by_type, count.new_services, count.organisations, count.individuals]


def _by_month(shown: Shown, cells: Callable[[MonthCount], Row]) -> list[Row]:
    return [[f"{month:%Y-%m}", *cells(count)] for month, count in shown.year]


def _days(number: int | None) -> Cell:
    return NOTHING if number is None else number


# Name in the URL of its CSV file → table
TABLES: dict[str, Callable[[Shown], FigureTable]] = {
    "provinces": of_provinces,
    "filings": of_filings,
    "times": of_times,
    "overdue": of_overdue,
    "kinds": of_kinds,
    "reasons": of_reasons,
    "register": of_register,
}
