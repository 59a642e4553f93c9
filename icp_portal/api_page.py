"""Show the OpenAPI document of the programming interface as a page."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from accounts.links import link_to
from hosts.api import api
from hosts.batch_api import MOST_TEXTS
from hosts.problems import PROBLEMS, anchor_of
from ministry.reference.numbers import EXAMPLE_NUMBER

Document = dict[str, Any]


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show every operation with its parameters, body and responses, and the messages to providers' systems."""
    document = api.get_openapi_schema()
    context = {
        "info": document["info"],
        "operations": list(_operations(document)),
        "webhooks": list(_webhooks(document)),
        "shapes": list(_shapes(document)),
        "problems": list(_problems()),
        "batch_url": link_to("api:batch"),
        "most": MOST_TEXTS,
        "a_day": settings.LOOK_UPS_A_DAY,
        "number": EXAMPLE_NUMBER,
    }
    return render(request, "icp_portal/api.html", context)


def _problems() -> Iterator[dict[str, str]]:
    for code, kind in PROBLEMS.items():
        yield {
            "code": code,
            "anchor": anchor_of(code),
            "status": str(kind.status.value),
            "title": gettext(kind.title),
            "remedy": gettext(kind.remedy),
        }


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
                    {
                        "status": status,
                        "description": answer["description"],
                        "shape": _shape_of(answer),
                        "headers": list(_headers(answer)),
                    }
                    for status, answer in operation["responses"].items()
                ],
            }


def _webhooks(document: Document) -> Iterator[Document]:
    for kind, methods in document["webhooks"].items():
        yield {"type": kind, "summary": methods["post"]["summary"]}


def _body(operation: Document) -> Iterator[Document]:
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = content["schema"]
        description, shape = schema.get("description", ""), _name(schema)
        yield {"kind": kind, "description": description, "shape": shape, "fields": list(_fields(schema))}


def _shape_of(answer: Document) -> str:
    """Return the name of the schema of a response's JSON; empty for one without a body."""
    kinds = iter(answer.get("content", {}).values())
    return _name(next(kinds, {"schema": {}})["schema"])


def _headers(answer: Document) -> Iterator[Document]:
    for name, details in answer.get("headers", {}).items():
        yield {"name": name, "description": details["description"]}


def _shapes(document: Document) -> Iterator[Document]:
    for name, schema in document["components"]["schemas"].items():
        yield {"name": name, "fields": list(_fields(schema)), "values": schema.get("enum", [])}


def _fields(schema: Document) -> Iterator[Document]:
    for name, details in schema.get("properties", {}).items():
        yield {"name": name, "description": details["description"], "shape": _name(details.get("items", details))}


def _name(schema: Document) -> str:
    """Return the name of the schema referred to; empty for a plain value."""
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1]
