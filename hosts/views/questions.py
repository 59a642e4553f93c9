"""The host's answer to a question that its provider has passed on, with its paper."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from desks import documents
from desks.access import as_host
from desks.forms import PortalForm
from desks.noted_fields import optional
from desks.refusals import refusals_at
from desks.scan_form import scan_field
from filings.actors import Actor
from filings.evidence import documents as papers
from filings.evidence.scans import ScannedPage
from filings.models import Filing
from filings.review import host_questions, questions


class HostAnswerForm(PortalForm):
    """The host's answer to its provider."""

    asked = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=questions.LONGEST,
        help_text=gettext_lazy("Sent to your provider, who answers the bureau. The filing itself does not change."),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Write an answer.")},
    )
    pages = optional(
        scan_field(
            gettext_lazy("Supporting document"),
            gettext_lazy(
                "A scan as PDF, or photos as JPEG or PNG, at most {pages} pages. Your provider may send it on to the "
                "bureau."
            ),
        )
    )

    def clean_pages(self) -> list[ScannedPage]:
        """Return the pages of the uploaded pictures and PDFs."""
        return papers.read(self.cleaned_data["pages"])


@as_host
def answer(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Show what the provider has asked, and send the answer; what was typed is kept when it is refused."""
    filing = _own(actor, filing_id)
    asked = host_questions.open_one(filing)
    form = HostAnswerForm(request.POST or None, request.FILES or None, initial={"asked": asked and asked.pk})
    if form.is_valid():
        typed = form.cleaned_data
        with refusals_at(form):
            host_questions.answer(filing.pk, actor, typed["asked"], text=typed["text"], pages=typed["pages"])
            messages.success(request, _("Your answer has been sent to the provider."))
            return redirect("filings:status", filing.pk)
    asked_before = host_questions.with_replies(filing)
    if not asked_before:
        raise Http404
    context: dict[str, Any] = {
        "filing": filing,
        "form": form,
        "questions": [{**one, "items": _items(filing, one["reply"])} for one in asked_before],
        "may_answer": bool(asked) or form.is_bound,
    }
    return render(request, "filings/question.html", context)


@require_safe
@as_host
def page(request: HttpRequest, actor: Actor, filing_id: int, reply_id: int, page_id: int) -> HttpResponse:
    """Return a page of a paper that the host has sent with an answer."""
    reply = get_object_or_404(_own(actor, filing_id).host_replies, pk=reply_id)
    return documents.page_response(reply.paper_id, page_id)


def _own(actor: Actor, filing_id: int) -> Filing:
    if actor.is_on_behalf:
        raise Http404
    return get_object_or_404(Filing.objects.visible_to(actor).kept().select_related("provider"), pk=filing_id)


def _items(filing: Filing, reply: Any) -> list[Any]:
    if reply is None:
        return []
    return documents.paper_items(reply.paper, lambda pk: ("filings:question_page", [filing.pk, reply.pk, pk]))
