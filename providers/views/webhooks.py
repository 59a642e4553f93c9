"""Addresses of the provider's own systems, and the messages sent to them."""

import json
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks.components import StatusPill
from desks.paging import page
from desks.refusals import refusals_above, refusals_at, with_version
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import EndpointState, MessageState, WebhookEndpoint, WebhookMessage
from filings.webhooks import posting, sending, targets
from ministry import retention, versions
from ministry.retention import DataKind
from providers.access import for_role
from providers.models import StaffRole
from providers.organisation import webhooks
from providers.organisation.webhook_forms import EndpointForm
from providers.views.organisation import tabs

NAMES = ("url", "events", "version")
ENDPOINT_TONES = {EndpointState.LIVE: "done", EndpointState.PAUSED: "attention"}
MESSAGE_TONES = {MessageState.SENT: "done", MessageState.WAITING: "info", MessageState.DROPPED: "neutral"}
# How a receiver verifies a message, with the library of the standard; shown as code to be copied.
EXAMPLE = """from standardwebhooks import Webhook

hook = Webhook("whsec_…")
# raises WebhookVerificationError
message = hook.verify(body, headers)
if is_new(headers["webhook-id"]):
    queue(message["type"], message["data"])"""


@require_safe
@for_role(StaffRole.SUPERVISOR)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the addresses, and explain how their systems verify a message."""
    rows = list(webhooks.of(actor))
    waiting = webhooks.waiting(rows)
    context = {
        "endpoints": [(row, endpoint_pill(row), waiting.get(row.pk, 0)) for row in rows],
        "most": webhooks.MOST,
        "example": EXAMPLE,
        "tries": sending.TRIES,
        "days_of_tries": sending.DAYS_OF_TRIES,
        "seconds": round(posting.SECONDS),
        "days_failing": sending.FAILING_FOR.days,
        "tabs": tabs(actor, "webhooks"),
    }
    return render(request, "providers/organisation/webhooks.html", context)


def endpoint_pill(row: WebhookEndpoint) -> StatusPill:
    """Return the state of an address in words, also that it is failing at present."""
    state = EndpointState(row.state)
    if row.is_live and row.failures:
        return StatusPill(_("in use, but failing"), "attention")
    return StatusPill(state.label, ENDPOINT_TONES.get(state, "wrong"))


def message_pill(row: WebhookMessage) -> StatusPill:
    """Return the state of a message in words, also that it waits for another attempt."""
    state = MessageState(row.state)
    if sending.is_held_back(row):
        return StatusPill(targets.HELD_BACK, "attention")
    if state == MessageState.WAITING and row.tries:
        return StatusPill(_("failed, will be tried again"), "attention")
    return StatusPill(state.label, MESSAGE_TONES.get(state, "wrong"))


@for_role(StaffRole.SUPERVISOR)
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Add an address; its secret is shown once."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            made, secret = webhooks.add(actor, form.written())
            return _secret_page(request, made, secret)
    return render(request, "providers/organisation/webhook_new.html", {"form": form})


def _secret_page(request: HttpRequest, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
    """Show a new secret, in the response to the form: it is at no address and in no session."""
    context = {"endpoint": endpoint, "secret": secret, "hours": _hours_both_sign() if endpoint.former_until else 0}
    return render(request, "providers/organisation/webhook_secret.html", context)


def _hours_both_sign() -> int:
    return round(webhooks.BOTH_SIGN.total_seconds() / 3600)


def _own(actor: Actor, endpoint_id: int) -> WebhookEndpoint:
    return get_object_or_404(webhooks.of(actor), pk=endpoint_id)


@for_role(StaffRole.SUPERVISOR)
def edit(request: HttpRequest, actor: Actor, endpoint_id: int) -> HttpResponse:
    """Change an address; pause it, use it again, test it, or renew its secret."""
    found = _own(actor, endpoint_id)
    button = next((name for name in BUTTONS if name in request.POST), "")
    sent = None if button else request.POST or None
    form = EndpointForm(sent, initial={name: getattr(found, name) for name in NAMES})
    if request.method == "POST" and (button or form.is_valid()):
        try:
            return BUTTONS.get(button, _save)(request, actor, found, form)
        except MoveRefused as refusal:
            found = _own(actor, endpoint_id)
            if button:
                messages.error(request, str(refusal))
                return redirect("provider_desk:webhook", found.pk)
            form.add_error(None, str(refusal))
            form.data = with_version(request, found.version)
        except WebhookEndpoint.DoesNotExist:
            raise Http404 from None
    context = {
        "form": form,
        "endpoint": found,
        "pill": endpoint_pill(found),
        "days_failing": sending.FAILING_FOR.days,
        "hours": _hours_both_sign(),
    }
    return render(request, "providers/organisation/webhook.html", context)


def _save(request: HttpRequest, actor: Actor, found: WebhookEndpoint, form: EndpointForm) -> HttpResponse:
    webhooks.change(actor, found.pk, form.written(), version=form.cleaned_data["version"])
    messages.success(request, _("Saved."))
    return redirect("provider_desk:webhooks")


def _pause(request: HttpRequest, actor: Actor, found: WebhookEndpoint, _form: EndpointForm) -> HttpResponse:
    webhooks.set_paused(actor, found.pk, True, version=versions.seen(request.POST))
    messages.success(request, _("Paused. What happens from now on is not sent to this address."))
    return redirect("provider_desk:webhook", found.pk)


def _use(request: HttpRequest, actor: Actor, found: WebhookEndpoint, _form: EndpointForm) -> HttpResponse:
    webhooks.set_paused(actor, found.pk, False, version=versions.seen(request.POST))
    messages.success(request, _("In use. What happens from now on is sent to this address."))
    return redirect("provider_desk:webhook", found.pk)


def _test(_request: HttpRequest, actor: Actor, found: WebhookEndpoint, _form: EndpointForm) -> HttpResponse:
    return redirect("provider_desk:webhook_message", webhooks.test(actor, found.pk).pk)


def _rotate(request: HttpRequest, actor: Actor, found: WebhookEndpoint, _form: EndpointForm) -> HttpResponse:
    return _secret_page(request, *webhooks.rotate(actor, found.pk, version=versions.seen(request.POST)))


BUTTONS: dict[str, Callable[[HttpRequest, Actor, WebhookEndpoint, EndpointForm], HttpResponse]] = {
    "pause": _pause,
    "use": _use,
    "test": _test,
    "rotate": _rotate,
}


@for_role(StaffRole.SUPERVISOR)
def delete(request: HttpRequest, actor: Actor, endpoint_id: int) -> HttpResponse:
    """Show the effects of deleting an address, and delete it."""
    found = _own(actor, endpoint_id)
    if request.method == "POST":
        with refusals_above(request):
            webhooks.delete(actor, found.pk, version=versions.seen(request.POST))
            messages.success(request, _("The address has been deleted."))
        return redirect("provider_desk:webhooks")
    return render(request, "providers/organisation/webhook_delete.html", {"endpoint": found})


@require_safe
@for_role(StaffRole.SUPERVISOR)
def sent(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the messages, newest first."""
    found = page(webhooks.messages_of(actor).prefetch_related("attempts"), "id", request.GET, descending=True)
    context = {
        "rows": [(row, message_pill(row), next(iter(row.attempts.all()), None)) for row in found.rows],
        "page": found,
        "days": retention.length(DataKind.WEBHOOKS),
        "tabs": tabs(actor, "webhooks"),
    }
    return render(request, "providers/organisation/webhook_messages.html", context)


@require_safe
@for_role(StaffRole.SUPERVISOR)
def message(request: HttpRequest, actor: Actor, message_id: int) -> HttpResponse:
    """Show a message as it is sent, with all attempts."""
    found = get_object_or_404(webhooks.messages_of(actor), pk=message_id)
    is_held_back = sending.is_held_back(found)
    context = {
        "message": found,
        "pill": message_pill(found),
        "due_at": found.due_at if found.state == MessageState.WAITING and not is_held_back else None,
        "is_held_back": is_held_back,
        "body": json.dumps(json.loads(found.body), ensure_ascii=False, indent=2),
        "attempts": found.attempts.all(),
        "may_send": not webhooks.is_due(found) and found.endpoint.is_live,
    }
    return render(request, "providers/organisation/webhook_message.html", context)


@require_POST
@for_role(StaffRole.SUPERVISOR)
def again(request: HttpRequest, actor: Actor, message_id: int) -> HttpResponse:
    """Send a message again."""
    try:
        with refusals_above(request):
            webhooks.send_again(actor, message_id)
            messages.success(request, _("The message is being sent again, with the same identifier."))
    except WebhookMessage.DoesNotExist:
        raise Http404 from None
    return redirect("provider_desk:webhook_message", message_id)
