"""What every request passes through."""

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import bad_request

from filings.api import PROBLEMS, problem

API = "/api/"


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
