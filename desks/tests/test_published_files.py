"""A published file of any size: whole, by ranges, and not again to a client that has it."""

from pathlib import Path

import pytest
from django.test import RequestFactory

from desks.files import GZIP, published_file, unchanged_file

pytestmark = pytest.mark.django_db  # the end of a response closes old connections

CONTENT, TAG = bytes(range(100)), "abc"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(CONTENT)
    return path


def ask(path: Path, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    request = RequestFactory().get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = published_file(request, path, GZIP, tag=TAG, kept_for=60)
    content = b"".join(response)  # type: ignore[call-overload]
    response.close()
    return response.status_code, content, dict(response.headers)


def test_the_whole_file(path):
    assert ask(path) == (
        200,
        CONTENT,
        {
            "Content-Type": GZIP,
            "Content-Disposition": 'attachment; filename="x.csv.gz"',
            "X-Content-Type-Options": "nosniff",
            "Content-Length": "100",
            "Accept-Ranges": "bytes",
            "Cache-Control": "public, max-age=60",
            "Content-Encoding": "identity",
            "ETag": '"abc"',
        },
    )


@pytest.mark.parametrize(
    ("wanted", "part", "said"),
    [
        ("bytes=0-0", CONTENT[:1], "bytes 0-0/100"),
        ("bytes=10-19", CONTENT[10:20], "bytes 10-19/100"),
        ("bytes=90-", CONTENT[90:], "bytes 90-99/100"),
        ("bytes=90-999", CONTENT[90:], "bytes 90-99/100"),
        ("bytes=-5", CONTENT[-5:], "bytes 95-99/100"),
        ("bytes=-500", CONTENT, "bytes 0-99/100"),
    ],
)
def test_a_range(path, wanted, part, said):
    status, content, headers = ask(path, range=wanted)

    assert (status, content, headers["Content-Range"], headers["Content-Length"]) == (206, part, said, str(len(part)))


@pytest.mark.parametrize("wanted", ["bytes=100-", "bytes=999999999999999999-", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused(path, wanted):
    status, content, headers = ask(path, range=wanted)

    assert (status, content, headers["Content-Range"]) == (416, b"", "bytes */100")


@pytest.mark.parametrize(
    "wanted",
    ["bytes=", "bytes=-", "bytes=5-1", "bytes=0-1,5-6", "bytes=x-y", "lines=0-1", "bytes=１-２", "bytes=" + "9" * 40],
)
def test_what_is_no_single_range_is_answered_whole(path, wanted):
    assert ask(path, range=wanted)[:2] == (200, CONTENT)


def test_a_range_of_another_content_is_answered_whole(path):
    assert ask(path, range="bytes=0-0", if_range='"other"')[:2] == (200, CONTENT)
    assert ask(path, range="bytes=0-0", if_range='"abc"')[:2] == (206, CONTENT[:1])


@pytest.mark.parametrize(
    ("header", "etag", "status"),
    [
        ("if-none-match", '"abc"', 304),
        ("if-none-match", '"other"', None),
        ("if-match", '"abc"', None),
        ("if-match", '"other"', 412),
    ],
)
def test_a_client_that_has_it_is_not_sent_it_again(header, etag, status):
    response = unchanged_file(RequestFactory().get("/", headers={header: etag}), tag=TAG, kept_for=60)

    assert (response and response.status_code) == status
    if status == 304:
        assert (response["ETag"], response["Cache-Control"]) == ('"abc"', "public, max-age=60")


def test_a_missing_file(path):
    path.unlink()

    with pytest.raises(FileNotFoundError):
        ask(path)
