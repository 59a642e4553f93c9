"""Usual wordings of remarks: picked in the rows of a return, hidden and shown on the page of the bank."""

import re
from html import unescape

import pytest

from bureaus.models import Reviewer, ReviewerRole
from filings import reasons, services
from filings.lookup import phrase_bank
from filings.models import Phrase, PhraseChange
from filings.states import Status
from icp_portal.tests.builders import GUANGDONG, Case, client_of, provider, reviewer, staff
from icp_portal.tests.hostile import fields_of
from providers.models import StaffRole
from providers.tests.views.returning_desk import REMARK, Desk, text, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


# --- Usual wordings in the rows -----------------------------------------------------------------------


@pytest.fixture
def learned() -> tuple[Desk, Phrase]:
    desk = Desk()
    services.send_back(
        desk.case.filing.pk,
        desk.actor,
        version=None,
        remarks=[services.RemarkDraft("websites.0.name", "P301", "名称笼统", "改用全称")],
    )
    another = Desk.__new__(Desk)
    another.case = Case(of=desk.case.provider).submit()
    another.at_bureau, another.actor = False, another.case.staff
    services.claim(another.case.filing.pk, another.actor)
    another.client, another.button = client_of(another.actor), "send_back"
    another.url = f"/provider/filings/{another.case.filing.pk}/"
    return another, Phrase.objects.get()


def test_without_a_script_a_button_brings_the_wordings_and_another_fills_the_row(learned):
    desk, phrase = learned
    typed = (
        desk.form()
        | written(1, seen="自己写的", expected="自己的要求")
        | {
            "remarks-0-path": "websites.0.name",
            "remarks-0-code": "P301",
        }
    )

    page = desk.post(typed, wordings="0")
    assert f'value="0:{phrase.pk}"' in page
    assert f'value="1:{phrase.pk}"' in page
    page = desk.post(fields_of(page), pick=f"0:{phrase.pk}")

    filled = fields_of(page)
    assert [text(filled[f"remarks-0-{name}"]) for name in ("seen", "expected")] == ["名称笼统", "改用全称"]
    assert [text(filled[f"remarks-1-{name}"]) for name in ("seen", "expected")] == ["自己写的", "自己的要求"]
    assert re.search(r'name="remarks-0-seen"[^>]*autofocus', page)


@pytest.mark.parametrize("pick", ["0:999999", "0:", ":", "9:official", "x:y", "0:²", "-1:official", "0:official:1", ""])
def test_a_forged_pick_changes_nothing(learned, pick):
    desk, _phrase = learned
    typed = desk.form() | written()

    page = desk.post(typed, pick=pick)

    assert text(fields_of(page)["remarks-0-seen"]) == REMARK["seen"]


def test_a_strangers_wording_can_not_be_picked_or_seen(learned):
    _desk, phrase = learned
    stranger = Desk()

    page = stranger.post(stranger.form() | written(), pick=f"0:{phrase.pk}")
    part = stranger.client.get("/provider/wordings/?code=P301&path=websites.0.name&row=0").content.decode()

    assert text(fields_of(page)["remarks-0-seen"]) == REMARK["seen"]
    assert "名称笼统" not in page + part + stranger.client.get("/provider/phrases/").content.decode()
    bureau = client_of(reviewer()).get("/bureau/wordings/?code=P301&path=websites.0.name&row=0").content.decode()
    assert "名称笼统" not in bureau


def test_the_part_of_the_page_with_the_wordings(learned, django_assert_max_num_queries):
    desk, phrase = learned
    desk.client.get("/provider/")
    with django_assert_max_num_queries(5):
        part = desk.client.get("/provider/wordings/?code=P301&path=websites.2.name&row=3").content.decode()
    assert part.count('<span class="code">P301</span>') == part.count("<button")

    assert f'value="3:{phrase.pk}"' in part
    assert 'value="3:official"' in part
    for query in ("", "?code=X&path=y&row=z", "?code=P301", "?code=P301&path=%3Cb%3E&row=%3Cb%3E"):
        assert desk.client.get(f"/provider/wordings/{query}").status_code == 200


# --- The bank's page ----------------------------------------------------------------------------------


def test_a_supervisor_hides_and_shows_again_and_it_stands_there(learned):
    desk, phrase = learned
    chief = staff(desk.case.provider, StaffRole.SUPERVISOR)
    client, url = client_of(chief), f"/provider/phrases/{phrase.pk}/"

    client.post(url, {"hide": "1"})
    assert "名称笼统" not in client.get("/provider/phrases/").content.decode()
    hidden = client.get("/provider/phrases/?tab=hidden").content.decode()
    assert "名称笼统" in hidden
    assert f"hidden by {chief.name}" in hidden
    client.post(url, {"show": "1"})
    page = client.get("/provider/phrases/").content.decode()
    for said in ("名称笼统", str(reasons.text_of("P301")), '<span class="code quiet">P301</span>'):
        assert said in page
    assert list(PhraseChange.objects.values_list("hides", flat=True)) == [True, False]


def test_a_chief_hides_a_wording_of_the_bureau_and_nobody_elses():
    desk = Desk(Status.WITH_BUREAU)
    services.return_to_provider(
        desk.case.filing.pk,
        desk.actor,
        version=None,
        remarks=[services.RemarkDraft("websites.0.name", "P301", "名称笼统", "改用全称")],
    )
    phrase = Phrase.objects.get()
    url = f"/bureau/phrases/{phrase.pk}/"
    assert url not in desk.client.get("/bureau/phrases/").content.decode()
    assert desk.client.post(url, {"hide": "1"}).status_code == 404
    Reviewer.objects.filter(user=desk.actor.user_id).update(role=ReviewerRole.CHIEF)
    elsewhere = reviewer(GUANGDONG)
    Reviewer.objects.filter(user=elsewhere.user_id).update(role=ReviewerRole.CHIEF)

    assert url in desk.client.get("/bureau/phrases/").content.decode()
    assert client_of(elsewhere).post(url, {"hide": "1"}).status_code == 404
    assert desk.client.post(url, {"hide": "1"}).status_code == 302
    assert "名称笼统" not in desk.client.get("/bureau/phrases/").content.decode()
    assert list(PhraseChange.objects.values_list("hides", "user_id")) == [(True, desk.actor.user_id)]


def test_verifiers_read_the_bank_and_only_supervisors_of_the_provider_change_it(learned):
    desk, phrase = learned
    page = desk.client.get("/provider/phrases/").content.decode()

    assert "名称笼统" in page
    assert f"/provider/phrases/{phrase.pk}/" not in page
    assert desk.client.post(f"/provider/phrases/{phrase.pk}/", {"hide": "1"}).status_code == 404
    stranger = client_of(staff(provider(), StaffRole.ADMINISTRATOR))
    assert stranger.post(f"/provider/phrases/{phrase.pk}/", {"hide": "1"}).status_code == 404
    phrase.refresh_from_db()
    assert phrase.hidden_at is None


def test_the_bank_in_pages_costs_the_same(learned, django_assert_max_num_queries):
    desk, _phrase = learned
    phrase_bank.learn(
        desk.case.filing,
        desk.actor,
        [
            services.RemarkDraft(
                "websites.0.name", "P301", "笼统" + "甲乙丙丁戊己庚辛壬癸"[n % 10] * (n // 10 + 1), "请改"
            )
            for n in range(40)
        ],
    )
    desk.client.get("/provider/phrases/")

    with django_assert_max_num_queries(7):
        page = desk.client.get("/provider/phrases/").content.decode()

    assert page.count("<tr>") == 26
    [following] = re.findall(r'href="(\?[^"]*after=[^"]*)"', page)
    assert desk.client.get(f"/provider/phrases/{unescape(following)}").content.decode().count("<tr>") == 17
