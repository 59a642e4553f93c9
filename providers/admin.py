"""Providers and their staff on the ministry operators' desk."""

from django.contrib import admin

from ministry.desk import OperatorsAdmin, site
from providers.models import Provider, Staff


@admin.register(Provider, site=site)
class ProviderAdmin(OperatorsAdmin):
    list_display = ("name", "licence", "accepts_new", "is_active")
    search_fields = ("name",)


@admin.register(Staff, site=site)
class StaffAdmin(OperatorsAdmin):
    list_display = ("user", "provider")
    list_select_related = ("user", "provider")
    raw_id_fields = ("user",)
