"""Bureaus and their reviewers on the ministry operators' desk."""

from django.contrib import admin

from bureaus.models import Bureau, Reviewer
from bureaus.rules import RULES
from ministry.desk import KeyedAdmin, OperatorsAdmin, site


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
