"""Bureaus and their reviewers on the ministry operators' desk."""

from django.contrib import admin

from bureaus.models import Bureau, OfficeChange, Reviewer
from bureaus.rules import RULES
from ministry.operators.site import KeyedAdmin, OperatorsAdmin, ReadOnlyAdmin, site


@admin.register(Bureau, site=site)
class BureauAdmin(KeyedAdmin):
    key_fields = ("province",)
    exclude = RULES  # set by the bureau's chiefs, on record
    list_display = ("__str__", "contact_email", "chief_email")


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
