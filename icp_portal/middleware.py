"""Middleware: what is done for every request, whatever its page."""

import logging
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.middleware.security import SecurityMiddleware
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from accounts import languages, reading
from accounts.throttle import address_of
from filings.errors import FileMissing
from filings.evidence.limited import FileRefused, concurrency
from hosts.problems import BY_STATUS, MEDIA_TYPE, respond
from icp_portal import public_service
from icp_portal.watch import request_ids
from interchange.soap.services import SERVICES
from ministry.public.forms import PAST_DAY

log = logging.getLogger(__name__)
requests_log = logging.getLogger("icp_portal.requests")

API, HEALTH = "/api/", ("/healthz", "/healthz/live")
# Requests to the SOAP services may have any encoding; their reader decodes them.
SOAP = tuple(f"/{service.path}" for service in SERVICES)
DEFAULT_PORTS = {"http": ":80", "https": ":443"}
# The photo of a verification is taken with the camera; nothing else is used.
PERMISSIONS: Final = "camera=(self), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
# In both languages, because the request's language is not known yet.
ELSEWHERE = "本系统地址为 {site}/\nThe portal is at {site}/\n"


class Middleware:
    """The base of the portal's middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response


class RequestIdMiddleware(Middleware):
    """Give each request its number, and the response, too; log what was answered."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.monotonic()
        request_ids.begin(request)
        response = self.get_response(request)
        response.headers[request_ids.HEADER] = request_ids.current()
        if request.resolver_match and request.path not in HEALTH:
            milliseconds = round((time.monotonic() - started) * 1000)
            fields = (request.method, request_ids.path_of(request), response.status_code, milliseconds)
            requests_log.info("%s %s %d, %d ms", *fields, extra=dict(zip(request_ids.FIELDS, fields, strict=True)))
        return response


class ContentPolicyMiddleware(Middleware):
    """Set the Content-Security-Policy of the settings on every response that has none of its own, such as a file.

    It is the same text for all, because no page has a nonce; the library's middleware makes it anew for each. Also set
    which abilities of the browser a page may use.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self._policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, self._policy)
        response.headers["Permissions-Policy"] = PERMISSIONS
        return response


class SiteAddressMiddleware(Middleware):
    """Reject requests for another host or port than SITE_URL's (400); the health checks accept any host.

    Then set the host of every request to SITE_URL's, whatever alias it used: links in mails and QR codes, including
    allauth's, point to SITE_URL, and no rate limit depends on a value chosen by the caller.

    It is above Django's SecurityMiddleware, which redirects to https at the request's host, so a rejection gets the
    headers of that here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self._security = SecurityMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        site = urlsplit(settings.SITE_URL)
        answered = {_without_default_port(host, site.scheme) for host in (site.netloc, *settings.SITE_ALIASES)}
        if request.path not in HEALTH and _without_default_port(_named_host(request), site.scheme) not in answered:
            text = ELSEWHERE.format(site=settings.SITE_URL)
            refused = HttpResponseBadRequest(text, content_type="text/plain; charset=utf-8")
            refused.headers["Cache-Control"] = "private, no-store"
            return self._security.process_response(request, refused)
        request.META["HTTP_HOST"] = site.netloc
        return self.get_response(request)


def _named_host(request: HttpRequest) -> str:
    """Return the request's host and port; without a Host header, the server's."""
    return str(request.META.get("HTTP_HOST") or f"{request.META['SERVER_NAME']}:{request.META['SERVER_PORT']}")


def _without_default_port(host: str, scheme: str) -> str:
    return host.lower().removesuffix(DEFAULT_PORTS[scheme])


class PrivatePagesMiddleware(Middleware):
    """Keep responses out of the caches of browsers and proxies (``private, no-store``).

    Exceptions: static files, which never reach this middleware, public pages for visitors who are not signed in, and
    responses that a view marks as public (a provider's logo).
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not _is_public(request) and "public" not in response.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "private, no-store"
        return response


def _is_public(request: HttpRequest) -> bool:
    if request.path in HEALTH:  # the database may be down, so nobody is looked up
        return True
    page = request.resolver_match
    return page is not None and page.view_name in public_service.PUBLIC_PAGES and not request.user.is_authenticated


class PublicOnlyMiddleware(Middleware):
    """Serve public pages only (``icp_portal.public_service``)."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        page = request.resolver_match
        has_past_day = any(request.GET.getlist(PAST_DAY))  # the search form also sends an empty one
        if page is None or page.view_name not in public_service.PAGES or has_past_day:
            raise Http404


class LanguageMiddleware(Middleware):
    """Use the language that the browser asks for (``accounts.languages``), and say so to caches."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = languages.wanted(request)
        if language:
            with languages.of_page(language):
                response = self.get_response(request)
            if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
                response.streaming_content = languages.streamed(response.streaming_content, language)
        else:
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language or get_language())
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


class StrangeRequestsMiddleware(Middleware):
    """Reject requests that no browser sends (400), before they cause errors elsewhere.

    NUL bytes in a URL, which PostgreSQL can't store, and a body in another encoding than UTF-8, which all our
    forms specify, except for the SOAP services. Form fields reject NUL bytes themselves; a cookie with one is forged
    and ignored.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _has_nul_byte(request) or (_is_foreign(request) and request.path not in SOAP):
            raise BadRequest
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\x00" not in value}
        return self.get_response(request)


def _has_nul_byte(request: HttpRequest) -> bool:
    return "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", "")


def _is_foreign(request: HttpRequest) -> bool:
    return (request.encoding or "utf-8").lower() not in ("utf-8", "utf8")


class SafeMethodsMiddleware(Middleware):
    """Handle HEAD as GET, forbid changes by requests with a safe method (``accounts.reading``), and refuse the others.

    So views only have to distinguish GET and POST. The server leaves out the body of a response to HEAD.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.method or ""
        if asked == "HEAD":
            request.method = "GET"
        try:
            with reading.request(asked):
                return self.get_response(request)
        finally:
            request.method = asked

    @staticmethod
    def process_view(request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Return 405 for a method that no page takes; the programming interface answers for itself."""
        is_known = request.method in ("GET", "POST") or request.path.startswith(API)
        return None if is_known else HttpResponseNotAllowed(["GET", "HEAD", "POST"])

    @staticmethod
    def process_exception(_request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return 405 for a change by a safe method; its transaction has been rolled back."""
        return HttpResponseNotAllowed(["POST"]) if isinstance(error, reading.ChangeRefused) else None


class FilesMiddleware(Middleware):
    """Set for whom files are opened during the request: the account, or the IP address when not signed in.

    For a file that is on record but not in the storage, return a page that says so (410); for a request for an image,
    return an image that says so, so that a page with several shows which of them is missing. For a file that is not
    made because the account has others in work, return a page that says so (429).
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with concurrency.of(lambda: concurrency.account(request.user.pk) if request.user.pk else address_of(request)):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the response for FileMissing and for ``concurrency.BUSY``; None for any other exception."""
        if isinstance(exception, FileRefused) and exception.reason == concurrency.BUSY:
            page = render(request, "busy.html", status=HTTPStatus.TOO_MANY_REQUESTS)
            page.headers["Retry-After"] = str(concurrency.WAIT_SECONDS)
            return page
        if not isinstance(exception, FileMissing):
            return None
        if request.headers.get("Accept", "").startswith("image/"):
            return render(request, "file_missing.svg", status=HTTPStatus.GONE, content_type="image/svg+xml")
        return render(request, "file_missing.html", status=HTTPStatus.GONE)


class UnreadableMiddleware(Middleware):
    """Return a page (503) when encrypted data can't be read: moved or overwritten past the portal, or a key is missing.

    The log names the table, column and row; ``verify_audit`` finds every such value.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the response for InvalidToken; None for any other exception."""
        if not isinstance(exception, InvalidToken):
            return None
        place = str(exception) or "no key decrypts them"
        log.critical("%s: encrypted data can't be read: %s", request_ids.path_of(request), place)
        return render(request, "unreadable.html", status=HTTPStatus.SERVICE_UNAVAILABLE)


class MethodsMiddleware(Middleware):
    """Return a page (405) for a GET of a URL that only accepts POST; Django's own response has no content."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
        page.headers["Allow"] = response.headers["Allow"]
        return page


class ApiProblemsMiddleware(Middleware):
    """Return every error under ``/api/`` as a problem, including those raised outside of the API.

    An unknown URL, another method, a request rejected by Django or the middleware below, an internal error.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(API) or response.status_code not in BY_STATUS or _is_json(response):
            return response
        allowed = response.headers.get("Allow", "").replace("GET", "GET, HEAD")  # as ``SafeMethodsMiddleware``
        return respond(BY_STATUS[HTTPStatus(response.status_code)], headers={"Allow": allowed} if allowed else None)


def _is_json(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").partition(";")[0] in ("application/json", MEDIA_TYPE)
