"""The floor of a page: one look-up in one table by the ORM, a small template, Django's default middleware."""

from collections.abc import Callable

from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template import engines
from django.test import RequestFactory
from django.test.utils import override_settings
from django.urls import path, set_urlconf

from ministry.models import LiveDomain

DEFAULT = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{ row.domain }}</title></head>
<body><h1>{{ row.domain }}</h1><dl><dt>Website</dt><dd>{{ row.website_id }}</dd></dl></body></html>"""
_TEMPLATE = engines["django"].from_string(PAGE)


def look_up(request: HttpRequest, domain: str) -> HttpResponse:
    """Return the page of a live domain."""
    return HttpResponse(_TEMPLATE.render({"row": LiveDomain.objects.get(domain=domain)}, request))


urlpatterns = [path("floor/<str:domain>/", look_up)]


def with_floors_urls(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Serve requests with the URLconf of this module."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        request.urlconf = __name__  # as Django's handler documents
        return get_response(request)

    return answer


def floor(domain: str) -> Callable[[], object]:
    """Return a call that requests the floor's page of this domain."""
    handler = BaseHandler()
    with override_settings(MIDDLEWARE=(f"{__name__}.{with_floors_urls.__name__}", *DEFAULT)):
        handler.load_middleware()
    requests = RequestFactory()

    def call() -> object:
        response = handler.get_response(requests.get(f"/floor/{domain}/", HTTP_HOST="localhost"))
        if response.status_code != 200:  # it would be faster than a page, and every ratio wrong
            raise ValueError(f"the floor answered {response.status_code}")
        set_urlconf(None)  # otherwise later code in this thread would use this URLconf
        return b"".join(response)

    return call
