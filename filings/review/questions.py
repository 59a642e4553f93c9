"""Questions of the bureau to the provider, without a return; status and clock of the filing don't change.

One question can be open at a time. The provider's answer or the decision closes it.
"""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from filings.actors import Actor
from filings.errors import MoveRefused
from filings.evidence import documents
from filings.evidence.scans import ScannedPage
from filings.mail import notices
from filings.models import Filing, HostReply, OfficialPaper, Question, Reply
from filings.moves.moving import claim_refusal, locked, record
from filings.states import Role, Status
from ministry.calendar import workdays

DAYS = (1, 2, 3, 5, 10)  # working days to answer
USUAL_DAYS = 3
LONGEST = 1000


def ask(filing_id: int, actor: Actor, *, text: str, days: int | None) -> Question:
    """Ask the provider a question, to be answered within this number of working days."""
    checked = checked_text(text, _("Write your question."))
    if days not in DAYS:
        raise MoveRefused(_("Choose when the provider must answer."))
    with locked(filing_id, actor) as filing:
        _refuse_unless_reviewing(filing, actor)
        if filing.question_due_on is not None:
            raise MoveRefused(_("A question about this filing is still open. Wait for the answer first."))
        question = Question.objects.create(
            filing=filing,
            round=filing.round,
            text=checked,
            due_on=workdays.nth_working_day(timezone.localdate(), days),
            author_id=actor.person_id,
            author_name=actor.name,
        )
        _set_due(filing, question.due_on)
        notices.tell(record(filing, "ask", actor))
    return question


def _refuse_unless_reviewing(filing: Filing, actor: Actor) -> None:
    if actor.role != Role.BUREAU or filing.status != Status.WITH_BUREAU:
        raise MoveRefused(
            _("This filing is “%(status)s”, so this can't be done.") % {"status": filing.get_status_display()}
        )
    if filing.claimant_id() != actor.user_id:
        raise MoveRefused(claim_refusal(filing))


def answer(
    filing_id: int,
    actor: Actor,
    question_id: int,
    *,
    text: str,
    pages: Sequence[ScannedPage] = (),
    host_reply: int | None = None,
) -> Reply:
    """Answer a question, optionally with a paper; any member of the provider's staff may.

    ``host_reply``: the host's answer whose paper is sent on if there is no other.
    """
    checked = checked_text(text, _("Write an answer."))
    with locked(filing_id, actor) as filing:
        question = filing.questions.filter(pk=question_id).first()
        if actor.role != Role.PROVIDER or question is None:
            raise MoveRefused(_("There is no such question."))
        if reply := getattr(question, "reply", None):
            raise MoveRefused(_("%(name)s has already answered this question.") % {"name": reply.author_name})
        if filing.question_due_on is None or question.round != filing.round:
            raise MoveRefused(_("The bureau has decided in the meantime; the question is closed."))
        reply = Reply.objects.create(
            filing=filing,
            question=question,
            text=checked,
            paper=documents.store(pages, actor.person_id) if pages else _paper_of(question, host_reply),
            author_id=actor.person_id,
            author_name=actor.name,
        )
        _set_due(filing, None)
        notices.tell(record(filing, "reply", actor))
    return reply


def _paper_of(question: Question, host_reply: int | None) -> OfficialPaper | None:
    """Return the paper of the host's answer about this question, if any."""
    if host_reply is None:
        return None
    found = HostReply.objects.filter(pk=host_reply, asked__question=question).select_related("paper").first()
    return found.paper if found else None


def checked_text(text: str, missing: str) -> str:
    """Return what was typed; raise MoveRefused if it is too long, or with ``missing`` if it is nothing."""
    if not (stripped := text.strip()):
        raise MoveRefused(missing)
    if len(stripped) > LONGEST:
        raise MoveRefused(_("Write at most %(most)d characters.") % {"most": LONGEST})
    return stripped


def _set_due(filing: Filing, day: date | None) -> None:
    """Set or clear the question's due date; the version stays, because the facts don't change."""
    filing.question_due_on = day
    filing.save(update_fields=["question_due_on"])


# --- Reading ----------------------------------------------------------------------------------------------


def open_one(filing: Filing) -> Question | None:
    """Return the open question, or None. No query when ``questions`` is prefetched."""
    asked = list(filing.questions.all()) if filing.question_due_on else []
    return asked[-1] if asked else None


def with_answers(filing: Filing) -> list[dict[str, object]]:
    """Return questions and answers, newest first, for ``desk/_questions.html``.

    No query when ``questions`` is prefetched.
    """
    waiting, today = open_one(filing), timezone.localdate()
    return [
        {
            "question": question,
            "reply": getattr(question, "reply", None),
            "is_open": question == waiting,
            "is_late": question == waiting and question.due_on < today,
        }
        for question in reversed(filing.questions.all())
    ]
