"""Forms of both desks' queues: filters, the name of a saved view, reassigning to a colleague."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Generic, Self

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from desks.forms import PortalForm
from desks.noted_fields import optional
from desks.staff.queue import D
from filings.models import Kind, PageSize, QueueLook
from ministry.reference import code_tables

ANY = [("", _("All"))]


class FilterForm(PortalForm, Generic[D]):
    """The filters of a queue's tab: kind, nature, and those of a desk's own. Unknown ones are ignored."""

    # Form field → column of the filing.
    columns: ClassVar[Mapping[str, str]] = {}

    kind = forms.ChoiceField(label=_("Kind"), choices=[*ANY, *Kind.choices], required=False)
    nature = forms.TypedChoiceField(
        label=_("Type of site host"),
        choices=[*ANY, *code_tables.choices(code_tables.NATURES)],
        coerce=int,
        empty_value=None,
        required=False,
    )

    def chosen(self) -> dict[str, Any]:
        """Return the filters that are set, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def condition(self, desk: D) -> Q:
        """Return the condition for the filings that match."""
        return Q(**{self.columns[name]: value for name, value in self.chosen().items() if name in self.columns})


class SavedFilterForm(PortalForm):
    """The name of a saved view."""

    name = forms.CharField(
        label=_("Name of this view"),
        max_length=40,
        error_messages={"required": _("Give the view a name.")},
    )


class LookForm(PortalForm):
    """Rows per page and columns of a queue."""

    page_size = forms.TypedChoiceField(label=_("Rows per page"), coerce=int, choices=PageSize.choices)
    columns = forms.MultipleChoiceField(
        label=_("Columns"), widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}), required=False
    )

    @classmethod
    def of(cls, columns: Iterable[Any], look: QueueLook | None = None, data: Any = None) -> Self:
        """Return the form for these columns, with the ``look`` chosen before."""
        known = {column.id: column.label for column in columns}
        shown = [name for name in known if look and name not in look.hidden]
        form = cls(data, initial={"page_size": look.page_size if look else None, "columns": shown}, prefix="look")
        form.fields["columns"].choices = list(known.items())  # type: ignore[attr-defined]
        return form

    @property
    def hidden(self) -> list[str]:
        """Return the columns that are not chosen."""
        names = [name for name, _label in self.fields["columns"].choices]  # type: ignore[attr-defined]
        return [name for name in names if name not in self.cleaned_data["columns"]]


class HandOverForm(PortalForm):
    """The colleague to reassign a filing to, and a note."""

    to = forms.TypedChoiceField(label=_("Colleague"), coerce=int, error_messages={"required": _("Choose a colleague.")})
    note = optional(
        forms.CharField(label=_("Note for your colleague"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    )

    def __init__(self, *args: Any, colleagues: Iterable[tuple[int, str]], help_text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", "—"), *colleagues]  # type: ignore[attr-defined]
        self.fields["note"].help_text = help_text
