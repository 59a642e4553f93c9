"""The rules of this bureau: every reviewer reads them, a chief changes them."""

from django.contrib import messages
from django.db.models import BooleanField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from bureaus import rules
from bureaus.access import actor_of
from bureaus.forms import RulesForm
from bureaus.models import Bureau, DeskRuleChange, ReviewerRole
from desks.refusals import refusals_at

LATEST = 50


def page(request: HttpRequest) -> HttpResponse:
    """Show the rules and their latest changes; a chief sets them here."""
    actor = actor_of(request)
    bureau = get_object_or_404(Bureau, pk=actor.bureau_id)
    is_chief = actor.staff_role == ReviewerRole.CHIEF
    form = RulesForm(request.POST or None, instance=bureau)
    if request.method == "POST" and not is_chief:
        raise Http404
    if form.is_valid():
        with refusals_at(form):
            rules.change(actor, form.cleaned_data)
            messages.success(request, _("The rules of this bureau have been saved."))
            return redirect("bureau_desk:rules")
    labels = {name: field.label for name, field in form.fields.items()}
    changes = [
        (
            change,
            labels.get(change.what, change.what),
            _shown(change.what, change.before),
            _shown(change.what, change.after),
        )
        for change in _latest(actor.bureau_id)
    ]
    context = {"bureau": bureau, "form": form, "is_chief": is_chief, "changes": changes}
    return render(request, "bureaus/rules.html", context)


def _shown(what: str, value: str) -> str:
    """Return a rule's value in words."""
    is_switch = isinstance(Bureau._meta.get_field(what), BooleanField)
    return {"1": _("Yes"), "0": _("No")}.get(value, value) if is_switch else value


def _latest(bureau_id: str) -> list[DeskRuleChange]:
    return list(DeskRuleChange.objects.filter(bureau=bureau_id).order_by("-pk")[:LATEST])
