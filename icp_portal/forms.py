"""Renderer of all forms."""

from django.forms.renderers import TemplatesSetting

from desks.noted_fields import NotedField


class PortalRenderer(TemplatesSetting):
    """Render forms and fields with our components; widgets with Django's templates."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = NotedField
