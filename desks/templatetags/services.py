"""What else than websites can be filed, for templates."""

from django import template

from ministry.reference import code_tables

register = template.Library()


@register.simple_tag
def other_services() -> tuple[code_tables.ServiceType, ...]:
    """Return the service types that are no websites."""
    return tuple(row for row in code_tables.SERVICE_TYPES if row.id != code_tables.WEBSITE)
