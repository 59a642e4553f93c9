"""Words that a template can't find by itself: the field a remark is about, whose filings a page leads back to."""

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from filings.fields import display

register = template.Library()


@register.filter
def field_label(path: str) -> str:
    """Return the label of the fact or paper at ``path``."""
    return display.label(path)


@register.simple_tag(takes_context=True)
def home_label(context: Context) -> str:
    """What the list is called that a page of a filing leads back to: one's own, or those filed in hosts' places."""
    return _("Filings on behalf") if context.get("by_mandate") else _("My filings")
