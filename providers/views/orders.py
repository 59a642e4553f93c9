"""Orders of bureaus at the provider's desk: what to cut off, and the receipt."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from desks.components import page_tabs
from desks.documents import page_response, paper_items
from desks.forms import PortalForm
from desks.noted_fields import optional
from desks.paging import page
from desks.refusals import refusals_at
from filings.actors import Actor
from ministry.models import Access
from providers.access import actor_of
from records.legal_grounds import Act
from records.models import OrderTask
from records.orders import making

TABS = {"open": gettext_lazy("Receipt missing"), "done": gettext_lazy("Receipt submitted")}
MINUTE = "%Y-%m-%dT%H:%M"


class ReceiptForm(PortalForm):
    """The receipt: when the order was carried out, and a note."""

    done_at = forms.DateTimeField(
        input_formats=[MINUTE],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input-medium"}, format=MINUTE),
        error_messages={
            "required": gettext_lazy("Enter when it was done."),
            "invalid": gettext_lazy("Enter day and time, for example 2026-11-25T10:30."),
        },
    )
    note = optional(
        forms.CharField(
            label=gettext_lazy("Message to the bureau"),
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
    )

    def __init__(self, *args: Any, lifted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("Access opened again at") if lifted else _("Access stopped at")
        self.fields["done_at"].label = label


@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """List the orders given to this provider, newest first."""
    actor = actor_of(request)
    tab = request.GET.get("tab", "open")
    if tab not in TABS:
        raise Http404
    rows = OrderTask.objects.visible_to(actor).filter(confirmed_at__isnull=tab == "open")
    rows = rows.select_related("order__subject", "order__website__subject", "order__bureau")
    today = timezone.localdate()
    found = page(rows, "made_at", request.GET, descending=True)
    context = {
        "tabs": page_tabs(TABS, tab),
        "tab": tab,
        "page": found,
        "rows": [{"task": task, "late": task.is_late(today)} for task in found.rows],
    }
    return render(request, "providers/orders/orders.html", context)


def _own(actor: Actor, task_id: int) -> OrderTask:
    rows = OrderTask.objects.visible_to(actor)
    joined = ("order__subject", "order__website__subject", "order__bureau", "order__paper")
    return get_object_or_404(rows.select_related(*joined), pk=task_id)


def order(request: HttpRequest, task_id: int) -> HttpResponse:
    """Show an order, its websites, legal ground and paper; take the receipt."""
    actor = actor_of(request)
    task = _own(actor, task_id)
    initial = {"done_at": timezone.localtime().strftime(MINUTE)}
    form = ReceiptForm(request.POST or None, initial=initial, lifted=task.order.act == Act.LIFT)
    if request.method == "POST" and form.is_valid():
        done_at: datetime = form.cleaned_data["done_at"]
        with refusals_at(form):
            making.confirm(task.pk, actor, done_at, form.cleaned_data["note"])
            messages.success(request, _("The receipt has been recorded; the bureau can see it."))
            return redirect("provider_desk:order", task.pk)
    context = {
        "task": task,
        "order": task.order,
        "number": task.order.number,
        "ground": task.order.legal_ground,
        "late": task.is_late(timezone.localdate()),
        "accesses": Access.objects.filter(pk__in=task.access_ids).select_related("website__subject").order_by("pk"),
        "items": paper_items(task.order.paper, lambda pk: ("provider_desk:order_page", [task.pk, pk])),
        "form": form,
    }
    return render(request, "providers/orders/order.html", context)


@require_safe
def order_page(request: HttpRequest, task_id: int, page_id: int) -> HttpResponse:
    """Return a page of the signed order."""
    return page_response(_own(actor_of(request), task_id).order.paper_id, page_id)
