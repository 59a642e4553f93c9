"""The ministry's public forms."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ministry import certificates, codes, provinces
from ministry.numbers import parse_number

CERTIFICATES = [("", "—"), *codes.choices(code for code in codes.CERTIFICATE_TYPES if code.nature in (4, 5))]


class RecoveryForm(forms.Form):
    """What the official guide asks of somebody who has lost the filing password."""

    use_required_attribute = False

    province = forms.ChoiceField(label=_("Province"), choices=[("", "—"), *provinces.CHOICES])
    number = forms.CharField(
        label=_("Filing number"), max_length=32, help_text=_("With or without the website's -1 at the end.")
    )
    cert_type = forms.TypedChoiceField(label=_("Certificate type"), choices=CERTIFICATES, coerce=int)
    cert_number = forms.CharField(label=_("Certificate number"), max_length=255)

    def clean_number(self) -> str:
        return str(parse_number(self.cleaned_data["number"]))

    def clean(self) -> dict[str, Any]:
        """The certificate's own check digit and the number's own province; never whether they are on record."""
        cleaned = super().clean() or {}
        self._check_certificate(cleaned)
        number, province = cleaned.get("number"), cleaned.get("province")
        if number and province and parse_number(number).province.code != province:
            self.add_error(
                "province", _("This number was issued in another province; its first character tells which.")
            )
        return cleaned

    def _check_certificate(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("cert_type") and cleaned.get("cert_number"):
            try:
                cleaned["cert_number"] = certificates.check_certificate(cleaned["cert_type"], cleaned["cert_number"])
            except ValidationError as error:
                self.add_error("cert_number", error)
