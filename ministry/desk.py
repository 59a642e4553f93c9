"""The ministry operators' admin site at /ministry/. Other apps register their organisations on it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from post_office.models import STATUS

from accounts.desks import DeskSite
from accounts.models import Party, User
from ministry import codes
from ministry.models import Access, AuditCheck, Mail, NumberSeries, Subject, Website
from ministry.work_calendar import missing_year


class MinistryDesk(DeskSite):
    """Organisations, staff, rules, and a look into the register and the mails."""

    party = Party.MINISTRY
    site_header = _("Ministry's desk")
    site_title = _("Ministry's desk")
    index_title = _("Tables")
    index_template = "ministry/index.html"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The tables, and above them the year whose notice has to be entered."""
        missing = {"missing_year": missing_year(timezone.localdate())}
        return super().index(request, {**missing, **(extra_context or {})})


site = MinistryDesk(name="ministry_desk")


class OperatorsAdmin(admin.ModelAdmin[Any]):
    """Operators are let in by their party; Django's per-model permissions are not used."""

    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class KeyedAdmin(OperatorsAdmin):
    """Rows whose key people type: changing it later would add a second row, so it stays."""

    key_fields: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.key_fields if obj else ()


class ReadOnlyAdmin(OperatorsAdmin):
    """To look at; these rows have one writer, and it is not a form."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NumberedAdmin(ReadOnlyAdmin):
    """Rows that carry a filing number."""

    @admin.display(description=_("number"))
    def filing_number(self, row: Subject | Website) -> str:
        return str(row.number)


@admin.register(Subject, site=site)
class SubjectAdmin(NumberedAdmin):
    list_display = ("filing_number", "name", "approved_on", "live")
    search_fields = ("=name",)
    readonly_fields = ("filing_number", "nature_name")

    @admin.display(description=_("nature"))
    def nature_name(self, subject: Subject) -> str:
        return codes.name_of(codes.NATURES, subject.nature)

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


@admin.register(User, site=site)
class UserAdmin(KeyedAdmin):
    """Staff accounts. A password is set by its owner through “forgotten password”, an address changed with proof."""

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


MAIL_STATES = {
    STATUS.sent: _("sent"),
    STATUS.failed: _("failed"),
    STATUS.queued: _("waiting"),
    STATUS.requeued: _("waiting for another try"),
}


@admin.register(Mail, site=site)
class MailAdmin(ReadOnlyAdmin):
    """Notices and their fate, labelled in our words. Codes and passwords are never among them."""

    list_display = ("made", "recipient", "title", "fate", "tries")
    fields = list_display

    @admin.display(description=_("time"), ordering="created")
    def made(self, mail: Mail) -> str:
        return date_format(localtime(mail.created), "DATETIME_FORMAT")

    @admin.display(description=_("recipient"))
    def recipient(self, mail: Mail) -> str:
        return ", ".join(mail.to)

    @admin.display(description=_("title"))
    def title(self, mail: Mail) -> str:
        return str(mail.subject)

    @admin.display(description=_("fate"))
    def fate(self, mail: Mail) -> str:
        return str(MAIL_STATES.get(mail.status, ""))

    @admin.display(description=_("tries again"))
    def tries(self, mail: Mail) -> int:
        return mail.number_of_retries or 0


@admin.register(AuditCheck, site=site)
class AuditCheckAdmin(ReadOnlyAdmin):
    """Every night the audit log is proved; what came out of it."""

    list_display = ("at", "number", "is_sound", "fault")
    fields = ("at", "number", "chain", "fault")

    @admin.display(description=_("sound"), boolean=True)
    def is_sound(self, check: AuditCheck) -> bool:
        return not check.fault
