"""The public side as a service of its own, signed in to the database as a role that can read public columns only."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.utils import timezone

from bureaus.models import Bulletin, Bureau
from filings.figures import monthly
from filings.states import Status
from icp_portal import public_service
from icp_portal.tests.access.access_answers import ELSEWHERE, MISSING, PAGE, UNREADABLE
from icp_portal.tests.access.access_table import TABLE
from icp_portal.tests.builders import BEIJING
from icp_portal.tests.deployment.servers import DATABASE, Servers, Web, is_found
from icp_portal.tests.visitors import World, rows_at
from ministry.reference import provinces

pytestmark = [pytest.mark.xdist_group("servers"), pytest.mark.usefixtures("past_pooler", "transactional_db")]

ROLE = "icp_public"
STATUS = {PAGE: 200, MISSING: 404, UNREADABLE: 422, ELSEWHERE: 302}
OTHER_KEY = "0" * 43 + "="


@pytest.fixture
def world() -> World:
    made = World(Status.FILED)
    while monthly.count_next():
        pass
    month = timezone.localdate().replace(day=1)
    Bulletin.objects.create(
        bureau=Bureau.objects.get(province=BEIJING),
        month=month,
        version=1,
        content={},
        published_by=made.case.filing.host,
    )
    return made


@pytest.fixture
def servers(world: World, tmp_path: Path) -> Iterator[Servers]:
    with Servers(tmp_path).running() as running:
        for _twice in range(2):
            assert f"{ROLE} reads what is public." in running.manage("grant_roles")
        yield running


@pytest.fixture
def web(servers: Servers) -> Iterator[Web]:
    """On the replica, and without the keys of sealed columns."""
    url = servers.replica.url(DATABASE).replace("postgres://icp@", f"postgres://{ROLE}@")
    with servers.web(DATABASE_URL=url, PUBLIC_ONLY="true", FIELD_KEYS=OTHER_KEY) as running:
        yield running


def test_the_service_serves_public_pages_and_no_other(web, world):
    """Each address of the portal, as a visitor who has not signed in gets it from the whole portal."""
    rows = rows_at(Status.FILED) | {name: TABLE[name] for name in public_service.PAGES}
    got = {name: web.get(world.url(name, row.args)).status for name, row in rows.items()}
    expected = {name: STATUS[row.get[0]] if name in public_service.PAGES else 404 for name, row in rows.items()}
    assert got == expected | {"figures:file": 200}  # counted here

    website, name = world.website, world.website.subject.name
    for asked in (website.domain, website.number, name, name[1:5]):
        assert is_found(web.get(f"/query/?q={asked}", Accept_Language="en"))
    shown = [
        f"/query/?q={website.domain}&kind=violating",
        *(f"/query/{website.number}/", f"/query/{website.subject.number}/", f"/query/{website.domain}/"),
        *(f"/api/v1/records?q={website.domain}", f"/query/names/?q={name[1:5]}"),
        *(f"/navigation/?province={BEIJING}", "/navigation/find/?q=192.31.196.7", "/figures/?province=beijing"),
        f"/bureaus/{provinces.by_code(BEIJING).slug}/",
    ]
    assert {path: web.get(path).status for path in shown} == dict.fromkeys(shown, 200)
    absent = ("/query/absent.cn/", "/api/v1/domains/absent.cn", "/query/京ICP备2099000001号/")
    assert {path: web.get(quote(path)).status for path in absent} == dict.fromkeys(absent, 404)
    # What is sealed is for the whole portal, and so is who is signed in there.
    for past in (f"/query/{website.number}/?on=2026-11-01", f"/query/?q={website.domain}&on=2026-11-01"):
        assert web.get(past).status == 404
    assert web.get(f"/query/?q={website.domain}&on=").status == 200  # the search form, its day left empty
    assert "sessionid" not in str(web.get("/", Cookie="sessionid=somebody").headers)
