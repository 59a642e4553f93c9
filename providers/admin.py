"""Providers and their staff on the ministry operators' desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ministry import provinces
from ministry.addresses import parse_ip_ranges, refuse_overlaps
from ministry.desk import OperatorsAdmin, site
from providers.models import IpRange, Provider, Staff


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


class IpRangeFormSet(BaseInlineFormSet[IpRange, Provider, Any]):
    """Rows that are new on the page can't see each other in the database, so they are compared here."""

    def clean(self) -> None:
        super().clean()
        good = [form for form in self.forms if not form.errors and not form.cleaned_data.get("DELETE")]
        refuse_overlaps(parse_ip_ranges(str(form.instance))[0] for form in good if form.instance.start)


class IpRangeInline(admin.StackedInline[IpRange, Provider]):
    """The provider's pool. Operators are let in by their party, as in ``OperatorsAdmin``."""

    model = IpRange
    formset = IpRangeFormSet
    fields = (("start", "end"),)
    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(Provider, site=site)
class ProviderAdmin(OperatorsAdmin):
    form = ProviderForm
    inlines = (IpRangeInline,)
    list_display = ("name", "licence", "accepts_new", "is_active")
    search_fields = ("name",)


@admin.register(Staff, site=site)
class StaffAdmin(OperatorsAdmin):
    list_display = ("user", "provider", "role")
    list_filter = ("role",)
    list_select_related = ("user", "provider")
    raw_id_fields = ("user",)
