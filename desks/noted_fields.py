"""What a form says about its fields beside label and hint, for ``components/field.html``."""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from django.forms import BaseForm, BoundField, Field, Widget

from desks.suggestions import Suggestion
from filings.fields.display import RemarkShown
from ministry.rules.rules import Advice

F = TypeVar("F", bound=Field)


class NotedField(BoundField):
    """A form's field with what is said about it; every form has such fields (``PortalRenderer``)."""

    optional = False
    example = ""
    rules: Sequence[Advice] = ()
    remarks: Sequence[RemarkShown] = ()
    notes: tuple[str, ...] = ()
    suggestion: Suggestion | None = None

    @property
    def is_checkbox(self) -> bool:
        """Return whether the field is a single checkbox, with its label beside it."""
        return self.widget_type == "checkbox"

    @property
    def is_list_of_boxes(self) -> bool:
        """Return whether it is a list of boxes, which may be long."""
        return self.widget_type == "checkboxselectmultiple"

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        """Return Django's attributes without ``maxlength``; the form itself refuses a text that is too long.

        A browser would cut it silently, and it counts a rare character as two.
        """
        return {**super().build_widget_attrs(attrs, widget), "maxlength": False}


class OptionalField(NotedField):
    optional = True


def optional(field: F) -> F:
    """Return the field, not required and marked as optional."""
    field.required = False
    field.bound_field_class = OptionalField
    return field


def noted(form: BaseForm, name: str) -> NotedField:
    """Return the form's field to note something about it. Label and hint of the field are fixed from now on."""
    return cast("NotedField", form[name])
