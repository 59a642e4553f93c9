"""Requests through all of the portal's middleware, as the cases of ``manage.py bench`` make them."""

import json
from collections.abc import Callable
from ipaddress import IPv4Address
from itertools import count

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils.module_loading import import_string

from accounts.models import User
from bench.measuring import Call

FIRST_ADDRESS = int(IPv4Address("10.0.0.1"))
HEADERS = {"host": "localhost", "accept-language": "zh-CN", "accept": "text/html"}
PAGE, REDIRECT = 200, 302  # statuses
_visits = count()


class Browser:
    """Requests pages as one user, or as a visitor. Each request comes from another address: nobody is throttled."""

    def __init__(self, user: User | None = None) -> None:
        self._requests, self._handler = RequestFactory(), BaseHandler()
        self._handler.load_middleware()
        if user:
            self._requests.cookies[settings.SESSION_COOKIE_NAME] = _session_of(user)

    def get(self, url: str, status: int = PAGE) -> Call:
        """Return a call that requests a page."""
        return self._call(lambda: self._requests.get(url, headers=HEADERS), status)

    def post(self, url: str, data: Callable[[], dict[str, object]], status: int = PAGE) -> Call:
        """Return a call that posts a form, with new ``data`` each time."""
        return self._call(lambda: self._requests.post(url, data(), headers=HEADERS), status)

    def send(self, url: str, body: object, key: str) -> Call:
        """Return a call that posts JSON with an API key."""
        headers = {**HEADERS, "authorization": f"Bearer {key}"}
        text = json.dumps(body)
        return self._call(lambda: self._requests.post(url, text, "application/json", headers=headers), PAGE)

    def _call(self, ask: Callable[[], HttpRequest], status: int) -> Call:
        def call() -> object:
            request = ask()
            setattr(request, "_dont_enforce_csrf_checks", True)  # noqa: B010 — as Django's test client does
            request.META["REMOTE_ADDR"] = str(IPv4Address(FIRST_ADDRESS + next(_visits)))
            response = self._handler.get_response(request)
            if response.status_code != status:  # it would cost something else
                raise ValueError(f"{request.get_full_path()} answered {response.status_code}")
            content = b"".join(response)
            # Not response.close(), whose signal would end the connection to the database
            for close in vars(response)["_resource_closers"]:
                close()
            return content

        return call


def _session_of(user: User) -> str:
    """Return the key of a session of this user, without the sign-in pages."""
    session: SessionBase = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    return str(session.session_key)


def undone(change: Call) -> Call:
    """Return a call that makes a change in a transaction that is rolled back; two statements are the savepoint's."""

    def call() -> object:
        with transaction.atomic():
            change()
            transaction.set_rollback(True)
        return None

    return call
