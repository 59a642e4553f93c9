"""Providers and their staff on the ministry operators' desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from filings.actors import Actor
from filings.states import Role
from ministry.operators.site import OpenToOperators, OperatorsAdmin, ReadOnlyAdmin, site
from ministry.reference import posing, provinces
from ministry.reference.addresses import parse_ip_ranges, refuse_overlaps
from providers.models import IpRange, OrganisationChange, Provider, Staff, What
from providers.organisation import records

# On the operators' page, because a form has at most 1,000 fields (DATA_UPLOAD_MAX_NUMBER_FIELDS), four for each range
MOST_RANGES = 200


class ProviderForm(forms.ModelForm[Provider]):
    """A provider, with checkboxes for its provinces."""

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

    def clean_name(self) -> str:
        """Check that the name, which hosts read, does not pose as an authority's."""
        return posing.check_unit(self.cleaned_data["name"], 255)


class IpRangeFormSet(BaseInlineFormSet[IpRange, Provider, Any]):
    """Ranges compared with each other, because new ones are not in the database yet."""

    def clean(self) -> None:
        super().clean()
        good = [form for form in self.forms if not form.errors and not form.cleaned_data.get("DELETE")]
        refuse_overlaps(parse_ip_ranges(str(form.instance))[0] for form in good if form.instance.start)


class IpRangeInline(OpenToOperators, admin.StackedInline[IpRange, Provider]):
    """The provider's pool."""

    may_delete = True
    model = IpRange
    formset = IpRangeFormSet
    fields = (("start", "end"),)
    extra = 1
    max_num = MOST_RANGES

    def get_formset(self, request: HttpRequest, obj: Provider | None = None, **kwargs: Any) -> Any:
        """Return the forms with their limit, which the library lets the sender of a form exceed by a thousand."""
        return super().get_formset(request, obj, absolute_max=MOST_RANGES, **kwargs)


@admin.register(Provider, site=site)
class ProviderAdmin(OperatorsAdmin):
    form = ProviderForm
    inlines = (IpRangeInline,)
    list_display = ("name", "licence", "accepts_new", "is_active")
    search_fields = ("name",)

    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:
        """Save the provider, and record the change as the provider's own changes are."""
        before = Provider.objects.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        if before:
            records.record_columns(obj, _operator(request), _columns(before), _columns(obj))


def _operator(request: HttpRequest) -> Actor:
    """Return the operator as an actor for the record of changes."""
    user: Any = request.user
    return Actor(role=Role.SYSTEM, user_id=user.pk, name=str(user))


def _columns(provider: Provider) -> dict[str, Any]:
    return {name: getattr(provider, name) for name in ProviderForm.Meta.fields}


@admin.register(Staff, site=site)
class StaffAdmin(OperatorsAdmin):
    list_display = ("user", "provider", "role", "suspended_at")
    list_filter = ("role",)
    readonly_fields = ("suspended_at",)
    list_select_related = ("user", "provider")
    raw_id_fields = ("user",)

    def save_model(self, request: HttpRequest, obj: Staff, form: Any, change: bool) -> None:
        """Save the member of staff, and record the appointment as the provider's own changes are."""
        before = Staff.objects.get(pk=obj.pk).role if change else ""
        super().save_model(request, obj, form, change)
        if obj.role != before:
            what = What.ROLE if change else What.JOINED
            records.record(obj.provider, _operator(request), what, about=obj.user.email, before=before, after=obj.role)


@admin.register(OrganisationChange, site=site)
class OrganisationChangeAdmin(ReadOnlyAdmin):
    """Who changed what at which provider; long values are cut."""

    list_display = ("at", "provider", "actor_name", "what", "about", "was", "became")
    list_select_related = ("provider",)
    list_filter = ("what",)
    search_fields = ("provider__name", "about")
    fields = ("at", "provider", "actor_name", "what", "about", "was", "became")
    ordering = ("-pk",)

    @admin.display(description=_("before"))
    def was(self, change: OrganisationChange) -> str:
        return records.words(change.what, change.before)

    @admin.display(description=_("after"))
    def became(self, change: OrganisationChange) -> str:
        return records.words(change.what, change.after)
