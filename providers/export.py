"""Export of a view of the queue as a workbook: masked, limited, and recorded."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings.actors import Actor
from filings.fields import display
from filings.models import Export, Filing
from filings.states import Role
from ministry.reference import code_tables, provinces

MOST_ROWS = 5000

HEADINGS = (
    gettext_lazy("Filing"),
    gettext_lazy("Site host"),
    gettext_lazy("Type of site host"),
    gettext_lazy("Certificate number"),
    gettext_lazy("Province"),
    gettext_lazy("Domain"),
    gettext_lazy("Kind"),
    gettext_lazy("Round"),
    gettext_lazy("Current stage"),
    gettext_lazy("Since"),
    gettext_lazy("Claimed by"),
    gettext_lazy("Due date"),
    gettext_lazy("Filing number"),
)


def workbook(filings: QuerySet[Filing], actor: Actor, query: str) -> bytes:
    """Return the first ``MOST_ROWS`` filings as a workbook; the export is recorded before anything is sent."""
    found = list(filings.select_related("claimed_by", "subject").defer("answers_draft")[: MOST_ROWS + 1])
    taken = found[:MOST_ROWS]
    Export.objects.create(
        user_id=actor.person_id,
        role=actor.role,
        query=query[:255],
        count=len(taken),
        filing_ids=[filing.pk for filing in taken],
    )
    from desks.staff import workbooks

    return workbooks.workbook(
        _("Filings"), [str(heading) for heading in HEADINGS], _lines(taken, len(found) > MOST_ROWS)
    )


def _lines(filings: list[Filing], more: bool) -> Iterator[list[object]]:
    for filing in filings:
        yield _line(filing)
    if more:
        yield [_("There are more; these are the first %(most)d.") % {"most": MOST_ROWS}]


def _line(filing: Filing) -> list[object]:
    return [
        filing.pk,
        filing.subject_name,
        code_tables.name_of(code_tables.NATURES, filing.subject_nature) if filing.subject_nature else "",
        display.words("subject.cert_number", filing.get("subject.cert_number")),
        dict(provinces.CHOICES).get(filing.subject_province, ""),
        filing.shown_domain,
        filing.get_kind_display(),
        filing.round,
        filing.get_status_display(),
        date_format(timezone.localtime(filing.arrived_at), "DATETIME_FORMAT"),
        str(filing.claimed_by) if filing.holder == Role.PROVIDER and filing.claimant_id() else "",
        _due(filing),
        str(filing.subject.number) if filing.subject else "",
    ]


def _due(filing: Filing) -> str:
    if filing.due_on is None:
        return ""
    due = date_format(filing.due_on, "DATE_FORMAT")
    return f"{due} · {_('provisional')}" if filing.due_is_provisional else due


def file_name() -> str:
    """Return the name of the file: filings-20261125-0930.xlsx."""
    return f"filings-{timezone.localtime():%Y%m%d-%H%M}.xlsx"
