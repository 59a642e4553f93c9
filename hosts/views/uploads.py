"""Storing pictures uploaded with a form, for the papers page and the corrections page."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from desks.section_form import FormState
from filings import services
from filings.actors import Actor
from filings.errors import MoveRefused, NotKept
from filings.evidence import scans
from filings.evidence.files import about_file
from filings.fields import attachments
from filings.models import Filing
from hosts.correction_form import CorrectionForm
from hosts.papers_form import PapersForm


def save(form: PapersForm | CorrectionForm, state: FormState, actor: Actor) -> dict[str, str]:
    """Store each valid picture, even if another is refused; return field → reason for the refused ones.

    Without ``seen``, the version is checked before the first picture is stored. What may be edited is computed once,
    and again under the lock only if somebody else has changed the filing meanwhile.
    """
    filing, open_now = state.filing, None
    seen = form.cleaned_data["seen"]
    version = None if seen else form.cleaned_data["version"]
    sent, refused = _opened(form.uploads())
    refused |= left_over(sent, filing)
    for name, path, upload in places(sent, filing):
        try:
            shown = seen.marks.get(path, "") if seen else None
            open_now = open_now or state.opening
            kept = services.add_evidence(filing.pk, actor, path, upload, version=version, seen=shown, open_now=open_now)
            version, open_now = None, open_now.saved_as(kept.filing.version)
        except ValidationError as error:
            refused[name] = " ".join(error.messages)
        except NotKept as refusal:
            refused[name] = " ".join(about_file(upload.name, str(refusal), "no_room").messages)
        except MoveRefused as refusal:
            refused[name] = str(refusal)
    return refused


def _opened(sent: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the uploads with the pages of each PDF, where one is accepted, and the reasons why some can't be read."""
    opened, refused = dict(sent), {}
    for name, files in sent.items():
        paper = attachments.at(name)
        if paper is None or not paper.is_scanned:
            continue
        several = files if isinstance(files, list) else [files]
        try:
            pages = [page for file in several for page in scans.pictures_of(file, paper.pages)]
        except ValidationError as error:
            refused[name] = " ".join(error.messages)
            del opened[name]
        else:
            opened[name] = pages if isinstance(files, list) else pages[0]
    return opened, refused


def places(sent: dict[str, Any], filing: Filing) -> Iterator[tuple[str, str, Any]]:
    """Yield every uploaded file: its field (the paper's path), the path to store it at, the file.

    ``sent`` has a file, or a list of them where the paper has pages; those fill the free places. One query.
    """
    kept = set(filing.evidence.filter(replaced_at=None).values_list("path", flat=True))
    for name, files in sent.items():
        if paper := attachments.at(name):
            free = attachments.free_places(paper, kept)
            several = files if isinstance(files, list) else [files]
            yield from ((name, path, upload) for path, upload in zip(free, several, strict=False))


def left_over(sent: dict[str, Any], filing: Filing) -> dict[str, str]:
    """Return an error message for each field with more files than free places. One query."""
    kept = set(filing.evidence.filter(replaced_at=None).values_list("path", flat=True))
    return {
        name: _("Too many pictures; the extra ones were not saved.")
        for name, files in sent.items()
        if (paper := attachments.at(name))
        and isinstance(files, list)
        and len(files) > len(attachments.free_places(paper, kept))
    }
