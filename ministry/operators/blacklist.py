"""Admin of the blacklist: entries are added and ended, never deleted; changes are listed below each entry."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from ministry.models import BlacklistChange, BlacklistedDomain, BlacklistedSubject
from ministry.operators.site import FoundByValue, OpenToOperators, site
from ministry.reference import certificate_fields, certificates, code_tables, domains
from ministry.reference.lookups import understand
from ministry.register import blacklist
from ministry.versions import NO_VERSION, VersionField


class SubjectEntryForm(forms.ModelForm[BlacklistedSubject]):
    """Add a subject to the blacklist."""

    cert_type = forms.TypedChoiceField(
        label=_("Certificate type"), choices=certificate_fields.choices(), coerce=int, empty_value=None
    )
    number = forms.CharField(
        label=_("Certificate number"), max_length=certificates.LONGEST, widget=AdminTextInputWidget
    )

    class Meta:
        model = BlacklistedSubject
        fields = ("name", "cert_type", "number", "reason", "source", "since", "until")

    def clean(self) -> dict[str, Any]:
        """Normalise the certificate number, as filings are compared with it."""
        cleaned = certificate_fields.check(self, super().clean() or {}, "number")
        return _with_end_after_start(self, cleaned)


class DomainEntryForm(forms.ModelForm[BlacklistedDomain]):
    """Add a domain to the blacklist."""

    domain = forms.CharField(label=_("Domain"), max_length=domains.LONGEST_URL, widget=AdminTextInputWidget)

    class Meta:
        model = BlacklistedDomain
        fields = ("domain", "reason", "source", "since", "until")

    def clean_domain(self) -> str:
        return domains.normalise_domain(self.cleaned_data["domain"])

    def clean(self) -> dict[str, Any]:
        return _with_end_after_start(self, super().clean() or {})


def _with_end_after_start(form: forms.ModelForm[Any], cleaned: dict[str, Any]) -> dict[str, Any]:
    """Add an error to the field when the end precedes the start; the table's constraint would name no field."""
    since, until = cleaned.get("since"), cleaned.get("until")
    if since and until and until < since:
        form.add_error("until", _("The last day must not be before the first day."))
    return cleaned


class EndForm(forms.ModelForm[Any]):
    """Set when an entry ends, and why; nothing else of it can change. Validate and save in one transaction.

    The loser of a race keeps what was typed, beside what is stored now, and may send it again.
    """

    why = forms.CharField(
        label=_("Reason for setting or removing the last day"), max_length=500, widget=AdminTextInputWidget
    )

    seen = VersionField()
    reader_id: int  # who sends the form; set by ``end_form``

    class Meta:
        fields = ("until",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = blacklist.version(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            blacklist.lock(self.instance, cleaned.get("seen", NO_VERSION), self.reader_id)
        except ValidationError as refusal:
            sent = cast(QueryDict, self.data).copy()
            sent[self.add_prefix("seen")] = str(blacklist.version(self.instance))
            self.data = sent
            self.add_error(None, refusal)
        return cleaned

    def clean_until(self) -> Any:
        """Check the last day here: the table's constraint is skipped because ``since`` is not a field of this form."""
        until = self.cleaned_data["until"]
        if "until" not in self.changed_data:
            raise ValidationError(_("The last day has not changed. Change it, or leave the page."))
        if until and until < self.instance.since:
            raise ValidationError(_("The last day must not be before the first day."))
        return until


def end_form(user_id: int) -> type[EndForm]:
    """Return the form as sent by this user."""

    class EndFormOfUser(EndForm):
        reader_id = user_id

    return EndFormOfUser


class ChangesInline(OpenToOperators, admin.TabularInline[BlacklistChange, Any]):
    """Who changed the entry, when and why."""

    may_add = may_change = False
    template = "ministry/changes_inline.html"  # Django's has headings without words
    model = BlacklistChange
    fields = readonly_fields = ("at", "user", "until", "why")
    extra = 0
    can_delete = False
    verbose_name_plural = _("changes")


class EntryAdmin(FoundByValue):
    """Base of both blacklists: once added, only an entry's end can be changed, with a reason."""

    entry_form: type[forms.ModelForm[Any]]
    shown: tuple[str, ...]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        user: Any = request.user
        form = end_form(user.pk) if obj else self.entry_form
        return super().get_form(request, obj, change=change, **(kwargs | {"form": form}))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.shown, "until", "why", "seen") if obj else tuple(self.entry_form.base_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.shown if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [ChangesInline] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        user: Any = request.user
        if change:
            cleaned = form.cleaned_data
            blacklist.end(obj, cleaned["until"], by=user, why=cleaned["why"], seen=cleaned["seen"] or 0)
        else:
            blacklist.enter(obj, by=user)


@admin.register(BlacklistedSubject, site=site)
class BlacklistedSubjectAdmin(EntryAdmin):
    entry_form = SubjectEntryForm
    shown = ("name", "certificate_type", "masked_number", "reason", "source", "since")
    list_display = ("name", "certificate_type", "masked_number", "since", "until")
    search_fields = ("name",)

    @admin.display(description=_("certificate type"))
    def certificate_type(self, entry: BlacklistedSubject) -> str:
        return code_tables.name_of(code_tables.CERTIFICATE_TYPES, entry.cert_type)

    @admin.display(description=_("certificate number"))
    def masked_number(self, entry: BlacklistedSubject) -> str:
        return certificates.mask(entry.number)


@admin.register(BlacklistedDomain, site=site)
class BlacklistedDomainAdmin(EntryAdmin):
    entry_form = DomainEntryForm
    shown = ("shown_domain", "reason", "source", "since")
    list_display = ("shown_domain", "since", "until")
    search_fields = ("domain",)

    def matching(self, text: str) -> Q:
        """Return the condition for the domain of a web address in any spelling."""
        return Q(domain=understand(text).domain)

    @admin.display(description=_("domain"))
    def shown_domain(self, entry: BlacklistedDomain) -> str:
        return domains.display_domain(entry.domain)
