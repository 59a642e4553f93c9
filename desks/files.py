"""Responses with a file: the only place that makes them, for every picture, PDF, workbook, table and archive."""

import re
from http import HTTPStatus
from pathlib import Path
from typing import IO, BinaryIO, Final, TypeVar, cast

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

from filings.evidence.files import content_of

R = TypeVar("R", bound=HttpResponseBase)

PDF, ZIP, CSV, JPEG = "application/pdf", "application/zip", "text/csv; charset=utf-8", "image/jpeg"
PNG: Final = "image/png"
GZIP, PARQUET = "application/gzip", "application/vnd.apache.parquet"
JSON = "application/json"
ICALENDAR = "text/calendar; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_BLOCK: Final = 64 * 1024  # bytes read at once from a large file
_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def file_response(content: bytes, content_type: str, name: str = "", *, published: bool = False) -> HttpResponse:
    """Return a file that browsers and proxies don't store, unless it is published, and don't take for another type.

    It is downloaded under ``name``; without one it is shown in the page.
    """
    return _as_file(HttpResponse(content, content_type=content_type), name, published=published)


def large_file_response(file: IO[bytes], content_type: str, name: str) -> FileResponse:
    """Return an open file of any size, which ``file_response`` would hold in memory."""
    whole = {"Content-Encoding": "identity"}  # it is compressed already; otherwise it would be again, in a thread
    return _as_file(FileResponse(file, content_type=content_type, headers=whole), name)


def _as_file(response: R, name: str, *, published: bool = False) -> R:
    disposition = content_disposition_header(as_attachment=bool(name), filename=name)
    response.headers["Content-Disposition"] = disposition or "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if not published:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def unchanged_file(request: HttpRequest, *, tag: str, kept_for: int) -> HttpResponse | None:
    """Return 304 to a client that already has the published file with this ``tag``; None when it is to be sent.

    412 where the client has set a condition that the file doesn't meet.
    """
    response = HttpResponse(headers={"Cache-Control": f"public, max-age={kept_for}"})
    answer = if_changed(request, response, tag)
    return None if answer is response else answer


def published_file(request: HttpRequest, path: Path, content_type: str, *, tag: str, kept_for: int) -> HttpResponseBase:
    """Return a published file of any size, or the one range of it that is asked for; raise FileNotFoundError.

    Downloaded under its name, kept by caches for ``kept_for`` seconds. 416 for a range beyond the end. Several ranges,
    and a range of another content than that with this ``tag`` (If-Range), are answered whole. Call ``unchanged_file``
    before: this always sends the file.
    """
    size, etag = path.stat().st_size, quote_etag(tag)
    wanted = _range_of(request, size, etag)
    if wanted is not None and not wanted:
        return HttpResponse(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers={"Content-Range": f"bytes */{size}"}
        )
    part = wanted or range(size)
    response = FileResponse(
        _Part(path.open("rb"), part),
        status=HTTPStatus.PARTIAL_CONTENT if wanted else HTTPStatus.OK,
        content_type=content_type,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=path.name) or "",
            "X-Content-Type-Options": "nosniff",
            "Content-Length": str(len(part)),
            "Accept-Ranges": "bytes",
            "Cache-Control": f"public, max-age={kept_for}",
            "Content-Encoding": "identity",  # it is compressed already
            "ETag": etag,
        },
    )
    response.block_size = _BLOCK
    if wanted:
        response.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    return response


class _Part:
    """A part of an open file, as FileResponse reads it."""

    def __init__(self, file: BinaryIO, part: range) -> None:
        self._file, self._left = file, len(part)
        file.seek(part.start)

    def read(self, size: int) -> bytes:
        """Return the next bytes, at most so many; none at the end of the part."""
        found = self._file.read(min(size, self._left))
        self._left -= len(found)
        return found

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _range_of(request: HttpRequest, size: int, etag: str) -> range | None:
    """Return the bytes that a request asks for (RFC 9110, 14.2); None for all, empty at the end for none of them."""
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not found or request.headers.get("If-Range", etag) != etag or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return range(max(size - int(last), 0), size) if int(last) else range(size, size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def if_changed(request: HttpRequest, response: R, tag: str) -> R:
    """Return the response with an ETag; without content for a browser that already has it."""
    response.headers["ETag"] = quote_etag(tag)
    found = get_conditional_response(request, etag=response.headers["ETag"], response=cast(HttpResponse, response))
    return cast(R, found)


def picture_response(file: FieldFile) -> HttpResponse:
    """Return a picture to somebody who may see it; raise FileMissing, for which the middleware returns a page."""
    return file_response(content_of(file), JPEG)
