"""Filings that end without a number, in a real browser: closed by the provider, claimed by whose the place is.

Every page whole and accessible at both widths; the claim and the closing by hand, without scripts.
"""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from filings import services
from filings.evidence import documents
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests import builders
from icp_portal.tests.browser import Person, as_upload, with_second_step
from icp_portal.tests.builders import Case, reviewer
from icp_portal.tests.tours import Tour
from records.models import CancellationCase
from records.orders import cancellation_cases

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def claimed(blocker: Case) -> CancellationCase:
    """The holder of a certificate claims the place of the blocking filing, and the other side answers."""
    case = Case(invented=blocker.number)
    proof = documents.read([invent.card("PROOF", 1)])
    cancellation_case = cancellation_cases.apply(
        case.filing.pk, case.host, "filing", "证件为我单位所有，附营业执照原件扫描件。", proof
    )
    cancellation_cases.object_as_provider(
        cancellation_case.pk, blocker.staff, "客户称已获授权。", documents.read([invent.card("MINE", 2)])
    )
    return cancellation_case


def test_pages_of_filings_that_end(tour: Callable[..., Tour]) -> None:
    blocker, member = Case().submit().verify(), reviewer()
    cancellation_case = claimed(blocker)
    desk = tour(with_second_step(builders.user_of(member)))
    desk.visit("/bureau/orders/cases/", reverse("bureau_desk:cancellation_case", args=[cancellation_case.pk]))
    desk.visit(reverse("bureau_desk:review", args=[blocker.filing.pk]))
    applicant = tour(cancellation_case.applicant)
    applicant.visit(
        reverse("filings:check", args=[cancellation_case.filing_id]),
        reverse("filings:cancellation_case", args=[cancellation_case.pk]),
    )
    applicant.visit(reverse("filings:apply_release", args=[cancellation_case.filing_id]))
    owner = tour(blocker.filing.host)
    owner.visit(reverse("filings:status", args=[blocker.filing.pk]))
    anybody = tour()
    anybody.visit(reverse("record_case", args=[cancellation_case.token]))

    blocker.return_to_provider()
    services.claim(blocker.filing.pk, blocker.staff)
    Filing.objects.filter(pk=blocker.filing.pk).update(waits_until=timezone.localdate(), wait_told=1)
    at_provider = tour(with_second_step(builders.user_of(blocker.staff)))
    at_provider.visit(
        "/provider/orders/cases/", reverse("provider_desk:cancellation_case", args=[cancellation_case.pk])
    )
    at_provider.visit(reverse("provider_desk:verify", args=[blocker.filing.pk]))
    at_provider.visit(reverse("provider_desk:close", args=[blocker.filing.pk]))
    at_provider.press(_("Confirm closing"), "closing, not filled in")
    owner.visit(reverse("filings:status", args=[blocker.filing.pk]))
    cancellation_cases.decide(cancellation_case.pk, member, cancels=True, reason="证明材料充分。")
    owner.visit(reverse("filings:status", args=[blocker.filing.pk]))
    desk.visit(reverse("bureau_desk:cancellation_case", args=[cancellation_case.pk]), "/bureau/?tab=withdrawn")
    applicant.visit(reverse("filings:cancellation_case", args=[cancellation_case.pk]))


def test_without_javascript_a_place_is_claimed_and_the_provider_closes(visitor: Callable[..., Person]) -> None:
    blocker = Case().submit()
    case = Case(invented=blocker.number)
    applicant = visitor(java_script_enabled=False).sign_in_as(case.filing.host)
    applicant.open(reverse("filings:check", args=[case.filing.pk]))
    applicant.follow(_("Blocked by somebody else's record or filing? Apply for its release with proof"))
    applicant.page.locator('input[value="filing"]').check()
    applicant.write(_("Why it should be released"), "证件为我单位所有")
    applicant.control(_("Supporting documents")).set_input_files(as_upload(invent.card("PROOF", 1)))
    applicant.press(_("Apply"))
    applicant.reads(_("The other side has been notified and can object. It does not learn who you are."))

    services.claim(blocker.filing.pk, blocker.staff)
    clerk = visitor(java_script_enabled=False).sign_in_as(with_second_step(builders.user_of(blocker.staff)))
    clerk.open(reverse("provider_desk:verify", args=[blocker.filing.pk]))
    clerk.follow(_("Close the filing"))
    clerk.page.locator('input[value="not_theirs"]').check()
    clerk.write(_("Message to the host"), "请使用本单位证件另行提交。")
    clerk.press(_("Confirm closing"))
    closed = _("Filing %(id)d has been closed. The host has been notified of the reason by e-mail.") % {
        "id": blocker.filing.pk
    }
    expect(clerk.page.get_by_role("status").locator(".tone-success")).to_contain_text(closed)
    assert blocker.refresh().filing.status == Status.CLOSED
    services.submit(case.filing.pk, case.host, version=None)
