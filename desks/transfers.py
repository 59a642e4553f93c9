"""Shared parts of both pages to choose another provider for a filing whose own no longer accepts filings."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.section_form import VersionForm
from filings.actors import Actor
from filings.models import Filing
from filings.services import transfers


class TransferForm(VersionForm):
    """The access provider to which a filing is transferred."""

    provider: forms.Field = forms.ModelChoiceField(
        label=gettext_lazy("Access provider"), queryset=None, empty_label="—"
    )

    def __init__(self, providers: QuerySet[Any], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["provider"].queryset = providers  # type: ignore[attr-defined]


def form_of(request: HttpRequest, filing: Filing) -> TransferForm:
    """Return the form with the providers that can take the filing over."""
    return TransferForm(transfers.choices(filing), request.POST or None, initial={"version": filing.version})


def move(filing: Filing, actor: Actor, form: TransferForm) -> str:
    """Move the filing to the chosen provider; return the words of success. Raises MoveRefused."""
    chosen = form.cleaned_data["provider"]
    transfers.transfer(filing.pk, actor, chosen.pk, version=form.cleaned_data["version"])
    return _("The filing is now with %(provider)s.") % {"provider": chosen}
