"""The provider's answer to a question of the bureau, with its paper, and what it asks the host about it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desks import documents
from desks.refusals import refusals_at
from desks.staff import filing_page
from filings import services
from filings.models import Filing, HostReply
from filings.review import host_questions, questions
from providers.access import actor_of
from providers.forms import AnswerForm, AskHostForm


def answer(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Show the open question and send the answer; what was typed is kept when it is refused.

    It begins with what the host has answered, if the question was passed on.
    """
    actor = actor_of(request)
    filing = filing_page.visible(actor, filing_id)
    if not filing.questions.all():
        raise Http404
    asked = questions.open_one(filing)
    found = host_questions.to_send_on(filing, asked)
    initial = {"question": asked and asked.pk, "text": found.text if found else ""}
    form = AnswerForm(request.POST or None, request.FILES or None, initial=initial, found=found)
    if form.is_valid():
        cleaned = form.cleaned_data
        with refusals_at(form):
            questions.answer(
                filing.pk,
                actor,
                cleaned["question"],
                text=cleaned["text"],
                pages=cleaned["pages"],
                host_reply=found.pk if found and cleaned.get("with_paper") else None,
            )
            messages.success(request, _("Your answer has been sent to the bureau."))
            return redirect("provider_desk:verify", filing_id)
    if request.method == "POST":
        filing = filing_page.visible(actor, filing_id)
    context = {"filing": filing, "form": form, "is_open": bool(asked) or form.is_bound}
    return render(request, "providers/answer.html", context | _questions(filing))


def ask_host(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Pass the open question on to the host, in words that can be edited first."""
    actor = actor_of(request)
    filing = filing_page.visible(actor, filing_id)
    if filing.is_reported or not filing.questions.all():
        raise Http404
    asked = questions.open_one(filing)
    initial = {"question": asked and asked.pk, "text": asked.text if asked else ""}
    form = AskHostForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_at(form):
            host_questions.pass_on(filing.pk, actor, form.cleaned_data["question"], text=form.cleaned_data["text"])
            messages.success(request, _("The host has been asked by e-mail."))
            return redirect("provider_desk:verify", filing_id)
    context = {"filing": filing, "form": form, "is_open": bool(asked) or form.is_bound}
    return render(request, "providers/ask_host.html", context | _questions(filing))


@require_safe
def host_page(request: HttpRequest, filing_id: int, reply_id: int, page_id: int) -> HttpResponse:
    """Return a page of the paper of a host's answer, and record the look."""
    actor = actor_of(request)
    filing = get_object_or_404(Filing.objects.visible_to(actor).kept().defer("facts"), pk=filing_id)
    found = get_object_or_404(filing.host_replies.filter(asked__question__round__gt=filing.former_rounds), pk=reply_id)
    response = documents.page_response(found.paper_id, page_id)
    services.record_look(filing, actor, f"{host_questions.LOOK} {found.pk}")
    return response


def _questions(filing: Filing) -> dict[str, Any]:
    """Return what was asked and answered, by the bureau and by the host, for a page of the desk."""
    return {"questions": questions.with_answers(filing), "asked": asked_of_host(filing)}


def asked_of_host(filing: Filing) -> list[dict[str, Any]]:
    """Return what the host was asked and has answered, with the papers, without what a former provider has asked.

    No query if the bureau has asked nothing.
    """
    if not filing.questions.all():
        return []
    own = [one for one in host_questions.with_replies(filing) if one["asked"].question.round > filing.former_rounds]
    return [{**one, "items": _items(filing, one["reply"])} for one in own]


def _items(filing: Filing, reply: HostReply | None) -> list[Any]:
    if reply is None:
        return []
    return documents.paper_items(reply.paper, lambda pk: ("provider_desk:host_answer_page", [filing.pk, reply.pk, pk]))
