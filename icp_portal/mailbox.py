"""The demo mailbox: what the local mail sink has received. There only in a demonstration."""

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
    """One mail as the page shows it; ``name`` is its file's name without the ending."""

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
    """The newest mails first."""
    files = sorted(_folder().glob("*.eml"), reverse=True)[:SHOWN]
    return render(request, "icp_portal/mailbox.html", {"mails": [_mail(file) for file in files]})


@require_safe
def message(request: HttpRequest, name: str) -> HttpResponse:
    """One mail; names come from the index, so only files of the folder can be meant."""
    file = _folder() / f"{name}.eml"
    if not file.is_file():
        raise Http404
    return render(request, "icp_portal/mail.html", {"mail": _mail(file)})
