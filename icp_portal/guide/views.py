"""The guide's pages. Public, GET only, and usable without JavaScript."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from desks.components import SummaryRow
from icp_portal.guide import answer, checks, questions, topics
from icp_portal.guide.forms import QuestionForm
from icp_portal.guide.questions import HOST, QUESTIONS, UNKNOWN, Answers, Choices, GuideQuestion, GuideWalk
from icp_portal.guide.results import RESULTS, ResultKind
from providers import finding
from providers.directory import refused, seconds_to_wait
from providers.finding import ProviderSearchResult
from providers.models import Provider

MOST_OFFERED = 20  # providers listed as answers; the others are found by IP address or name


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Show the next open question, or the result when the answers have reached an end."""
    way = questions.walk(request.GET.dict())
    provider = answer.chosen_provider(way.answers)
    if way.end == ResultKind.FIRST_FILING and provider is None and way.answers[HOST.id] != UNKNOWN:
        way = questions.walk(questions.without(way.known, HOST))  # the provider doesn't exist or is no longer active
    if way.end is None:
        return _question(request, way)
    if way.end == ResultKind.FIRST_FILING:
        context = answer.first_filing(way.answers, provider)
        return render(request, "guide/first_filing.html", {**context, "given": _given(way, provider)})
    context = {
        "ending": RESULTS[way.end],
        "checked_on": checks.checked_on(f"end-{way.end}"),
        "given": _given(way, None),
    }
    return render(request, "guide/ending.html", context)


def _question(request: HttpRequest, way: GuideWalk) -> HttpResponse:
    question = way.question
    assert question is not None  # noqa: S101 — a walk without an end has a question
    typed = request.GET.get("q", "") if question is HOST else ""
    if wait := seconds_to_wait(request, typed):
        return refused(request, wait, typed, action=reverse("guide:ask"))
    found = finding.find(typed)
    choices = _hosts(way.answers, found) if question is HOST else question.choices
    asked = request.GET.get("asked") == question.id
    context = {
        "question": question,
        "form": QuestionForm(question, choices, request.GET.dict() if asked else None),
        "step": way.step,
        "steps": len(QUESTIONS),
        "kept": questions.without(way.known, question),
        "given": _given(way, None),
        "search": {"typed": typed[: finding.LONGEST], "found": found} if question is HOST else None,
    }
    return render(request, "guide/question.html", context)


def _hosts(answers: Answers, found: ProviderSearchResult) -> Choices:
    """Return the providers found, otherwise those that serve the province, as choices. One query at most."""
    rows = found.providers or Provider.objects.listed().serving(answers["province"])[:MOST_OFFERED]
    return (*((row.slug, row.name) for row in rows), (UNKNOWN, _("Not known yet, or none of these")))


def _given(way: GuideWalk, provider: Provider | None) -> list[SummaryRow]:
    """Return the answers; changing one keeps the others."""
    return [
        SummaryRow(
            question.title,
            _label(question, way.answers[question.id], provider),
            change_url=questions.address(questions.without(way.known, question)),
        )
        for question in QUESTIONS
        if question.id in way.answers
    ]


def _label(question: GuideQuestion, value: str, provider: Provider | None) -> Any:
    if question is HOST:
        return provider.name if provider else _("not known yet")
    return dict(question.choices)[value]


@require_safe
def questions_index(request: HttpRequest) -> HttpResponse:
    """List the frequently asked questions: the ten of the official guide, and those its readers asked."""
    context = {"official": topics.OFFICIAL, "others": topics.ALSO_ASKED}
    return render(request, "guide/questions.html", context)


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one question and its answer at a permanent URL."""
    if slug not in topics.BY_SLUG:
        raise Http404
    found = topics.BY_SLUG[slug]
    context = {**topics.facts_of(found), "topic": found, "checked_on": checks.checked_on(slug)}
    return render(request, found.template, context)
