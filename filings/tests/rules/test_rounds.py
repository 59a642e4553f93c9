"""Any two rounds beside each other, for the host and for the desks, each as far as it was handed them."""

from typing import Any

import pytest
from django.test import Client

from filings import facts, fields, services
from filings.models import Look
from filings.rules import rounds
from filings.rules.rounds import RoundState
from filings.states import Status
from icp_portal.demo import invent, play
from icp_portal.tests.builders import GUANGDONG, Case, case_at, client_of, host, provider, reviewer, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

NAME, MOBILE, CERTIFICATE = "websites.0.name", "responsible.mobile", "papers.subject_certificate"


def url(case: Case, role: str = "host", query: str = "") -> str:
    start = {"host": "/filings", "provider": "/provider/filings", "bureau": "/bureau/filings"}[role]
    return f"{start}/{case.filing.pk}/rounds/{query}"


def picture_url(case: Case, role: str, picture: Any) -> str:
    return url(case, role).replace("rounds/", f"evidence/{picture.pk}/")


def member(case: Case, role: str) -> Client:
    return client_of({"host": case.host, "provider": case.staff, "bureau": case.reviewer}[role])


def corrected(**values: Any) -> Case:
    """Two rounds: the second with these values (path → value) and another picture of the licence."""
    case = case_at(Status.RETURNED_TO_HOST)
    services.unlock(case.filing.pk, case.host, version=None)
    services.save_facts(case.filing.pk, case.host, values, version=None)
    services.add_evidence(case.filing.pk, case.host, "papers.subject_certificate", invent.card("NEW", 7))
    return case.refresh().submit()


def shown(page: Any) -> dict[str, tuple[str, str]]:
    return {change.path: (change.old, change.new) for change in page.context["changes"]}


# --- Comparing ----------------------------------------------------------------------------------------------


def state(values: dict[str, Any], papers: dict[str, str] | None = None) -> RoundState:
    return RoundState(facts.written(facts.blank(), values), papers or {})


def test_equal_states_have_no_changes():
    values = invent.values(1, province="110000")
    assert rounds.compare(state(values, {"papers.x": "1"}), state(values, {"papers.x": "1"})) == []


def test_every_kind_of_value_is_told_in_words_before_and_after():
    old, new = invent.values(1, province="110000", same=False), invent.values(2, province="440000", individual=True)

    changes = rounds.compare(state(old), state(new), full=True)

    order = [path for path, _section, _field in fields.each(facts.written(facts.blank(), new))]
    assert [change.path for change in changes] == sorted((change.path for change in changes), key=order.index)
    words = {change.path: (change.old, change.new) for change in changes}
    assert words["subject.province"] == ("北京", "广东")
    assert words["websites.0.services"][0] != "[8]"
    assert words["websites.0.responsible.name"] == (old["websites.0.responsible.name"], "")
    assert [change for change in changes if change.is_picture or change.is_masked] == []


def test_masked_values_stay_masked_and_say_when_the_difference_is_hidden():
    old, new = state({MOBILE: "13800001111"}), state({MOBILE: "13800201111"})

    (masked,), (full,) = rounds.compare(old, new), rounds.compare(old, new, full=True)

    assert (masked.old, masked.is_masked) == (masked.new, True)
    assert "13800001111" not in masked.old
    assert (full.old, full.new, full.is_masked) == ("13800001111", "13800201111", False)


def test_a_picture_can_come_go_and_change():
    changes = rounds.compare(
        state({}, {"papers.a": "1", "papers.b": "2"}), state({}, {"papers.b": "3", "papers.c": "4"})
    )

    assert [(change.path, change.old_picture, change.new_picture) for change in changes] == [
        ("papers.a", "1", ""),
        ("papers.b", "2", "3"),
        ("papers.c", "", "4"),
    ]


# --- The page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["host", "provider"])
def test_two_rounds_stand_beside_each_other_old_and_new(role):
    case = corrected(**{NAME: "示例新名称官网"})
    old = case.filing.snapshots.get(round=1).facts["websites"][0]["name"]

    page = member(case, role).get(url(case, role, "?from=1&to=2"))

    assert shown(page)[NAME][0] == old
    html = page.content.decode()
    assert f'<del class="value">{old}</del>' in html
    assert html.count("<figure>") == 2
    assert [change.path for change in page.context["changes"]] == [NAME, CERTIFICATE]


def test_the_default_is_the_last_two_rounds_and_the_filing_as_it_is_while_one_writes():
    case = corrected()
    client = member(case, "host")
    assert (page := client.get(url(case))).context["before"], page.context["after"]
    assert (page.context["before"], page.context["after"]) == ("1", "2")

    case.send_back()
    page = client.get(url(case))

    assert (page.context["before"], page.context["after"]) == ("2", "now")
    assert [key for key, _name in page.context["choices"]] == ["1", "2", "now"]


def test_the_later_round_always_stands_behind():
    case = corrected(**{NAME: "示例新名称官网"})
    client = member(case, "host")

    forth, back = (shown(client.get(url(case, "host", query))) for query in ("?from=1&to=2", "?from=2&to=1"))

    assert forth == back


NO_ROUNDS = (
    "?from=0",
    "?from=9",
    "?to=-1",
    "?from=x",
    "?from=",
    "?to=now",
    "?from=١",
    "?from=1.0",
    f"?to={'9' * 500}",
)


def test_rounds_there_are_not_are_not_found():
    case, got = corrected().verify(), {}
    for role in ("host", "provider", "bureau"):
        client = member(case, role)
        got |= {(role, query): client.get(url(case, role, query)).status_code for query in NO_ROUNDS}

    assert got == dict.fromkeys(got, 404)


@pytest.mark.parametrize("status", list(Status))
def test_the_page_answers_at_every_status(status):
    case = case_at(status)
    expected = 404 if case.filing.round == 0 and status != Status.DRAFT else 200

    assert member(case, "host").get(url(case)).status_code == expected


@pytest.mark.parametrize("role", ["host", "provider", "bureau"])
def test_strangers_find_neither_page_nor_pictures(role):
    case = corrected().verify()
    stranger = client_of({"host": host(), "provider": staff(provider()), "bureau": reviewer(GUANGDONG)}[role])
    pictures = case.filing.evidence.filter(path="papers.subject_certificate")

    answers = [stranger.get(url(case, role)).status_code]
    answers += [stranger.get(picture_url(case, role, picture)).status_code for picture in pictures]

    assert answers == [404, 404, 404]


# --- Who was handed what ------------------------------------------------------------------------------------


def test_the_provider_sees_the_former_picture_and_its_look_is_on_record():
    case = corrected()
    old = case.filing.evidence.exclude(replaced_at=None).get(path="papers.subject_certificate")
    client = member(case, "provider")

    assert client.get(picture_url(case, "provider", old)).status_code == 200
    assert Look.objects.filter(what=CERTIFICATE, user_id=case.staff.user_id).count() == 1
    client.get(url(case, "provider"))
    assert Look.objects.filter(what="rounds").count() == 0
    client.get(url(case, "provider", "?full"))
    assert Look.objects.filter(what="rounds", user_id=case.staff.user_id).count() == 1


def test_numbers_are_masked_at_a_desk_until_asked_for():
    case = corrected(**{MOBILE: "13800009999"})
    client = member(case, "provider")

    masked, full = (client.get(url(case, "provider", query)).content.decode() for query in ("", "?full=1"))

    assert ("13800009999" in masked, "13800009999" in full) == (False, True)
    assert "13800009999" in member(case, "host").get(url(case)).content.decode()


def test_the_bureau_compares_only_rounds_that_were_verified():
    case = corrected().verify()  # round 1 never reached it
    old = case.filing.evidence.exclude(replaced_at=None).get(path="papers.subject_certificate")
    client = member(case, "bureau")

    page = client.get(url(case, "bureau"))

    assert [key for key, _name in page.context["choices"]] == ["2"]
    assert client.get(url(case, "bureau", "?from=1")).status_code == 404
    assert client.get(picture_url(case, "bureau", old)).status_code == 404


def test_what_the_host_writes_now_and_what_it_handed_to_the_provider_is_not_the_bureaus():
    case = case_at(Status.RETURNED_TO_PROVIDER).send_back()
    services.unlock(case.filing.pk, case.host, version=None)
    services.save_facts(case.filing.pk, case.host, {"websites.0.domain": "secret-demo.cn"}, version=None)
    newer = services.add_evidence(case.filing.pk, case.host, "papers.subject_certificate", invent.card("NEW", 7))
    services.save_facts(case.filing.pk, case.host, {"websites.0.home_url": "secret-demo.cn"}, version=None)
    seen: dict[str, list[Any]] = {"provider": [], "bureau": []}

    def look() -> None:
        for role, found in seen.items():
            client = member(case, role)
            html = client.get(url(case, role)).content.decode()
            found += ["secret-demo" in html, client.get(picture_url(case, role, newer)).status_code]

    look()
    case.submit()
    look()
    case.verify()
    look()

    assert seen == {
        "provider": [False, 404, True, 200, True, 200],
        "bureau": [False, 404, False, 404, True, 200],
    }


def test_a_photo_that_was_taken_but_not_used_is_not_the_bureaus():
    case = Case().submit()
    services.claim(case.filing.pk, case.staff)
    unused = play.photograph(case.filing, case.staff, "websites.0.papers.photo", 901).evidence
    play.send_back(case.filing, case.staff)
    case.submit().verify()

    used = case.filing.verifications.get().photos.get()
    answers = [member(case, "bureau").get(picture_url(case, "bureau", photo)).status_code for photo in (unused, used)]

    assert answers == [404, 200]


def test_the_photos_of_two_verified_rounds_are_compared_at_the_desks_and_never_by_the_host():
    case = case_at(Status.WITH_BUREAU).return_to_provider()
    services.claim(case.filing.pk, case.staff)
    play.photograph(case.filing, case.staff, "websites.0.papers.photo", 902)
    services.verify(case.filing.pk, case.staff, version=None, answers=play.answers(case.filing), place="营业厅")

    pages = {role: member(case, role).get(url(case, role)) for role in ("host", "provider", "bureau")}

    paths = {role: [change.path for change in page.context["changes"]] for role, page in pages.items()}
    assert paths == {"host": [], "provider": ["websites.0.papers.photo"], "bureau": ["websites.0.papers.photo"]}
    for role in ("provider", "bureau"):
        (change,) = pages[role].context["changes"]
        answers = [member(case, role).get(picture.url).status_code for picture in change.pictures]
        assert answers == [200, 200]


@pytest.mark.parametrize("role", ["provider", "bureau"])
def test_a_desks_page_says_what_has_changed_since_the_last_round(role):
    case = case_at(Status.WITH_BUREAU).return_to_provider().send_back()
    page = f"/{role}/filings/{case.filing.pk}/"
    assert member(case, role).get(page).context["changes"] is None

    case.submit().verify()
    context = member(case, role).get(page).context

    assert NAME in [change.path for change in context["changes"]]
    assert url(case, role) in member(case, role).get(page).content.decode()
