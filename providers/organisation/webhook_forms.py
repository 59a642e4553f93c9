"""The form of an address of a provider's own system."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from desks.forms import CheckedField, PortalForm
from filings.models.webhook import LONGEST_URL
from filings.webhooks import targets
from filings.webhooks.events import LABELS, SENT
from ministry.versions import VersionField
from providers.organisation.webhooks import EndpointWritten


class EndpointForm(PortalForm):
    """An address and the events that it gets; all of them are chosen at first."""

    url = CheckedField(
        check=targets.check_url,
        label=gettext_lazy("Address of your system"),
        max_length=LONGEST_URL,
        help_text=gettext_lazy(
            "For example https://hooks.example.com/icp: a public https address, port 443 or 8443, with a certificate "
            "that browsers accept. Put no password into it: your colleagues can read it here."
        ),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "code"}),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        choices=[(name, capfirst(LABELS[name])) for name in SENT],
        initial=SENT,
        help_text=gettext_lazy("The events your system is notified of, in filings that are with your organisation."),
        widget=forms.CheckboxSelectMultiple,
    )
    version = VersionField(initial=0)

    def written(self) -> EndpointWritten:
        """Return what was typed; only after a successful ``is_valid``."""
        return EndpointWritten(url=self.cleaned_data["url"], events=self.cleaned_data["events"])
