"""Connections of providers' systems at the bureau's desk; chiefs only. Nothing of a file's content is shown."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.links import link_to
from bureaus.access import for_chief
from desks.components import PageTab, StatusPill
from desks.paging import page
from desks.refusals import refusals_at, with_version
from filings.actors import Actor
from filings.errors import MoveRefused
from interchange import connections
from interchange.connections import PAUSES
from interchange.desk.forms import ConnectionForm, NewConnectionForm
from interchange.envelope import Keys
from interchange.models import Connection, ConnectionChange, ConnectionProfile, Upload, UploadState
from interchange.soap.services import SERVICES
from ministry import versions

UPLOAD_TONES = {UploadState.WAITING: "info", UploadState.CHECKED: "done", UploadState.FAILED: "wrong"}
LATEST = 50  # changes shown


@for_chief
@require_safe
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the bureau's connections, those opened last at the top. One query."""
    waiting = Count("uploads", Q(uploads__state=UploadState.WAITING), distinct=True)
    due = Count("downloads", Q(downloads__acked_at=None), distinct=True)
    rows = connections.of(actor).annotate(waiting=waiting, due=due)
    found = page(rows, "opened_at", request.GET, descending=True)
    context = {"page": found, "rows": [(row, pill(row)) for row in found.rows]}
    return render(request, "interchange/desk/listed.html", context)


def pill(row: Connection) -> StatusPill:
    """Return the state of a connection."""
    if row.closed_at:
        return StatusPill(_("closed"), "neutral")
    paused = [name for name in PAUSES if getattr(row, name)]
    if len(paused) == len(PAUSES):
        return StatusPill(_("paused"), "attention")
    if paused:
        return StatusPill(_("Uploads paused") if paused == [PAUSES[0]] else _("Downloads paused"), "attention")
    return StatusPill(_("in use"), "done") if row.may_report else StatusPill(_("no permission to report"), "attention")


@for_chief
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open a connection for a provider; its secrets are shown once."""
    lacking = (connections.without_connection(actor.bureau_id, is_sandbox=kind) for kind in (False, True))
    providers = next(lacking) | next(lacking)
    form = NewConnectionForm(request.POST or None, providers=providers)
    if form.is_valid():
        with refusals_at(form):
            cleaned = form.cleaned_data
            made, keys = connections.open_for(
                actor, cleaned["provider"].pk, form.written(), is_sandbox=cleaned["is_sandbox"]
            )
            return _secrets_page(request, made, keys)
    return render(request, "interchange/desk/new.html", {"form": form, "has_providers": providers.exists()})


def _secrets_page(request: HttpRequest, connection: Connection, keys: Keys) -> HttpResponse:
    """Show new secrets, in the response to the form: they are at no address and in no session."""
    context = {"connection": connection, "keys": keys, "has_iv": connection.profile == ConnectionProfile.STRICT}
    return render(request, "interchange/desk/secrets_shown.html", context)


def _own(actor: Actor, connection_id: int) -> Connection:
    return get_object_or_404(connections.of(actor), pk=connection_id)


@for_chief
def one(request: HttpRequest, actor: Actor, connection_id: int) -> HttpResponse:
    """Show a connection; change its settings, pause it, resume it. A closed one is only shown."""
    found = _own(actor, connection_id)
    is_switch = "switch" in request.POST
    form = ConnectionForm(None if is_switch else request.POST or None, initial=_initial(found))
    if request.method == "POST":
        if found.closed_at:
            raise Http404
        try:
            if answer := _paused(request, actor, found) if is_switch else _changed(request, actor, found, form):
                return answer
        except MoveRefused as refusal:
            found = _own(actor, connection_id)
            if is_switch:
                messages.error(request, str(refusal))
                return redirect("connections:one", found.pk)
            form.add_error(None, str(refusal))
            form.data = with_version(request, found.version)
    context = {
        "connection": found,
        "pill": pill(found),
        "form": form,
        "services": [link_to(f"soap:{service.name}") for service in SERVICES],
        "changes": _changes(found),
        "leniencies": found.leniencies.order_by("-times", "leniency"),
        "tabs": _tabs(found, "one"),
    }
    return render(request, "interchange/desk/one.html", context)


def _changes(found: Connection) -> list[tuple[ConnectionChange, list[str]]]:
    """Return the latest changes, newest first, each with the settings that differ from those before. One query."""
    rows = list(found.changes.all()[: LATEST + 1])
    pairs = list(zip(rows, [*rows[1:], *rows[-1:]], strict=True))
    return [(row, _other_lines(row.words, before.words)) for row, before in pairs[:LATEST]]


def _other_lines(text: str, before: str) -> list[str]:
    known = before.splitlines()
    return [line for line in text.splitlines() if line not in known]


def _initial(found: Connection) -> dict[str, object]:
    return {name: getattr(found, name) for name in ConnectionForm.base_fields}


def _changed(request: HttpRequest, actor: Actor, found: Connection, form: ConnectionForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    keys = connections.change(actor, found.pk, form.written(), version=form.cleaned_data["version"])
    if keys:
        return _secrets_page(request, found, keys)
    messages.success(request, _("Saved."))
    return redirect("connections:one", found.pk)


def _paused(request: HttpRequest, actor: Actor, found: Connection) -> HttpResponse:
    """Pause or resume what the pressed button names; the other one stays as it is."""
    pressed = request.POST["switch"]
    paused = {name for name in PAUSES if getattr(found, name)} ^ {name for name in PAUSES if name == pressed}
    connections.pause(actor, found.pk, paused, version=versions.seen(request.POST))
    messages.success(request, _("Saved."))
    return redirect("connections:one", found.pk)


@for_chief
def secrets(request: HttpRequest, actor: Actor, connection_id: int) -> HttpResponse:
    """Explain the effect of new secrets, and create them; they are shown once."""
    found = _in_force(actor, connection_id)
    if request.method == "POST":
        try:
            return _secrets_page(request, *connections.renew(actor, found.pk, version=versions.seen(request.POST)))
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("connections:one", found.pk)
    return render(request, "interchange/desk/secrets.html", {"connection": found})


@for_chief
def close(request: HttpRequest, actor: Actor, connection_id: int) -> HttpResponse:
    """Explain the effect of closing a connection, and close it."""
    found = _in_force(actor, connection_id)
    if request.method == "POST":
        try:
            connections.close(actor, found.pk, version=versions.seen(request.POST))
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("connections:one", found.pk)
        messages.success(request, _("The connection is closed."))
        return redirect("connections:listed")
    return render(request, "interchange/desk/close.html", {"connection": found})


def _in_force(actor: Actor, connection_id: int) -> Connection:
    return get_object_or_404(connections.of(actor).filter(closed_at=None), pk=connection_id)


@for_chief
@require_safe
def uploads(request: HttpRequest, actor: Actor, connection_id: int) -> HttpResponse:
    """List the uploads of a connection, newest first, with the names of their results. Two queries."""
    found = _own(actor, connection_id)
    rows = found.uploads.select_related("result").defer("file_key", "result__file_key")
    listed_rows = page(rows, "sequence", request.GET, descending=True)
    context = {
        "connection": found,
        "page": listed_rows,
        "rows": [(row, upload_pill(row)) for row in listed_rows.rows],
        "tabs": _tabs(found, "uploads"),
    }
    return render(request, "interchange/desk/uploads.html", context)


def upload_pill(row: Upload) -> StatusPill:
    """Return the state of an upload in words, or that it could not be read."""
    state = UploadState(row.state)
    if state == UploadState.CHECKED and not row.records:
        return StatusPill(_("file refused"), "wrong")
    return StatusPill(state.label, UPLOAD_TONES[state])


@for_chief
@require_safe
def downloads(request: HttpRequest, actor: Actor, connection_id: int) -> HttpResponse:
    """List the downloads of a connection, newest first. Two queries."""
    found = _own(actor, connection_id)
    rows = found.downloads.select_related("upload").defer("file_key", "upload__file_key")
    context = {
        "connection": found,
        "page": page(rows, "id", request.GET, descending=True),
        "tabs": _tabs(found, "downloads"),
    }
    return render(request, "interchange/desk/downloads.html", context)


def _tabs(connection: Connection, here: str) -> list[PageTab]:
    labels = {"one": _("Connection"), "uploads": _("Uploads"), "downloads": _("Downloads")}
    return [
        PageTab(label, reverse(f"connections:{name}", args=[connection.pk]), name == here)
        for name, label in labels.items()
    ]
