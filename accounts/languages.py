"""The languages of pages, mails and records.

A page has the language that was chosen in the browser, else the first of the browser's own that the portal has, else
the official one (``LANGUAGE_CODE``). A mail to an account has the language that the account remembers; what is stored,
and mails to anybody else, have the official one, whoever causes them.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from accounts.models import Language, User

REMEMBERED = timedelta(days=365)  # our own choice

# The language outside of the request; None outside of requests.
_official: ContextVar[str | None] = ContextVar("official_language", default=None)


def wanted(request: HttpRequest) -> str:
    """Return the language that the browser asks for by our cookie or by Accept-Language; empty if by neither."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in Language.values:
        return chosen
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return ""


@contextmanager
def of_page(language: str) -> Iterator[None]:
    """Use this language for the page of a request."""
    token = _official.set(translation.get_language())
    try:
        with translation.override(language):
            yield
    finally:
        _official.reset(token)


def streamed(chunks: Iterable[Any], language: str) -> Iterator[Any]:
    """Yield the parts of a response, each made in this language."""
    rest = iter(chunks)
    while True:
        with translation.override(language):
            try:
                chunk = next(rest)
            except StopIteration:
                return
        yield chunk


def official() -> AbstractContextManager[None]:
    """Use the official language, also within a request."""
    return translation.override(_official.get() or translation.get_language())


class StoredText(str):
    """A text of the portal in the official language, as stored; ``english`` is the same text in English."""

    english: str = ""


def stored(words: Callable[[], object]) -> StoredText:
    """Return a text to be stored in both languages. ``words`` is called once in each and looks up names itself."""
    with official():
        text = StoredText(words())
    with translation.override(Language.ENGLISH):
        text.english = str(words())
    return text


def is_english() -> bool:
    """Return whether the page or mail that is being made is English."""
    return translation.get_language() == Language.ENGLISH


def of(reader: User | None) -> AbstractContextManager[None]:
    """Use the language of an account; the official one for an account that remembers none, and without an account."""
    return translation.override(reader.language) if reader and reader.language else official()


def choose(response: HttpResponse, language: str) -> None:
    """Remember the language in the browser."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=REMEMBERED,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def remember(user: User, language: str) -> None:
    """Remember the language in the account. One statement, none if it has it already."""
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])


def sign_in(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Continue in the account's language; an account without one remembers the language in which it has signed in."""
    if user.language:
        choose(response, user.language)
    elif language := wanted(request):
        remember(user, language)
