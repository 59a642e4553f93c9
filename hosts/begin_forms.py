"""Forms that start a filing, adopt a record, or offer a website to another host."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.mail import LONGEST as LONGEST_ADDRESS
from accounts.mail import check_address
from desks.forms import CheckedField, PortalForm
from desks.short_list import ShortRadioSelect
from filings import fields
from filings.kinds import Law
from ministry.models import Access
from ministry.public.forms import LONGEST_PASSWORD
from ministry.reference import certificate_fields, code_tables, domains, posing
from ministry.reference.numbers import LONGEST as LONGEST_NUMBER
from ministry.reference.numbers import parse_number

USUAL_CERTIFICATES = (code_tables.LICENCE, code_tables.RESIDENT_ID)
UNITS = [nature for nature in code_tables.NATURES if nature.id != code_tables.PERSON]


class LookUpForm(PortalForm):
    """Certificate, domain and provider, from which the portal determines the kind of filing."""

    service = forms.TypedChoiceField(
        label=_("Type of service"), choices=fields.SERVICES, coerce=int, required=False, widget=forms.RadioSelect
    )
    cert_type = forms.TypedChoiceField(
        label=_("Certificate of the site host"),
        choices=certificate_fields.choices(),
        coerce=int,
        widget=ShortRadioSelect(USUAL_CERTIFICATES),
    )
    cert_number = forms.CharField(
        label=_("Certificate number"), max_length=255, widget=forms.TextInput(attrs={"class": "input-medium"})
    )
    domain = forms.CharField(
        label=_("Domain of the website"),
        max_length=255,
        required=False,
        help_text=_("Leave it empty unless you are filing a website."),
        widget=forms.TextInput(attrs={"class": "input-medium", "inputmode": "url", "data-tidy": "domain"}),
    )
    provider: forms.Field = forms.ModelChoiceField(label=_("Access provider"), queryset=None, empty_label="—")

    def __init__(self, providers: QuerySet[Any], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["provider"].queryset = providers  # type: ignore[attr-defined]

    def clean_domain(self) -> str:
        """Return the registrable domain; empty for a service that is not a website."""
        typed = domains.bare(self.cleaned_data["domain"])
        return "" if self.cleaned_data.get("service") else domains.normalise_domain(typed)

    def clean(self) -> dict[str, Any]:
        return certificate_fields.check(self, super().clean() or {})


def _password() -> forms.CharField:
    """Return the field for a filing password; what is typed is not stripped."""
    return forms.CharField(
        label=_("Filing password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("It was sent to the responsible person's e-mail address when the filing was approved."),
    )


class ProveForm(PortalForm):
    """The filing password of the record a filing is about."""

    password = _password()


class AdoptForm(PortalForm):
    """The number of a record and its filing password."""

    number = CheckedField(
        check=lambda text: str(parse_number(text)),
        label=_("Filing number"),
        max_length=LONGEST_NUMBER,
        help_text=_("With or without the website's -1 at the end. Enter an old number or a licence number as issued."),
    )
    password = _password()


class TakeOverForm(PortalForm):
    """The choice of the provider with which an offered website is taken over."""

    provider: forms.Field = forms.ModelChoiceField(label=_("Access provider"), queryset=None, empty_label=None)

    def __init__(self, providers: QuerySet[Any], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["provider"].queryset = providers  # type: ignore[attr-defined]


class OfferForm(PortalForm):
    """The host a website is offered to; for the last website under a number, also a confirmation."""

    name = CheckedField(
        check=lambda text: posing.check_unit(text, 255),
        label=_("Name of the organisation"),
        max_length=255,
        help_text=_("As on its certificate."),
    )
    cert_type = forms.TypedChoiceField(
        label=_("Certificate of the organisation"),
        choices=certificate_fields.choices(UNITS, offered=True),
        coerce=int,
        help_text=_("A website can't be migrated to an individual."),
    )
    cert_number = forms.CharField(label=_("Certificate number"), max_length=255)
    email = CheckedField(
        check=check_address,
        label=_("E-mail address of the organisation's account"),
        max_length=LONGEST_ADDRESS,
        help_text=_("Only the account with this address can take the website over. It may still be created later."),
    )
    leaves_none = forms.BooleanField(
        label=_(
            "I understand that this is the last website under my number and that the bureau cancels an empty record"
        ),
        error_messages={"required": _("Tick this to continue.")},
    )

    def __init__(self, *, is_last: bool, data: Any = None) -> None:
        super().__init__(data)
        if not is_last:
            del self.fields["leaves_none"]

    def clean(self) -> dict[str, Any]:
        return certificate_fields.check(self, super().clean() or {})


class BeginForm(PortalForm):
    """The provider, the filing password where the kind requires it, and for a new access the one it replaces."""

    provider: forms.Field = forms.ModelChoiceField(label=_("Access provider"), queryset=None, empty_label=None)
    password = _password()

    moves_from: forms.Field = forms.ModelChoiceField(
        label=_("Are you leaving an existing provider?"),
        queryset=None,
        required=False,
        empty_label=_("No, all existing providers continue"),
        help_text=_("The old access ends only after the new one is on record, so service is not interrupted."),
    )

    def __init__(
        self,
        law: Law,
        providers: QuerySet[Any],
        accesses: QuerySet[Access],
        *,
        with_password: bool,
        data: Any = None,
        initial: Any = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["provider"].queryset = providers  # type: ignore[attr-defined]
        if not with_password:
            del self.fields["password"]
        if not law.replaces_access:
            del self.fields["moves_from"]
            return
        leaving: Any = self.fields["moves_from"]
        leaving.queryset, leaving.label_from_instance = accesses, lambda access: str(access.provider)
