"""Bureaus' own systems at the provider's desk: connections, reports, exchanges. Supervisors only; no personal data."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks.components import PageTab, StatusPill
from desks.files import file_response
from desks.paging import page
from desks.refusals import refusals_above, refusals_at, with_version
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.webhooks import targets
from interchange.models import (
    Exchange,
    ExchangeEnd,
    FetchedFile,
    Report,
    ReportingConnection,
    ReportState,
    ReportUpload,
)
from interchange.models.files import SealedFile
from interchange.reporting import connections, records, running, sending
from interchange.reporting.forms import FilingPasswordForm, NewReportingForm, ReportingForm
from interchange.result_codes import RESULTS, MsgCode, official
from ministry import versions
from providers.access import for_role
from providers.models import StaffRole
from providers.views.organisation import tabs

REPORT_TONES = {
    ReportState.WAITING: "info",
    ReportState.PACKED: "info",
    ReportState.TAKEN: "info",
    ReportState.APPROVED: "attention",
    ReportState.DECIDED: "done",
    ReportState.DROPPED: "neutral",
}
SHOWN = ("url", "isp_id", "user_name", "profile", "authority", "version")  # of a connection, in its form


def _tabs(actor: Actor) -> list[PageTab]:
    return tabs(actor, "reporting:listed")


@require_safe
@for_role(StaffRole.SUPERVISOR)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the provider's connections with what waits for each. Three queries."""
    waiting = _waiting(actor)
    rows = [(row, pill(row), waiting.get(row.bureau_id, 0)) for row in connections.of(actor)]
    has_bureaus = connections.without_connection(actor).exists()
    context = {"rows": rows, "has_bureaus": has_bureaus, "tabs": _tabs(actor)}
    return render(request, "interchange/reporting/listed.html", context)


# In an upload that the bureau's system has not answered
UNANSWERED = Q(state=ReportState.PACKED, upload__sent_at=None)


def _waiting(actor: Actor) -> dict[str, int]:
    rows = Report.objects.visible_to(actor).filter(Q(state=ReportState.WAITING) | UNANSWERED).order_by()
    return dict(rows.values_list("bureau").annotate(Count("pk")))


def pill(row: ReportingConnection) -> StatusPill:
    """Return the state of a connection."""
    if row.is_paused:
        return StatusPill(_("paused"), "attention")
    if row.stopped_by is not None:
        return StatusPill(_("stopped"), "wrong")
    if running.is_held_back(row):
        return StatusPill(targets.HELD_BACK, "attention")
    return StatusPill(_("in use, but failing"), "attention") if row.failures else StatusPill(_("in use"), "done")


@for_role(StaffRole.SUPERVISOR)
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Add a connection to a bureau's system."""
    bureaus = connections.without_connection(actor)
    form = NewReportingForm(request.POST or None, bureaus=bureaus)
    if form.is_valid():
        with refusals_at(form):
            made = connections.add(actor, form.cleaned_data["bureau"].pk, form.written())
            messages.success(request, _("Saved. Test the connection before filings are reported."))
            return redirect("reporting:one", made.pk)
    context = {"form": form, "has_bureaus": bureaus.exists()}
    return render(request, "interchange/reporting/new.html", context)


@for_role(StaffRole.SUPERVISOR)
def one(request: HttpRequest, actor: Actor, connection_id: int) -> HttpResponse:
    """Show a connection; change it, pause it, use it again, test it."""
    found = _own(actor, connection_id)
    button = next((name for name in BUTTONS if name in request.POST), "")
    typed = None if button else request.POST or None
    form = ReportingForm(typed, initial={name: getattr(found, name) for name in SHOWN}, known=found)
    if request.method == "POST" and (button or form.is_valid()):
        try:
            BUTTONS.get(button, _save)(request, actor, found, form)
            return redirect("reporting:one", found.pk)
        except MoveRefused as refusal:
            found = _own(actor, connection_id)
            if button:
                messages.error(request, str(refusal))
                return redirect("reporting:one", found.pk)
            form.add_error(None, str(refusal))
            form.data = with_version(request, found.version)
    context = {
        "connection": found,
        "pill": pill(found),
        "form": form,
        "stopped": connections.code_words(found.stopped_by),
        "may_renumber": found.stopped_by == MsgCode.MISSING_UPLOADS,
        "waiting": _waiting(actor).get(found.bureau_id, 0),
        "certificates": connections.in_words(found.certificate),
        "authorities": connections.in_words(found.authority),
        "next_call": next_call(found),
        "is_held_back": running.is_held_back(found),
    }
    return render(request, "interchange/reporting/one.html", context)


def _own(actor: Actor, connection_id: int) -> ReportingConnection:
    return get_object_or_404(connections.of(actor), pk=connection_id)


def _save(request: HttpRequest, actor: Actor, found: ReportingConnection, form: Any) -> None:
    connections.change(actor, found.pk, form.written(), version=form.cleaned_data["version"])
    messages.success(request, _("Saved."))


def _test(request: HttpRequest, actor: Actor, found: ReportingConnection, _form: Any) -> None:
    is_right, result = connections.test(actor, found.pk)
    (messages.success if is_right else messages.error)(request, result)


def _pause(request: HttpRequest, actor: Actor, found: ReportingConnection, _form: Any) -> None:
    connections.set_paused(actor, found.pk, True, version=versions.seen(request.POST))
    messages.success(request, _("Paused. What is verified meanwhile waits."))


def _use(request: HttpRequest, actor: Actor, found: ReportingConnection, _form: Any) -> None:
    if found.is_paused:
        connections.set_paused(actor, found.pk, False, version=versions.seen(request.POST))
    else:
        connections.go_on(actor, found.pk, version=versions.seen(request.POST))
    is_calling = found.stopped_by is None and not found.is_paused
    called, used = _("The bureau's system is being called."), _("In use again. What waits is sent at once.")
    messages.success(request, called if is_calling else used)


def _renumber(request: HttpRequest, actor: Actor, found: ReportingConnection, _form: Any) -> None:
    connections.renumber(actor, found.pk, version=versions.seen(request.POST))
    messages.success(request, _("In use again. What waits is sent at once."))


BUTTONS: dict[str, Callable[[HttpRequest, Actor, ReportingConnection, Any], None]] = {
    "test": _test,
    "pause": _pause,
    "use": _use,
    "renumber": _renumber,
}


# --- Reports ----------------------------------------------------------------------------------------------


@require_safe
@for_role(StaffRole.SUPERVISOR)
def reports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the reports, newest first, or those only that need a person. Two queries, and one a connection."""
    rows = _reports(actor)
    only_open = request.GET.get("only") == "open"
    if only_open:
        rows = rows.filter(Q(state__in=connections.AGAIN) | Q(state=ReportState.WAITING) | Q(unanswered=True))
    found, known = page(rows, "id", request.GET, descending=True), _by_bureau(actor)
    called = cache(next_call)  # once a connection
    context = {
        "page": found,
        "rows": [(row, report_pill(row), _why(row, known, called)) for row in found.rows],
        "only_open": only_open,
        "tabs": _tabs(actor),
    }
    return render(request, "interchange/reporting/reports.html", context)


def _by_bureau(actor: Actor) -> dict[str, ReportingConnection]:
    return {row.bureau_id: row for row in connections.of(actor)}


def _reports(actor: Actor) -> QuerySet[Any]:
    """Return the reports, each with what it waits for.

    ``unsigned``: the signed copy of its sheet; ``unanswered``: an answer to the upload that it is in.
    """
    return connections.reports_of(actor).annotate(
        unsigned=records.unsigned("filing"), unanswered=ExpressionWrapper(UNANSWERED, BooleanField())
    )


def report_pill(row: Any) -> StatusPill:
    """Return the state of a report of ``_reports``."""
    state = ReportState(row.state)
    if row.lacks_password and connections.may_send_again(row):
        return StatusPill(_("waits for the filing password"), "attention")
    label = _("not yet taken by the bureau's system") if row.unanswered else state.label
    return StatusPill(label, REPORT_TONES.get(state, "wrong"))


def _why(row: Any, known: dict[str, ReportingConnection], called: Callable[[ReportingConnection], str]) -> str:
    """Return why a report waits, what stops it, or the codes of its result in words."""
    if row.state != ReportState.WAITING and not row.unanswered:
        return "; ".join(result_words(code) for code in row.codes) if row.upload_id else row.message
    connection = known.get(row.bureau_id)
    if connection is None:
        return _("There is no connection to this bureau's system yet.")
    if row.unsigned:
        return _("The signed copy of the verification sheet has not been uploaded.")
    if connection.is_paused:
        return _("The connection is paused.")
    if connection.stopped_by is not None or running.is_held_back(connection):
        return connections.code_words(connection.stopped_by) or str(targets.HELD_BACK)
    return _("Sent with the next call: %(when)s.") % {"when": called(connection)}


def next_call(connection: ReportingConnection) -> str:
    """Return when the bureau's system is called next; empty if it is not, until a person presses “Use again”."""
    now = timezone.now()
    if connection.is_paused or connection.stopped_by in running.NOT_OURS or running.is_held_back(connection):
        return ""
    if connection.busy_until > now:
        words = _("now; by %(at)s at the latest, if this call was cut off")
        return words % {"at": date_format(timezone.localtime(connection.busy_until), "DATETIME_FORMAT")}
    if (next_at := running.next_at(connection)) > now:
        return _("at %(at)s") % {"at": date_format(timezone.localtime(next_at), "DATETIME_FORMAT")}
    return _("within a minute")


def result_words(code: int) -> str:
    """Return a result code with its text, in both languages on an English page."""
    if code not in RESULTS:
        return str(code)
    chinese, shown = official(RESULTS[code]), str(RESULTS[code])
    return f"{code} {shown}" if shown == chinese else f"{code} {shown} · {chinese}"


@for_role(StaffRole.SUPERVISOR)
def report(request: HttpRequest, actor: Actor, report_id: int) -> HttpResponse:
    """Show a report with the bureau's results; send it again, with the filing password if it needs one."""
    found = get_object_or_404(_reports(actor), pk=report_id)
    needs_password = records.needs_password(found.filing)
    form = FilingPasswordForm(request.POST if "password" in request.POST else None)
    if request.method == "POST" and ({"again", "back"} & set(request.POST) or form.is_valid()):
        with refusals_above(request):
            messages.success(request, _moved(request, actor, found.pk, form))
        return redirect("reporting:report", found.pk)
    context = {
        "report": found,
        "pill": report_pill(found),
        "why": _why(found, _by_bureau(actor), next_call),
        "may_send": connections.may_send_again(found),
        "form": form if needs_password and connections.may_send_again(found) else None,
        "exchanges": _in_words(connections.exchanges_of(actor).filter(upload=found.upload_id or 0).order_by("-pk")),
    }
    return render(request, "interchange/reporting/report.html", context)


def _moved(request: HttpRequest, actor: Actor, report_id: int, form: FilingPasswordForm) -> str:
    """Run the action of the pressed button on a report; return the success message."""
    if "back" in request.POST:
        connections.take_back(actor, report_id)
        return _("The filing is back at the desk.")
    if "again" in request.POST:
        connections.send_again(actor, report_id)
    else:
        connections.prove(actor, report_id, form.cleaned_data["password"])
    return _("It is waiting and is sent with the next call.")


# --- Exchanges --------------------------------------------------------------------------------------------


@require_safe
@for_role(StaffRole.SUPERVISOR)
def exchanges(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the calls of bureaus' systems, newest first. One query."""
    found = page(connections.exchanges_of(actor), "id", request.GET, descending=True)
    context = {"page": found, "rows": _in_words(found.rows), "tabs": _tabs(actor)}
    return render(request, "interchange/reporting/exchanges.html", context)


def _in_words(rows: Any) -> list[tuple[Exchange, StatusPill, str]]:
    return [(row, exchange_pill(row), connections.code_words(row.code)) for row in rows]


def exchange_pill(row: Exchange) -> StatusPill:
    """Return how a call ended; one without an end was cut off, or is being made."""
    if not row.ended_by:
        return StatusPill(_("no end recorded"), "attention")
    end = ExchangeEnd(row.ended_by)
    is_good = end == ExchangeEnd.ANSWERED and row.code in (*sending.ACCEPTED, 2)
    return StatusPill(end.label, "done" if is_good else "wrong")


@require_POST
@for_role(StaffRole.SUPERVISOR)
def upload_message(_request: HttpRequest, actor: Actor, row_id: int) -> HttpResponse:
    """Return the message of an upload as a file; the look is recorded."""
    return _message(actor, ReportUpload.objects.visible_to(actor), row_id)


@require_POST
@for_role(StaffRole.SUPERVISOR)
def file_message(_request: HttpRequest, actor: Actor, row_id: int) -> HttpResponse:
    """Return the message of a fetched file; the look is recorded."""
    return _message(actor, FetchedFile.objects.visible_to(actor), row_id)


@require_POST
@for_role(StaffRole.SUPERVISOR)
def apply_again(request: HttpRequest, actor: Actor, row_id: int) -> HttpResponse:
    """Apply what could not be applied of a fetched file."""
    get_object_or_404(FetchedFile.objects.visible_to(actor), pk=row_id)
    with refusals_above(request):
        connections.apply_again(actor, row_id)
        messages.success(request, _("The file is applied again. What can't be entered is shown here."))
    return redirect("reporting:exchanges")


def _message(actor: Actor, rows: QuerySet[Any], row_id: int) -> HttpResponse:
    try:
        found: SealedFile = rows.exclude(content="").get(pk=row_id)
    except ObjectDoesNotExist:
        raise Http404 from None
    return file_response(
        connections.raw(actor, found), "application/xml", name=f"{found._meta.model_name}-{found.pk}.xml"
    )
