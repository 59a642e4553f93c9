"""The name of the field a remark is about, for mails."""

from django import template

from filings import display

register = template.Library()


@register.filter
def field_label(path: str) -> str:
    """The label of the fact or paper at ``path``."""
    return display.label(path)
