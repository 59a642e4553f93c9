"""The open data: a page about them, a manifest for programs, the files and their checksums."""

import re
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page, require_safe

from desks.files import GZIP, PARQUET, file_response, published_file, unchanged_file
from hosts.stream_places import NoPlace, Place
from ministry.models import OpenDataEdition
from ministry.open_data import writing
from ministry.open_data.columns import COLUMNS

# Seconds for which a cache keeps a file and whatever names its checksum, before it asks whether it has been written
# again. A browser behind a proxy that sends no Age has a former file for twice as long. Our own choice.
KEPT_FOR: Final = 300
RETRY_AFTER: Final = 30  # seconds
TYPES: Final = {writing.CSV_GZ: GZIP, writing.PARQUET: PARQUET}
TEXT: Final = "text/plain; charset=utf-8"
_MONTH: Final = re.compile(r"-([0-9]{4}-[0-9]{2})\.")


@require_safe
@conditional_page
def index(request: HttpRequest) -> HttpResponse:
    """Show the files of each month, the columns, and how to verify a file. One query."""
    return _page(request)


def _page(request: HttpRequest, *, is_busy: bool = False) -> HttpResponse:
    editions = list(OpenDataEdition.objects.all())
    context = {
        "newest": next(iter(editions), None),
        "earlier": editions[1:],
        "columns": COLUMNS,
        "publisher": settings.OPERATOR["name"],
        "months": settings.OPEN_DATA_MONTHS,
        "is_busy": is_busy,
    }
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_busy else HTTPStatus.OK
    response = render(request, "icp_portal/open_data.html", context, status=status)
    if is_busy:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    else:
        patch_cache_control(response, max_age=KEPT_FOR)
    return response


@require_safe
@conditional_page
def manifest(request: HttpRequest) -> HttpResponse:
    """Return all files with their checksums as JSON, the newest month first. One query."""
    editions = [_described(request, edition) for edition in OpenDataEdition.objects.all()]
    columns = [{"name": column.name, "type": column.type, "about": str(column.about)} for column in COLUMNS]
    response = JsonResponse(
        {"publisher": settings.OPERATOR["name"], "editions": editions, "columns": columns},
        json_dumps_params={"ensure_ascii": False},
    )
    patch_cache_control(response, max_age=KEPT_FOR)
    return response


def _described(request: HttpRequest, edition: OpenDataEdition) -> dict[str, Any]:
    return {
        "month": f"{edition.month:%Y-%m}",
        "read_at": edition.read_at,
        "timepoint": edition.timepoint,
        "files": [
            {**file, "url": request.build_absolute_uri(reverse("open_data:file", args=[file["name"]]))}
            for file in edition.files
        ],
    }


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Return a file, or a range of it; 503 while this process sends as many as it may. One query."""
    edition, about = _found(name)
    # A client that already has the file takes no place
    if known := unchanged_file(request, tag=about["sha256"], kept_for=KEPT_FOR):
        return known
    ending = next(ending for ending in TYPES if name.endswith(ending))
    try:
        place = Place("DOWNLOADS_PER_PROCESS")
    except NoPlace:
        return _page(request, is_busy=True)
    try:
        response = published_file(
            request,
            Path(settings.OPEN_DATA_ROOT, edition.folder, name),
            TYPES[ending],
            tag=about["sha256"],
            kept_for=KEPT_FOR,
        )
    except FileNotFoundError as missing:
        place.back()
        raise Http404 from missing
    response._resource_closers.append(place.back)  # type: ignore[attr-defined]
    return response


@require_safe
def checksum(_request: HttpRequest, name: str) -> HttpResponse:
    """Return the checksum of a file as ``sha256sum -c`` reads it. One query."""
    _edition, about = _found(name)
    text = f"{about['sha256']}  {name}\n".encode()
    response = file_response(text, TEXT, f"{name}.sha256", published=True)
    patch_cache_control(response, public=True, max_age=KEPT_FOR)
    return response


def _found(name: str) -> tuple[OpenDataEdition, dict[str, Any]]:
    """Return the edition with a file of this name, and its entry for the file; raise Http404."""
    if not (month := _MONTH.search(name)):
        raise Http404
    try:
        first = date.fromisoformat(f"{month[1]}-01")
    except ValueError as wrong:
        raise Http404 from wrong
    for edition in OpenDataEdition.objects.filter(month=first):
        for about in edition.files:
            if about["name"] == name:
                return edition, about
    raise Http404


app_name = "open_data"

urlpatterns = [
    path("", index, name="index"),
    path("manifest.json", manifest, name="manifest"),
    path("<str:name>.sha256", checksum, name="checksum"),
    path("<str:name>", file, name="file"),
]
