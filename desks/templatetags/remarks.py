"""Template tags for labels: of a remark's field and code, and of the list a filing's page leads back to."""

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from filings import reasons
from filings.fields import display

register = template.Library()


@register.filter
def field_label(path: str) -> str:
    """Return the label of the fact or paper at ``path``."""
    return display.label(path)


@register.filter
def reason(code: str) -> str:
    """Return what a remark's code means; empty for an unknown code."""
    return reasons.text_of(code)


@register.simple_tag(takes_context=True)
def home_label(context: Context) -> str:
    """Return the label of the list a filing's page leads back to: one's own filings, or those on behalf."""
    return _("Filings for hosts") if context.get("by_mandate") else _("My filings")
