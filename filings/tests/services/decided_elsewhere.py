"""Filings of a bureau that decides in a system of its own, and its decisions."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from bureaus.models import Bureau
from filings.services import external_decisions
from filings.services.external_decisions import IssuedNumbers
from filings.states import Status
from icp_portal.tests.builders import Case, case_at

NUMBER = "京ICP备2026004711号"


def waiting(**about: object) -> Case:
    """A first filing with a bureau that decides elsewhere; ``about``: as of ``case_at``."""
    case = case_at(Status.WITH_BUREAU, **about)
    Bureau.objects.filter(pk=case.filing.bureau_id).update(external=True)
    return case.refresh()


def numbers(*sequences: int, subject: str = NUMBER, letter: str = "") -> IssuedNumbers:
    """The subject's number, and those of its services in their order."""
    return IssuedNumbers(subject, {place: f"{subject}-{one}{letter}" for place, one in enumerate(sequences)})


def approve(case: Case, issued: IssuedNumbers | None = None, *, source: str = "file 1", **said: Any) -> Case:
    said = {"decided_at": timezone.now()} | said
    external_decisions.enter_approval(case.filing.pk, issued=issued or numbers(1), source=source, **said)
    return case.refresh()


def send_back(case: Case, opinion: str = "网站名称与主体不符", *, source: str = "file 1", **said: Any) -> Case:
    said = {"decided_at": timezone.now()} | said
    external_decisions.enter_return(case.filing.pk, opinion=opinion, source=source, **said)
    return case.refresh()


def split(case: Case, issued: IssuedNumbers, *, at: datetime | None = None, source: str = "file 1") -> Case:
    said: dict[str, Any] = {"decided_at": at or timezone.now(), "source": source}
    external_decisions.enter_split(case.filing.pk, issued=issued, **said)
    return case.refresh()
