"""Renderer of all forms."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest

from desks import widgets
from desks.noted_fields import NotedField


class PortalRenderer(TemplatesSetting):
    """Render forms and fields with our components; widgets as Django's templates do."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = NotedField

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        made = widgets.rendered(template_name, context["widget"]) if "widget" in context else None
        return super().render(template_name, context, request) if made is None else made
