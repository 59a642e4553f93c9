"""Return a filing with remarks: the provider to the host, the bureau to the provider."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from filings import reasons, states
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.lookup import phrase_bank
from filings.models import (
    Filing,
    Remark,
    Verdict,
)
from filings.moves.moving import AFTER_RETURN, making
from filings.moves.remarks import RemarkDraft, is_vague, refuse_unsent
from filings.review import opinions
from filings.verification import worksheets


def send_back(filing_id: int, actor: Actor, *, version: int | None, remarks: Sequence[RemarkDraft]) -> None:
    """Return the filing to its host with at least one remark.

    Raises RemarksUnsent while other remarks are typed, in another window, that would be lost.
    """
    with making(states.SEND_BACK, filing_id, actor, version) as filing:
        _write_remarks(filing, actor, remarks)
        refuse_unsent(worksheets.unsent(filing), remarks)


def return_to_provider(
    filing_id: int, actor: Actor, *, version: int | None, remarks: Sequence[RemarkDraft], opinion: str = ""
) -> None:
    """Return the filing to its provider with reasons (Order 33 Art. 12); never straight to the host."""
    with making(states.RETURN, filing_id, actor, version) as filing:
        written = _write_remarks(filing, actor, remarks)
        opinions.refuse_typed(filing, remarks)
        opinions.write(filing, actor, Verdict.RETURN, opinion)
        for follow in AFTER_RETURN:
            follow(filing, written, opinion)


def _write_remarks(filing: Filing, actor: Actor, remarks: Sequence[RemarkDraft]) -> list[Remark]:
    if not remarks:
        raise MoveRefused(
            _("A return needs at least one remark with a field, a code, what was found and what is expected.")
        )
    for remark in remarks:
        if remark.code not in reasons.BY_CODE or not remark.seen.strip() or not remark.expected.strip():
            raise MoveRefused(_("Each remark needs a field, a code, what was found and what is expected."))
        if is_vague(remark.seen) or is_vague(remark.expected):
            raise MoveRefused(
                _("Say in each remark what you found and what is expected, so that the host can act on it.")
            )
    written = [
        Remark.objects.create(
            filing=filing,
            round=filing.round,
            stage=actor.role,
            author_id=actor.person_id,
            path=remark.path,
            code=remark.code,
            seen=remark.seen.strip(),
            expected=remark.expected.strip(),
        )
        for remark in remarks
    ]
    phrase_bank.learn(filing, actor, remarks)
    return written
