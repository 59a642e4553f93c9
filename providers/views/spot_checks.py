"""Questions of bureaus about domains that are not on record, at the provider's desk, and the answers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from desks.components import TimelineEntry, page_tabs
from desks.forms import PortalForm
from desks.noted_fields import optional
from desks.paging import page
from desks.refusals import refusals_at
from providers.access import actor_of
from records import spot_checks
from records.models import SpotAnswer, SpotQuestion

TABS = {"open": gettext_lazy("Answer missing"), "done": gettext_lazy("Answered")}
LONGEST_WORDS = 500


class SpotAnswerForm(PortalForm):
    """The answer, since when access has ended if it has, and an explanation."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        widget=forms.RadioSelect,
        choices=SpotAnswer.choices,
        error_messages={"required": gettext_lazy("Choose an answer.")},
    )
    ended_on = optional(
        forms.DateField(
            label=gettext_lazy("Access ended on"),
            help_text=gettext_lazy("Only if access has ended."),
            widget=forms.DateInput(attrs={"type": "date", "class": "input-medium"}, format="%Y-%m-%d"),
        )
    )
    words = forms.CharField(
        label=gettext_lazy("Explanation"),
        max_length=LONGEST_WORDS,
        help_text=gettext_lazy("What you found and did, and the filing number if there is one."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Check that a day is given exactly when access has ended, and that it is not in the future."""
        cleaned = super().clean() or {}
        if cleaned.get("answer") != SpotAnswer.ENDED:
            return cleaned | {"ended_on": None}
        if "ended_on" in cleaned and cleaned["ended_on"] is None:
            self.add_error("ended_on", ValidationError(_("Enter the day on which access ended."), code="required"))
        elif cleaned.get("ended_on") and cleaned["ended_on"] > timezone.localdate():
            self.add_error("ended_on", ValidationError(_("Access has not ended yet on this day."), code="future"))
        return cleaned


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the questions put to this provider, newest first."""
    actor = actor_of(request)
    tab = request.GET.get("tab", "open")
    if tab not in TABS:
        raise Http404
    rows = SpotQuestion.objects.visible_to(actor).filter(answered_at__isnull=tab == "open")
    today = timezone.localdate()
    found = page(rows.select_related("domain__check_of__bureau"), "asked_at", request.GET, descending=True)
    context = {
        "tabs": page_tabs(TABS, tab),
        "tab": tab,
        "page": found,
        "rows": [{"question": question, "late": question.is_late(today)} for question in found.rows],
    }
    return render(request, "providers/orders/spot_questions.html", context)


def one(request: HttpRequest, question_id: int) -> HttpResponse:
    """Show a question, and take the answer."""
    actor = actor_of(request)
    rows = SpotQuestion.objects.visible_to(actor).select_related("domain__check_of__bureau")
    question = get_object_or_404(rows, pk=question_id)
    form = SpotAnswerForm(request.POST or None)
    if form.is_valid():
        cleaned = form.cleaned_data
        with refusals_at(form):
            spot_checks.answer(question.pk, actor, SpotAnswer(cleaned["answer"]), cleaned["words"], cleaned["ended_on"])
            messages.success(request, _("Your answer has been sent to the bureau."))
            return redirect("provider_desk:spot_question", question.pk)
    context = {
        "question": question,
        "bureau": question.domain.check_of.bureau,
        "late": question.is_late(timezone.localdate()),
        "form": form if form.is_bound or not question.answered_at else None,
        "events": [
            TimelineEntry(event.get_name_display(), event.actor_name, event.at, event.note)
            for event in question.events.order_by("-pk")
        ],
    }
    return render(request, "providers/orders/spot_question.html", context)
