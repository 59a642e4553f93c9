"""Three entrances, one provider, and the way is remembered."""

import pytest

from filings.models import Filing
from icp_portal.tests.builders import GUANGDONG, host_user, provider

pytestmark = pytest.mark.django_db


def names(response) -> set[str]:
    return {row.name for row in response.context["providers"]}


def test_the_directories_list_who_serves_and_takes_new_filings(client):
    beijing, guangdong = provider(), provider(provinces=[GUANGDONG])
    provider(accepts_new=False)
    provider(is_active=False)

    assert names(client.get("/navigation/")) == {beijing.name, guangdong.name}
    assert names(client.get("/navigation/", {"province": GUANGDONG})) == {guangdong.name}
    assert names(client.get("/navigation/guangdong/")) == {guangdong.name}
    assert client.get("/navigation/atlantis/").status_code == 404
    assert names(client.get("/navigation/", {"province": "rubbish"})) == {beijing.name, guangdong.name}


@pytest.mark.parametrize("page", ["/navigation/", "/navigation/beijing/", "/providers/{slug}/"])
def test_each_entrance_starts_a_filing_that_remembers_it(client, page):
    chosen = provider()
    client.force_login(host_user())
    entrance = client.get(page.format(slug=chosen.slug)).context["entrance"]

    response = client.post(f"/providers/{chosen.slug}/start/?entrance={entrance}")

    filing = Filing.objects.get()
    assert response["Location"] == f"/filings/{filing.pk}/edit/basics/"
    assert (filing.provider, filing.entrance) == (chosen, entrance)


def test_somebody_who_has_to_sign_in_first_comes_back_to_the_provider_by_the_same_way(client):
    chosen = provider()
    sent = client.post(f"/providers/{chosen.slug}/start/?entrance=bureau")
    assert sent["Location"] == f"/accounts/login/?next=/providers/{chosen.slug}/start/%3Fentrance%3Dbureau"
    client.force_login(host_user())

    back = client.get(f"/providers/{chosen.slug}/start/?entrance=bureau")

    assert back["Location"] == f"/providers/{chosen.slug}/?entrance=bureau"
    assert client.get(back["Location"]).context["entrance"] == "bureau"
    assert not Filing.objects.exists()


def test_a_provider_that_takes_no_new_filings_starts_none(client):
    full = provider(accepts_new=False)
    client.force_login(host_user())
    assert client.post(f"/providers/{full.slug}/start/")["Location"] == "/navigation/"
    assert not Filing.objects.exists()
    assert client.get(f"/providers/{full.slug}/").status_code == 200
