"""How every form of the portal is drawn."""

from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    """Draws forms and fields with our components; widgets stay Django's."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
