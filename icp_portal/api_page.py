"""Show the OpenAPI document of the programming interface as a page."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hosts.api import api

Document = dict[str, Any]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show every operation with its parameters, body and responses, and the messages to providers' systems."""
    document = api.get_openapi_schema()
    context = {
        "info": document["info"],
        "operations": list(_operations(document)),
        "webhooks": list(_webhooks(document)),
        "shapes": list(_shapes(document)),
    }
    return render(request, "icp_portal/api.html", context)


def _operations(document: Document) -> Iterator[Document]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield {
                "id": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"],
                "description": operation["description"],
                "parameters": [
                    {"name": one["name"], "place": one["in"], "description": one["description"]}
                    for one in operation["parameters"]
                ],
                "body": list(_body(operation)),
                "answers": [
                    {"status": status, "description": answer["description"], "shape": _shape_of(answer)}
                    for status, answer in operation["responses"].items()
                ],
            }


def _webhooks(document: Document) -> Iterator[Document]:
    for kind, methods in document["webhooks"].items():
        yield {"type": kind, "summary": methods["post"]["summary"]}


def _body(operation: Document) -> Iterator[Document]:
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = content["schema"]
        yield {"kind": kind, "description": schema["description"], "fields": list(_fields(schema))}


def _shape_of(answer: Document) -> str:
    return _name(answer["content"]["application/json"]["schema"])


def _shapes(document: Document) -> Iterator[Document]:
    for name, schema in document["components"]["schemas"].items():
        yield {"name": name, "fields": list(_fields(schema)), "values": schema.get("enum", [])}


def _fields(schema: Document) -> Iterator[Document]:
    for name, details in schema.get("properties", {}).items():
        yield {"name": name, "description": details["description"], "shape": _name(details.get("items", details))}


def _name(schema: Document) -> str:
    """Return the name of the schema referred to; empty for a plain value."""
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1]
