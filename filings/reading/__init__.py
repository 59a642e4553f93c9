"""Read what is printed on the picture of a certificate, as a help for the host who types it and staff who compare it.

An uploaded certificate gets a row (``requests.order``); a task in a queue of its own reads the re-encoded picture with
``recogniser``, the only module that loads the library and its models, never in a web process. ``layout`` turns the
lines upright, ``documents`` finds the facts among them, ``comparing`` compares them with the facts of the filing. All
of it is optional: without the setting, the library or its worker, only this help is missing.
See docs/adr/0020-reading-certificates.md.
"""

from django.conf import settings

from filings.reading.layout import Box, Line

__all__ = ["Box", "Line", "is_on"]


def is_on() -> bool:
    """Return whether pictures are read (``READ_CERTIFICATES``)."""
    return bool(settings.READ_CERTIFICATES)
