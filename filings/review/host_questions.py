"""Questions of the bureau that the provider passes on to the host, and the host's answers to the provider.

The bureau sees none of this, only the provider's own answer. The question of the bureau stays open meanwhile, and its
due date and the twenty working days stay as they are. It can be passed on again once the host has answered.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from filings.actors import Actor
from filings.errors import MoveRefused
from filings.evidence import documents
from filings.evidence.scans import ScannedPage
from filings.mail import notices
from filings.models import Filing, HostQuestion, HostReply, Question
from filings.moves.moving import locked, record
from filings.review import questions
from filings.states import Role

LOOK = "paper of host's answer"  # the recorded name of a look at one


def pass_on(filing_id: int, actor: Actor, question_id: int, *, text: str) -> HostQuestion:
    """Ask the host what the bureau has asked, in the provider's words; any member of the provider's staff may."""
    checked = questions.checked_text(text, _("Write your question."))
    with locked(filing_id, actor) as filing:
        question = questions.open_one(filing)
        if actor.role != Role.PROVIDER or question is None or question.pk != question_id:
            raise MoveRefused(_("This question is closed, so it can't be passed on."))
        if filing.is_reported:
            raise MoveRefused(_("The host has no account here. Ask it yourself, then answer the bureau."))
        if asked := open_one(filing):
            raise MoveRefused(
                _("%(name)s has already asked the host. Wait for the answer.") % {"name": asked.author_name}
            )
        asked = HostQuestion.objects.create(
            filing=filing, question=question, text=checked, author_id=actor.person_id, author_name=actor.name
        )
        notices.tell(record(filing, "pass_on", actor))
    return asked


def answer(filing_id: int, actor: Actor, asked_id: int, *, text: str, pages: Sequence[ScannedPage] = ()) -> HostReply:
    """Answer the provider as the host, optionally with a paper."""
    checked = questions.checked_text(text, _("Write an answer."))
    with locked(filing_id, actor) as filing:
        asked = filing.host_questions.filter(pk=asked_id).first()
        if actor.role != Role.HOST or actor.is_on_behalf or asked is None:
            raise MoveRefused(_("There is no such question."))
        if hasattr(asked, "reply"):
            raise MoveRefused(_("You have already answered this question."))
        if open_one(filing) != asked:
            raise MoveRefused(_("Your answer is no longer needed: the question has been closed in the meantime."))
        reply = HostReply.objects.create(
            filing=filing,
            asked=asked,
            text=checked,
            paper=documents.store(pages, actor.person_id) if pages else None,
            author_id=actor.person_id,
            author_name=actor.name,
        )
        notices.tell_asker(record(filing, "host_reply", actor), asked)
    return reply


# --- Reading ----------------------------------------------------------------------------------------------


def open_one(filing: Filing) -> HostQuestion | None:
    """Return the question that waits for the host; None while no question of the bureau is open. Two queries."""
    question: Question | None = questions.open_one(filing)
    if question is None:
        return None
    return filing.host_questions.filter(question=question, reply=None).order_by("-pk").first()


def waiting_for(host_id: int) -> QuerySet[HostQuestion]:
    """Return the questions that wait for this host, the most urgent first."""
    latest = Question.objects.filter(filing=OuterRef("filing")).order_by("-pk").values("pk")[:1]
    rows = HostQuestion.objects.filter(filing__host=host_id, filing__question_due_on__isnull=False, reply=None)
    rows = rows.filter(question=Subquery(latest)).select_related("filing__provider", "question")
    return rows.defer("filing__facts").order_by("question__due_on", "pk")


def with_replies(filing: Filing) -> list[dict[str, Any]]:
    """Return the questions to the host with the replies, newest first. Three queries, one if nothing was asked."""
    rows = list(filing.host_questions.select_related("question", "reply__paper").order_by("-pk"))
    waiting = open_one(filing) if rows else None
    return [{"asked": one, "reply": getattr(one, "reply", None), "is_open": one == waiting} for one in rows]


def to_send_on(filing: Filing, question: Question | None) -> HostReply | None:
    """Return the host's latest answer about a question of the bureau, for the provider's own answer. One query."""
    if question is None:
        return None
    return HostReply.objects.filter(filing=filing, asked__question=question).select_related("paper").last()
