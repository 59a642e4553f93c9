"""The yearly confirmation at the bureau's desk: who has answered what, and reminders."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from bureaus.access import actor_of
from desks import confirmations
from desks.forms import PortalForm
from records import spot_checks


class OfProviderForm(PortalForm):
    """The filter of the list: one access provider, or all. An unknown one is ignored."""

    provider: forms.Field = forms.ModelChoiceField(
        label=gettext_lazy("Access provider"), queryset=None, required=False, empty_label=gettext_lazy("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = spot_checks.providers()  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Any:
        """Return the chosen provider, or None."""
        return self.cleaned_data.get("provider") if self.is_valid() else None


def listed(request: HttpRequest) -> HttpResponse:
    """List the websites of the bureau's period by answer; remind hosts, export."""
    form = OfProviderForm(request.GET)
    chosen = form.chosen
    view = confirmations.ConfirmationView.of(actor_of(request), request.GET, chosen and chosen.pk)
    if request.method == "POST":
        return confirmations.act(request, view, reverse("bureau_desk:confirmations"))
    context = confirmations.context(view, request.GET)
    for row in context["rows"]:
        row["url"] = reverse("bureau_desk:record", args=[row["subject"].pk])
    return render(request, "bureaus/orders/confirmations.html", {**context, "form": form, "chosen": chosen})
