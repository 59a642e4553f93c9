"""Template tag for services other than websites."""

from django import template

from ministry.reference import code_tables

register = template.Library()


@register.simple_tag
def other_services() -> tuple[code_tables.ServiceType, ...]:
    """Return the service types other than a website."""
    return code_tables.OTHER_SERVICES
