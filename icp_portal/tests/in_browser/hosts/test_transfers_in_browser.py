"""A filing goes to another provider, in a real browser and without scripts: whole pages, the way found by its words."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from filings.services import transfers
from filings.states import Status
from icp_portal.tests import builders
from icp_portal.tests.browser import Person, with_second_step
from icp_portal.tests.builders import case_at, provider, staff
from icp_portal.tests.tours import Tour
from providers.models import Provider

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def close(access_provider: Provider) -> None:
    Provider.objects.filter(pk=access_provider.pk).update(is_active=False)


def test_pages_of_a_move(tour: Callable[..., Tour]) -> None:
    waiting, decided, new = case_at(Status.WITH_PROVIDER), case_at(Status.WITH_BUREAU), provider()
    close(waiting.provider)
    close(decided.provider)
    host = tour(builders.user_of(waiting.host), thorough=True)
    host.visit(
        reverse("filings:status", args=[waiting.filing.pk]), reverse("filings:transfer", args=[waiting.filing.pk])
    )
    host.press(_("Move the filing to this provider"), "no provider chosen")
    bureau = tour(with_second_step(builders.user_of(decided.reviewer)))
    bureau.visit(reverse("bureau_desk:review", args=[decided.filing.pk]))
    bureau.visit(reverse("bureau_desk:transfer", args=[decided.filing.pk]))

    transfers.transfer(waiting.filing.pk, waiting.host, new.pk, version=None)
    host.visit(reverse("filings:status", args=[waiting.filing.pk]))
    desk = tour(with_second_step(builders.user_of(staff(new))))
    desk.visit(reverse("provider_desk:verify", args=[waiting.filing.pk]))


def test_without_javascript_the_host_moves_it_and_the_new_provider_gives_its_addresses(
    visitor: Callable[..., Person],
) -> None:
    case, new = case_at(Status.WITH_PROVIDER), provider()
    close(case.provider)
    host = visitor(java_script_enabled=False).sign_in_as(builders.user_of(case.host))
    host.open(reverse("filings:status", args=[case.filing.pk]))
    host.follow(_("Choose another access provider"))
    host.control(_("Access provider")).select_option(label=new.name)
    host.press(_("Move the filing to this provider"))
    host.arrives_at(reverse("filings:status", args=[case.filing.pk]))
    host.reads(new.name)

    member = visitor(java_script_enabled=False).sign_in_as(with_second_step(builders.user_of(staff(new))))
    member.open(reverse("provider_desk:verify", args=[case.filing.pk]))
    member.press(_("Claim"))
    member.page.locator(f'a[href="{reverse("provider_desk:amend", args=[case.filing.pk, "access"])}"]').first.click()
    member.page.locator('[name="ways"]').first.check()
    member.page.locator('[name="places"]').first.check()
    member.page.locator('[name="ip_ranges"]').fill("192.31.196.77")
    member.press(_("Save and continue"))
    member.arrives_at(reverse("provider_desk:verify", args=[case.filing.pk]))
    member.reads("192.31.196.77")
    assert case.refresh().filing.get("websites.0.access.ip_ranges") == "192.31.196.77"
