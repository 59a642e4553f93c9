"""A decision website by website in a real browser: from the bureau's queue to the pages of both halves."""

from collections.abc import Callable

import pytest
from django.utils.translation import gettext as _

from filings.models import Filing
from filings.services import splitting
from filings.states import Status
from icp_portal.tests import builders
from icp_portal.tests.browser import Person, overflow, with_second_step
from icp_portal.tests.in_browser.steps import take, write_remark

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("width", [1280, 390])
def test_one_bad_name_returns_one_website_of_three(visitor: Callable[..., Person], width: int) -> None:
    case = builders.Case(websites=3).submit().verify()
    good, bad = (str(case.filing.get(f"websites.{number}.domain")) for number in (0, 1))
    reviewer = visitor(viewport={"width": width, "height": 800})
    reviewer.sign_in_as(with_second_step(builders.user_of(case.reviewer))).open("/bureau/")
    take(reviewer, case.filing)
    write_remark(reviewer, "websites.1.name", "P301", "名称写成“示例小站”", "改用单位全称")
    reviewer.press(_("Approve the websites without a remark, return the others"))
    reviewer.sees(_("Check the decision before sending"))
    assert overflow(reviewer.page) == 0
    reviewer.press(_("Approve and return as above"))
    reviewer.arrives_at("/bureau/")

    source = Filing.objects.get(pk=case.filing.pk)
    rest = splitting.continuation_of(source)
    assert rest is not None
    assert (source.status, rest.status) == (Status.FILED, Status.RETURNED_TO_PROVIDER)
    host = visitor(viewport={"width": width, "height": 800})
    host.sign_in_as(builders.user_of(case.host)).open(f"/filings/{source.pk}/")
    host.reads(good)
    host.follow(_("The returned websites continue as filing %(id)s") % {"id": rest.pk})
    host.arrives_at(f"/filings/{rest.pk}/")
    host.sees(bad)
    assert overflow(host.page) == 0
