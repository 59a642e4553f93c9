"""What a page of the host's weighs on a slow line: nothing of it is cached, its pictures are not opened."""

from collections.abc import Callable

import pytest

from filings import fields, services
from icp_portal.demo import invent
from icp_portal.tests import builders
from icp_portal.tests.browser import Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOST = 120_000  # bytes
DRUGS = 5  # a prior approval with several pages


def weight(person: Person, path: str) -> int:
    """The bytes that come over the line until the page lies still, scrolled to its end."""
    line, came = person.context.new_cdp_session(person.page), []
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line.on("Network.loadingFinished", lambda event: came.append(event["encodedDataLength"]))
    person.open(path)
    person.page.keyboard.press("End")
    person.page.wait_for_load_state("networkidle")
    line.detach()
    return int(sum(came))


def test_no_page_of_the_host_is_heavy(visitor: Callable[..., Person]) -> None:
    case = builders.Case(websites=2, same=False)
    services.save_facts(case.filing.pk, case.host, {"websites.0.approvals": [DRUGS]}, version=None)
    for page in range(1, 5):
        path = f"websites.0.papers.approval.{DRUGS}.{page}"
        services.add_evidence(case.filing.pk, case.host, path, invent.card("APPROVAL", page))
    edit = f"/filings/{case.filing.pk}/edit/"
    host = visitor().sign_in_as(case.filing.host)
    sections = [f"{edit}{section.id}/" for section in fields.sections_of(case.refresh().filing.facts)]
    pages = ["/filings/", "/filings/begin/", edit, *sections, f"{edit}papers/", f"/filings/{case.filing.pk}/check/"]

    weights = {page: weight(host, page) for page in pages}

    assert {page: heavy for page, heavy in weights.items() if heavy > MOST} == {}
