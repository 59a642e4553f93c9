"""The messages to providers' systems (``filings.webhooks``) as a part of the OpenAPI document."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_noop
from ninja import Field, Schema

from filings.states import Status
from filings.webhooks.events import LABELS, TEST, TYPES

COMPONENTS = "#/components"


class FilingMessageData(Schema):
    filing: int = Field(description=gettext_noop("Number of the filing, as in the addresses of its pages"))
    status: Status = Field(description=gettext_noop("Its status after the event"))
    version: int = Field(description=gettext_noop("Version of the filing; grows with each change"))
    number: str | None = Field(description=gettext_noop("Filing number of the host once approved; null before"))
    websites: list[str] = Field(description=gettext_noop("Numbers that the approval has issued for its services"))
    url: str | None = Field(description=gettext_noop("Its page at your desk; null in a test message"))


class FilingMessage(Schema):
    type: str = Field(
        description=gettext_noop("The event, such as filing.approve"),
        json_schema_extra={"enum": [*TYPES.values(), TEST]},
    )
    timestamp: datetime = Field(description=gettext_noop("When it happened, in UTC"))
    data: FilingMessageData = Field(description=gettext_noop("The filing after the event"))


HEADERS = {
    "webhook-id": gettext_noop("Identifier of the message, the same for each attempt"),
    "webhook-timestamp": gettext_noop("When this attempt was made, in seconds since 1970"),
    "webhook-signature": gettext_noop("Signatures of identifier, time and body (Standard Webhooks, v1)"),
}
# Status → name, description
RESPONSES = {
    "2XX": ("MessageAccepted", gettext_noop("Accepted. Answer at once and do the work afterwards.")),
    "410": ("NoMoreMessages", gettext_noop("No more messages are wanted: the address is switched off.")),
    "default": ("MessageFailed", gettext_noop("A failure; the message is sent again later.")),
}
DESCRIPTION = gettext_noop("Sent to the systems of the filing's access provider.")
TEST_SUMMARY = gettext_noop("Test message")
TEST_DESCRIPTION = gettext_noop(
    "Sent when a supervisor of the access provider asks for it. It has the form of a message of a filing, but there is "
    "no such filing."
)


def add_to(document: dict[str, Any]) -> None:
    """Add the messages by type, as OpenAPI's ``webhooks``, with all that they share, to a document."""
    parts = document["components"]
    schema = FilingMessage.model_json_schema(ref_template=f"{COMPONENTS}/schemas/{{model}}")
    parts["schemas"] |= {**schema.pop("$defs"), FilingMessage.__name__: schema}
    parts["parameters"] = {
        name: {"in": "header", "name": name, "required": True, "schema": {"type": "string"}, "description": words}
        for name, words in HEADERS.items()
    }
    parts["requestBodies"] = {
        FilingMessage.__name__: {
            "required": True,
            "content": {"application/json": {"schema": _reference("schemas", FilingMessage.__name__)}},
        }
    }
    parts["responses"] = {name: {"description": words} for name, words in RESPONSES.values()}
    document["webhooks"] = {
        **{TYPES[name]: {"post": _message(TYPES[name], str(LABELS[name]), DESCRIPTION)} for name in TYPES},
        TEST: {"post": _message(TEST, gettext(TEST_SUMMARY), TEST_DESCRIPTION)},
    }


def _message(kind: str, summary: str, description: str) -> dict[str, Any]:
    """Return a message; the summary is in the reader's language already."""
    return {
        "operationId": kind,
        "summary": summary,
        "description": description,
        "parameters": [_reference("parameters", name) for name in HEADERS],
        "requestBody": _reference("requestBodies", FilingMessage.__name__),
        "responses": {status: _reference("responses", name) for status, (name, _words) in RESPONSES.items()},
        "security": [],
    }


def _reference(part: str, name: str) -> dict[str, str]:
    return {"$ref": f"{COMPONENTS}/{part}/{name}"}
