"""Show the words of a refused move: at its form, which keeps what was typed, or above the next page."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict

from filings.errors import MoveRefused


@contextmanager
def refusals_at(form: BaseForm, field: str | None = None, *, file: str = "") -> Iterator[None]:
    """End the block at a refusal and add it to the form's errors, or to those of a field.

    ``file``: the field of a file, whose ValidationError is added there.
    """
    try:
        yield
    except MoveRefused as refusal:
        form.add_error(field, str(refusal))
    except ValidationError as error:
        if not file:
            raise
        form.add_error(file, error)


@contextmanager
def refusals_above(request: HttpRequest, level: int = messages.ERROR) -> Iterator[None]:
    """End the block at a refusal and show it as a message."""
    try:
        yield
    except MoveRefused as refusal:
        messages.add_message(request, level, str(refusal))


def with_version(request: HttpRequest, version: int) -> QueryDict:
    """Return what was typed, with this version, ready to be sent again on purpose."""
    typed = request.POST.copy()
    typed["version"] = str(version)
    return typed
