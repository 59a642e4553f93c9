"""The provider's answer to a question of the bureau's."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from filings import questions
from filings.errors import MoveRefused
from filings.views import desk
from providers.access import actor_of
from providers.forms import AnswerForm


def answer(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Read the open question and answer it; what was typed stays when it can't be sent."""
    actor = actor_of(request)
    filing = desk.visible(actor, filing_id)
    if not filing.questions.all():
        raise Http404
    asked = questions.open_one(filing)
    form = AnswerForm(request.POST or None, initial={"question": asked and asked.pk})
    if form.is_valid():
        try:
            questions.answer(filing.pk, actor, form.cleaned_data["question"], text=form.cleaned_data["text"])
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your answer is with the bureau."))
            return redirect("provider_desk:verify", filing_id)
    if request.method == "POST":
        filing = desk.visible(actor, filing_id)
    context = {"filing": filing, "form": form, "is_open": bool(asked) or form.is_bound}
    context["questions"] = questions.said(filing)
    return render(request, "providers/answer.html", context)
