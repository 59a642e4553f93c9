"""Settings of the log: loggers, levels and formatter; all of it goes to the standard error."""

from typing import Any


def of(*, as_json: bool, error_texts: bool) -> dict[str, Any]:
    """Return the setting LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "icp_portal.watch.lines.PortalFormatter",
                "as_json": as_json,
                "error_texts": error_texts,
            },
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line"},
            "counting": {"class": "icp_portal.watch.errors.CountingHandler"},
        },
        "root": {"handlers": ["console", "counting"], "level": "INFO"},
        "loggers": {
            # Both log much about the making of a PDF, including characters of its text.
            "fontTools": {"level": "WARNING"},
            "fpdf": {"level": "ERROR"},
            # Its own handler would write whole URLs.
            "gunicorn.error": {"handlers": [], "propagate": True, "level": "INFO"},
            # Below this it writes a line for each client that leaves before its response.
            "waitress": {"level": "WARNING"},
            # A line each time that a request waits for a thread; the metrics say how long requests take.
            "waitress.queue": {"level": "ERROR"},
        },
    }
