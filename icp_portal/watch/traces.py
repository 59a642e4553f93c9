"""Traces of requests, statements, tasks and commands of the cache, sent by OpenTelemetry's protocol (OTLP over HTTP).

Only if OTEL_EXPORTER_OTLP_ENDPOINT names a receiver. Only named attributes are sent: of a URL its pattern, of a
statement its text without values; no events, which have the messages of errors.
"""

import re
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

from icp_portal.watch import request_ids

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter

STATEMENTS: Final = ("db.statement", "db.query.text")
ATTRIBUTES: Final = frozenset(
    {
        *("request_id", "http.method", "http.request.method", "http.route"),
        *("http.status_code", "http.response.status_code", "error.type"),
        *("db.system", "db.system.name", "db.name", "db.namespace", "db.operation", "db.operation.name", *STATEMENTS),
        *("messaging.system", "messaging.destination", "messaging.message.id", "messaging.message_id"),
        *("celery.action", "celery.task_name", "celery.state"),
    }
)
# Texts and numbers that stand in a statement, beside those that are given to it
LITERALS: Final = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")


def start() -> None:
    """Trace this process from now on; do nothing without OTEL_EXPORTER_OTLP_ENDPOINT.

    Raise ImproperlyConfigured when the packages of requirements-telemetry.lock are missing.
    """
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        return
    try:
        _instrument()
    except ImportError as error:
        raise ImproperlyConfigured(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set: install requirements-telemetry.lock."
        ) from error


def _instrument() -> None:
    from opentelemetry import propagate, trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.celery import CeleryInstrumentor
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
    from opentelemetry.instrumentation.redis import RedisInstrumentor
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    # The exporter and the sampler read the other variables of OpenTelemetry themselves.
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: settings.OTEL_SERVICE_NAME}))
    provider.add_span_processor(BatchSpanProcessor(_cleaning(OTLPSpanExporter())))
    trace.set_tracer_provider(provider)
    # Without baggage, which may carry anything from a client into tasks.
    propagate.set_global_textmap(TraceContextTextMapPropagator())
    DjangoInstrumentor().instrument(response_hook=_note_number)
    for instrumentor in (PsycopgInstrumentor, CeleryInstrumentor, RedisInstrumentor):
        instrumentor().instrument()


def _note_number(span: Any, _request: HttpRequest, response: HttpResponse) -> None:
    span.set_attribute("request_id", response.headers.get(request_ids.HEADER, ""))


def _cleaning(exporter: "SpanExporter") -> "SpanExporter":
    """Return the exporter, with what it is given cleaned."""
    send = exporter.export
    exporter.export = lambda spans: send([_cleaned(span) for span in spans])  # type: ignore[method-assign]
    return exporter


def _cleaned(span: "ReadableSpan") -> "ReadableSpan":
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import Status

    return ReadableSpan(
        name=LITERALS.sub("?", span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={
            name: LITERALS.sub("?", str(value)) if name in STATEMENTS else value
            for name, value in (span.attributes or {}).items()
            if name in ATTRIBUTES
        },
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),  # its description is the message of an error
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
