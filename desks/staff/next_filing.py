"""After a decision: the next filing of the person's queue opens, and a message names the last one."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html

from desks.staff.desk import StaffDesk
from filings.actors import Actor
from filings.models import Filing


def to_next(request: HttpRequest, desk: StaffDesk, actor: Actor, last: Filing, done: str) -> HttpResponseRedirect:
    """Show what was done with the last filing and a link to it; redirect to the next one, or else to the queue."""
    name = " · ".join(dict.fromkeys((last.subject_name, last.topic)))
    messages.success(request, format_html('{} <a href="{}">{}</a>', done, desk.filing_url(last.pk), name))
    following = next_of(desk, actor, last.pk)
    return redirect(desk.queue_url if following is None else desk.filing_url(following))


def next_of(desk: StaffDesk, actor: Actor, last_id: int) -> int | None:
    """Return the filing to work on next: the first one claimed by the actor, else the first unassigned one.

    An unassigned one is only offered: its page says "Claim". One that waits for a provider's answer is not next.
    """
    waits = Q(question_due_on__gte=timezone.localdate())
    for rows in desk.work_of(actor):
        if (found := rows.exclude(waits).exclude(pk=last_id).values_list("pk", flat=True).first()) is not None:
            return int(found)
    return None
