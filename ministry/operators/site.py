"""The ministry operators' admin site at /ministry/. Other apps register their organisations on it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.desks import DeskSite
from accounts.models import Party, User
from ministry.calendar.work_calendar import missing_year
from ministry.mail import queue
from ministry.models import Access, AuditCheck, NumberSeries, Subject, Website
from ministry.operators.overview import groups
from ministry.reference import code_tables, posing
from ministry.reference.topics import Topic
from ministry.rules.rules import of_topic


class MinistryDesk(DeskSite):
    """Admin site for organisations, staff and rules, with read-only views of the register."""

    party = Party.MINISTRY
    site_header = _("Ministry's desk")
    site_title = _("Ministry's desk")
    index_title = _("Overview")
    index_template = "ministry/index.html"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show what operators do, the missing calendar notice, undelivered mails, and where codes are asked for."""
        today = timezone.localdate()
        above = {
            "missing_year": missing_year(today),
            "undelivered": queue.undelivered(),
            "codes": of_topic(Topic.CODES, today),
            "groups": groups(),
        }
        return super().index(request, {**above, **(extra_context or {})})

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the overview for the address of an app, which Django's breadcrumbs link to."""
        return self.index(request, extra_context)


site = MinistryDesk(name="ministry_desk")


class OpenToOperators:
    """Permissions of all operators for the rows of an admin, instead of Django's permissions per model."""

    may_add = may_change = True
    may_delete = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_add

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete


class OperatorsAdmin(OpenToOperators, admin.ModelAdmin[Any]):
    """Base of the admins: rows may be viewed, added and changed."""

    show_full_result_count = False


class KeyedAdmin(OperatorsAdmin):
    """Rows with a typed key, read-only later because changing it would add a second row."""

    key_fields: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.key_fields if obj else ()


class ReadOnlyAdmin(OperatorsAdmin):
    """Read-only rows, which are written elsewhere."""

    may_add = may_change = False


class NumberedAdmin(ReadOnlyAdmin):
    """Read-only rows with a filing number."""

    @admin.display(description=_("number"))
    def filing_number(self, row: Subject | Website) -> str:
        return str(row.number)


class OwedFilter(admin.SimpleListFilter):
    """Filter subjects whose filing password has still to be sent."""

    title = _("filing password")
    parameter_name = "password"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("owed", _("to be sent"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(password_wanted_at__isnull=False) if self.value() == "owed" else queryset


@admin.register(Subject, site=site)
class SubjectAdmin(NumberedAdmin):
    list_display = ("filing_number", "name", "approved_on", "live", "password_wanted_at")
    list_filter = (OwedFilter,)
    search_fields = ("=name",)
    readonly_fields = ("filing_number", "nature_name")

    @admin.display(description=_("type of site host"))
    def nature_name(self, subject: Subject) -> str:
        return code_tables.name_of(code_tables.NATURES, subject.nature)

    fields = ("filing_number", "name", "province", "nature_name", "approved_on", "live", "last_sequence")


@admin.register(Website, site=site)
class WebsiteAdmin(NumberedAdmin):
    list_display = ("filing_number", "name", "domain", "live")
    list_select_related = ("subject",)
    search_fields = ("=domain",)


@admin.register(Access, site=site)
class AccessAdmin(ReadOnlyAdmin):
    list_display = ("website", "provider", "live")
    list_select_related = ("website__subject", "provider")


@admin.register(NumberSeries, site=site)
class NumberSeriesAdmin(ReadOnlyAdmin):
    list_display = ("province", "year", "last")


class UserForm(forms.ModelForm[User]):
    """Form of an account; only staff of the ministry and of bureaus may have a name that sounds like an authority."""

    class Meta:
        model = User
        fields = ("email", "name", "party", "is_active")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        of_authority = cleaned.get("party") in (Party.MINISTRY, Party.BUREAU)
        if cleaned.get("name"):
            try:
                cleaned["name"] = posing.check_person(cleaned["name"], of_authority=of_authority)
            except ValidationError as error:
                self.add_error("name", error)
        return cleaned


@admin.register(User, site=site)
class UserAdmin(KeyedAdmin):
    """Accounts. Users set their password through “forgotten password” and change their address with verification."""

    form = UserForm

    key_fields = ("email",)

    list_display = ("email", "name", "party", "is_active")
    list_filter = ("party", "is_active")
    search_fields = ("=email", "=name")
    fields = ("email", "name", "party", "is_active")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.email = obj.email.lower()
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)


@admin.register(AuditCheck, site=site)
class AuditCheckAdmin(ReadOnlyAdmin):
    """Results of the nightly verification of the audit log."""

    list_display = ("at", "number", "is_whole", "is_sound", "fault")
    fields = ("at", "number", "is_whole", "chain", "fault")

    @admin.display(description=_("intact"), boolean=True)
    def is_sound(self, check: AuditCheck) -> bool:
        return not check.fault
