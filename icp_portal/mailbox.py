"""The demo mailbox: the mails that the local mail sink has received. Only in a demonstration."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

SHOWN = 100


@dataclass(frozen=True, slots=True)
class DemoMail:
    """A mail for display; ``name`` is its file's name without the extension."""

    name: str
    to: str
    subject: str
    sent_at: datetime | None
    body: str


def _folder() -> Path:
    if not (settings.DEMO and settings.MAILBOX_DIR):
        raise Http404
    return Path(settings.MAILBOX_DIR)


def _mail(file: Path) -> DemoMail:
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = mail.get_body(("plain",))
    date = mail["date"]
    return DemoMail(
        file.stem,
        str(mail["to"]),
        str(mail["subject"]),
        _moment(date),
        body.get_content() if body else "",
    )


def _moment(header: Any) -> datetime | None:
    """Return the time of a Date header; one without a zone is in UTC (RFC 5322, -0000)."""
    if header is None:
        return None
    moment: datetime = header.datetime
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the newest mails, newest first."""
    files = sorted(_folder().glob("*.eml"), reverse=True)[:SHOWN]
    return render(request, "icp_portal/mailbox.html", {"mails": [_mail(file) for file in files]})


@require_safe
def message(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail. The URL accepts only slugs as names, so no file outside the folder can be read."""
    file = _folder() / f"{name}.eml"
    # By the folder's list: to ask about a name that is longer than a file's may be raises an OSError.
    if file not in _folder().glob("*.eml"):
        raise Http404
    return render(request, "icp_portal/mail.html", {"mail": _mail(file)})
