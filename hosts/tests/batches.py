"""Requests for many look-ups at once, as a program sends them, and their refusals."""

import json
from typing import Any

from django.test import Client
from django.urls import reverse


def send(key: str | None, body: Any, **headers: str) -> Any:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    given = {"accept-language": "en", **({"authorization": f"Bearer {key}"} if key else {}), **headers}
    return Client().post(reverse("api:batch"), data, content_type="application/json", headers=given)


def refusal(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]
