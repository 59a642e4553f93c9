"""The forms of the desk: who works on what, views under a name, and the sheet of ``filings.checklist``."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from filings import checklist, work
from filings.models import Filing
from providers.models import Staff


class HandOverForm(forms.Form):
    """A colleague, and a word for them."""

    use_required_attribute = False

    to = forms.TypedChoiceField(label=_("Colleague"), coerce=int, error_messages={"required": _("Choose a colleague.")})
    note = forms.CharField(
        label=_("What your colleague should know"),
        max_length=300,
        required=False,
        help_text=_("Stays in the filing's history; only your provider sees it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, colleagues: Iterable[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(member.user_id, str(member.user)) for member in colleagues]
        self.fields["to"].choices = [("", "—"), *people]  # type: ignore[attr-defined]
        self.fields["note"].optional = True  # type: ignore[attr-defined]


class PauseForm(forms.Form):
    """Until when, and why."""

    use_required_attribute = False

    until = forms.DateField(
        label=_("Back in the queue on"),
        widget=forms.DateInput(attrs={"type": "date", "class": "input-medium"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the day on which it comes back.")},
    )
    reason = forms.CharField(
        label=_("Why it is on hold"),
        max_length=200,
        help_text=_("For you and your colleagues: what you are waiting for."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why the filing is on hold.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["until"].widget.attrs |= {
            "min": (today + timedelta(days=1)).isoformat(),
            "max": (today + work.LONGEST_PAUSE).isoformat(),
        }
        self.fields["until"].help_text = _("At the latest on %(last)s.") % {
            "last": date_format(today + work.LONGEST_PAUSE, "DATE_FORMAT")
        }


class SavedFilterForm(forms.Form):
    """The name of a view."""

    use_required_attribute = False

    name = forms.CharField(
        label=_("Name of this view"),
        max_length=40,
        error_messages={"required": _("Give the view a name.")},
    )


class SheetForm(forms.Form):
    """One radio group an item, the place and the verifier's statement."""

    use_required_attribute = False

    place = forms.CharField(label=_("Where the check took place"), max_length=255)
    statement = forms.BooleanField(
        label=_("I have verified this face to face; the data are true."),
        error_messages={"required": _("Confirm the statement before you pass the filing.")},
    )

    def __init__(self, *args: Any, filing: Filing, carried: dict[str, str] | None = None, **kwargs: Any) -> None:
        """``carried``: answers of the round before that still count, by item; they are filled in and say so."""
        carried = carried or {}
        super().__init__(*args, **{**kwargs, "initial": {**carried, **kwargs.get("initial", {})}})
        self.items = filing.sheet_items
        self.fields["place"].initial = filing.provider.address
        for item in self.items:
            self.fields[item.id] = forms.ChoiceField(
                label=str(item.text),
                choices=list(item.answers.items()),
                widget=forms.RadioSelect,
                error_messages={"required": _("Answer this item.")},
                help_text=_("Verified in the last round, unchanged") if item.id in carried else "",
            )

    def answers(self) -> dict[str, str]:
        """The answers by item; only after a successful ``is_valid``."""
        return {item.id: self.cleaned_data[item.id] for item in self.items}

    def blocks(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The items' fields under the sheet's headings."""
        return [
            (str(title), [self[item.id] for item in self.items if item.block == block])
            for block, title in checklist.BLOCKS.items()
        ]
