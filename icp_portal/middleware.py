"""What every request passes through."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.views.defaults import bad_request

from accounts import reading
from accounts.throttle import address_of
from filings.errors import FileMissing
from filings.evidence.limited import turns
from hosts.api import PROBLEMS, problem

API, HEALTH = "/api/", "/healthz"
DEFAULT_PORTS = {"http": ":80", "https": ":443"}
# Pages about nobody: a visitor who has not signed in may keep these, and so may a proxy.
PUBLIC_PAGES = {
    *("home", "healthz", "shells", "api_page", "api:api-root", "api:openapi-json"),
    *("guide:ask", "guide:questions", "guide:topic"),
    *("directory:find", "directory:ministry", "directory:bureau", "directory:provider"),
    *("bulletins:index", "bulletins:month", "bulletins:file"),
}
# In both languages: nothing of a page, its address or its language is trusted yet.
ELSEWHERE = "本系统地址为 {site}/\nThe portal is at {site}/\n"


class SiteAddressMiddleware:
    """Refuse requests that name another host or port than SITE_URL's; the health check is answered by any name.

    Behind it every request names SITE_URL's host, whatever alias it came by: links in mails and QR codes, also
    those that allauth makes, lead to SITE_URL, and no limit is counted by something the caller has chosen.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        site = urlsplit(settings.SITE_URL)
        answered = {_without_default_port(host, site.scheme) for host in (site.netloc, *settings.SITE_ALIASES)}
        if request.path != HEALTH and _without_default_port(_named_host(request), site.scheme) not in answered:
            text = ELSEWHERE.format(site=settings.SITE_URL)
            return HttpResponseBadRequest(text, content_type="text/plain; charset=utf-8")
        request.META["HTTP_HOST"] = site.netloc
        return self.get_response(request)


def _named_host(request: HttpRequest) -> str:
    """Return the host and port that the request names; one without a Host header names where it arrived."""
    return str(request.META.get("HTTP_HOST") or f"{request.META['SERVER_NAME']}:{request.META['SERVER_PORT']}")


def _without_default_port(host: str, scheme: str) -> str:
    return host.lower().removesuffix(DEFAULT_PORTS[scheme])


class PrivatePagesMiddleware:
    """Keep answers out of every cache: of browsers and of proxies, by one rule for all pages.

    Excepted are static files, which never come here, pages about nobody (PUBLIC_PAGES) for visitors who have not signed
    in, and what a view itself says is public (a provider's logo).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not _is_public(request) and "public" not in response.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "private, no-store"
        return response


def _is_public(request: HttpRequest) -> bool:
    page = request.resolver_match
    return page is not None and page.view_name in PUBLIC_PAGES and not request.user.is_authenticated


class StrangeRequestsMiddleware:
    """Refuse what no honest browser sends, before anything trips over it.

    NUL bytes in an address, which PostgreSQL can't store, and a body in another encoding than UTF-8, which
    every form of ours asks for. Form fields refuse NUL bytes by themselves; a cookie with one is forged and
    counts as none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _has_nul_byte(request) or _is_foreign(request):
            return bad_request(request, SuspiciousOperation())
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\x00" not in value}
        return self.get_response(request)


def _has_nul_byte(request: HttpRequest) -> bool:
    return "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", "")


def _is_foreign(request: HttpRequest) -> bool:
    return (request.encoding or "utf-8").lower() not in ("utf-8", "utf8")


class SafeMethodsMiddleware:
    """Answer HEAD as GET, and let no request of a safe method change anything (``accounts.reading``).

    Views tell GET from POST; to them there is no third method that could be taken for either. The server leaves out
    the body of an answer to HEAD.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

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
    def process_exception(_request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Refuse a change by a safe method with 405; its transaction has been rolled back."""
        return HttpResponseNotAllowed(["POST"]) if isinstance(error, reading.ChangeRefused) else None


class FilesMiddleware:
    """Say for whom files are opened during the request: the account, or the network address of a stranger.

    A file that is on record and not in the storage is answered with a page that says so; in the place of a picture
    with a picture that says so, so that a page with several shows which of them is missing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with turns.of(lambda: turns.account(request.user.pk) if request.user.pk else address_of(request)):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a missing file; anything else is Django's to answer."""
        if not isinstance(exception, FileMissing):
            return None
        if request.headers.get("Accept", "").startswith("image/"):
            return render(request, "file_missing.svg", status=HTTPStatus.GONE, content_type="image/svg+xml")
        return render(request, "file_missing.html", status=HTTPStatus.GONE)


class ApiProblemsMiddleware:
    """Under the programming interface every refusal is JSON, also one that never reached it.

    An unknown address, another method, a request that Django or the guard below would not read, a fault of ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(API) or response.status_code not in PROBLEMS or _is_json(response):
            return response
        said = JsonResponse(problem(response.status_code), status=response.status_code)
        if allowed := response.headers.get("Allow"):
            said.headers["Allow"] = allowed
        return said


def _is_json(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("application/json")
