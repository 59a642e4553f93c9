"""An appointment as a file for the calendar of a phone or computer (iCalendar, RFC 5545)."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from filings.models import Appointment

LONGEST_LINE = 75  # octets without the line break (RFC 5545, 3.1)


def content(booked: Appointment, title: str, url: str) -> bytes:
    """Return the file for an appointment with its place; ``title``: what the filing is called."""
    where = ", ".join((booked.place.name, booked.place.address))
    summary = _("Face-to-face check for the ICP filing: %(title)s") % {"title": title}
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//ICP filing portal//EN",
        "BEGIN:VEVENT",
        f"UID:appointment-{booked.pk}@{settings.SITE_URL.rpartition('/')[2]}",
        f"DTSTAMP:{_moment(booked.booked_at)}",
        f"DTSTART:{_moment(booked.starts_at)}",
        f"DTEND:{_moment(booked.ends_at)}",
        f"SUMMARY:{_escaped(summary)}",
        f"LOCATION:{_escaped(where)}",
        f"URL:{url}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """Return a text with its own commas, semicolons, backslashes and line breaks escaped (RFC 5545, 3.3.11)."""
    for mark in "\\;,":
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[bytes]:
    """Yield a line in parts of at most ``LONGEST_LINE`` octets; each further part begins with a space."""
    part = b""
    for char in line:
        octets = char.encode()
        if len(part) + len(octets) > LONGEST_LINE:
            yield part
            part = b" "
        part += octets
    yield part
