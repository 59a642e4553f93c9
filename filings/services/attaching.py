"""Add, receive from a phone and remove the pictures of a filing."""

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import languages
from filings import facts, fields
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.evidence import pictures, quality
from filings.evidence.limited import concurrency
from filings.evidence.pictures import Picture
from filings.fields import attachments
from filings.models import (
    Evidence,
    Filing,
    Handover,
)
from filings.moves.moving import changing
from filings.reading import requests
from filings.rules.corrections import Opening
from filings.services.drafting import labels, note_behalf, refuse_closed, refuse_unless_editable
from filings.states import Role
from filings.verification import handovers, worksheets


def add_evidence(
    filing_id: int,
    actor: Actor,
    path: str,
    upload: UploadedFile[bytes],
    *,
    version: int | None = None,
    seen: str | None = None,
    open_now: Opening | None = None,
) -> Evidence:
    """Store a picture as the current one at its path; raise ValidationError when the upload is not a picture.

    For certificates, while the actor holds the filing; ``photographs.take`` stores face-to-face photos.
    ``seen`` is the key of the picture that the page showed at this path, empty for none: MoveRefused when it has been
    replaced since; other changes don't matter. ``open_now``: what may be edited, if the caller has it; it is computed
    under the lock if it is not of the version found there.
    """
    picture = pictures.accept(upload, quality.use_of(path))  # slow, so before the lock
    with changing(filing_id, actor, version) as filing:
        _refuse_evidence(filing, actor, path, open_now)
        if seen is not None and seen != pictures.keys(filing).get(path, ""):
            raise MoveRefused(
                _("Another picture of this item was uploaded in another window, so this one was not saved.")
            )
        note_behalf(filing, actor, labels(filing, [path]))
        if actor.role == Role.PROVIDER and not attachments.is_photo(path):
            worksheets.reopen(filing, [path])
        return _kept(filing, actor, path, picture)


def receive_evidence(handover: Handover, actor: Actor, upload: UploadedFile[bytes], paper: str = "") -> Evidence:
    """Store a picture that came through a handover (see ``handovers``); close the handover if the picture is good.

    One for all papers stays open; ``paper`` is then the path of the paper that the picture is of.
    Validity and path of the handover are checked under the filing's lock: another phone or the desktop may have
    uploaded meanwhile, or a removed website may have changed the path.
    """
    with concurrency.of(lambda: concurrency.account(actor.person_id)):  # the phone is not signed in
        picture = pictures.accept(upload, quality.use_of(paper or handover.path))
    with changing(handover.filing_id, actor, None) as filing:
        usable = filing.handovers.usable().filter(pk=handover.pk)
        if (now := usable.first()) is None:
            raise MoveRefused(_("This code has been used or has expired."))
        is_of_all = now.path == handovers.ALL
        path = _free_place(filing, paper) if is_of_all else _place(filing, now)
        _refuse_evidence(filing, actor, path)
        if not picture.advice and not is_of_all:
            usable.update(closed_at=timezone.now())
        note_behalf(filing, actor, labels(filing, [path]))
        return _kept(filing, actor, path, picture, now)


def _kept(filing: Filing, actor: Actor, path: str, picture: Picture, handover: Handover | None = None) -> Evidence:
    """Store the picture and have it read."""
    evidence = pictures.store(filing, actor.person_id, path, picture, handover)
    requests.order(evidence)
    return evidence


def _place(filing: Filing, handover: Handover) -> str:
    """Return the path of the picture that came through this handover before, else the paper's first free path."""
    came = dict(filing.evidence.filter(replaced_at=None).values_list("path", "handover"))
    if own := next((path for path, way in came.items() if way == handover.pk), ""):
        return own
    return _free_place(filing, handover.path)


def _free_place(filing: Filing, path: str) -> str:
    """Return the path for a picture of the paper: its own, or the first free one of its pages."""
    kept = filing.evidence.filter(replaced_at=None).values_list("path", flat=True)
    paper = attachments.at(path)
    if paper is None or not (free := attachments.free_places(paper, set(kept))):
        raise MoveRefused(_("No more pictures can be added for this document."))
    return free[0]


def remove_evidence(filing_id: int, actor: Actor, path: str, *, version: int | None) -> None:
    """Retire the current picture at a path; its row stays on record."""
    with changing(filing_id, actor, version) as filing:
        _refuse_evidence(filing, actor, path)
        note = languages.stored(lambda: _("%(paper)s removed") % {"paper": attachments.label(path)})
        note_behalf(filing, actor, note)
        pictures.retire(filing, path=path)


def _refuse_evidence(filing: Filing, actor: Actor, path: str, open_now: Opening | None = None) -> None:
    if not attachments.is_paper(path):
        raise MoveRefused(_("There is no such document type."))
    if (website := fields.website_of(path)) is not None and website >= facts.count(filing.facts):
        raise MoveRefused(_("There is no such document type."))
    if attachments.is_photo(path):
        raise MoveRefused(_("The photo is taken by the provider during the face-to-face check."))
    refuse_unless_editable(filing, actor)
    refuse_closed(filing, [path], open_now)
