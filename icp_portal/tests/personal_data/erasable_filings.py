"""Filings that ended without a record, and the run that erases them."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from filings import services
from filings.deadlines import erasing, waiting
from filings.evidence import documents
from filings.models import Filing, Sheet
from filings.review import questions
from filings.verification import sheet_files
from icp_portal.demo import play
from icp_portal.tests.builders import Case
from icp_portal.tests.photos import as_file, photographed

START = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
A_YEAR = timedelta(days=365)
IN_FIVE_YEARS = datetime(2031, 3, 2, 4, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
A_DAY = timedelta(days=1)


def unverified(end: str = "withdraw") -> Case:
    """A filing that came back once, was answered, photographed and submitted again, and ended then."""
    case = Case().submit().send_back().submit()
    services.claim(case.filing.pk, case.staff)
    play.photograph(case.filing, case.staff)
    return getattr(case.refresh(), end)() if end != "lapse" else waited_too_long(case)


def waited_too_long(case: Case) -> Case:
    Filing.objects.filter(pk=case.filing.pk).update(waits_until=START.date() - A_DAY, wait_told=1)
    assert waiting.lapse().changed == 1
    return case.refresh()


def verified() -> Case:
    """A filing that a provider has verified, with a signed copy and an answer to the bureau; it came back and ended."""
    case = Case().submit().send_back().submit().verify()
    services.add_scan(case.filing.pk, case.staff, Sheet.objects.latest("pk").pk, [as_file(photographed(1))])
    sheet_files.pdf_of(Sheet.objects.latest("pk"))
    services.claim(case.filing.pk, case.reviewer)
    question = questions.ask(case.filing.pk, case.reviewer, text="请说明网站用途", days=min(questions.DAYS))
    pages = documents.read([as_file(photographed(2))])
    questions.answer(case.filing.pk, case.staff, question.pk, text="用于产品介绍", pages=pages)
    return case.return_to_provider().send_back().withdraw()


def erase(time_machine: Any, day: datetime) -> int:
    time_machine.move_to(day, tick=False)
    return erasing.erase_ended().changed
