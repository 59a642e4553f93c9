"""Forms to write and to withdraw an announcement of a bureau."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureaus.announcements.publishing import AnnouncementContent, content_of
from bureaus.models import BureauAnnouncement
from bureaus.models.announcement import LONGEST_REASON, LONGEST_TEXT, LONGEST_TITLE
from desks.forms import CheckedField, PortalForm
from desks.noted_fields import optional
from ministry.reference.typed_text import normal_text, one_line
from ministry.versions import VersionField

# White space that a feed can't contain (XML 1.0, 2.2) and ``str.splitlines`` leaves
_UNIT_SEPARATOR = "\x1f"


def _line(text: str, limit: int) -> str:
    """Return a text that ``one_line`` accepts as it was typed: the marks of Chinese sentences stay full-width."""
    typed = text.replace(_UNIT_SEPARATOR, " ")
    one_line(typed, limit)
    return typed.strip()


def _paragraphs(text: str) -> str:
    """Return a text that ``normal_text`` accepts as it was typed, with one kind of line break."""
    lines = "\n".join(text.replace(_UNIT_SEPARATOR, " ").splitlines())
    normal_text(lines, LONGEST_TEXT)
    return lines.strip()


def _title(label: Any) -> CheckedField:
    return CheckedField(check=lambda text: _line(text, LONGEST_TITLE), label=label)


def _text(label: Any, help_text: Any) -> CheckedField:
    return CheckedField(check=_paragraphs, label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": 10}))


def _day(label: Any, help_text: Any) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date", "class": "input-medium"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=picker)


class BureauAnnouncementForm(PortalForm):
    """Form of an announcement. The first day of ``found``, once it has come, is not asked for and stays."""

    title = _title(gettext_lazy("Title"))
    text = _text(
        gettext_lazy("Text"),
        gettext_lazy(
            "Plain text; an empty line starts a new paragraph. Web addresses that start with http:// or https:// "
            "become links."
        ),
    )
    title_en = optional(_title(gettext_lazy("Title in English")))
    text_en = optional(
        _text(
            gettext_lazy("Text in English"),
            gettext_lazy("Shown on English pages. Without it, English pages show the Chinese text."),
        )
    )
    starts_on = _day(gettext_lazy("First day"), gettext_lazy("Today or later; it is public from this day on."))
    ends_on = optional(
        _day(
            gettext_lazy("Last day"),
            gettext_lazy("After this day it leaves the lists, and its own page says that it is over."),
        )
    )
    version = VersionField(initial=0)

    def __init__(self, data: Mapping[str, Any] | None = None, *, found: BureauAnnouncement | None = None) -> None:
        initial = {**content_of(found), "version": found.version} if found else {"starts_on": timezone.localdate()}
        super().__init__(data, initial=initial)
        self._found = found
        if found and found.has_begun:
            del self.fields["starts_on"]

    def clean(self) -> dict[str, Any]:
        """Check the days against today and each other, and that the English version is whole."""
        cleaned = super().clean() or self.cleaned_data
        self._check_days(cleaned)
        if bool(cleaned.get("title_en")) != bool(cleaned.get("text_en")):
            missing = "text_en" if cleaned.get("title_en") else "title_en"
            if missing in cleaned:
                self.add_error(missing, _("Enter both title and text in English, or neither."))
        return cleaned

    def _check_days(self, cleaned: dict[str, Any]) -> None:
        today, last = timezone.localdate(), cleaned.get("ends_on")
        first = cleaned.get("starts_on")
        passed = _("This day has passed. Enter today or a later date.")
        if first and first < today:
            self.add_error("starts_on", passed)
        if last and last < today and not (self._found and last == self._found.ends_on):
            self.add_error("ends_on", passed)
        elif last and last < (first or self._first_day or last):
            self.add_error("ends_on", _("The last day is before the first day. Enter the same day or a later one."))

    @property
    def _first_day(self) -> date | None:
        """Return the first day if it can't be changed any more."""
        return self._found.starts_on if self._found and "starts_on" not in self.fields else None

    def written(self) -> AnnouncementContent:
        """Return what was typed; only after a successful ``is_valid``."""
        data = self.cleaned_data
        return AnnouncementContent(
            title=data["title"],
            text=data["text"],
            title_en=data["title_en"],
            text_en=data["text_en"],
            starts_on=self._first_day or data["starts_on"],
            ends_on=data["ends_on"],
        )


class WithdrawForm(PortalForm):
    """Why an announcement is withdrawn."""

    reason = CheckedField(
        check=lambda text: _line(text, LONGEST_REASON),
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Shown to everybody on the announcement's page."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = VersionField(initial=0)
