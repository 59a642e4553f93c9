"""The forms of orders, of the counter and of the blacklist at the bureau's desk."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.mail import check_address
from desks.forms import CheckedField, PortalForm
from desks.noted_fields import optional
from desks.scan_form import scan_field
from filings.evidence import documents
from filings.evidence.scans import ScannedPage
from ministry.reference.numbers import LONGEST as LONGEST_NUMBER
from ministry.reference.numbers import parse_number
from ministry.reference.typed_text import normal_text
from records.legal_grounds import Act, Scope, for_order
from records.orders.making import OrderDraft, OrderTarget

LONGEST_REASON = 500  # the limit of a blacklist entry's reason, which may be a copy of it


def text_area(label: Any, hint: Any) -> forms.CharField:
    """Return a field for a text that stays on record."""
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, help_text=hint, max_length=LONGEST_REASON, widget=widget)


class OrderPaperForm(PortalForm):
    """A form with a required scan, ``pages``, which is checked by its content."""

    pages: forms.Field

    def clean_pages(self) -> list[ScannedPage]:
        """Return the pages of the uploaded pictures and PDFs; raise ValidationError if there is none."""
        if not self.cleaned_data["pages"]:
            raise ValidationError(_("Choose the scan of the document first."), code="required")
        return documents.read(self.cleaned_data["pages"])


class OrderForm(OrderPaperForm):
    """An order about one record: ground, paper, reason; for a cancellation also the record's number, typed again."""

    ground = forms.ChoiceField(
        label=gettext_lazy("Legal ground"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the ground for this order.")},
    )
    document = CheckedField(
        check=lambda text: normal_text(text, 64),
        label=gettext_lazy("Number of the order"),
        max_length=64,
        help_text=gettext_lazy("As on the signed document. Shown to the host and the providers."),
    )
    reason = text_area(
        gettext_lazy("Reason for the host"),
        gettext_lazy(
            "Say what was found, in words the host understands. The host sees it; the public and providers do not."
        ),
    )
    pages = scan_field(
        gettext_lazy("The signed order"),
        gettext_lazy(
            "A scan as PDF, or photos as JPEG or PNG, at most {pages} pages. The providers concerned can read it."
        ),
    )
    is_listed = forms.BooleanField(label=gettext_lazy("Also add to the blacklist"), required=False)
    listed_until = optional(
        forms.DateField(
            label=gettext_lazy("Last day on the blacklist"),
            help_text=gettext_lazy("Leave empty for no end date."),
            widget=forms.DateInput(attrs={"type": "date", "class": "input-medium"}, format="%Y-%m-%d"),
        )
    )
    typed = forms.CharField(
        label=gettext_lazy("Type the filing number to confirm"),
        max_length=LONGEST_NUMBER,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, act: Act, target: OrderTarget, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.act, self.target = act, target
        self.number = target.website.number if target.website else target.subject.number
        if act == Act.LIFT:
            del self.fields["ground"]
        else:
            grounds = for_order(act, target.scope)
            self.fields["ground"].choices = [  # type: ignore[attr-defined]
                (ground.code, f"{ground.article} · {ground.text}") for ground in grounds
            ]
        has_domain = target.website is None or target.website.is_website
        if act != Act.CANCEL or target.scope == Scope.ACCESS or not has_domain:
            del self.fields["is_listed"], self.fields["listed_until"]
        if act != Act.CANCEL:
            del self.fields["typed"]
        else:
            self.fields["typed"].help_text = _("A cancellation can't be undone. Type: %(number)s") % {
                "number": self.number
            }

    def clean_typed(self) -> str:
        """Return the number; raise ValidationError unless it is that of the record shown."""
        typed: str = self.cleaned_data["typed"]
        if str(parse_number(typed)) != str(self.number):
            raise ValidationError(
                _("The number does not match. You are about to cancel %(number)s.") % {"number": self.number}
            )
        return typed

    def clean_listed_until(self) -> Any:
        until = self.cleaned_data["listed_until"]
        if until and until < timezone.localdate():
            raise ValidationError(_("The last day must not be before the first day."))
        return until

    def draft(self) -> OrderDraft:
        """Return the order as typed; only after a successful ``is_valid``."""
        cleaned = self.cleaned_data
        return OrderDraft(
            act=self.act,
            document=cleaned["document"],
            reason=cleaned["reason"],
            ground=cleaned.get("ground", ""),
            pages=cleaned["pages"],
            is_listed=cleaned.get("is_listed", False),
            listed_until=cleaned.get("listed_until"),
        )


class CounterForm(OrderPaperForm):
    """Form for a new filing password at the counter: the person who came, and their proof."""

    came = CheckedField(
        check=lambda text: normal_text(text, 128),
        label=gettext_lazy("Visitor"),
        max_length=128,
        help_text=gettext_lazy("Name and position, as on the certificate shown."),
    )
    proof = CheckedField(
        check=lambda text: normal_text(text, 255),
        label=gettext_lazy("Proof shown"),
        max_length=255,
        help_text=gettext_lazy("For example: original licence, sealed letter of authority, resident ID card."),
    )
    pages = scan_field(
        gettext_lazy("Scan of the proof"),
        gettext_lazy("A scan as PDF, or photos as JPEG or PNG, at most {pages} pages. Only your bureau can see it."),
    )
    new_email = optional(
        CheckedField(
            check=check_address,
            label=gettext_lazy("New e-mail address"),
            help_text=gettext_lazy(
                "Only if the address on record can no longer be used and the proof names the new one. "
                "A notice is sent to the old address."
            ),
            widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        )
    )
