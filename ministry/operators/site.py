"""The ministry operators' admin site at /ministry/. Other apps register their organisations on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.desks import DeskSite
from accounts.models import ApiKey, Party, User
from ministry.calendar.work_calendar import missing_year
from ministry.mail import queue
from ministry.models import AuditCheck
from ministry.operators.overview import groups
from ministry.reference import posing
from ministry.reference.topics import Topic
from ministry.rules.rules import of_topic


@dataclass(frozen=True, slots=True)
class DeskNotice:
    """Something on the start page that operators have to look at; ``url`` leads there."""

    title: str
    text: str
    url: str


# Each returns a notice for the start page, or None. Apps above add to it when they load.
NOTICES: list[Callable[[], DeskNotice | None]] = []


class MinistryDesk(DeskSite):
    """Admin site for organisations, staff and rules, with read-only views of the register."""

    party = Party.MINISTRY
    site_header = _("Ministry's desk")
    site_title = _("Ministry's desk")
    index_title = _("Overview")
    index_template = "ministry/index.html"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show what operators do and what they have to look at: calendar, mails, notices of other apps, codes."""
        today = timezone.localdate()
        above = {
            "missing_year": missing_year(today),
            "undelivered": queue.undelivered(),
            "notices": [shown for notice in NOTICES if (shown := notice())],
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


class CappedPaginator(Paginator[Any]):
    """Pages of the first ``MOST`` rows of a list: counting them all would read the whole table."""

    MOST = 1_000  # as many as the queues count

    @cached_property
    def count(self) -> int:
        return cast(QuerySet[Any], self.object_list)[: self.MOST].count()

    @property
    def is_capped(self) -> bool:
        """Return whether there may be more rows than are counted."""
        return self.count == self.MOST


class OperatorsAdmin(OpenToOperators, admin.ModelAdmin[Any]):
    """Base of the admins: rows may be viewed, added and changed."""

    show_full_result_count = False
    paginator = CappedPaginator


class FoundByValue(OperatorsAdmin):
    """Rows that are found by the exact value of a search field, so that an index is read and not the table."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return the matching rows, and False: none is returned twice."""
        if not (text := search_term.strip()):
            return queryset, False
        try:
            return queryset.filter(self.matching(text)), False
        except ValidationError as refusal:
            self.message_user(request, refusal.messages[0], messages.WARNING)
            return queryset.none(), False

    def matching(self, text: str) -> Q:
        """Return the condition for rows that a text finds; raise ValidationError when it means nothing."""
        return Q.create([(str(name), text) for name in self.search_fields], connector=Q.OR)


class KeyedAdmin(FoundByValue):
    """Rows with a typed key, read-only later because changing it would add a second row."""

    key_fields: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.key_fields if obj else ()


class ReadOnlyAdmin(FoundByValue):
    """Read-only rows, which are written elsewhere."""

    may_add = may_change = False


class UserForm(forms.ModelForm[User]):
    """Form of an account; only staff of the ministry and of bureaus may have a name that sounds like an authority."""

    class Meta:
        model = User
        fields = ("email", "name", "party", "is_active", "look_ups_a_day")

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
    search_fields = ("email", "name")
    fields = ("email", "name", "party", "is_active", "look_ups_a_day")

    def matching(self, text: str) -> Q:
        """Return the condition for accounts with this address, in any case, or this name."""
        return Q(email=text.lower()) | Q(name=text)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.email = obj.email.lower()
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)


@admin.register(ApiKey, site=site)
class ApiKeyAdmin(ReadOnlyAdmin):
    """API keys, found by their beginning, which is all that is known of them."""

    list_display = ("prefix", "name", "user", "made_at", "ended_at", "last_used_on")
    list_select_related = ("user",)
    search_fields = ("prefix",)
    fields = list_display


@admin.register(AuditCheck, site=site)
class AuditCheckAdmin(ReadOnlyAdmin):
    """Results of the nightly verification of the audit log."""

    list_display = ("at", "number", "is_whole", "is_sound", "fault")
    fields = ("at", "number", "is_whole", "chain", "fault")

    @admin.display(description=_("intact"), boolean=True)
    def is_sound(self, check: AuditCheck) -> bool:
        return not check.fault
