"""The host's record as it was on a given day."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from desks.access import as_host
from filings import facts, fields
from filings.actors import Actor
from filings.facts import Facts
from filings.fields import display
from filings.rules import ownership
from ministry.public.forms import DayForm
from ministry.register import history
from ministry.register.history import SubjectAsOf
from records import visibility


@require_safe
@as_host
def as_of(request: HttpRequest, actor: Actor, subject_id: int) -> HttpResponse:
    """Show the record as of ``?on=``, by default today. Sensitive data are masked."""
    subject = get_object_or_404(visibility.subjects(actor), pk=subject_id)
    form = DayForm(request.GET if "on" in request.GET else None, initial={"on": timezone.localdate()})
    day: date = form.cleaned_data["on"] if form.is_bound and form.is_valid() else timezone.localdate()
    record = history.as_of(subject.pk, day)
    context = {"subject": subject, "form": form, "day": day, "blocks": _blocks(record) if record else ()}
    return render(request, "filings/records/as_of.html", context)


def _blocks(record: SubjectAsOf) -> list[dict[str, Any]]:
    """Return the host, then each website with its accesses: title, rows, and since when they are so."""
    names = ownership.provider_names(access.provider_id for site in record.websites for access in site.accesses)
    found = [{"title": _("The site host"), "since": record.since, "rows": _rows(record.facts)}]
    for site in record.websites:
        website = {**facts.blank_website(), **site.facts}
        found.append({"title": website["name"], "since": site.since, "rows": _rows({"websites": [website]})})
        for access in site.accesses:
            paper = {"websites": [{"access": access.facts}]}
            found.append({"title": names[access.provider_id], "since": access.since, "rows": _rows(paper)})
    return found


def _rows(paper: Facts) -> list[display.FactRow]:
    """Return every fact that has a value, in words and in the order of the form."""
    return [
        display.FactRow(path, str(field.label), display.words(path, value))
        for path, _section, field in fields.each({"websites": [], **paper, "record": paper})
        if (value := facts.read(paper, path))
    ]
