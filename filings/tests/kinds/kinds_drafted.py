"""Drafts of every kind about what is on record, approved or moved to another provider."""

from django.contrib.auth.hashers import make_password

from filings.kinds import Kind
from filings.models import Filing
from filings.services import detection
from icp_portal.demo import play_kinds
from icp_portal.tests.builders import Case, number
from ministry.models import Subject


def drafted(case: Case, kind: Kind, **written: object) -> Filing:
    target = play_kinds.target_of(case.filing)
    return play_kinds.complete_draft(case.host, kind, target, case.provider.pk, number(), **written)


def approved(case: Case, filing: Filing) -> Filing:
    return play_kinds.approved(filing, case.host, case.staff, case.reviewer)


FILING_PASSWORD = "filingpass"


def knows_password(case: Case) -> None:
    Subject.objects.filter(pk=case.filing.subject_id).update(password_hash=make_password(FILING_PASSWORD))


def found(case: Case, actor, **asked):
    facts = case.filing.facts
    question = {
        "cert_type": facts["subject"]["cert_type"],
        "cert_number": facts["subject"]["cert_number"],
        "domain": facts["websites"][0]["domain"],
        "provider_id": case.provider.pk,
    }
    return detection.find(actor, **(question | asked))
