"""Boxes and radio buttons of a long code table: the usual ones, the others folded, with a search.

The search is only there with JavaScript (``static/js/short_list.js``); without it all the others can be unfolded.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.widgets import ChoiceWidget

from desks import widgets


class ShortList(ChoiceWidget):
    """Show the choices with the ``usual`` ids first; what else is chosen already is never folded away."""

    template_name = "components/short_list.html"

    def __init__(self, usual: Sequence[int | str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.usual = [str(one) for one in usual]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return Django's context, with ``usual`` and ``others``: [(group, options)]; ``hidden`` counts the others."""
        context = super().get_context(name, value, attrs)
        optgroups = context["widget"]["optgroups"]
        groups = [(group, [_drawn(one) for one in options if one["value"] != ""]) for group, options, _ in optgroups]
        shown = [one for _group, options in groups for one in options if self._is_usual(one) or one["selected"]]
        place = {one: index for index, one in enumerate(self.usual)}
        others = [(group, [one for one in options if one not in shown]) for group, options in groups]
        return {
            **context,
            "usual": sorted(shown, key=lambda one: place.get(str(one["value"]), len(place))),
            "others": [(group, options) for group, options in others if options],
            "hidden": sum(len(options) for _group, options in others),
        }

    def _is_usual(self, option: dict[str, Any]) -> bool:
        return str(option["value"]) in self.usual


def _drawn(option: dict[str, Any]) -> dict[str, Any]:
    """Return the option with its HTML."""
    return {**option, "html": widgets.rendered(option["template_name"], option)}


class ShortRadioSelect(ShortList, forms.RadioSelect):
    template_name = ShortList.template_name


class ShortCheckboxSelectMultiple(ShortList, forms.CheckboxSelectMultiple):
    template_name = ShortList.template_name
