"""The base of the portal's forms."""

from django import forms


class PortalForm(forms.Form):
    """A form whose errors the page names in its own words; browsers don't stop it with theirs."""

    use_required_attribute = False
