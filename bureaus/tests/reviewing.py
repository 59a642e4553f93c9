"""Filings in review under a bureau's rules, and proposals to approve them."""

from bureaus import rules
from bureaus.models import ReviewerRole
from filings import services
from filings.models import Filing
from filings.review import opinions
from filings.states import Status
from icp_portal.tests.builders import BEIJING, Case, case_at, reviewer


def chief(province: str = BEIJING) -> object:
    return reviewer(province, ReviewerRole.CHIEF)


def set_rules(*, two_reviewers: bool = False, proof_minutes: int = 0) -> None:
    rules.change(chief(), {"two_reviewers": two_reviewers, "proof_minutes": proof_minutes})


def in_review(*, approval: bool = True) -> Case:
    """Return a filing claimed by its reviewer; with a prior approval, but without its papers."""
    case = case_at(Status.WITH_BUREAU)
    facts = case.filing.facts
    facts["websites"][0]["approvals"] = [1] if approval else []
    Filing(pk=case.filing.pk, facts=facts).save(force_update=True, update_fields=["facts"])
    services.claim(case.filing.pk, case.reviewer)
    return case.refresh()


def propose(case: Case, text: str = "") -> Case:
    opinions.propose(case.filing.pk, case.reviewer, version=case.filing.version, text=text)
    return case.refresh()
