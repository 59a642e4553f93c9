"""Forms of a connection: whose it is, and its settings."""

from ipaddress import ip_network
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.forms import PortalForm
from desks.noted_fields import optional
from interchange.connections import ConnectionWritten
from interchange.models import ConnectionProfile
from ministry.reference.typed_text import shown
from ministry.versions import VersionField
from providers.models import Provider

MOST_NETWORKS = 20  # of a connection; our own choice
MOST_WAITING = 1000  # files; our own choice


class NetworksField(forms.CharField):
    """IP addresses and networks, one a line; cleaned to a list of networks."""

    widget = forms.Textarea(attrs={"rows": 3, "class": "code", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        found = list(dict.fromkeys(_network(line) for line in super().clean(value).split()))
        if len(found) > MOST_NETWORKS:
            raise ValidationError(_("Enter at most %(most)d addresses.") % {"most": MOST_NETWORKS}, code="most")
        return found


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError:
        words = _("“%(text)s” is neither an IP address nor a network such as 203.0.113.0/24.")
        raise ValidationError(words % {"text": shown(text)}, code="network") from None


def _time(label: Any, help_text: Any) -> forms.TimeField:
    picker = forms.TimeInput(attrs={"type": "time", "class": "input-short"}, format="%H:%M")
    return optional(forms.TimeField(label=label, help_text=help_text, widget=picker))


class ConnectionForm(PortalForm):
    """The settings of a connection."""

    networks = NetworksField(
        label=gettext_lazy("Source addresses"),
        help_text=gettext_lazy(
            "IP addresses or networks of the provider's system, one a line, such as 203.0.113.0/24."
        ),
    )
    profile = forms.ChoiceField(
        label=gettext_lazy("Algorithms"),
        choices=ConnectionProfile.choices,
        widget=forms.RadioSelect,
        initial=ConnectionProfile.STRICT,
        help_text=gettext_lazy("Those of the interface are old: use them over an encrypted line only."),
    )
    is_lenient = forms.BooleanField(
        label=gettext_lazy("Lenient reading"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Small departures from the interface are accepted and counted."),
    )
    may_report = forms.BooleanField(
        label=gettext_lazy("Permission to report"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Without it uploads are refused with code 19; downloads go on."),
    )
    reports_from = _time(gettext_lazy("Uploads only from"), gettext_lazy("China time. Empty: the whole day."))
    reports_until = _time(gettext_lazy("Uploads only until"), gettext_lazy("May be on the next day."))
    waiting_limit = forms.IntegerField(
        label=gettext_lazy("Files that may wait"),
        min_value=1,
        max_value=MOST_WAITING,
        initial=20,
        help_text=gettext_lazy("Further uploads are refused with code 15 until waiting files are checked."),
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )
    version = VersionField(initial=0)

    def clean(self) -> dict[str, Any]:
        """Check that the hours have both ends, and that they differ."""
        cleaned = super().clean() or self.cleaned_data
        ends = [cleaned.get(name) for name in ("reports_from", "reports_until")]
        if not {"reports_from", "reports_until"} & self.errors.keys() and any(ends):
            if not all(ends):
                missing = "reports_until" if ends[0] else "reports_from"
                self.add_error(missing, _("Enter both times, or neither."))
            elif ends[0] == ends[1]:
                self.add_error("reports_until", _("Enter another time than the first one."))
        return cleaned

    def written(self) -> ConnectionWritten:
        """Return what was typed; only after a successful ``is_valid``."""
        data = self.cleaned_data
        return ConnectionWritten(
            profile=data["profile"],
            is_lenient=data["is_lenient"],
            networks=data["networks"],
            reports_from=data["reports_from"],
            reports_until=data["reports_until"],
            may_report=data["may_report"],
            waiting_limit=data["waiting_limit"],
        )


class NewConnectionForm(ConnectionForm):
    """The provider of a new connection, and its settings."""

    provider = forms.ModelChoiceField(
        label=gettext_lazy("Access provider"),
        queryset=Provider.objects.none(),
        help_text=gettext_lazy("Providers that serve this province and lack a connection or a sandbox."),
        empty_label=gettext_lazy("Choose one"),
    )
    is_sandbox = forms.BooleanField(
        label=gettext_lazy("Sandbox"),
        required=False,
        help_text=gettext_lazy(
            "For testing: what is reported is checked and answered, but no filing is created. "
            "A provider may have one beside its connection."
        ),
    )
    field_order = ("provider", "is_sandbox")

    def __init__(self, *args: Any, providers: QuerySet[Provider], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = providers  # type: ignore[attr-defined]
