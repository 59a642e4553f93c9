"""What else than websites can be filed, for templates."""

from django import template

from ministry import codes

register = template.Library()


@register.simple_tag
def other_services() -> tuple[codes.ServiceType, ...]:
    """The service types that are no websites."""
    return tuple(row for row in codes.SERVICE_TYPES if row.id != codes.WEBSITE)
