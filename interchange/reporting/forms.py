"""Forms of a connection to a bureau's own system."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureaus.models import Bureau
from desks.forms import CheckedField, PortalForm
from desks.noted_fields import NotedField, optional
from filings.webhooks import targets
from interchange.models import ConnectionProfile, ReportingConnection
from interchange.models.connection import LONGEST_USER_NAME
from interchange.models.reporting import LONGEST_ADDRESS
from interchange.reporting.connections import ReportingWritten, check_authority, check_certificate
from ministry.versions import VersionField

LONGEST_SECRET, LONGEST_PEM = 64, 16_384  # our own choice
LARGEST_ISP_ID = 2**63 - 1
KEY_SIZES = {ConnectionProfile.STRICT: (16, 24, 32), ConnectionProfile.MODERN: (32,)}
IV_SIZE = 16


def _secret(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "code"})
    return optional(
        forms.CharField(label=label, max_length=LONGEST_SECRET, strip=False, help_text=help_text, widget=widget)
    )


def _pem(check: Callable[[str], str], label: Any, help_text: Any) -> CheckedField:
    widget = forms.Textarea(attrs={"rows": 3, "class": "code", "spellcheck": "false", "autocomplete": "off"})
    field = CheckedField(check=check, label=label, max_length=LONGEST_PEM, help_text=help_text, widget=widget)
    return optional(field)


class ReportingForm(PortalForm):
    """The settings of a connection; a secret that is left empty stays as it is."""

    url = CheckedField(
        check=targets.check_url,
        label=gettext_lazy("Address of the bureau's system"),
        max_length=LONGEST_ADDRESS,
        help_text=gettext_lazy("Without the paths of the services, for example https://interface.example.gov.cn/"),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "code"}),
    )
    isp_id = forms.IntegerField(
        label="ispId", min_value=1, max_value=LARGEST_ISP_ID, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    user_name = forms.CharField(label="userName", max_length=LONGEST_USER_NAME)
    password = _secret(gettext_lazy("Password of the interface"))
    secret = _secret(gettext_lazy("Key"), gettext_lazy("16, 24 or 32 characters; with AES-GCM 32."))
    iv = _secret("IV", gettext_lazy("16 characters; not used with AES-GCM."))
    profile = forms.ChoiceField(
        label=gettext_lazy("Algorithms"),
        choices=ConnectionProfile.choices,
        widget=forms.RadioSelect,
        initial=ConnectionProfile.STRICT,
    )
    certificate = _pem(
        check_certificate,
        gettext_lazy("Client certificate with its key (PEM)"),
        gettext_lazy("If the bureau's system asks for one. It is stored encrypted and never shown."),
    )
    authority = _pem(
        check_authority,
        gettext_lazy("Certificate authority of the bureau's system (PEM)"),
        gettext_lazy("Only if its certificate is not from a public authority: ask the bureau for it."),
    )
    version = VersionField(initial=0)

    def __init__(self, *args: Any, known: ReportingConnection | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = known
        for name in () if known else ("password", "secret", "iv"):
            self.fields[name].bound_field_class = NotedField  # of a new connection they are needed

    def clean(self) -> dict[str, Any]:
        """Check that key and IV fit the algorithms, and that nothing needed is missing."""
        cleaned = super().clean() or self.cleaned_data
        profile = ConnectionProfile(cleaned.get("profile") or ConnectionProfile.STRICT)
        sizes: dict[str, tuple[int, ...]] = {"password": (), "secret": KEY_SIZES[profile]}
        if profile == ConnectionProfile.STRICT:
            sizes["iv"] = (IV_SIZE,)
        for name, allowed in sizes.items():
            typed = str(cleaned.get(name) or getattr(self._known, name, ""))
            if name not in self.errors and (fault := _fault(typed, allowed)):
                self.add_error(name, ValidationError(fault, code="invalid"))
        return cleaned

    def written(self) -> ReportingWritten:
        """Return what was typed; only after a successful ``is_valid``."""
        data = {name: self.cleaned_data[name] for name in ReportingWritten.__annotations__}
        return cast(ReportingWritten, data)


def _fault(typed: str, allowed: tuple[int, ...]) -> str:
    if not typed:
        return _("This is needed.")
    if allowed and not (typed.isascii() and len(typed) in allowed):
        return _("It has %(sizes)s characters: letters, digits and signs of ASCII.") % {
            "sizes": " / ".join(map(str, allowed))
        }
    return ""


class NewReportingForm(ReportingForm):
    """The bureau of a new connection, and its settings."""

    bureau = forms.ModelChoiceField(
        label=gettext_lazy("Bureau"),
        queryset=Bureau.objects.none(),
        help_text=gettext_lazy("Bureaus with a system of their own to which there is no connection yet."),
        empty_label=gettext_lazy("Choose one"),
    )
    field_order = ("bureau",)

    def __init__(self, *args: Any, bureaus: QuerySet[Bureau], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bureau"].queryset = bureaus  # type: ignore[attr-defined]


class FilingPasswordForm(PortalForm):
    """The filing password that the host has given to its provider."""

    password = forms.CharField(
        label=gettext_lazy("Filing password"),
        max_length=LONGEST_SECRET,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("The bureau's system checks it; the portal doesn't keep it."),
    )
