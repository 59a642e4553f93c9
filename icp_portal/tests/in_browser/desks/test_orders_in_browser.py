"""Orders and records in question in a real browser: every page whole and accessible at both widths; an order and its
receipt by hand, without scripts.
"""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from desks import access
from filings import services
from filings.evidence import documents
from icp_portal.demo import invent
from icp_portal.tests import builders
from icp_portal.tests.browser import Person, as_upload, with_second_step
from icp_portal.tests.builders import Case, on_record, provider, reviewer, staff
from icp_portal.tests.tours import Tour
from ministry.models import Website
from ministry.register import ends
from records.legal_grounds import Act, Scope
from records.models import CancellationCase, OrderTask
from records.orders import cancellation_cases, making, shell_cases
from records.orders.making import OrderDraft

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ORDERS = "/bureau/orders/"


def applied(website: Website) -> CancellationCase:
    """Another host has applied for the release of the website's record."""
    case = Case()
    values = {"websites.0.domain": website.domain, "websites.0.home_url": f"www.{website.domain}"}
    services.save_facts(case.filing.pk, case.host, values, version=None)
    proof = documents.read([invent.card("PROOF", 1)])
    return cancellation_cases.apply(case.filing.pk, case.host, "website-1", "该域名已转让给我方,附域名证书。", proof)


def test_pages_of_orders(tour: Callable[..., Tour]) -> None:
    access_provider, member = provider(), reviewer()
    website, disputed, empty = on_record(access_provider), on_record(access_provider), on_record(access_provider)
    paper = documents.read([invent.card("ORDER", 1)])
    said = OrderDraft(Act.SUSPEND, "京通管令〔2026〕7号", "主管部门书面认定含有违法内容", "33-27", paper)
    order = making.make(member, Scope.WEBSITE, website.pk, said)
    with transaction.atomic():
        ends.cancel_access(empty.accesses.get().pk, timezone.localdate())
    cancellation_case = applied(disputed)
    cancellation_cases.object_as_provider(
        cancellation_case.pk, staff(access_provider), "客户仍在使用该域名。", documents.read([invent.card("MINE", 2)])
    )
    entry = builders.blacklisted_domain(province=builders.BEIJING)

    desk = tour(with_second_step(builders.user_of(member)))
    record = reverse("bureau_desk:record", args=[website.subject_id])
    desk.visit(ORDERS, f"{ORDERS}?tab=all&q={website.domain}", record, reverse("bureau_desk:order", args=[order.pk]))
    desk.visit(reverse("bureau_desk:order_new", args=["cancel", "subject", website.subject_id]))
    desk.press(_("Issue the order"), "order, not filled in")
    desk.visit(reverse("bureau_desk:reset", args=[website.subject_id]), f"{ORDERS}shells/", f"{ORDERS}cases/")
    desk.visit(reverse("bureau_desk:cancellation_case", args=[cancellation_case.pk]), f"{ORDERS}blacklist/domains/")
    desk.visit(f"{ORDERS}blacklist/subjects/new/", reverse("bureau_desk:blacklisted", args=["domains", entry.pk]))
    shell_cases.publish(member, Scope.WEBSITE, [empty.pk])
    desk.visit(f"{ORDERS}shells/")

    at_provider = tour(with_second_step(builders.user_of(staff(access_provider))))
    at_provider.visit("/provider/orders/", reverse("provider_desk:order", args=[order.tasks.get().pk]))
    at_provider.visit(
        "/provider/orders/cases/", reverse("provider_desk:cancellation_case", args=[cancellation_case.pk])
    )
    applicant = tour(cancellation_case.applicant)
    applicant.visit(
        reverse("filings:check", args=[cancellation_case.filing_id]),
        reverse("filings:cancellation_case", args=[cancellation_case.pk]),
    )
    applicant.visit(reverse("filings:apply_release", args=[cancellation_case.filing_id]))
    anybody = tour()
    anybody.visit(
        reverse("record_case", args=[cancellation_case.token]), "/cases/shells/", f"/query/?q={website.domain}"
    )
    cancellation_cases.withdraw(cancellation_case.pk, access.host(cancellation_case.applicant))
    anybody.visit(reverse("record_case", args=[cancellation_case.token]), status=410)


def test_without_javascript_a_record_is_cancelled_and_the_receipt_is_given(visitor: Callable[..., Person]) -> None:
    access_provider, member = provider(), reviewer()
    website = on_record(access_provider)
    chief = visitor(java_script_enabled=False).sign_in_as(with_second_step(builders.user_of(member)))
    chief.open(f"{ORDERS}?q={website.domain}")
    chief.follow(website.subject.number)
    chief.page.locator(f'a[href="{reverse("bureau_desk:order_new", args=["cancel", "website", website.pk])}"]').click()
    chief.page.locator('input[value="33-23"]').check()
    chief.write(_("Number of the order"), "京通管令〔2026〕8号")
    chief.write(_("Reason for the host"), "登记信息不实")
    chief.control(_("The signed order")).set_input_files(as_upload(invent.card("ORDER", 1)))
    chief.write(_("Type the filing number to confirm"), website.number)
    chief.press(_("Issue the order"))
    chief.reads("京通管令〔2026〕8号")

    clerk = visitor(java_script_enabled=False).sign_in_as(with_second_step(builders.user_of(staff(access_provider))))
    clerk.open("/provider/orders/")
    clerk.follow(website.number)
    clerk.press(_("Submit the receipt"))
    clerk.reads("核验员")
    assert OrderTask.objects.get().confirmed_at is not None
