"""Verify a filing at the provider and pass it to the bureau: checklist, photo, signed sheet."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from filings import checklist, states
from filings.actors import Actor
from filings.errors import FactsRefused, MoveRefused
from filings.evidence import scans
from filings.models import (
    Event,
    Filing,
    Sheet,
    Verification,
)
from filings.moves.moving import locked, making, not_of_desk, receive
from filings.moves.remarks import refuse_unsent
from filings.rules import corrections, mailboxes, required_codes
from filings.services.submitting import close_round, conflicts_refused, refuse_findings
from filings.states import Role
from filings.verification import filling, photographs, sheet_scans, sheets, worksheets


def verify(
    filing_id: int,
    actor: Actor,
    *,
    version: int | None,
    answers: dict[str, str],
    place: str,
    entries: Mapping[str, worksheets.SheetEntry] | None = None,
    worksheet: int | None = None,
    photo: photographs.TakenPhoto | None = None,
) -> None:
    """Pass the filing to the bureau with this round's sheet and photo; the twenty working days start.

    Where the province asks for it the filing goes to the responsible persons first, and the days start when all of
    them have proved it (``filings.rules.required_codes``). ``entries`` hold what was noted and filled in
    beside the answers, ``worksheet`` is the version of the kept sheet that they were typed into, ``photo`` one that
    came with them.

    After the bureau's return this is the resubmission: a new round, and the clock starts anew.
    Raises RemarksUnsent while remarks are typed that would be lost, WorksheetChanged when somebody else has saved the
    sheet meanwhile.
    """
    note = _filled_in_by_verifier(filing_id, actor)
    move = required_codes.passing_move(Filing.objects.visible_to(actor).get(pk=filing_id))
    with conflicts_refused(), making(move, filing_id, actor, version, note=note) as filing:
        if photo:
            photographs.store(filing, actor, photo)
        _refuse_incomplete_sheet(filing, answers, place)
        if required_codes.passing_move(filing) != move:
            raise MoveRefused(_("The way this filing is verified has just changed. Try again."))
        entries = filling.fill_in(filing, actor, entries or {})
        _refuse_faulty(filing)
        _close_worksheet(filing, actor, worksheet)
        if filing.is_editable:  # returned by the bureau: the provider's changes begin a round
            close_round(filing)
        sheets.issue(_recorded(filing, actor, answers, place, worksheets.on_record(filing, entries)), filing)
        if move == states.ASK_PERSONS:
            required_codes.ask(filing)
        else:
            receive(filing)


def _refuse_faulty(filing: Filing) -> None:
    """Raise MoveRefused for blocking findings, and for an e-mail address that is still to be verified.

    The findings are in the reason too: they may be about what the verifier has just entered, and the desk's page lists
    those of what is on record.
    """
    try:
        refuse_findings(filing)
    except FactsRefused as refused:
        messages = [f"{corrections.named([one.path])} {one.message} {one.fix}" for one in refused.findings]
        raise FactsRefused(" ".join([str(refused), *messages]), refused.findings) from None
    if refusal := mailboxes.refusal(filing):
        raise MoveRefused(refusal)


def _close_worksheet(filing: Filing, actor: Actor, seen: int | None) -> None:
    """Close the kept sheet; raise RemarksUnsent or WorksheetChanged. ``seen``: its version, if known."""
    if seen is None:
        refuse_unsent(worksheets.unsent(filing))
    else:
        worksheets.refuse_changed(worksheets.of_round(filing), seen, actor)
    worksheets.close(filing)


def _recorded(filing: Filing, actor: Actor, answers: dict[str, str], place: str, notes: Any) -> Verification:
    """Store this round's verification with its current photos."""
    photos = photographs.for_passing(filing)
    verification = Verification.objects.create(
        filing=filing, round=filing.round, answers=answers, notes=notes, place=place, verifier_id=actor.person_id
    )
    verification.photos.set(photos)
    return verification


def _filled_in_by_verifier(filing_id: int, actor: Actor) -> str:
    """Return a note if the verifier has also filled in this filing on behalf of the host, else empty.

    No rule forbids it. Needs no lock: nobody acts on behalf of the host while the provider holds the filing.
    """
    own = Event.objects.filter(filing_id=filing_id, user_id=actor.person_id).exclude(on_behalf_of="")
    return _("The verifier also filled in this filing for the host.") if own.exists() else ""


def _refuse_incomplete_sheet(filing: Filing, answers: dict[str, str], place: str) -> None:
    if open_items := checklist.unanswered(answers, filing.sheet_items):
        raise MoveRefused(
            ngettext(
                "One item of the sheet is unanswered.",
                "%(count)d items of the sheet are unanswered.",
                len(open_items),
            )
            % {"count": len(open_items)}
        )
    if checklist.answered_no(answers, filing.sheet_items):
        raise MoveRefused(_("An item is answered with “No”, so the filing can't pass. Return it to the host."))
    if not place.strip():
        raise MoveRefused(_("Say where the face-to-face check took place."))


def add_scan(filing_id: int, actor: Actor, sheet_id: int, uploads: Sequence[UploadedFile[bytes]]) -> None:
    """Store the signed copy of a sheet as its newest version; raise ValidationError when the files are no scan.

    Its row holds who uploaded it and when; older versions stay. The filing itself does not change.
    """
    pages = scans.accept(uploads)  # slow, so before the lock
    with locked(filing_id, actor) as filing:
        if actor.role != Role.PROVIDER:
            raise MoveRefused(_("Only the provider uploads the signed copy."))
        if filing.is_reported:
            raise MoveRefused(not_of_desk())
        sheet = Sheet.objects.get(pk=sheet_id, verification__filing=filing)
        kept = list(sheet.scans.all())
        newest = kept[0].version if kept else 0
        if [page.original_sha256 for page in pages] == [
            scan.original_sha256 for scan in kept if scan.version == newest
        ]:
            raise MoveRefused(_("This copy has already been uploaded."))
        for number, page in enumerate(pages, start=1):
            sheet_scans.keep_page(sheet, actor, newest + 1, number, page)
