"""Orders at the bureau's desk: the list with its open receipts, a record and what can be ordered about it, an order."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from bureaus.access import actor_of
from bureaus.order_forms import CounterForm, OrderForm
from desks.components import StatusPill, TimelineEntry, page_tabs
from desks.documents import page_response, paper_items
from desks.paging import page
from desks.refusals import refusals_at
from filings.actors import Actor
from ministry.models import Access, Subject
from ministry.passwords import elsewhere
from ministry.reference import code_tables, lookups
from ministry.register import query
from records.legal_grounds import PENALTIES, Act, Scope, may_order
from records.models import CounterReset, Order, OrderTask
from records.orders import ending, making, password_resets
from records.orders.making import OrderTarget

TABS = {"open": gettext_lazy("Receipts missing"), "all": gettext_lazy("All orders")}
NOTHING = {"open": gettext_lazy("No receipt is missing"), "all": gettext_lazy("No orders yet")}
TONES = {Act.CANCEL: "wrong", Act.SUSPEND: "attention", Act.LIFT: "done"}
# Title and effect of an order about a record, and of the one that ends an access.
WORDS = {
    Act.CANCEL: (
        gettext_lazy("Cancel %(number)s"),
        gettext_lazy(
            "The record ends and can't be restored; its number is never assigned again. "
            "The certificate and the domain can be filed again."
        ),
    ),
    Act.SUSPEND: (
        gettext_lazy("Suspend %(number)s"),
        gettext_lazy(
            "Access must be stopped temporarily. Record, number and domain stay; the public query shows “suspended”."
        ),
    ),
    Act.LIFT: (gettext_lazy("End the suspension of %(number)s"), gettext_lazy("Access can be resumed.")),
}
END_OF_ACCESS = (
    gettext_lazy("End the access of %(number)s through %(provider)s"),
    gettext_lazy(
        "This provider's access ends. The website stays on record; without any other access it becomes a shell."
    ),
)


@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """List the bureau's orders, newest first, with how many receipts each waits for; look up a record."""
    actor = actor_of(request)
    tab = request.GET.get("tab", "open")
    if tab not in TABS:
        raise Http404
    rows = Order.objects.visible_to(actor).select_related("subject", "website__subject")
    if tab == "open":
        rows = rows.filter(Exists(OrderTask.objects.open().filter(order=OuterRef("pk"))))
    found_page = page(rows.prefetch_related("tasks"), "made_at", request.GET, descending=True)
    text = request.GET.get("q", "").strip()
    context = {
        "tabs": page_tabs(TABS, tab),
        "tab": tab,
        "nothing": NOTHING[tab],
        "page": found_page,
        "rows": [_row(order) for order in found_page.rows],
        "text": text[: lookups.LONGEST],
        **(_found(actor, text) if text else {}),
    }
    return render(request, "bureaus/orders/orders.html", context)


def _found(actor: Actor, text: str) -> dict[str, Any]:
    """Return what was understood and found on record, or why nothing was understood."""
    try:
        asked, found = lookups.understand(text), query.on_record(actor.bureau_id, text)
    except ValidationError as refusal:
        return {"refusal": refusal.messages[0]}
    return {"asked": asked, "found": found[: query.SUBJECTS_LIMIT], "more": len(found) > query.SUBJECTS_LIMIT}


def _row(order: Order) -> dict[str, Any]:
    """Return an order for the list, with the numbers of receipts given and expected."""
    tasks = order.tasks.all()
    given = sum(task.confirmed_at is not None for task in tasks)
    return {"order": order, "given": given, "all": len(tasks), "tone": TONES[Act(order.act)]}


@require_safe
def record(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Show a subject with its websites and accesses, what was ordered about it, and what can be."""
    actor = actor_of(request)
    subject = _own(actor, subject_id)
    websites = list(subject.websites.select_related("subject", "migrated_to__subject").order_by("sequence"))
    accesses: dict[int, list[dict[str, Any]]] = {}
    for access in Access.objects.filter(website__subject=subject).select_related("provider").order_by("pk"):
        row = {"access": access, "actions": _actions(Scope.ACCESS, access)}
        accesses.setdefault(access.website_id, []).append(row)
    context = {
        "subject": subject,
        "nature": code_tables.name_of(code_tables.NATURES, subject.nature),
        "standing": standing(subject),
        "actions": _actions(Scope.SUBJECT, subject),
        "websites": [
            {
                "website": website,
                "standing": standing(website),
                "accesses": accesses.get(website.pk, []),
                "actions": _actions(Scope.WEBSITE, website),
            }
            for website in websites
        ],
        "orders": Order.objects.visible_to(actor).filter(subject=subject).select_related("website__subject", "subject"),
        "resets": CounterReset.objects.visible_to(actor).filter(subject=subject),
        "decides_elsewhere": actor.decides_elsewhere,
    }
    return render(request, "bureaus/orders/record.html", context)


def _own(actor: Actor, subject_id: int) -> Subject:
    return get_object_or_404(Subject, pk=subject_id, province=actor.bureau_id)


def standing(row: Any) -> StatusPill:
    """Return whether a subject or a website is on record."""
    if not row.live:
        return StatusPill(_("migrated") if getattr(row, "migrated_to", None) else _("cancelled"), "neutral")
    if row.suspended_on:
        return StatusPill(_("access suspended"), "attention")
    return StatusPill(_("on record"), "done")


def _actions(scope: Scope, row: Any) -> list[dict[str, Any]]:
    """Return the orders that can be made about it now."""
    if not row.live:
        return []
    suspended = getattr(row, "suspended_on", None)
    acts = [Act.CANCEL, Act.LIFT if suspended else Act.SUSPEND]
    return [
        {"act": act.value, "label": act.label, "scope": scope.value, "pk": row.pk}
        for act in acts
        if may_order(act, scope)
    ]


def new(request: HttpRequest, act: str, scope: str, pk: int) -> HttpResponse:
    """Make an order, after showing what it does, who is told, and what can't be undone."""
    actor = actor_of(request)
    if act not in Act.values or scope not in Scope.values or not may_order(Act(act), Scope(scope)):
        raise Http404
    try:
        target = making.target_of(actor, Scope(scope), pk)
    except Subject.DoesNotExist as missing:
        raise Http404 from missing
    form = OrderForm(request.POST or None, request.FILES or None, act=Act(act), target=target)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            order = making.make(actor, target.scope, pk, form.draft())
            messages.success(
                request, _("The order has been issued. The host and every provider concerned have been notified.")
            )
            return redirect("bureau_desk:order", order.pk)
    title, in_words = END_OF_ACCESS if target.access else WORDS[Act(act)]
    context = {
        "form": form,
        "act": Act(act),
        "is_final": act == Act.CANCEL,
        "title": title % {"number": form.number, "provider": target.access and target.access.provider.name},
        "in_words": in_words,
        "target": target,
        "number": form.number,
        "effect": _effect(target, Act(act)),
    }
    return render(request, "bureaus/orders/new.html", context)


def _effect(target: OrderTarget, act: Act) -> dict[str, Any]:
    """Return the record's websites in force, the providers that will be told, and how many filings will end."""
    accesses = Access.objects.filter(live=True, website__live=True).select_related("provider", "website__subject")
    if target.access:
        accesses = accesses.filter(pk=target.access.pk)
    elif target.website:
        accesses = accesses.filter(website=target.website)
    else:
        accesses = accesses.filter(website__subject=target.subject)
    found = list(accesses.order_by("website__sequence", "pk"))
    websites = [target.website] if target.website else list(target.subject.websites.filter(live=True))
    return {
        "websites": websites,
        "providers": list(dict.fromkeys(access.provider.name for access in found)),
        "ended": ending.under_way(*target.keys).count() if act == Act.CANCEL else 0,
    }


@require_safe
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Show an order: its ground and paper, each provider's receipt, everything that happened."""
    actor = actor_of(request)
    found = _order(actor, order_id)
    tasks = list(found.tasks.select_related("provider"))
    owed = sum(task.confirmed_at is None for task in tasks)
    late = ngettext("%(n)d receipt is missing", "%(n)d receipts are missing", owed) % {"n": owed}
    context = {
        "order": found,
        "number": found.number,
        "ground": found.legal_ground,
        "pill": StatusPill(late, "attention") if owed else StatusPill(found.get_act_display(), "neutral"),
        "tasks": [_task_row(task) for task in tasks],
        "items": paper_items(found.paper, lambda pk: ("bureau_desk:order_page", [found.pk, pk])),
        "events": [
            TimelineEntry(event.get_name_display(), event.actor_name, event.at, event.note)
            for event in found.events.order_by("-pk")
        ],
    }
    return render(request, "bureaus/orders/order.html", context)


def _order(actor: Actor, order_id: int) -> Order:
    rows = Order.objects.visible_to(actor)
    return get_object_or_404(
        rows.select_related("subject", "website__subject", "access__provider", "paper"), pk=order_id
    )


def _task_row(task: OrderTask) -> dict[str, Any]:
    return {"task": task, "late": task.is_late(timezone.localdate())}


@require_safe
def order_page(request: HttpRequest, order_id: int, page_id: int) -> HttpResponse:
    """Return a page of the signed order."""
    return page_response(_order(actor_of(request), order_id).paper_id, page_id)


@require_safe
def penalties(request: HttpRequest) -> HttpResponse:
    """Show what each provision punishes, and how."""
    return render(request, "bureaus/orders/penalties.html", {"penalties": PENALTIES})


# --- The counter ------------------------------------------------------------------------------------------


def reset(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Send a new filing password for somebody who came to the counter with proof."""
    actor = actor_of(request)
    subject = _own(actor, subject_id)
    form = CounterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            password_resets.reset_password(actor, subject.pk, **form.cleaned_data)
            messages.success(request, _sent_words(form.cleaned_data["new_email"]))
            return redirect("bureau_desk:record", subject.pk)
    context = {"form": form, "subject": subject, "no_new_one": elsewhere.no_new_one(subject.province)}
    return render(request, "bureaus/orders/counter.html", context)


def _sent_words(new_email: str) -> str:
    if new_email:
        return _("A link to confirm has been sent to the new address, then comes the password. The visit is on record.")
    return _("A new filing password is being sent by e-mail. The visit has been recorded.")


@require_safe
def reset_proof(request: HttpRequest, reset_id: int) -> HttpResponse:
    """Show a reset at the counter, with its proof and who has looked at it."""
    found = _reset(actor_of(request), reset_id)
    items = paper_items(found.paper, lambda pk: ("bureau_desk:reset_page", [found.pk, pk]))
    return render(request, "bureaus/orders/reset.html", {"reset": found, "items": items, "looks": found.looks.all()})


def _reset(actor: Actor, reset_id: int) -> CounterReset:
    return get_object_or_404(CounterReset.objects.visible_to(actor).select_related("subject", "paper"), pk=reset_id)


@require_safe
def reset_page(request: HttpRequest, reset_id: int, page_id: int) -> HttpResponse:
    """Return a page of the proof, and record the look."""
    actor = actor_of(request)
    found = _reset(actor, reset_id)
    response = page_response(found.paper_id, page_id)
    password_resets.record_look(found, actor)
    return response
