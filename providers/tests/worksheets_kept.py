"""Worksheets of a verifier who has claimed a filing: what is sent, saved and shown."""

from typing import Any

from django.urls import reverse

from filings import checklist_items, services
from filings.actors import Actor
from filings.states import Status
from filings.verification import worksheets
from filings.verification.worksheets import SheetEntry
from icp_portal.demo import play
from icp_portal.tests.builders import Case, case_at, client_of

YES, NO = checklist_items.YES, checklist_items.NO
MOBILE = {"mobile_correct": NO, "note-mobile_correct": "三次拨打均为空号"}


def at_work() -> Case:
    case = case_at(Status.WITH_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    return case.refresh()


def url(case: Case) -> str:
    return reverse("provider_desk:verify", args=[case.filing.pk])


def send(case: Case, version: int = 0, actor: Actor | None = None, **fields: Any) -> Any:
    """Press a button of the page; the fields of the sheet come with it."""
    sent = {"version": case.refresh().filing.version, "worksheet": version, "place": "营业厅一层", **fields}
    return client_of(actor or case.staff).post(url(case), sent)


def kept(case: Case) -> dict[str, SheetEntry]:
    return worksheets.entries_of(case.filing.worksheets.filter(round=case.refresh().filing.round).first())


def shown(case: Case, actor: Actor | None = None) -> dict[str, SheetEntry]:
    """Return what the page begins with."""
    return dict(client_of(actor or case.staff).get(url(case)).context["sheet"].desk.shown)


def whole_sheet(case: Case, **changes: Any) -> dict[str, Any]:
    return {**play.answers(case.filing), "statement": "on", "pass": "1", **changes}
