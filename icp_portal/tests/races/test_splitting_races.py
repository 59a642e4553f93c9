"""A decision website by website and something else at once. Real threads, real commits: see ``test_races``."""

import pytest

from filings import services
from filings.mail import notices
from filings.models import Filing
from filings.rules import reservations
from filings.services import RemarkDraft, splitting
from filings.states import Status
from icp_portal.tests.builders import Case
from icp_portal.tests.racing import Gate, one_then_the_other, submit, won, words
from ministry.models import Website

pytestmark = pytest.mark.usefixtures("transactional_db")

REMARK = RemarkDraft("websites.1.name", "1020", "与企业业务不符", "改为能反映业务的名称")


def in_review() -> Case:
    case = Case(websites=2).submit().verify()
    services.claim(case.filing.pk, case.reviewer)
    return case.refresh()


def split(case: Case) -> None:
    version = case.filing.version
    splitting.approve_in_part(case.filing.pk, case.reviewer, version=version, remarks=[REMARK])


def test_of_two_clicks_on_a_split_one_makes_it(monkeypatch):
    case = in_review()
    gate = Gate(monkeypatch, notices, "tell")

    assert won(*one_then_the_other(gate, lambda: split(case), lambda: split(case))) == [True, False]

    assert Filing.objects.filter(copied_from=case.filing).count() == 1
    assert Website.objects.count() == 1


def test_a_filing_that_is_just_being_split_is_not_approved_as_a_whole(monkeypatch):
    case = in_review()
    gate = Gate(monkeypatch, notices, "tell")

    racers = one_then_the_other(
        gate,
        lambda: split(case),
        lambda: services.approve(case.filing.pk, case.reviewer, version=case.filing.version),
    )

    assert won(*racers) == [True, False]
    assert list(Website.objects.values_list("domain", flat=True)) == [case.filing.get("websites.0.domain")]


def test_the_domain_of_a_returned_website_is_free_at_no_moment(monkeypatch):
    case, submitter = in_review(), Case()
    domain = case.filing.get("websites.1.domain")
    case.filing.reservations.all().delete()  # the submitter's checks found it free a moment ago
    services.save_facts(
        submitter.filing.pk,
        submitter.host,
        {"websites.0.domain": domain, "websites.0.home_url": f"www.{domain}"},
        version=None,
    )
    submitter.refresh()
    gate = Gate(monkeypatch, reservations, "take")

    one, other = one_then_the_other(gate, lambda: split(case), submit(submitter))

    assert won(one, other) == [True, False]
    assert "域名" in words(other)
    assert submitter.refresh().filing.status == Status.DRAFT
