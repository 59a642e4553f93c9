"""What leaves the portal for a server of errors or of traces: read there, and nothing personal is in it."""

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from icp_portal.tests.killing import database_url
from icp_portal.tests.personal_data.planted import Planted
from icp_portal.watch import error_reports, traces
from ops.bootstrap import ROOT

pytestmark = pytest.mark.usefixtures("transactional_db")

CERTIFICATE, ADDRESS = "11010119900307803X", "planted-somebody@example.cn"
CALLER = "203.0.113.9"


class Receiver(ThreadingHTTPServer):
    """Keeps what is posted to it: path, body."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes]] = []
        super().__init__(("127.0.0.1", 0), Taking)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class Taking(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running
        running.shutdown()


def planted() -> Planted:
    values = Planted()
    for what, value in (("certificate", CERTIFICATE), ("address", ADDRESS), ("caller", CALLER)):
        values.add(what, value)
    return values


def let_fail(**variables: str) -> str:
    """Run the failing process; return the number of the request that failed."""
    done = subprocess.run(
        [sys.executable, "-m", "icp_portal.tests.watch.failing_process", CERTIFICATE, ADDRESS],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "icp_portal.settings",
            "DATABASE_URL": database_url(),
            "LOG_ERROR_TEXTS": "false",
            **variables,
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert planted().found_in(done.stderr) == set()
    return done.stdout.strip()


def events_of(got: list[tuple[str, bytes]]) -> list[dict[str, Any]]:
    """Return the events in the envelopes that have arrived."""
    found = []
    for path, body in got:
        assert path == "/api/7/envelope/"
        _head, *parts = body.splitlines()
        found += [json.loads(event) for kind, event in zip(parts[::2], parts[1::2], strict=True) if b'"event"' in kind]
    return found


def test_errors_are_reported_with_their_stack_and_number_and_nothing_personal(receiver: Receiver):
    number = let_fail(SENTRY_DSN=f"http://key@{receiver.address}/7", SENTRY_RELEASE="portal@1")

    failed, logged = events_of(receiver.got)
    (error,) = failed["exception"]["values"]
    assert (error["type"], failed["tags"], failed["release"]) == ("ValueError", {"request_id": number}, "portal@1")
    last = error["stacktrace"]["frames"][-1]
    assert (last["function"], last["context_line"].strip()[:16], "vars" in last) == ("fail", "raise ValueError", False)
    assert logged["logentry"] == {"formatted": "not stored: ValueError"}
    assert planted().found_in(b"\n".join(body for _path, body in receiver.got).decode()) == set()
    assert {name for event in (failed, logged) for name in event} & {"request", "user", "breadcrumbs", "extra"} == set()


def test_traces_have_patterns_and_statements_without_values(receiver: Receiver):
    number = let_fail(OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{receiver.address}")

    spans: list[Any] = []
    for path, body in receiver.got:
        assert path == "/v1/traces"
        sent = ExportTraceServiceRequest.FromString(body)
        assert planted().found_in(str(sent)) == set()
        spans += [span for each in sent.resource_spans for scope in each.scope_spans for span in scope.spans]
    said = {
        span.name: {one.key: one.value.string_value or one.value.int_value for one in span.attributes} for span in spans
    }
    assert said["POST recover/password/"] == {
        "http.method": "POST",
        "http.route": "recover/password/",
        "http.status_code": 500,
        "request_id": number,
    }
    assert said["run/ministry.sweep"]["celery.task_name"] == "ministry.sweep"
    assert said["EXISTS"] == {"db.system": "redis", "db.statement": "EXISTS ?"}
    statements = {one.value.string_value for span in spans for one in span.attributes if one.key == "db.statement"}
    assert any('WHERE ("bureaus_bureau"."external" AND "bureaus_bureau"."province" = %s)' in one for one in statements)
    failed = next(span for span in spans if span.name == "POST recover/password/")
    assert {span.trace_id for span in spans if span.parent_span_id == failed.span_id} == {failed.trace_id}
    assert [event for span in spans for event in span.events] == []
    assert {span.status.message for span in spans} == {""}


@pytest.mark.parametrize("name", ["SENTRY_DSN", "OTEL_EXPORTER_OTLP_ENDPOINT"])
def test_without_the_packages_the_portal_says_what_to_install(
    name: str, settings: Any, monkeypatch: pytest.MonkeyPatch
):
    for package in ("sentry_sdk", "opentelemetry"):
        monkeypatch.setitem(sys.modules, package, None)
    setattr(settings, name, "http://key@127.0.0.1/7")

    with pytest.raises(ImproperlyConfigured, match=f"{name} is set: install requirements-telemetry.lock"):
        (error_reports if name == "SENTRY_DSN" else traces).start()
