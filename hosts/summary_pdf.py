"""PDF summary of a filing as the bureau will see it, nothing masked; for its host only."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from filings import states
from filings.evidence.printing import A4, Pair
from filings.fields import attachments, display
from filings.fields.findings import Finding
from filings.models import Filing
from filings.rules import checks
from filings.states import Role


def pdf(filing: Filing) -> bytes:
    """Return the filing's summary on A4 pages. Costs the findings' queries and one for the pictures."""
    paper = A4(_("ICP filing %(id)d") % {"id": filing.pk})
    paper.add_page()
    paper.headline(_("ICP filing data"), filing.subject_name)
    paper.rows(_head(filing))
    if found := _open_findings(filing):
        heading = ngettext("%(count)d item still to complete", "%(count)d items still to complete", len(found))
        paper.heading(heading % {"count": len(found)})
        paper.rows(
            (display.label(finding.path, filing.facts), f"{finding.message} {finding.fix}".strip()) for finding in found
        )
    for block in display.blocks(filing, full=True):
        paper.heading(str(block.section.title))
        paper.rows((row.label, row.value or _("Not filled in")) for row in block.rows)
    paper.heading(_("Pictures of the certificates, with the SHA-256 of each"))
    paper.rows(_pictures(filing) or [(_("No pictures have been submitted."), "")])
    return bytes(paper.output())


def _head(filing: Filing) -> Iterator[Pair]:
    yield _("Filing"), str(filing.pk)
    yield _("Status"), capfirst(filing.status_to_host)
    if filing.subject:
        yield _("Filing number"), str(filing.subject.number)
    yield _("Access provider"), str(filing.provider)
    yield _("Last change"), date_format(timezone.localtime(filing.touched_at), "DATETIME_FORMAT")
    yield _("Printed"), date_format(timezone.localtime(), "DATETIME_FORMAT")


def _open_findings(filing: Filing) -> list[Finding]:
    """Return the findings that the host has to correct; empty while the filing is not the host's to edit."""
    if filing.status not in states.EDITABLE or filing.holder != Role.HOST:
        return []
    return [finding for finding in checks.findings(filing) if finding.blocks]


def _pictures(filing: Filing) -> list[Pair]:
    """Return the host's own current pictures with the SHA-256 of what is kept."""
    rows = filing.evidence.filter(replaced_at=None).order_by("pk")
    return [(str(attachments.label(row.path)), row.sha256) for row in rows if not attachments.is_photo(row.path)]
