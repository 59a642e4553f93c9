"""The rows of a queue's table as HTML. As templates they were half of the page's time.

Each desk has one function per column; ``table_rows`` puts the columns that are shown side by side.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from desks.staff.queue import DueShown, Step
from desks.staff.queue_columns import Column
from filings.models import Filing

Row = TypeVar("Row")
NOBODY = format_html('<span class="quiet">{}</span>', "—")


@dataclass(frozen=True, slots=True)
class StepForms:
    """Values that the buttons of the rows send: the CSRF token, and the query string of the view to come back to."""

    token: str
    view: str = ""


def table_rows(
    rows: Iterable[Row], columns: Iterable[Column], cells: Mapping[str, Callable[[Row], SafeString]], *, chooses: bool
) -> SafeString:
    """Return the table's rows, with the cell of each column; first the box that chooses a filing, if one ``chooses``.

    Rows have their ``filing``.
    """
    shown = [(cells[column.id], _opening(column)) for column in columns]
    opening = format_html('<td class="queue-choose" data-label="{}">', _("Select"))

    def line(row: Any) -> SafeString:
        chosen = format_html("{}{}</td>\n", opening, _box(row.filing.pk)) if chooses else ""
        return format_html(
            "{}{}", chosen, format_html_join("\n", "{}{}</td>", ((start, cell(row)) for cell, start in shown))
        )

    return format_html_join("\n", "<tr data-row>{}</tr>", ((line(row),) for row in rows))


def _opening(column: Column) -> SafeString:
    """Return the opening tag of a column's cells; the steps have no label of their own on a phone."""
    if column.id == "step":
        return format_html('<td class="{}">', "queue-step")
    return format_html('<td data-label="{}">', column.label)


def _box(pk: int) -> SafeString:
    return format_html(
        '<label><input type="checkbox" name="filing" value="{}" form="bulk" data-row-key="x">'
        '<span class="hidden-text">{}</span></label>',
        pk,
        _("Select filing %(id)s") % {"id": pk},
    )


def filing(found: Filing, url: str) -> SafeString:
    """Return the id as a link to the filing's page, the number on record, kind and round."""
    number = format_html(' <span class="code">{}</span>', found.subject.number) if found.subject else ""
    return format_html(
        '<a href="{}">{}</a>{}<br><span class="quiet">{} · {}</span>',
        url,
        found.pk,
        number,
        capfirst(str(found.get_kind_display())),
        _("round %(round)s") % {"round": found.round},
    )


def host(found: Filing) -> SafeString:
    """Return name and domain; once they are erased, that they are."""
    if found.erased_at:
        return format_html('<span class="quiet">{}</span>', _("Data erased"))
    return format_html(
        '<span title="{0}">{0}</span><br><span class="quiet">{1}</span>', found.subject_name, found.shown_domain
    )


def due(found: DueShown | None, arrived: str, age: str = "") -> SafeString:
    """Return the due date and the time left; without one, when the filing arrived and how old it is."""
    if found is None:
        return format_html('<span class="quiet">{}{}</span>', arrived, format_html("<br>{}", age) if age else "")
    tone = "queue-late" if found.is_late else "queue-hold" if found.is_soon else ""
    return format_html(
        '{}{}<br><span class="{}">{}</span> <span class="quiet" title="{}">· {}</span>',
        date_format(found.on, "DEADLINE_FORMAT"),
        format_html(' <span class="quiet">· {}</span>', _("provisional")) if found.is_provisional else "",
        tone,
        found.words,
        arrived,
        arrived,
    )


def stage(found: Filing, tone: str, *below: str) -> SafeString:
    """Return the status as a pill, and ``below`` it what is to be known, as HTML; "" is nothing."""
    pill = format_html('<span class="pill tone-{}">{}</span>', tone, capfirst(str(found.get_status_display())))
    lines = format_html_join(" ", "{}", ((one,) for one in below if one))
    return format_html("{}<br>{}", pill, lines) if lines else pill


def one_line(words: str) -> SafeString:
    """Return words in one line that has the whole of them as its title; empty for none."""
    return format_html('<span class="queue-hold" title="{0}">{0}</span>', words) if words else SafeString()


def holder(name: str, until: str, beside: str = "") -> SafeString:
    """Return who has claimed the filing and until when; a dash for nobody."""
    return format_html('{}{}<br><span class="quiet">{}</span>', name, beside, until) if name else NOBODY


def steps(pk: int, step: Step, others: Iterable[Step], sent: StepForms) -> SafeString:
    """Return the next step, and below it the further ones."""
    further = format_html_join("\n", "{}", ((_step(pk, other, sent, css="btn-quiet"),) for other in others))
    first = _step(pk, step, sent, css="btn-secondary", key=format_html(' data-row-key="{}"', "t"))
    return format_html("{}<br>\n{}", first, further) if further else first


def _step(pk: int, step: Step, sent: StepForms, *, css: str, key: str = "") -> SafeString:
    named = format_html('{}<span class="hidden-text"> {}</span>', step.label, pk)
    if not step.is_post:
        return format_html('<a href="{}"{}>{}</a>', step.url, key, named)
    filing_and_view, value = "", ""
    if step.field:
        filing_and_view = format_html(
            '<input type="hidden" name="filing" value="{}"><input type="hidden" name="view" value="{}">', pk, sent.view
        )
        value = format_html(' name="{}" value="{}"', step.field, step.value)
    return format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">{}'
        '<button class="btn {}"{}{}>{}</button></form>',
        step.url,
        sent.token,
        filing_and_view,
        css,
        value,
        key,
        named,
    )
