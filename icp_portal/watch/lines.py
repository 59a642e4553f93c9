"""The lines of the log, as text or as JSON, with the number of the request and without personal data.

An error's message may quote what was typed or stored, and so may the URL of a request: neither is written. What the
portal's own modules log names rows by their keys.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final

from celery import current_task
from django.http import HttpRequest
from django.utils import timezone

from icp_portal.watch import request_ids

# Of the values in Celery's lines about tasks: not their arguments, results and errors
OF_TASKS: Final = frozenset({"name", "id", "description", "runtime", "hostname"})
# Of an error: what tells its cause without quoting data. A database's error has the others at ``diag``.
OF_ERRORS: Final = ("errno", "sqlstate", "smtp_code")

# Quote URLs, IP addresses and malformed requests; the words before them say what happened
QUOTING: Final = frozenset({"gunicorn.error", "waitress"})
BEFORE_QUOTES: Final = re.compile(r" %| from ip=| serving |, closing channel ")

ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PortalFormatter(logging.Formatter):
    """Write a record as one line of text, or of JSON; ``error_texts`` adds the messages of errors."""

    def __init__(self, *, as_json: bool, error_texts: bool) -> None:
        super().__init__()
        self._as_json, self._error_texts = as_json, error_texts

    def format(self, record: logging.LogRecord) -> str:
        fields = self._fields(record)
        return json.dumps(fields, ensure_ascii=False) if self._as_json else _as_text(fields)

    def _fields(self, record: logging.LogRecord) -> dict[str, Any]:
        fields = {
            "at": datetime.fromtimestamp(record.created, timezone.get_default_timezone()).isoformat(
                "T", "milliseconds"
            ),
            "level": record.levelname,
            "logger": record.name,
            "request_id": request_ids.current(),
            "message": record.getMessage() if self._error_texts else message_of(record),
            "task": current_task.name if current_task else "",
            **{name: getattr(record, name) for name in request_ids.FIELDS if hasattr(record, name)},
            "error": self.formatException(record.exc_info) if record.exc_info else "",
        }
        return {name: value for name, value in fields.items() if value not in ("", None)}

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802 — logging's name
        """Return the stack and the type of the error and of those that caused it."""
        if self._error_texts:
            return super().formatException(ei)
        return "\n".join(_without_messages(ei[1]))


def _as_text(fields: Mapping[str, Any]) -> str:
    number = f" [{fields['request_id']}]" if "request_id" in fields else ""
    error = f"\n{fields['error']}" if "error" in fields else ""
    message = fields.get("message", "").replace("\n", " | ")  # one line, whatever is quoted in it
    return f"{fields['at']} {fields['level']} {fields['logger']}{number} {message}{error}"


def message_of(record: logging.LogRecord) -> str:
    """Return the message without URLs and messages of errors."""
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest):  # Django's message has the whole path, or the text of an error
        status = HTTPStatus(getattr(record, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR))
        return f"{status.phrase}: {request.method} {request_ids.path_of(request)}"
    if record.name in QUOTING:
        return BEFORE_QUOTES.split(str(record.msg))[0]
    try:
        return _formatted(record)
    except (TypeError, ValueError, KeyError):  # logging would print the values
        return str(record.msg)


def _formatted(record: logging.LogRecord) -> str:
    if isinstance(record.args, Mapping):
        return str(record.msg) % {name: _value(name, value) for name, value in record.args.items()}
    return str(record.msg) % tuple(map(_of_error, record.args)) if record.args else record.getMessage()


def _value(name: str, value: object) -> object:
    return value if name in OF_TASKS else "…"


def _of_error(value: object) -> object:
    if not isinstance(value, BaseException) or getattr(value, "may_be_logged", False):
        return value
    return f"{type(value).__qualname__} {_cause(value)}".rstrip()


def _without_messages(error: BaseException | None) -> Iterator[str]:
    """Yield the stack and the type of an error, then of the error it followed, and so on."""
    known: set[int] = set()
    while error is not None and id(error) not in known:
        known.add(id(error))
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
        yield f"{type(error).__module__}.{type(error).__qualname__} {_cause(error)}".rstrip()
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if error is not None:
            yield "after:"


def _cause(error: BaseException) -> str:
    """Return the codes of an error, and the constraint of the database that it broke."""
    found = {name: getattr(error, name, None) for name in OF_ERRORS}
    found["constraint"] = getattr(getattr(error, "diag", None), "constraint_name", None)
    return " ".join(f"{name}={value}" for name, value in found.items() if isinstance(value, int | str))
