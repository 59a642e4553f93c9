"""The mails at /ministry/mails/: their status, why one failed, sending failed ones again.

It is here and not in ``ministry`` because mails are searched by the filing they are about. Addresses are masked, and
what is searched for travels encrypted in the URL, so that neither the page nor the server's log contains an address.
Mails with filing passwords or verification codes are never stored, so none of them can be sent again here.
"""

import re
from collections.abc import Iterable
from typing import Any, cast
from urllib.parse import urlencode

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe
from post_office.models import STATUS, Log

from accounts.mail import mask_address
from accounts.models import User
from accounts.sealed import seal, unseal
from desks.components import StatusPill, page_tabs
from desks.paging import page
from filings.models import FilingMail
from ministry.mail import queue
from ministry.mail.allowed import NEVER
from ministry.models import Mail, MailResend
from ministry.reference import english
from ministry.reference.numbers import number_in
from ministry.register.query import numbered

STATES = {
    STATUS.sent: StatusPill(gettext_lazy("sent"), "done"),
    STATUS.failed: StatusPill(gettext_lazy("failed"), "wrong"),
    STATUS.queued: StatusPill(gettext_lazy("waiting"), "info"),
    STATUS.requeued: StatusPill(gettext_lazy("waiting for another attempt"), "attention"),
}
HELD_BACK = StatusPill(gettext_lazy("held back: not in MAIL_ALLOWED"), "attention")
TABS = {
    "": gettext_lazy("All e-mails"),
    "waiting": gettext_lazy("Waiting"),
    "failed": gettext_lazy("Failed"),
    "sent": gettext_lazy("Sent"),
    "held": gettext_lazy("Held back"),
}
OF_TAB = {
    "": Q(),
    "waiting": Q(status__in=queue.WAITING) & ~queue.HELD,
    "failed": queue.FAILED,
    "sent": Q(status=STATUS.sent),
    "held": queue.HELD,
}
LONGEST = 255
SUBJECTS_READ = 20_000  # newest mails whose subject is searched, because no index finds a part of it; our own choice
SHOWN = 20  # mails listed before all are sent again; our own choice
PLACE = "search for mails"  # of the encrypted text in the URL
_FILING = re.compile(r"(?:备案单|filing)?\s*#?\s*([0-9]{1,18})", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>@,;:\"'()\[\]]+@[^\s<>@,;:\"'()\[\]]+")


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the mails of one status, newest first, those found if a search is named. Two queries."""
    tab, token = request.GET.get("tab", ""), request.GET.get("q", "")
    if tab not in TABS:
        raise Http404
    text = _opened(token)
    found = page(_annotated(_matching(text).filter(OF_TAB[tab])), "pk", request.GET, descending=True)
    kept = {"q": token} if text else {}
    context = {
        "tabs": page_tabs(_tabs(), tab, lambda key: f"?{urlencode({'tab': key, **kept})}"),
        "tab": tab,
        "may_resend": tab == "failed",
        "text": text,
        "rows": _rows(found.rows),
        "first_url": f"?{urlencode({'tab': tab, **kept})}" if found.cursor else "",
        "next_url": f"?{urlencode({'tab': tab, **kept, 'after': found.next_cursor})}" if found.next_cursor else "",
        "subjects_read": SUBJECTS_READ,
    }
    return render(request, "ministry/mails/list.html", context)


def _tabs() -> dict[str, Any]:
    """Return the tabs; that of mails held back only where mails go to listed addresses only."""
    return TABS if settings.MAILS_ARE_LISTED else {key: label for key, label in TABS.items() if key != "held"}


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Redirect to the list of what was typed, which is encrypted in its URL."""
    text = " ".join(request.POST.get("text", "").replace("\0", "").split())[:LONGEST]
    query = f"?{urlencode({'q': seal(text, PLACE)})}" if text else ""
    return redirect(f"{reverse('operators:mails')}{query}")


@require_safe
def one(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Show a mail: its status, the server's last reason, who sent it again. Four queries."""
    mail = get_object_or_404(_annotated(Mail.objects.all()), pk=mail_id)
    context = {
        "row": _rows([mail])[0],
        "resends": MailResend.objects.filter(mails__contains=[mail.pk]),
        "may_resend": mail.status in (STATUS.failed, STATUS.requeued),
    }
    return render(request, "ministry/mails/one.html", context)


def resend_failed(request: HttpRequest) -> HttpResponse:
    """Ask whether to send all failed mails again (GET), and do so (POST)."""
    if request.method == "POST":
        _resend(request, queue.FAILED)
        return redirect("operators:mails")
    failed = Mail.objects.filter(queue.FAILED)
    context = {
        "count": failed.count(),
        "rows": _rows(_annotated(failed).order_by("-pk")[:SHOWN]),
        "acts": [(act, len(act.mails)) for act in MailResend.objects.all()[:SHOWN]],
    }
    return render(request, "ministry/mails/resend.html", context)


@require_POST
def resend(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Send one mail again that failed or waits for another attempt."""
    get_object_or_404(Mail, pk=mail_id)
    _resend(request, Q(pk=mail_id))
    return redirect("operators:mail", mail_id)


def _resend(request: HttpRequest, which: Q) -> None:
    count = queue.resend(which, by=cast(User, request.user))
    if count:
        message = ngettext("%(count)d e-mail is being sent again.", "%(count)d e-mails are being sent again.", count)
        messages.success(request, message % {"count": count})
    else:
        messages.info(request, _("No e-mail had to be sent again."))


# --- Searching --------------------------------------------------------------------------------------------


def _opened(token: str) -> str:
    try:
        return unseal(token, PLACE) if token else ""
    except (InvalidToken, ValueError):
        return ""


def _matching(text: str) -> QuerySet[Mail]:
    """Return the mails to an address, about a filing (its id or the record's number), or with words in the subject."""
    rows: QuerySet[Mail] = Mail.objects.all()
    if not text:
        return rows
    if "@" in text:
        recipients = Func(Lower("to"), Value(", "), function="string_to_array", output_field=ArrayField(TextField()))
        found: QuerySet[Mail] = rows.annotate(recipients=recipients).filter(recipients__contains=[text.casefold()])
        return found
    if match := _FILING.fullmatch(text):
        return rows.filter(pk__in=FilingMail.objects.filter(filing=int(match[1])).values("mail"))
    if number := number_in(text):
        links = FilingMail.objects.filter(numbered(number, "filing__subject__"))
        return rows.filter(pk__in=links.values("mail"))
    newest = Mail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return rows.filter(pk__gt=newest - SUBJECTS_READ, subject__icontains=text)


# --- Showing ----------------------------------------------------------------------------------------------


def _annotated(rows: QuerySet[Mail]) -> QuerySet[Mail]:
    """Return the mails with the server's last reason; without their texts, which are not shown."""
    newest = Log.objects.filter(email=OuterRef("pk")).order_by("-pk").values("message")[:1]
    annotated: QuerySet[Mail] = rows.defer("message", "html_message").annotate(newest_reason=Subquery(newest))
    return annotated


def _rows(mails: Iterable[Any]) -> list[dict[str, Any]]:
    """Return mails for a page, with the filings they are about. One query."""
    found = list(mails)
    about: dict[int, list[int]] = {}
    links = FilingMail.objects.filter(mail__in=[mail.pk for mail in found])
    for mail_id, filing_id in links.order_by("filing").values_list("mail", "filing"):
        about.setdefault(mail_id, []).append(filing_id)
    return [
        {
            "mail": mail,
            "recipients": english.joined(map(mask_address, mail.to)),
            "pill": HELD_BACK if mail.scheduled_time == NEVER else STATES.get(mail.status, STATES[STATUS.queued]),
            "tries": mail.number_of_retries or 0,
            "reason": _masked(mail.newest_reason or "") if mail.status != STATUS.sent else "",
            "filings": about.get(mail.pk, []),
        }
        for mail in found
    ]


def _masked(text: str) -> str:
    """Return a server's answer with the addresses in it masked."""
    return _ADDRESS.sub(lambda match: mask_address(match[0]), text)
