"""The page of a desk's phrase bank: usual wordings of remarks, proposed and hidden."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks.components import PageTab
from desks.paging import page
from desks.staff.desk import StaffDesk
from filings import reasons
from filings.fields import display
from filings.lookup import phrase_bank
from filings.models import Phrase, PhraseChange


@require_safe
def wordings(request: HttpRequest, *, desk: StaffDesk) -> HttpResponse:
    """Return the usual wordings for a code and a field, as the fragment shown in a row."""
    code, path, row = (request.GET.get(name, "")[:64] for name in ("code", "path", "row"))
    found = phrase_bank.offered(desk.actor_of(request), [(code, path)])
    context = {"offers": found.get((code, phrase_bank.kind_of(path)), ()), "row": row if row.isdecimal() else "0"}
    return render(request, "desk/_phrases.html", context)


@require_safe
def listed(request: HttpRequest, *, desk: StaffDesk) -> HttpResponse:
    """List all wordings, the last used first; those not used in a second filing yet are only counted."""
    actor = desk.actor_of(request)
    tab = request.GET.get("tab", "")
    hidden = tab == "hidden"
    rows = Phrase.objects.visible_to(actor)
    counts = rows.aggregate(
        offered=Count("pk", filter=Q(waits=False, hidden_at=None)),
        hidden=Count("pk", filter=Q(waits=False, hidden_at__isnull=False)),
        waiting=Count("pk", filter=Q(waits=True)),
    )
    found = page(
        rows.filter(waits=False, hidden_at__isnull=not hidden).prefetch_related("changes"),
        "used_at",
        request.GET,
        descending=True,
    )
    context = {
        "tabs": [
            PageTab(_("In use"), "?", not hidden, counts["offered"]),
            PageTab(_("Hidden"), "?tab=hidden", hidden, counts["hidden"]),
        ],
        "hidden": hidden,
        "waiting": counts["waiting"],
        "page": found,
        "rows": list(map(_row, found.rows)),
        "first_url": f"?tab={tab}" if found.cursor else "",
        "next_url": f"?{urlencode({'tab': tab, 'after': found.next_cursor})}" if found.next_cursor else "",
        "supervises": actor.supervises,
        "queue_url": desk.queue_url,
        "phrase_url": f"{desk.namespace}:phrase",
    }
    return render(request, "desk/phrases.html", context)


def _row(phrase: Phrase) -> tuple[Phrase, str, str, list[PhraseChange]]:
    """Return a wording with the field and the reason it is for, and its changes."""
    label = display.label(phrase_bank.path_of(phrase.kind))
    return phrase, label, reasons.text_of(phrase.code), list(phrase.changes.all())


@require_POST
def change(request: HttpRequest, phrase_id: int, *, desk: StaffDesk) -> HttpResponse:
    """Hide a wording or show it again, on record; raise Http404 unless the actor supervises."""
    actor = desk.actor_of(request)
    if not actor.supervises:
        raise Http404
    try:
        if "show" in request.POST:
            phrase_bank.show(phrase_id, actor)
            messages.success(request, _("The wording is in use again."))
        else:
            phrase_bank.hide(phrase_id, actor)
            messages.success(request, _("The wording has been hidden and is no longer offered."))
    except Phrase.DoesNotExist as gone:
        raise Http404 from gone
    return redirect(desk.url("phrases"))
