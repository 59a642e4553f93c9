"""The operators' read-only lists of the register, found by what every search of the register understands."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ministry.models import Access, NumberSeries, Subject, Website
from ministry.operators.site import ReadOnlyAdmin, site
from ministry.reference import code_tables
from ministry.reference.lookups import understand
from ministry.register import query


class RecordsAdmin(ReadOnlyAdmin):
    """Rows that are found by a filing number, a domain, an IP address or the full name of a subject."""

    search_fields = ("pk",)  # shows the box; ``matching`` says what is searched
    search_help_text = _("Filing number, domain, IP address or full name")

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
class SubjectAdmin(RecordsAdmin):
    list_display = ("filing_number", "name", "approved_on", "live", "password_wanted_at")
    list_filter = (OwedFilter,)
    readonly_fields = ("filing_number", "nature_name")

    @admin.display(description=_("type of site host"))
    def nature_name(self, subject: Subject) -> str:
        return code_tables.name_of(code_tables.NATURES, subject.nature)

    def matching(self, text: str) -> Q:
        return query.subjects(understand(text))

    fields = ("filing_number", "name", "province", "nature_name", "approved_on", "live", "last_sequence")


@admin.register(Website, site=site)
class WebsiteAdmin(RecordsAdmin):
    list_display = ("filing_number", "name", "domain", "live")
    list_select_related = ("subject",)

    def matching(self, text: str) -> Q:
        return query.websites(understand(text))


@admin.register(Access, site=site)
class AccessAdmin(RecordsAdmin):
    list_display = ("website", "provider", "live")
    list_select_related = ("website__subject", "provider")

    def matching(self, text: str) -> Q:
        return Q(website__in=Website.objects.filter(query.websites(understand(text))).values("pk"))


@admin.register(NumberSeries, site=site)
class NumberSeriesAdmin(ReadOnlyAdmin):
    list_display = ("province", "year", "last")
