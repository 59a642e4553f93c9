"""Widgets as code make the HTML of Django's templates."""

import datetime as dt
import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe

from desks.widgets import RENDERED, SharedOptions, SharedSelect
from icp_portal.forms import PortalRenderer

HOSTILE = "\"><script>alert('&')</script>"
CHOICES = [("", "—"), ("组", [(1, "一"), (2, HOSTILE)]), (1000, mark_safe("<b>三</b>")), (True, "是")]
ATTRIBUTES = {"id": "id_x", "class": HOSTILE, "disabled": True, "hidden": False, "rows": 1000, "data-n": 1.5}

WIDGETS = {
    "text": (forms.TextInput(), "值"),
    "hostile text": (forms.TextInput(), HOSTILE),
    "safe text": (forms.TextInput(), mark_safe("&amp;")),
    "no text": (forms.TextInput(), None),
    "number": (forms.NumberInput(), 1234567),
    "fraction": (forms.NumberInput(), 1234.5),
    "date": (forms.DateInput(), dt.date(2026, 11, 28)),
    "time": (forms.TimeInput(), dt.time(9, 30)),
    "e-mail": (forms.EmailInput(), "a@b.cn"),
    "password": (forms.PasswordInput(), "secret"),
    "hidden": (forms.HiddenInput(), 5),
    "file": (forms.FileInput(), None),
    "box": (forms.CheckboxInput(), True),
    "empty box": (forms.CheckboxInput(), False),
    "lines": (forms.Textarea(), f"eins\n\n  {HOSTILE}"),
    "no lines": (forms.Textarea(), None),
    "select": (forms.Select(choices=CHOICES), 2),
    "select nothing": (forms.Select(choices=CHOICES), None),
    "select several": (forms.SelectMultiple(choices=CHOICES), [1, 1000]),
    "radio": (forms.RadioSelect(choices=CHOICES), 1),
    "boxes": (forms.CheckboxSelectMultiple(choices=CHOICES), [2, 1000]),
}


def seen(html: str) -> str:
    """Return the HTML with each run of whitespace as one blank, as browsers read it; texts of several lines stay."""
    return html if "<textarea" in html else re.sub(r"\s+", " ", html).replace("> ", ">").replace(" <", "<").strip()


@pytest.mark.parametrize("attributes", [{"id": "id_x"}, ATTRIBUTES], ids=["bare", "attributes"])
@pytest.mark.parametrize("name", WIDGETS)
def test_a_widget_is_what_djangos_template_makes(name, attributes, monkeypatch):
    widget, value = WIDGETS[name]
    ours, theirs = (
        widget.render(HOSTILE, value, dict(attributes), renderer) for renderer in (PortalRenderer(), TemplatesSetting())
    )

    assert seen(ours).strip() == seen(theirs).strip()
    assert "<script" not in ours


@pytest.mark.parametrize("wrap_label", [True, False])
def test_a_single_option_is_what_djangos_template_makes(wrap_label):
    widget = forms.RadioSelect(choices=CHOICES)
    said: list[str] = []
    for renderer in (PortalRenderer(), TemplatesSetting()):
        for option in widget.subwidgets("x", 1, {"id": "id_x"}):
            context: dict[str, Any] = {"widget": {**option, "wrap_label": wrap_label}}
            said.append(seen(widget._render(option["template_name"], context, renderer)))

    assert said[: len(said) // 2] == said[len(said) // 2 :]


def test_other_widgets_are_rendered_by_their_templates():
    assert not any("multiwidget" in name or "clearable" in name for name in RENDERED)
    assert "<a href" not in forms.ClearableFileInput().render("x", None, None, PortalRenderer())


@pytest.mark.parametrize("value", [None, "", 1, "2", 1000, "True", "absent", HOSTILE])
def test_shared_options_are_marked_as_in_a_select_of_its_own(value):
    shared, attributes = SharedSelect(), {"id": "id_x", "required": True}
    shared.shared = SharedOptions(CHOICES)

    ours = [shared.render("name", value, dict(attributes), PortalRenderer()) for _again in range(2)]

    theirs = forms.Select(choices=CHOICES).render("name", value, dict(attributes), TemplatesSetting())
    assert {seen(html) for html in ours} == {seen(theirs)}
