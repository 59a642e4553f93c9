"""Django's widgets as code: the same HTML as Django's templates make, in a fraction of the time.

A page of the form has up to a hundred boxes, and each would be four templates. ``icp_portal.forms.PortalRenderer``
looks here first; what is not in ``RENDERED`` is rendered by its template.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Final

from django.forms import Select
from django.forms.widgets import Widget as BaseWidget
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]  # ``context["widget"]`` of Django's widgets


def _text(value: object) -> str:
    """Return a value as a template shows it."""
    return conditional_escape(value if isinstance(value, str) else str(localize(value)))


def _attribute(value: object) -> str:
    """Return a value as it is written into an attribute, where numbers are not localised."""
    return conditional_escape(value if isinstance(value, str) else str(value))


def _attributes(widget: Widget) -> str:
    attributes = ((name, value) for name, value in widget["attrs"].items() if value is not False)
    return "".join(f" {name}" if value is True else f' {name}="{_attribute(value)}"' for name, value in attributes)


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{_attribute(widget["value"])}"'
    return f'<input type="{widget["type"]}" name="{_text(widget["name"])}"{value}{_attributes(widget)}>\n'


def _input_option(widget: Widget) -> str:
    if not widget.get("wrap_label"):
        return f"{_input(widget)}\n"
    place = f' for="{_text(widget["attrs"]["id"])}"' if widget["attrs"].get("id") else ""
    return f"<label{place}>{_input(widget)} {_text(widget['label'])}</label>\n"


def _textarea(widget: Widget) -> str:
    value = _text(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{_text(widget["name"])}"{_attributes(widget)}>\n{value}</textarea>\n'


def _select(widget: Widget) -> str:
    return _select_of(widget, _options(widget["optgroups"]))


def _select_of(widget: Widget, options: str) -> str:
    return f'<select name="{_text(widget["name"])}"{_attributes(widget)}>{options}\n</select>\n'


def _options(optgroups: Iterable[tuple[Any, Iterable[Widget], Any]]) -> str:
    groups = []
    for name, options, _index in optgroups:
        rows = "".join(f"\n  {_select_option(option)}" for option in options)
        groups.append(f'\n  <optgroup label="{_text(name)}">{rows}\n  </optgroup>' if name else rows)
    return "".join(groups)


def _select_option(widget: Widget) -> str:
    return f'<option value="{_attribute(widget["value"])}"{_attributes(widget)}>{_text(widget["label"])}</option>\n'


def _several(widget: Widget) -> str:
    """Return the boxes or radio buttons of a list of choices."""
    attributes, groups = widget["attrs"], []
    for name, options, _index in widget["optgroups"]:
        rows = "".join(f"<div>\n    {_input_option(option)}</div>" for option in options)
        groups.append(f"\n  <div><label>{_text(name)}</label>{rows}\n  </div>" if name else rows)
    named = "".join(f' {name}="{_text(attributes[name])}"' for name in ("id", "class") if attributes.get(name))
    return f"<div{named}>{''.join(groups)}\n</div>\n"


class SharedOptions:
    """A long list of choices that many selects of a page have: rendered once, then marked in each."""

    def __init__(self, choices: Iterable[Any]) -> None:
        self.choices = list(choices)

    @cached_property
    def _html(self) -> str:
        return _options(Select(choices=self.choices).optgroups("", []))

    def html(self, chosen: str) -> str:
        """Return the options, with the chosen one selected if it is among them."""
        place = f'<option value="{_attribute(chosen)}"'
        return self._html.replace(f"{place}>", f"{place} selected>", 1)


class SharedSelect(Select):
    """A select with ``SharedOptions``, to be set before it is rendered; the same HTML as Django's."""

    shared: SharedOptions

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        widget = BaseWidget.get_context(self, name, value, attrs)["widget"]
        return mark_safe(_select_of(widget, self.shared.html(str(value or ""))))  # noqa: S308 — escaped above


_FOLDER: Final = "django/forms/widgets/"
RENDERED: Final[Mapping[str, Callable[[Widget], str]]] = {
    **{f"{_FOLDER}{name}.html": _input for name in ("input", "text", "number", "email", "url", "password", "hidden")},
    **{f"{_FOLDER}{name}.html": _input for name in ("date", "datetime", "time", "checkbox", "file")},
    **{f"{_FOLDER}{name}.html": _several for name in ("multiple_input", "radio", "checkbox_select")},
    **{f"{_FOLDER}{name}.html": _input_option for name in ("input_option", "radio_option", "checkbox_option")},
    f"{_FOLDER}textarea.html": _textarea,
    f"{_FOLDER}select.html": _select,
    f"{_FOLDER}select_option.html": _select_option,
}


def rendered(template_name: str, widget: Widget) -> SafeString | None:
    """Return the HTML of a widget; None if only its template can make it."""
    made = RENDERED.get(template_name)
    return mark_safe(made(widget)) if made else None  # noqa: S308 — every value is escaped above
