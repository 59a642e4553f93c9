"""Download of the case file as PDF or zip, for a desk that may see the filing; every download is recorded."""

import hashlib
from io import BufferedRandom, BytesIO

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desks.casefile import contents, of_record
from desks.casefile.contents import CaseFile
from desks.files import PDF, ZIP, large_file_response
from desks.pictures import show_as_handed_on, within_reach
from desks.staff.desk import StaffDesk
from filings import services
from filings.actors import Actor
from filings.evidence.limited import concurrency
from filings.models import Filing
from filings.states import Role
from ministry import audit
from records.orders import cancellation_cases

CONTENT_TYPES = {"pdf": PDF, "zip": ZIP}


@require_safe
def case_file(request: HttpRequest, filing_id: int, form: str, *, desk: StaffDesk) -> FileResponse:
    """Return everything on record about a filing that the desk may see, decided or not, as ``pdf`` or ``zip``.

    The look is recorded before anything is read, and so is in the file itself; the digest of what is handed out is
    recorded before the response is sent.
    """
    if form not in CONTENT_TYPES:
        raise Http404
    actor = desk.actor_of(request)
    rows = Filing.objects.visible_to(actor).kept().select_related("provider", "bureau", "subject")
    filing = get_object_or_404(rows, pk=filing_id)
    with concurrency.making():
        return _handed_out(filing, actor, form)


def _handed_out(filing: Filing, actor: Actor, form: str) -> FileResponse:
    services.record_look(filing, actor, "case file")
    for one in of_record.cases(filing, actor):
        if actor.role == Role.BUREAU and one.has_proof:
            cancellation_cases.record_look(one.case, actor)
    audit.seal()
    pictures = within_reach(filing, actor)
    show_as_handed_on(filing, actor)
    content = _made(form, contents.gather(filing, actor, pictures))
    digest = hashlib.file_digest(content, "sha256").hexdigest()
    content.seek(0)
    services.export_case_file(filing, actor, f"{form} SHA-256 {digest}")
    return large_file_response(
        content, CONTENT_TYPES[form], f"{_('Case file of filing %(id)d') % {'id': filing.pk}}.{form}"
    )


def _made(form: str, file: CaseFile) -> BytesIO | BufferedRandom:
    from desks.casefile import archive, paper

    return BytesIO(paper.pdf(file)) if form == "pdf" else archive.packed(file)
