"""Questions that a reviewer asks about a filing in review."""

from django.urls import reverse

from filings import services
from filings.models import Question
from filings.review import questions
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, client_of


def in_review(**fields: object) -> Case:
    case = case_at(Status.WITH_BUREAU, **fields)
    services.claim(case.filing.pk, case.reviewer)
    return case.refresh()


def ask(case: Case, text: str = "服务器在哪里？", days: int = 3) -> Question:
    return questions.ask(case.filing.pk, case.reviewer, text=text, days=days)


def page(actor: object, name: str, case: Case) -> str:
    return client_of(actor).get(reverse(name, args=[case.filing.pk])).content.decode()
