"""Responses with a file: the only place that makes them, for every picture, PDF, workbook, table and archive."""

from typing import cast

from django.db.models.fields.files import FieldFile
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

from filings.evidence.files import content_of

PDF, ZIP, CSV, JPEG = "application/pdf", "application/zip", "text/csv; charset=utf-8", "image/jpeg"
ICALENDAR = "text/calendar; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_response(content: bytes, content_type: str, name: str = "", *, published: bool = False) -> HttpResponse:
    """Return a file that browsers and proxies don't store, unless it is published, and don't take for another type.

    It is downloaded under ``name``; without one it is shown in the page.
    """
    response = HttpResponse(content, content_type=content_type)
    disposition = content_disposition_header(as_attachment=bool(name), filename=name)
    response.headers["Content-Disposition"] = disposition or "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if not published:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def if_changed(request: HttpRequest, response: HttpResponse, tag: str) -> HttpResponse:
    """Return the response with an ETag; without its content to whoever says that they have it."""
    response.headers["ETag"] = quote_etag(tag)
    found = get_conditional_response(request, etag=response.headers["ETag"], response=response)
    return cast(HttpResponse, found)


def picture_response(file: FieldFile) -> HttpResponse:
    """Return a picture to somebody who may see it; raise FileMissing, for which the middleware returns a page."""
    return file_response(content_of(file), JPEG)
