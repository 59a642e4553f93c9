"""Returned filings, the address of their page of corrections, and what is typed there."""

from typing import Any

from filings import services
from filings.rules import corrections
from icp_portal.tests.builders import Case, client_of
from icp_portal.tests.hostile import fields_of

NAME, MOBILE, CERTIFICATE = "websites.0.name", "responsible.mobile", "papers.subject_certificate"


def remark(path: str, code: str = "B703", seen: str = "看到的", expected: str = "应当的") -> services.RemarkDraft:
    return services.RemarkDraft(path, code, seen, expected)


def returned(*paths: str, **facts: Any) -> Case:
    """Return a filing that was returned with a remark about each of these paths."""
    case = Case(**facts).submit()
    services.claim(case.filing.pk, case.staff)
    services.send_back(case.filing.pk, case.staff, version=None, remarks=[remark(path) for path in paths])
    return case.refresh()


def url(case: Case, page: str = "correct") -> str:
    return f"/filings/{case.filing.pk}/{page}/"


def typed(case: Case, **more: Any) -> dict[str, Any]:
    """Return what a browser sends: version, what the page has shown, an answer to each remark, and ``more``."""
    shown = fields_of(client_of(case.host).get(url(case)).content.decode())
    answers = {f"answer-{one.pk}": "已改正。" for one in corrections.open_remarks(case.filing)}
    return {"version": case.filing.version, "seen": shown["seen"], **answers, **more}
