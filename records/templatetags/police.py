"""The time limit of the police filing, for the words of pages and mails that name it."""

from django import template

from records import police_filing

register = template.Library()


@register.simple_tag
def police_days() -> int:
    """Return within how many days of its opening a website is filed with the police."""
    return police_filing.DAYS
