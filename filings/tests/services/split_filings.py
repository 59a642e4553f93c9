"""Filings of several websites, in review and split by remarks about some of them."""

from django.test import Client
from django.urls import reverse

from filings import services
from filings.models import Filing
from filings.services import RemarkDraft, splitting
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, sign_in, user_of


def remark(path: str = "websites.1.name", code: str = "1020") -> RemarkDraft:
    return RemarkDraft(path, code, "与企业业务不符", "改为能反映业务的名称")


def in_review(**about: object) -> Case:
    """Three websites, taken by the reviewer."""
    case = case_at(Status.WITH_BUREAU, **({"websites": 3} | about))
    services.claim(case.filing.pk, case.reviewer)
    return case.refresh()


def split(case: Case, *remarks: RemarkDraft, opinion: str = "") -> Filing:
    """Decide so; answer the filing in which the returned websites go on."""
    services_at = {"version": case.filing.version, "remarks": remarks or (remark(),), "opinion": opinion}
    splitting.approve_in_part(case.filing.pk, case.reviewer, **services_at)
    rest = splitting.continuation_of(case.refresh().filing)
    assert rest is not None
    return rest


def domain(case: Case, website: int) -> str:
    return str(case.filing.get(f"websites.{website}.domain"))


def at_desk(case: Case) -> tuple[Client, str]:
    return sign_in(Client(), user_of(case.reviewer)), reverse("bureau_desk:review", args=[case.filing.pk])
