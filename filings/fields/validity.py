"""The end of validity of a certificate: an ISO date, or ``LONG_TERM`` for one without an end (长期)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

LONG_TERM = "long_term"


def ends_on(until: object) -> date | None:
    """Return the last day of validity; None for a certificate without an end, an empty or a malformed value."""
    try:
        return date.fromisoformat(str(until or ""))
    except ValueError:
        return None


def check(until: str) -> str:
    """Return the value; raise ValidationError unless it is a date or ``LONG_TERM``."""
    if until != LONG_TERM and ends_on(until) is None:
        raise ValidationError(_("Enter the date on the certificate, for example 2036-05-31, or choose “long-term”."))
    return until


def words(until: str) -> str:
    """Return the value as people read it."""
    if until == LONG_TERM:
        return _("long-term")
    ends = ends_on(until)
    return date_format(ends) if ends else until
