"""Bureaus and their reviewers on the ministry operators' desk.

A bureau is never switched to a system of its own, or back, while a filing waits for its decision: the filing would be
decided in two places, and two counters would issue numbers of the same series (ADR 0029).
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import ngettext

from accounts.models import User
from bureaus.models import Bureau, OfficeChange, OfficeWhat, Reviewer
from filings.models import Filing
from filings.states import Status
from ministry.operators.site import KeyedAdmin, OperatorsAdmin, ReadOnlyAdmin, site


class BureauForm(forms.ModelForm[Bureau]):
    """A bureau, without the rules that its chiefs set."""

    class Meta:
        model = Bureau
        fields = ("province", "contact_email", "chief_email", "contact_phone", "address", "external")

    def clean(self) -> dict[str, Any]:
        """Refuse a switch while filings wait for the bureau's decision."""
        cleaned = super().clean() or {}
        if self.instance.pk and "external" in self.changed_data and (waiting := _waiting(self.instance.pk)):
            words = ngettext(
                "%(count)d filing is waiting for this bureau's decision. Let it be decided first.",
                "%(count)d filings are waiting for this bureau's decision. Let them be decided first.",
                waiting,
            )
            self.add_error("external", words % {"count": waiting})
        return cleaned


def _waiting(bureau_id: str) -> int:
    """Return how many filings wait for the bureau's decision; none can come to it until the transaction ends.

    The lock of the table lets others read. Whoever moves a filing waits for the switch, and the switch for them.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {connection.ops.quote_name(Filing._meta.db_table)} IN EXCLUSIVE MODE")
    return Filing.objects.filter(bureau=bureau_id, status=Status.WITH_BUREAU).count()


@admin.register(Bureau, site=site)
class BureauAdmin(KeyedAdmin):
    form = BureauForm
    key_fields = ("province",)
    list_display = ("__str__", "contact_email", "chief_email", "external")

    def save_model(self, request: HttpRequest, obj: Bureau, form: Any, change: bool) -> None:
        """Save the bureau, and record a switch."""
        super().save_model(request, obj, form, change)
        if "external" in form.changed_data:
            assert isinstance(request.user, User)  # noqa: S101 — the desk lets nobody else in
            OfficeChange.objects.create(
                bureau=obj,
                user=request.user,
                actor_name=str(request.user),
                what=OfficeWhat.EXTERNAL,
                value="1" if obj.external else "0",
            )


@admin.register(Reviewer, site=site)
class ReviewerAdmin(OperatorsAdmin):
    list_display = ("user", "bureau", "role")
    list_filter = ("role",)
    list_select_related = ("user", "bureau")
    raw_id_fields = ("user",)


@admin.register(OfficeChange, site=site)
class OfficeChangeAdmin(ReadOnlyAdmin):
    """Absences, covers and automatic assignment: the record of their changes."""

    list_display = ("at", "bureau", "actor_name", "what", "words")
    list_select_related = ("bureau",)
    list_filter = ("what",)
    fields = ("at", "bureau", "actor_name", "what", "words")
    ordering = ("-pk",)
