"""The provider's answer to a question of the bureau, with its paper."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from desks.refusals import refusals_at
from desks.staff import filing_page
from filings.review import questions
from providers.access import actor_of
from providers.forms import AnswerForm


def answer(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Show the open question and send the answer; what was typed is kept when it is refused."""
    actor = actor_of(request)
    filing = filing_page.visible(actor, filing_id)
    if not filing.questions.all():
        raise Http404
    asked = questions.open_one(filing)
    form = AnswerForm(request.POST or None, request.FILES or None, initial={"question": asked and asked.pk})
    if form.is_valid():
        said = form.cleaned_data
        with refusals_at(form):
            questions.answer(filing.pk, actor, said["question"], text=said["text"], pages=said["pages"])
            messages.success(request, _("Your answer has been sent to the bureau."))
            return redirect("provider_desk:verify", filing_id)
    if request.method == "POST":
        filing = filing_page.visible(actor, filing_id)
    context = {"filing": filing, "form": form, "is_open": bool(asked) or form.is_bound}
    context["questions"] = questions.said(filing)
    return render(request, "providers/answer.html", context)
