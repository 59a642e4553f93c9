"""URLs of the host's form at the provider's desk: a second instance of the application ``filings``.

The same names, views and templates as the host's own; what a mandate does not cover has no URL here.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from desks import rounds
from filings.actors import Actor
from hosts.api import save_page_for
from hosts.views import check, correction, form, handover, mailboxes, papers, readings, status
from providers.desk import site
from providers.views.onbehalf import home, in_hosts_place

app_name = "filings"


@csrf_exempt  # the operation looks for the token itself, and answers as programs read it
@require_POST
def save_page(request: HttpRequest, filing_id: int, section_id: str, stand_in: Actor) -> HttpResponse:
    """Run the API's ``save_page`` on the host's behalf."""
    return save_page_for(request, filing_id, section_id, stand_in)


FORM = {
    "status": ("", status.status),
    "overview": ("edit/", form.overview),
    "papers": ("edit/papers/", papers.upload_papers),
    "reading": ("edit/papers/reading/", readings.state),
    "use_read": ("edit/papers/use/", readings.use),
    "remove_picture": ("edit/papers/remove/", papers.remove_picture),
    "add_website": ("edit/websites/add/", form.add_website),
    "remove_website": ("edit/websites/<int:number>/remove/", form.remove_website),
    "section": ("edit/<slug:section_id>/", form.edit_section),
    "save_page": ("edit/<slug:section_id>/save/", save_page),
    "handover": ("edit/papers/phone/", handover.make),
    "handover_state": ("edit/papers/phone/<int:handover_id>/", handover.state),
    "mailbox": ("address/", mailboxes.prove),
    "correct": ("correct/", correction.correct),
    "unlock": ("unlock/", correction.unlock),
    "rounds": ("rounds/", rounds.compare),
    "check": ("check/", check.check),
    "submit": ("submit/", check.submit),
    "resume": ("continue/", status.resume),
    "summary": ("summary.pdf", status.summary_pdf),
    "evidence": ("evidence/<int:evidence_id>/", status.evidence),
}

urlpatterns = site.guarded(
    [
        ("behalf/filings/", home, "home"),
        *(
            (f"filings/<int:filing_id>/fill/{route}", in_hosts_place(name, view), name)
            for name, (route, view) in FORM.items()
        ),
    ]
)
