"""The number of each request, by which its log lines, its tasks and what its user reports are found.

It is in every line of the log (``lines``), in the response's header, on the page of an internal error, and in the
headers of the tasks that the request queues. A task that no request has queued has a number of its own.
"""

import re
import uuid
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any, Final

from celery.signals import before_task_publish, task_postrun, task_prerun
from django.conf import settings
from django.core.signals import request_finished
from django.http import HttpRequest
from django.urls import ResolverMatch

HEADER: Final = "X-Request-ID"
# 32 hexadecimal digits, such as $request_id of nginx, or a UUID
WELL_FORMED: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FIELDS: Final = ("method", "path", "status", "ms")  # of the line about an answered request
IN_TASK: Final = "request_id"  # header of a task's message

_current: ContextVar[str] = ContextVar("request_id", default="")


def begin(request: HttpRequest) -> None:
    """Take the proxy's number for the request, or make one."""
    _current.set(_given(request) or _new())


def current() -> str:
    """Return the number of the request or task that is being carried out; empty outside of both."""
    return _current.get()


def _given(request: HttpRequest) -> str | None:
    """Return the number from the proxy if it is well formed: it is copied into logs and headers."""
    given = request.headers.get(HEADER, "") if settings.BEHIND_PROXY else ""
    return given if WELL_FORMED.fullmatch(given) else None


def _new() -> str:
    return uuid.uuid4().hex


def path_of(request: HttpRequest) -> str:
    """Return the pattern of the request's URL with its numbers, which are keys of rows.

    Anything else in a URL may be a name, a domain or a secret link, and so may the whole of one that no pattern fits.
    """
    found: ResolverMatch | None = request.resolver_match
    if found is None:
        return "(no page)"
    path = f"/{found.route}"
    for name, value in found.kwargs.items():
        if isinstance(value, int):
            path = path.replace(f"<int:{name}>", str(value))
    return path


def _forget(**_signal: object) -> None:
    _current.set("")


def _give_task(headers: MutableMapping[str, Any], **_signal: object) -> None:
    if current():
        headers[IN_TASK] = current()


def _take_from_task(task: Any, **_signal: object) -> None:
    given: Mapping[str, Any] = task.request
    _current.set(given.get(IN_TASK) or _new())


request_finished.connect(_forget)
before_task_publish.connect(_give_task)
task_prerun.connect(_take_from_task)
task_postrun.connect(_forget)
