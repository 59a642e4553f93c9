"""The three entrances to a provider, and that a filing records the one that was used."""

import re
from html import unescape
from urllib.parse import urljoin

import pytest
from django.core.cache import cache, caches
from django.test import Client

from accounts.models import Party
from filings.models import Filing
from icp_portal.tests.builders import GUANGDONG, PASSWORD, host_user, provider, user
from providers.directory import PAGE_SIZE
from providers.models import MeasuredWork, Provider

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


@pytest.mark.parametrize("page", ["/navigation/", "/navigation/beijing/", "/navigation/find/"])
def test_each_directory_leads_to_what_a_provider_is(client, page):
    assert 'href="/guide/questions/access-provider/"' in client.get(page).content.decode()


@pytest.mark.parametrize("typed", ["zzz", "beijing", "11000", "1100000", "<script>"])
def test_a_province_that_is_none_is_said_and_not_found(client, english, typed):
    provider()

    response = client.get("/navigation/", {"province": typed})

    assert (response.status_code, list(response.context["providers"])) == (404, [])
    text = response.content.decode()
    assert "There is no province with this name. Choose one from the list." in text
    assert "No provider in this province" not in text


def test_a_card_shows_at_once_what_has_changed_in_the_readers_language_with_the_readers_own_token(client, settings):
    one = provider(about="云主机", promised_days=3)
    work = MeasuredWork.objects.create(
        provider=one, half=2, nine_tenths=5, decided=40, returned=3, counted_on="2026-11-01"
    )

    def page(reader: Client) -> str:
        return reader.get("/navigation/").content.decode()

    def card(reader: Client) -> str:
        return page(reader).partition('<article class="provider-card">')[2].partition("</article>")[0]

    assert "云主机" in card(client)
    for column, value in (
        ("about", "机房托管"),
        ("contact_phone", "010-12345678"),
        ("contact_email", "new@example.cn"),
        ("address", "新大街8号"),
        ("name", "新名称公司"),
        ("slug", "new-slug"),
    ):
        Provider.objects.update(**{column: value})
        assert value in card(client)
    Provider.objects.update(provinces=[GUANGDONG], promised_days=7)
    work.decided, work.counted_on = 5147, "2026-11-02"
    work.save()
    changed = card(client)
    assert "2026年11月2日" in changed
    assert "广东" in changed
    assert "7" in changed.partition("<strong>")[2].partition("</strong>")[0]
    assert "5147" in changed.replace(",", "")

    other = Client()
    other.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Provinces served:" in card(other)
    assert "Provinces served:" not in card(client)
    token_of_list = (
        r'class="provider-list" method="post">\s*<input type="hidden" name="csrfmiddlewaretoken" value="([^"]+)"'
    )
    tokens = [re.search(token_of_list, page(reader))[1] for reader in (client, other)]
    assert tokens[0] != tokens[1]
    assert "csrfmiddlewaretoken" not in "".join(map(str, caches["fragments"]._cache.values()))


def test_each_card_starts_a_filing_with_its_provider_by_the_pages_entrance(client):
    one, other = provider(), provider()
    pages = {
        "ministry": client.get("/navigation/"),
        "bureau": client.get("/navigation/beijing/"),
    }

    for entrance, page in pages.items():
        found = re.findall(r'formaction="([^"]+)"', page.content.decode())
        assert sorted(found) == sorted(f"/providers/{of.slug}/start/?entrance={entrance}" for of in (one, other))


def test_a_kept_card_shows_at_once_that_its_provider_takes_no_filings(client):
    one = provider()
    found = {"q": one.name}
    assert f"/providers/{one.slug}/start/" in client.get("/navigation/find/", found).content.decode()

    Provider.objects.update(accepts_new=False)

    page = client.get("/navigation/find/", found).content.decode()
    assert one.name in page
    assert f"/providers/{one.slug}/start/" not in page


def pages(client, url):
    """The names on each page from ``url`` on, as the links lead."""
    found = []
    while url:
        response = client.get(url)
        found.append([row.name for row in response.context["providers"]])
        following = re.search(r'href="([^"]+)" rel="next"', response.content.decode())
        url = following and urljoin(url, unescape(following[1]))
    return found


@pytest.mark.parametrize("url", ["/navigation/", f"/navigation/?province={GUANGDONG}", "/navigation/guangdong/"])
def test_a_long_directory_comes_in_pages_by_name(client, url):
    wanted = [provider(provinces=[GUANGDONG]).name for _n in range(2 * PAGE_SIZE + 1)]
    if url != "/navigation/":
        provider()  # of another province

    found = pages(client, url)

    by_name = list(Provider.objects.filter(name__in=wanted).order_by("name").values_list("name", flat=True))
    assert found == [by_name[:PAGE_SIZE], by_name[PAGE_SIZE : 2 * PAGE_SIZE], by_name[2 * PAGE_SIZE :]]


def test_a_page_of_the_directory_leads_back_to_the_first_of_its_province(client):
    for _n in range(PAGE_SIZE + 1):
        provider(provinces=[GUANGDONG])
    first = client.get("/navigation/", {"province": GUANGDONG})
    second = client.get(f"/navigation/{first.context['next_url']}")

    assert (first.context["first_url"], second.context["next_url"]) == ("", "")
    assert second.context["first_url"] == f"/navigation/?province={GUANGDONG}"
    assert client.get(second.context["first_url"]).context["providers"] == first.context["providers"]


def test_an_old_or_a_forged_page_of_the_directory_is_the_first(client):
    for _n in range(PAGE_SIZE + 1):
        provider()
    first = client.get("/navigation/")
    after = first.context["next_url"]
    Provider.objects.exclude(pk__in=[row.pk for row in first.context["providers"]]).update(accepts_new=False)

    for url in (f"/navigation/{after}", "/navigation/?after=x", "/navigation/?after=%E4%B8%80"):
        assert client.get(url).context["providers"] == first.context["providers"]


@pytest.mark.parametrize("page", ["/navigation/", "/navigation/beijing/", "/providers/{slug}/"])
def test_each_entrance_starts_a_filing_that_remembers_it(client, page):
    chosen = provider()
    client.force_login(host_user())
    entrance = client.get(page.format(slug=chosen.slug)).context["entrance"]

    response = client.post(f"/providers/{chosen.slug}/start/?entrance={entrance}")

    filing = Filing.objects.get()
    assert response["Location"] == f"/filings/{filing.pk}/edit/basics/"
    assert (filing.provider, filing.entrance) == (chosen, entrance)


ANSWERS = "nature=5&province=440000&reach=ip"
SAID = {"subject.nature": 5, "subject.province": GUANGDONG, "websites.0.ip_only": True}


def test_what_the_guide_has_asked_stands_in_the_filing_and_its_page_is_passed(client):
    chosen = provider()
    client.force_login(host_user())

    response = client.post(f"/providers/{chosen.slug}/start/?entrance=ministry&{ANSWERS}")

    filing = Filing.objects.get()
    assert response["Location"] == f"/filings/{filing.pk}/edit/subject/"
    assert {path: filing.get(path) for path in SAID} == SAID


@pytest.mark.parametrize(
    "answers", ["nature=99&province=atlantis&reach=x", "nature=%D9%A5&province=&reach", "nature=4"]
)
def test_no_answer_of_the_guide_is_no_fact(client, answers):
    chosen = provider()
    client.force_login(host_user())

    response = client.post(f"/providers/{chosen.slug}/start/?{answers}")

    filing = Filing.objects.get()
    assert response["Location"] == f"/filings/{filing.pk}/edit/basics/"
    assert filing.facts["subject"] == ({"nature": 4} if answers == "nature=4" else {})


def test_a_visitor_who_signs_in_on_the_way_keeps_the_answers(client):
    chosen, member = provider(), user(Party.HOST, password=PASSWORD)
    sign_in = client.post(f"/providers/{chosen.slug}/start/?entrance=ministry&{ANSWERS}")["Location"]

    begun = client.post(sign_in, {"login": member.email, "password": PASSWORD})["Location"]

    filing = Filing.objects.get()
    assert client.get(begun)["Location"] == f"/filings/{filing.pk}/edit/subject/"
    assert {path: filing.get(path) for path in SAID} == SAID


def test_a_link_to_begin_starts_nothing_and_leads_back_by_the_same_way(client):
    chosen = provider()
    start = f"/providers/{chosen.slug}/start/?entrance=bureau"
    assert client.get(start)["Location"] == f"/accounts/login/?next=/providers/{chosen.slug}/start/%3Fentrance%3Dbureau"
    client.force_login(host_user())

    for look in (client.get, client.head):
        assert look(start)["Location"] == f"/providers/{chosen.slug}/?entrance=bureau"

    assert client.get(f"/providers/{chosen.slug}/?entrance=bureau").context["entrance"] == "bureau"
    assert not Filing.objects.exists()


# --- Signing up on the way --------------------------------------------------------------------------


NEW = {"email": "new.host@example.cn", "password1": PASSWORD, "password2": PASSWORD}


def pressed(client, chosen, entrance="bureau"):
    """Press the button at the provider without an account; return the sign-in page."""
    sent = client.post(f"/providers/{chosen.slug}/start/?entrance={entrance}")
    return client.get(sent["Location"])


def hidden(page) -> dict[str, str]:
    """Return the hidden field that a sign-in or sign-up page passes on."""
    return dict(re.findall(r'type="hidden" name="(next)" value="([^"]*)"', page.content.decode()))


def code_in(mailbox) -> str:
    return re.search(r"^([0-9A-Z]{4}-[0-9A-Z]{4})\s*$", mailbox.messages()[-1].get_content(), re.MULTILINE)[1]


def is_at_the_draft(answer, chosen, entrance) -> bool:
    filing = Filing.objects.get()
    assert (filing.provider, filing.entrance) == (chosen, entrance)
    return answer.redirect_chain[-1][0] == f"/filings/{filing.pk}/edit/basics/"


def test_signing_up_on_the_way_leads_to_the_draft(client, mailbox):
    chosen = provider()
    page = pressed(client, chosen)
    assert chosen.name in page.content.decode()
    page = client.get(page.context["signup_url"])
    assert client.post("/accounts/signup/", NEW | hidden(page))["Location"].startswith("/accounts/confirm-email/")
    assert not Filing.objects.exists()

    answer = client.post("/accounts/confirm-email/", {"code": code_in(mailbox)}, follow=True)

    assert is_at_the_draft(answer, chosen, "bureau")


def test_signing_up_first_and_confirming_after_signing_in_leads_to_the_draft(client, mailbox):
    client.post("/accounts/signup/", NEW)
    other = Client()  # the window was closed before the code came
    chosen = provider()
    page = pressed(other, chosen)
    cache.clear()
    other.post("/accounts/login/", {"login": NEW["email"], "password": PASSWORD} | hidden(page))

    answer = other.post("/accounts/confirm-email/", {"code": code_in(mailbox)}, follow=True)

    assert is_at_the_draft(answer, chosen, "bureau")


def test_signing_in_on_the_way_leads_to_the_draft_or_to_the_one_that_lies_there(client):
    chosen, member = provider(), user(Party.HOST, password=PASSWORD)
    page = pressed(client, chosen)
    answer = client.post("/accounts/login/", {"login": member.email, "password": PASSWORD} | hidden(page), follow=True)
    assert is_at_the_draft(answer, chosen, "bureau")
    client.logout()

    page = pressed(client, chosen)
    again = client.post("/accounts/login/", {"login": member.email, "password": PASSWORD} | hidden(page), follow=True)

    assert again.context["drafts"].get() == Filing.objects.get()


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "/\\evil.example/"])
def test_a_foreign_address_is_not_passed_on(client, mailbox, address):
    client.post("/accounts/signup/", NEW | {"next": address})

    answer = client.post("/accounts/confirm-email/", {"code": code_in(mailbox)})

    assert answer["Location"] == "/desk/"


@pytest.mark.parametrize("party", [Party.PROVIDER, Party.BUREAU, Party.MINISTRY])
def test_the_wish_of_a_visitor_starts_nothing_for_staff(client, settings, party):
    settings.RELAX_SECOND_FACTOR = True
    member = user(party, password=PASSWORD)
    pressed(client, provider())

    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})

    answer = pressed(client, provider())
    assert not Filing.objects.exists()
    assert "工作人员账号不能填报备案" in answer.content.decode()


def test_the_wish_is_dropped_when_the_provider_takes_no_filings_any_more(client):
    chosen, member = provider(), user(Party.HOST, password=PASSWORD)
    pressed(client, chosen)
    Provider.objects.update(accepts_new=False)

    answer = client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})

    assert answer.status_code == 302
    assert not Filing.objects.exists()


def test_pressing_it_again_offers_the_draft_and_another_one_on_purpose(client):
    chosen, member = provider(), host_user()
    client.force_login(member)
    start = f"/providers/{chosen.slug}/start/?entrance=ministry"
    client.post(start)
    draft = Filing.objects.get()

    again = client.post(start)

    assert again.status_code == 200
    assert again.context["drafts"].get() == draft
    assert f'href="/filings/{draft.pk}/continue/"' in again.content.decode()
    assert client.get(start).context["drafts"].get() == draft
    assert client.post(start, {"another": "1"}).status_code == 302
    assert Filing.objects.filter(host=member, provider=chosen, entrance="ministry").count() == 2
    elsewhere = client.post(f"/providers/{provider().slug}/start/")
    assert elsewhere.status_code == 302  # a draft with another provider is none of this one


def test_a_provider_that_takes_no_new_filings_starts_none(client):
    full = provider(accepts_new=False)
    client.force_login(host_user())
    assert client.post(f"/providers/{full.slug}/start/")["Location"] == "/navigation/"
    assert not Filing.objects.exists()
    assert client.get(f"/providers/{full.slug}/").status_code == 200


def test_no_filing_is_started_with_a_closed_provider(client):
    closed = provider(is_active=False)
    client.force_login(host_user())

    answers = [getattr(client, method)(f"/providers/{closed.slug}/start/").status_code for method in ("get", "post")]

    assert answers == [404, 404]
    assert not Filing.objects.exists()
