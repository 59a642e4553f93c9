"""The bureau's page of one filing, and the decision."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import reauthentication
from accounts.models import User
from bureaus import compared
from bureaus.access import actor_of
from bureaus.forms import DecisionForm
from bureaus.staff_desk import DESK
from bureaus.views import approving, drafting, splitting
from bureaus.views import shared_traits as shared_traits_page
from bureaus.views.drafting import TypedDecision
from bureaus.views.splitting import SPLIT
from desks.staff import filing_page, next_filing, returning, sheets
from desks.staff.notes import ADD, DONE, NotePart
from filings import facts, services, states
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.figures import provider_work
from filings.lookup import shared_traits
from filings.models import Filing
from filings.moves import moving
from filings.moves.remarks import refuse_unsent
from filings.review import opinions, questions
from filings.rules import ip_pools, ownership
from filings.services import transfers
from filings.states import Status
from records.models import CancellationCase

DECIDING = (approving.PROPOSE, approving.APPROVE, SPLIT, "preview", states.RETURN.name)  # buttons that leave the page


def review(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Show facts, pictures, sheet and history of one filing; approve or return it, or ask a question."""
    actor = actor_of(request)
    filing = filing_page.opened(actor, filing_id)
    if filing.erased_at:
        return filing_page.erased(request, DESK, filing)
    note = NotePart(request, DESK, actor, filing_id)
    if note.act_on_own_form():
        return note.back()
    return _opened(note.request, actor, filing, note)


def _opened(request: HttpRequest, actor: Actor, filing: Filing, note: NotePart) -> HttpResponse:
    """Show the page of the filing, or perform the pressed button's action."""
    decision = drafting.typed(request, actor, filing, note)
    if request.method == "POST" and request.accepts("application/json") and not request.accepts("text/html"):
        return drafting.autosaved(request, actor, decision)
    noted = note.act_within_decision()
    done, decision.refusal = filing_page.attempt(request, actor, filing.pk, lambda: _decide(request, actor, decision))
    if noted and not decision.refusal and not note.is_typed:
        return note.back()
    if "take" in request.POST and not decision.refusal:
        drafting.save_what_was_taken_again(request, actor, decision)
    if done:
        return next_filing.to_next(request, DESK, actor, filing, done)
    if look := _last_look(request, actor, decision):
        return look
    if decision.refusal:
        drafting.show_what_is_saved(request, actor, decision)
    if request.method == "POST":
        filing = filing_page.opened(actor, filing.pk)
    context = filing_page.context(
        request, actor, filing, lambda pk: reverse("bureau_desk:evidence", args=[filing.pk, pk])
    )
    context |= _of_bureau(filing, actor, context)
    context |= {
        "rows": decision.rows,
        "form": decision.form,
        "refusal": decision.refusal,
        "typed_remarks": len(decision.rows.typed()),
        "typed_question": None if filing.question_due_on else bool(decision.form["question"].value()),
        **note.context(filing, decides=context["mine"] or bool(decision.refusal)),
        "draft_version": decision.version,
        "typed_by": decision.kept.saved_by if decision.kept and decision.kept.saved_by_id != actor.user_id else None,
        "typed_at": decision.kept and decision.kept.saved_at,
        "second": _second_pair(filing, actor),
        "may_split": facts.count(filing.facts) > 1,
        "may_transfer": transfers.may(filing, actor),
        "elsewhere": moving.decided_elsewhere(filing, actor),
    }
    return render(request, "bureaus/review.html", context)


def _last_look(request: HttpRequest, actor: Actor, decision: TypedDecision) -> HttpResponse | None:
    """Return the preview that the pressed button needs before a decision is final; None if it needs none.

    It asks for the proof of who decides, and shows what was wrong with the one that was given.
    """
    if decision.refusal and "secret" not in decision.form.errors:
        return None
    filing, rows, back = decision.filing, decision.rows, request.path
    renewed = {drafting.VERSION: str(decision.version)}
    asks_proof = not _is_proved(request, filing)
    if button := next((name for name in (approving.APPROVE, approving.PROPOSE) if name in request.POST), ""):
        return approving.preview(request, actor, decision, button, back=back, renewed=renewed, asks_proof=asks_proof)
    if SPLIT in request.POST:
        proof = decision.form["secret"] if asks_proof else None
        return splitting.preview(request, filing, rows, back=back, renewed=renewed, proof=proof)
    if returning.wants_look(request, states.RETURN.name, rows, filing):
        return returning.preview(request, filing, states.RETURN, rows, back=back, renewed=renewed)
    return None


class _Surroundings(NamedTuple):
    """Values that only the bureau's page shows besides the filing itself, read in one query."""

    has_pool: bool  # whether the provider's address pool has any address
    decisions: list[str]  # on filings of the same provider, the latest first
    claim_id: int | None  # of the open claim to its certificate or domain


def _surroundings(filing: Filing) -> _Surroundings:
    claims = CancellationCase.objects.open().filter(blocking_filing=OuterRef("pk")).order_by("pk").values("pk")[:1]
    columns = (ip_pools.has_pool(), provider_work.latest_decisions(), Subquery(claims))
    return _Surroundings(*Filing.objects.filter(pk=filing.pk).values_list(*columns).get())


def _of_bureau(filing: Filing, actor: Actor, context: dict[str, Any]) -> dict[str, Any]:
    """Return the context that only the bureau's page shows."""
    found = context["found"]
    is_judged = filing.status == Status.WITH_BUREAU
    around = _surroundings(filing)
    return {
        "verified": filing_page.verified(filing, actor, context["history"]),
        "sheets": sheets.listed(filing, actor, DESK, latest=True),
        "website": next(iter(ownership.websites_of(filing)), None) if filing.subject else None,
        "asked": compared.asked(filing),
        "register": compared.against_register(found) if is_judged else None,
        "addresses": compared.against_pool(filing, found, has_pool=around.has_pool) if is_judged else None,
        "shared_traits": shared_traits_page.counts(shared_traits.met(filing, context["pictures"])),
        "record": provider_work.record(around.decisions),
        "claim_id": around.claim_id,
        "opinions": list(reversed(filing.opinions.all())),
    }


def _second_pair(filing: Filing, actor: Actor) -> dict[str, Any]:
    """Return whether two reviewers are needed, the pending proposal, and whether it is the actor's own."""
    proposal = opinions.pending(filing) if filing.status == Status.WITH_BUREAU else None
    is_needed = filing.status == Status.WITH_BUREAU and opinions.needs_two(filing)
    return {
        "is_needed": is_needed,
        "proposal": proposal if is_needed else None,
        "is_own": proposal is not None and proposal.reviewer_id == actor.user_id,
    }


def _decide(request: HttpRequest, actor: Actor, decision: TypedDecision) -> str:
    """Perform the pressed button's action; return the success message, or nothing to stay on the page."""
    version, filing, rows, form = filing_page.seen_version(request), decision.filing, decision.rows, decision.form
    drafting.save_first(request, actor, decision)
    if not form.is_valid():
        raise MoveRefused(_("Correct the items marked below first."))
    opinion = form.cleaned_data["opinion"]
    if "ask" in request.POST:
        _ask(request, actor, decision)
    if "object" in request.POST:
        opinions.object_to(filing.pk, actor, version=version, text=opinion)
        messages.success(
            request, _("Your objection has been recorded. Return the filing, or propose the approval again.")
        )
    if not {"ask", "object", ADD, DONE} & request.POST.keys():
        with _at_question(form):  # which a decision would lose
            opinions.refuse_question(form.cleaned_data["question"])
    if {*DECIDING} & request.POST.keys():
        decision.note.refuse_unsent()
    if approving.PROPOSE in request.POST:
        refuse_unsent(rows.typed())
        if not _prove(request, actor, decision, approving.PROPOSE):
            return ""
        opinions.propose(filing.pk, actor, version=version, text=opinion)
        return _("Proposed. A colleague now confirms the approval or objects.")
    if approving.APPROVE in request.POST:
        refuse_unsent(rows.typed())
        _prove(request, actor, decision, approving.APPROVE, partial(opinions.refuse_alone, filing, actor))
        return approving.decide(request, actor, filing, rows, opinion)
    if SPLIT in request.POST:
        _prove(request, actor, decision, SPLIT, partial(splitting.refuse, request, actor, filing, rows))
        return splitting.decide(request, actor, filing, rows, opinion)
    if returning.wants_look(request, states.RETURN.name, rows, filing):
        returning.look_before(filing, states.RETURN, actor, version, rows)
    elif "return" in request.POST:
        make = partial(services.return_to_provider, opinion=opinion)
        returning.send(make, filing, states.RETURN.name, actor, version, rows)
        return _("Returned to the provider, with your remarks.")
    return ""


@contextmanager
def _at_question(form: DecisionForm) -> Iterator[None]:
    """Show a refusal about the question at its field too."""
    try:
        yield
    except MoveRefused as refusal:
        form.add_error("question", str(refusal))
        raise


def _ask(request: HttpRequest, actor: Actor, decision: TypedDecision) -> None:
    """Send the question and stay on the page, with what else was typed."""
    form = decision.form
    with _at_question(form):
        asked = questions.ask(
            decision.filing.pk, actor, text=form.cleaned_data["question"], days=form.cleaned_data["days"]
        )
    form.reset_question()
    drafting.save(request, actor, decision)
    day = date_format(asked.due_on, "DEADLINE_FORMAT")
    messages.success(
        request, _("Question sent. The provider must answer by %(day)s; the filing stays with you.") % {"day": day}
    )


# --- Proof of who decides --------------------------------------------------------------------------------


def _is_proved(request: HttpRequest, filing: Filing) -> bool:
    minutes = filing.bureau.proof_minutes if filing.bureau else 0
    return not minutes or reauthentication.is_recent(request, _user(request), minutes)


def _prove(
    request: HttpRequest, actor: Actor, decision: TypedDecision, button: str, refuse: Callable[[], None] = lambda: None
) -> bool:
    """Return whether it is proved who decides, where the bureau requires that; False before the page that asks for it.

    Raise MoveRefused if that page was shown, or a proof was given, and it proves nothing. ``refuse`` raises MoveRefused
    for a decision that can't be made, before a proof is asked for in vain.
    """
    filing, form = decision.filing, decision.form
    if _is_proved(request, filing):
        return True
    if refusal := moving.refusal_of(filing, states.APPROVE, actor, filing_page.seen_version(request)):
        raise MoveRefused(refusal)
    refuse()
    secret = form.cleaned_data["secret"]
    if not secret and not returning.has_looked(request, button, decision.rows, filing):
        return False
    try:
        reauthentication.prove(request, _user(request), secret)
    except reauthentication.NotProven as doubt:
        form.add_error("secret", str(doubt))
        raise MoveRefused(str(doubt)) from doubt
    return True


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 — the desk lets nobody else in
    return request.user


@require_safe
def mails(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Show the mails that an approval would send."""
    filing = filing_page.visible(actor_of(request), filing_id)
    if filing.status != Status.WITH_BUREAU:
        raise Http404
    return returning.mails(request, filing, states.APPROVE, back=reverse("bureau_desk:review", args=[filing_id]))
