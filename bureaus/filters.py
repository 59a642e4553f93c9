"""The filters of the bureau's queue."""

from typing import ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureaus.tabs import BureauQueue
from desks.staff.queue_forms import ANY, FilterForm
from filings.rules import ownership
from ministry.reference import code_tables
from ministry.reference.code_tables import PRIOR_APPROVALS

LAST_ROUND = 3
WITH, WITHOUT = "with", "without"


class BureauFilterForm(FilterForm[BureauQueue]):
    """Beside kind and nature: provider, prior approval and round of a filing."""

    columns: ClassVar = {"kind": "kind", "nature": "subject_nature"}
    field_order = ("kind", "provider")

    # Words and no list to choose from: a province has up to three thousand providers.
    provider = forms.CharField(label=_("Access provider, or part of its name"), max_length=255, required=False)
    approval = forms.ChoiceField(
        label=_("Prior approval"),
        choices=[
            *ANY,
            (WITH, _("approval needed")),
            (WITHOUT, _("no approval needed")),
            *code_tables.choices(row for row in PRIOR_APPROVALS if row.same_as is None),
        ],
        required=False,
    )
    round = forms.TypedChoiceField(
        label=_("Round"),
        choices=[*ANY, (1, _("first round")), (2, _("second round")), (LAST_ROUND, _("third round or later"))],
        coerce=int,
        empty_value=None,
        required=False,
    )

    def condition(self, desk: BureauQueue) -> Q:
        """Return the condition for the filings that match."""
        chosen = self.chosen()
        fitting = super().condition(desk) & _approvals(chosen.get("approval")) & _rounds(chosen.get("round"))
        return fitting & _providers(chosen["provider"]) if "provider" in chosen else fitting


def _providers(name: str) -> Q:
    """Return the condition for filings of the providers whose name contains every word, in any order and case."""
    return Q(provider__in=ownership.all_providers().named(name.split()).values("pk"))


def _approvals(wanted: str | None) -> Q:
    match wanted:
        case None:
            return Q()
        case "with":
            return ~Q(prior_approvals=[])
        case "without":
            return Q(prior_approvals=[])
    # The first condition is implied by the second; it is the one an index can be chosen by.
    return ~Q(prior_approvals=[]) & Q(prior_approvals__contains=[int(wanted)])


def _rounds(wanted: int | None) -> Q:
    if wanted is None:
        return Q()
    return Q(round__gte=wanted) if wanted == LAST_ROUND else Q(round=wanted)
