"""Public pages are read from a streaming replica while it is fresh, and from the primary otherwise; real servers."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts import api_keys
from filings.states import Status
from icp_portal.tests.builders import case_at, host_user
from icp_portal.tests.deployment.servers import DATABASE, Servers, Web, is_found
from icp_portal.tests.killing import until
from ministry.models import Website

pytestmark = [pytest.mark.xdist_group("servers"), pytest.mark.usefixtures("past_pooler", "transactional_db")]

ENGLISH = {"Accept_Language": "en"}


@pytest.fixture
def website() -> Website:
    case_at(Status.FILED)
    return Website.objects.select_related("subject").get()


@pytest.fixture
def key() -> str:
    return api_keys.make(host_user(), "nightly check")[1]


@pytest.fixture
def servers(website: Website, key: str, tmp_path: Path) -> Iterator[Servers]:
    with Servers(tmp_path).running() as running:
        yield running


@pytest.fixture
def web(servers: Servers) -> Iterator[Web]:
    with servers.web(DATABASE_REPLICA_URL=servers.replica.url(DATABASE), REPLICA_SECONDS="1") as running:
        yield running


def cancel(servers: Servers, website: Website) -> None:
    """Cancel the website behind the portal's back, on the primary."""
    servers.on_primary("UPDATE ministry_website SET live = false, cancelled_on = now() WHERE id = %s", website.pk)


def test_pages_come_from_a_fresh_replica_and_from_the_primary_otherwise(servers, web, website):
    path = f"/query/?q={website.domain}"

    def found(**headers: str) -> bool:
        return is_found(web.get(path, **ENGLISH, **headers))

    assert until(found, "the page is answered")
    servers.on_replica("SELECT pg_wal_replay_pause()")
    cancel(servers, website)

    assert found(), "the replica has not replayed it yet, so this came from the primary"
    assert not found(Cookie="wrote=1")
    assert not found(Cookie="sessionid=somebody")
    until(lambda: not found(), "a replica that is behind is left out")

    servers.on_replica("SELECT pg_wal_replay_resume()")
    servers.on_primary("UPDATE ministry_website SET live = true, cancelled_on = null WHERE id = %s", website.pk)
    until(lambda: was_asked(servers, web, path), "a replica that has caught up is read again")

    servers.replica.stop()
    assert found(), "a replica that has failed keeps no page from its reader"
    servers.replica.start()
    until(lambda: was_asked(servers, web, path), "a replica that is back is read again")


def was_asked(servers: Servers, web: Web, path: str, last: str = "JOIN ministry_website", **sent: Any) -> bool:
    """Whether a page is read from the replica now; ``last`` is in the last statement for it."""
    ((before,),) = servers.on_replica("SELECT now()")
    web.get(path, **sent)
    asked = "SELECT 1 FROM pg_stat_activity WHERE query LIKE %s AND query_start > %s AND pid <> pg_backend_pid()"
    return bool(servers.on_replica(asked, f"%{last}%", before))


def test_a_batch_is_looked_up_on_the_replica_and_counted_once_on_the_primary(key, servers, web, website):
    batch = {
        "path": "/api/v1/records/batch",
        "data": json.dumps({"texts": [website.domain, str(website.number)]}).encode(),
        "Content_Type": "application/json",
        "Authorization": f"Bearer {key}",
    }

    def is_on_replica() -> bool:
        return was_asked(servers, web, last="ministry_blacklisteddomain", **batch)

    def counted() -> int:
        ((texts,),) = servers.on_primary("SELECT coalesce(sum(texts), 0) FROM accounts_lookups")
        return texts

    def outcomes() -> list[str]:
        answer = web.get(**batch)
        assert (answer.status, "Set-Cookie" in answer.headers) == (200, False)
        return [one["services"][0]["state"] for one in json.loads(answer.text)["results"]]

    until(is_on_replica, "a batch is read from the replica")
    servers.on_replica("SELECT pg_wal_replay_pause()")
    cancel(servers, website)
    before = counted()
    assert outcomes() == ["on_record"] * 2, "the replica has not replayed the cancellation yet"
    assert counted() == before + 2
    until(lambda: outcomes() == ["cancelled"] * 2, "a replica that is behind is left out")
    servers.on_replica("SELECT pg_wal_replay_resume()")
    until(is_on_replica, "a replica that has caught up is read again")

    servers.replica.stop()
    before = counted()
    assert outcomes() == ["cancelled"] * 2, "a replica that has failed keeps no batch from its reader"
    assert counted() == before + 2


def test_who_has_written_something_reads_from_the_primary_for_a_while(servers, web, website):
    form = web.get("/query/certificate/")
    assert "wrote=" not in str(form.headers)
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text)
    cookie = re.search(r"csrftoken=\w+", form.headers["Set-Cookie"]).group()
    sent = web.get("/query/certificate/", data=f"csrfmiddlewaretoken={token}".encode(), Cookie=cookie)

    assert (sent.status, "wrote=1" in sent.headers["Set-Cookie"]) == (200, True)
    assert "HttpOnly" in sent.headers["Set-Cookie"]
