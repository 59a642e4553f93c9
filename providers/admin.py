"""Providers and their staff on the ministry operators' desk."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ministry import provinces
from ministry.desk import OperatorsAdmin, site
from providers.models import Provider, Staff


class ProviderForm(forms.ModelForm[Provider]):
    """Provinces as boxes instead of codes."""

    provinces = forms.MultipleChoiceField(
        label=_("provinces served"), choices=provinces.CHOICES, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Provider
        fields = (
            "name",
            "slug",
            "provinces",
            "licence",
            "about",
            "contact_phone",
            "contact_email",
            "address",
            "accepts_new",
            "is_active",
        )


@admin.register(Provider, site=site)
class ProviderAdmin(OperatorsAdmin):
    form = ProviderForm
    list_display = ("name", "licence", "accepts_new", "is_active")
    search_fields = ("name",)


@admin.register(Staff, site=site)
class StaffAdmin(OperatorsAdmin):
    list_display = ("user", "provider")
    list_select_related = ("user", "provider")
    raw_id_fields = ("user",)
