"""Errors reported to a server with Sentry's protocol, if SENTRY_DSN names one. Without personal data.

The event that the library has built is not cleaned but replaced: what is sent are the type and the stack of the error,
with lines of the source, and what the log has, too (ADR 0034). Neither local variables nor messages of errors, nothing
of the request but its number.
"""

import logging
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from icp_portal.watch import request_ids
from icp_portal.watch.lines import message_of

OF_EVENT: Final = ("event_id", "timestamp", "level", "platform", "logger", "release", "environment", "sdk")
OF_ERROR: Final = ("type", "module", "mechanism")
OF_MECHANISM: Final = ("type", "handled", "exception_id", "parent_id")
OF_FRAME: Final = (
    *("filename", "abs_path", "function", "module", "lineno", "in_app"),
    *("pre_context", "context_line", "post_context"),  # lines of the source
)
Part = Mapping[str, Any]


def start() -> None:
    """Report errors of this process from now on; do nothing without SENTRY_DSN.

    Raise ImproperlyConfigured when the packages of requirements-telemetry.lock are missing.
    """
    if not settings.SENTRY_DSN:
        return
    try:
        import sentry_sdk
    except ImportError as error:
        raise ImproperlyConfigured("SENTRY_DSN is set: install requirements-telemetry.lock.") from error
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        before_send=_scrubbed,
        # Don't even collect what is not sent.
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        traces_sample_rate=None,
    )


def _scrubbed(event: Any, hint: Part) -> Any:
    """Return the event to send instead of ``event``."""
    record = hint.get("log_record")
    return {
        **_only(OF_EVENT, event),
        **({"logentry": {"formatted": message_of(record)}} if isinstance(record, logging.LogRecord) else {}),
        "exception": {"values": [_error(one) for one in event.get("exception", {}).get("values", [])]},
        "tags": {"request_id": request_ids.current()},
    }


def _error(error: Part) -> dict[str, Any]:
    frames = (error.get("stacktrace") or {}).get("frames", [])
    return {
        **_only(OF_ERROR, error),
        "mechanism": _only(OF_MECHANISM, error.get("mechanism") or {}),
        "stacktrace": {"frames": [_only(OF_FRAME, frame) for frame in frames]},
    }


def _only(names: tuple[str, ...], part: Part) -> dict[str, Any]:
    return {name: part[name] for name in names if name in part}
