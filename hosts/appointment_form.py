"""The form in which a host chooses a time for the face-to-face check."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from desks.forms import PortalForm
from filings.appointments import booking
from filings.appointments.slots import Slot
from ministry.versions import VersionField


class SlotForm(PortalForm):
    """A free time of one day at one place; ``seen``: the appointment that the page showed, 0 if none."""

    slot = forms.ChoiceField(
        label=gettext_lazy("Time"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a time.")},
    )
    seen = VersionField(initial=0)

    def __init__(self, *args: Any, free: Sequence[Slot], day: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {slot.key: slot for slot in free}
        field = self.fields["slot"]
        field.choices = [(slot.key, _label(slot)) for slot in day]  # type: ignore[attr-defined]
        field.error_messages["invalid_choice"] = booking.taken_words([*free])

    def chosen(self) -> Slot:
        """Return the chosen time; only after a successful ``is_valid``."""
        return self.by_key[self.cleaned_data["slot"]]


def _label(slot: Slot) -> str:
    """Return from when to when, in China time."""
    return f"{timezone.localtime(slot.starts):%H:%M}–{timezone.localtime(slot.ends):%H:%M}"
