"""Corrections: a returned filing opens on its remarks, and one POST saves everything."""

from dataclasses import replace
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from post_office.models import Email

from accounts.models import User
from filings import services
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import Evidence, Filing
from filings.rules import checks, corrections
from filings.states import Status
from hosts.tests.views.returned_filings import CERTIFICATE, MOBILE, NAME, remark, returned, typed, url
from icp_portal.demo import invent
from icp_portal.tests.builders import Case, case_at, client_of, host, sign_in
from icp_portal.tests.hostile import fields_of

CARD = ("papers.responsible_front", "papers.responsible_back")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


@pytest.mark.parametrize("page", ["edit", "edit/subject", "edit/papers", "correct"])
def test_a_page_of_a_returned_filing_runs_the_checks_once(page, monkeypatch):
    """What is open follows from the findings; the page and each form on it share them."""
    case = returned(NAME, CERTIFICATE)
    asked, findings = [], checks.findings
    monkeypatch.setattr(checks, "findings", lambda *said: asked.append(said) or findings(*said))

    answer = client_of(case.host).get(url(case, page))

    assert (answer.status_code, len(asked)) == (200, 1)


def test_saving_a_returned_filing_runs_the_checks_once(monkeypatch):
    """However many fields are sent and followed: a domain with its home page, a kind of service."""
    case = returned(NAME, "websites.0.domain", "websites.0.home_url")
    data = typed(case, **{NAME: "示例新名称官网", "websites.0.domain": "renamed.cn"})
    asked, findings = [], checks.findings
    monkeypatch.setattr(checks, "findings", lambda *said: asked.append(said) or findings(*said))

    answer = client_of(case.host).post(url(case), {**data, "later": "1"})

    assert (answer.status_code, len(asked)) == (302, 1)
    assert case.refresh().filing.get("websites.0.domain") == "renamed.cn"
    assert case.filing.get("websites.0.home_url") == "www.renamed.cn"


@pytest.mark.parametrize(("page", "runs"), [("edit/papers", 1), ("correct", 2)])
def test_several_pictures_of_a_returned_filing_are_stored_with_one_run_of_the_checks(page, runs, monkeypatch):
    """The page of corrections saves its facts first; what is open is computed again for the saved ones."""
    case = returned(CERTIFICATE, *CARD)
    sent = {path: invent.card("NEW", number) for number, path in enumerate((CERTIFICATE, *CARD))}
    data = typed(case, **sent, later="1")
    asked, findings = [], checks.findings
    monkeypatch.setattr(checks, "findings", lambda *said: asked.append(said) or findings(*said))

    answer = client_of(case.host).post(url(case, page), data)

    assert (answer.status_code, len(asked)) == (302, runs)
    assert corrections.changed(case.refresh().filing) == set(sent)


def test_the_checks_run_again_for_each_picture_when_another_window_saved_after_the_first_run(monkeypatch):
    """Even where the picture's own saving comes after the other window's."""
    case = returned(CERTIFICATE, *CARD)
    sent = {path: invent.card("NEW", number) for number, path in enumerate(CARD)}
    data = typed(case, **sent, later="1")
    asked, findings, add = [], checks.findings, services.add_evidence

    def added_late(filing_id: int, actor: Actor, path: str, *args: Any, **options: Any) -> Evidence:
        if path == CARD[0]:
            Filing.objects.filter(pk=filing_id).update(version=F("version") + 1)
        return add(filing_id, actor, path, *args, **options)

    monkeypatch.setattr(services, "add_evidence", added_late)
    monkeypatch.setattr(checks, "findings", lambda *said: asked.append(said) or findings(*said))

    answer = client_of(case.host).post(url(case, "edit/papers"), data)

    assert (answer.status_code, len(asked)) == (302, 1 + len(sent))


def test_what_was_open_in_an_earlier_version_is_computed_again_under_the_lock():
    case = returned(NAME)
    known = replace(corrections.opening(case.filing), paths=None)
    services.save_facts(case.filing.pk, case.host, {}, version=None)

    with pytest.raises(MoveRefused, match=corrections.named([CERTIFICATE])):
        services.add_evidence(case.filing.pk, case.host, CERTIFICATE, invent.card("NEW", 7), open_now=known)
    with pytest.raises(MoveRefused, match=corrections.named([MOBILE])):
        services.save_facts(case.filing.pk, case.host, {MOBILE: "13800000000"}, version=None, open_now=known)

    assert corrections.changed(case.refresh().filing) == set()


# --- Where one arrives --------------------------------------------------------------------------------------


def test_every_way_to_a_returned_filing_leads_to_what_is_to_be_corrected():
    case = returned(NAME)
    client, page = client_of(case.host), url(case)

    places = ["/filings/", f"/filings/{case.filing.pk}/", f"/filings/{case.filing.pk}/edit/"]

    assert [place for place in places if page not in client.get(place).content.decode()] == []
    assert page in Email.objects.filter(to=case.filing.host.email).latest("pk").message


def test_the_page_shows_each_remark_with_its_field_prefilled_and_a_place_for_the_answer():
    case = returned(NAME, MOBILE, NAME, CERTIFICATE)

    context = client_of(case.host).get(url(case)).context

    shown = [
        (len(group["remarks"]), [control.name for control in group["controls"]], len(group["items"]))
        for group in context["groups"]
    ]
    assert shown == [(2, [NAME], 0), (1, [MOBILE], 0), (1, [CERTIFICATE], 1)]
    assert context["count"] == 4
    assert context["others"] == []
    assert context["form"][NAME].value() == case.filing.get(NAME)
    page = client_of(case.host).get(url(case)).content.decode()
    assert [word for word in ("B703", "看到的", "应当的") if word not in page] == []


def test_a_remark_about_the_photo_is_explained_and_asks_for_no_upload():
    case = returned("websites.0.papers.photo")
    page = client_of(case.host).get(url(case))

    assert [group["is_photo"] for group in page.context["groups"]] == [True]
    assert 'type="file"' not in page.content.decode()


def test_a_remark_about_the_websites_person_opens_the_hosts_when_they_are_one():
    case = returned("websites.0.responsible.mobile", "websites.0.responsible.email")

    groups = client_of(case.host).get(url(case)).context["groups"]

    same = "websites.0.responsible.same"
    assert [[control.name for control in group["controls"]] for group in groups] == [
        [MOBILE, same],
        ["responsible.email"],
    ]
    assert [control.name for control in groups[1]["elsewhere"]] == [same]


# --- One POST saves everything ------------------------------------------------------------------------------


def test_one_sending_keeps_facts_pictures_and_answers_and_goes_on_to_the_check():
    case = returned(NAME, CERTIFICATE)
    before = case.filing.evidence.get(path="papers.subject_certificate")

    sent = client_of(case.host).post(
        url(case), typed(case, **{NAME: "示例新名称官网", CERTIFICATE: invent.card("NEW", 7)})
    )

    assert (sent.status_code, sent["Location"]) == (302, url(case, "check"))
    case.refresh()
    assert case.filing.get(NAME) == "示例新名称官网"
    assert set(case.filing.answers_draft.values()) == {"已改正。"}
    assert case.filing.evidence.get(path="papers.subject_certificate", replaced_at=None).pk != before.pk


def test_what_is_wrong_or_unanswered_is_kept_and_said_at_its_place():
    case = returned(MOBILE, NAME)
    data = typed(case, **{MOBILE: "123", NAME: case.filing.get(NAME)})
    answers = [name for name in data if name.startswith("answer-")]
    data[answers[1]] = " "

    page = client_of(case.host).post(url(case), data)

    assert page.status_code == 200
    assert set(page.context["form"].errors) == {MOBILE, answers[1]}
    case.refresh()
    assert (case.filing.get(MOBILE), list(case.filing.answers_draft.values())) == ("123", ["已改正。", ""])
    again = client_of(case.host).get(url(case)).context["form"]
    assert again[answers[0]].value() == "已改正。"


def autosaved(case: Case, data: dict[str, Any]) -> Any:
    return client_of(case.host).post(url(case), data, headers={"accept": "application/json"})


def test_what_is_typed_is_saved_meanwhile_and_is_there_after_signing_in_again():
    case = returned(NAME)
    answer = f"answer-{corrections.open_remarks(case.filing)[0].pk}"

    said = autosaved(case, typed(case, **{NAME: "打到一半的名称", answer: "正在改"}))

    assert said.status_code == 200
    assert said.json()["version"] == case.refresh().filing.version
    page = fields_of(client_of(case.host).get(url(case)).content.decode())
    assert (page[NAME], page[answer]) == (["打到一半的名称"], ["正在改"])
    assert case.filing.status == Status.RETURNED_TO_HOST


def test_saving_meanwhile_overwrites_no_other_window():
    case = returned(NAME)
    data = typed(case, **{NAME: "第二个窗口的名称"})
    client_of(case.host).post(url(case), typed(case, **{NAME: "第一个窗口的名称"}))

    said = autosaved(case, data)

    assert (said.status_code, said.json()["code"]) == (409, "changed")
    assert [(one["path"], one["value"], one["typed"]) for one in said.json()["saved"]] == [
        (NAME, "第一个窗口的名称", "第二个窗口的名称")
    ]
    assert case.refresh().filing.get(NAME) == "第一个窗口的名称"


def test_saving_meanwhile_says_what_can_not_be_saved():
    case = returned(NAME)

    said = autosaved(case, typed(case, **{NAME: "长" * 5000}))

    assert (said.status_code, said.json()["code"]) == (422, "refused")
    assert said.json()["detail"]


def test_come_back_later_keeps_half_of_it():
    case = returned(NAME)

    sent = client_of(case.host).post(url(case), {"version": case.filing.version, NAME: "示例新名称官网", "later": "1"})

    assert (sent.status_code, sent["Location"]) == (302, f"/filings/{case.filing.pk}/")
    assert case.refresh().filing.get(NAME) == "示例新名称官网"


def test_a_picture_that_is_none_is_refused_and_the_rest_is_kept():
    case = returned(NAME, CERTIFICATE)
    client = client_of(case.host)
    bad = invent.card("BAD", 1)
    bad.seek(0)
    bad.truncate(100)

    page = client.post(url(case), typed(case, **{NAME: "示例新名称官网", CERTIFICATE: bad}))

    assert list(page.context["form"].errors) == [CERTIFICATE]
    assert case.refresh().filing.get(NAME) == "示例新名称官网"
    data = typed(case, **{NAME: "示例新名称官网", CERTIFICATE: invent.card("NEW", 7)})
    data["version"] = page.context["form"]["version"].value()
    assert client.post(url(case), data).status_code == 302


def test_a_second_window_loses_nothing_and_is_told():
    case = returned(NAME)
    client, data = client_of(case.host), typed(case, **{NAME: "第二个窗口的名称"})
    client.post(url(case), typed(case, **{NAME: "第一个窗口的名称"}))

    page = client.post(url(case), data)

    form = page.context["form"]
    assert form.non_field_errors()
    assert (form[NAME].value(), int(form["version"].value())) == ("第二个窗口的名称", case.refresh().filing.version)
    assert "第一个窗口的名称" in str(form.errors[NAME])
    assert case.filing.get(NAME) == "第一个窗口的名称"


def test_what_was_typed_survives_when_the_filing_was_submitted_in_another_window():
    case = returned(NAME)
    client, data = client_of(case.host), typed(case, **{NAME: "迟到的名称官网"})
    case.submit()

    page = client.post(url(case), data)

    assert page.context["form"][NAME].value() == "迟到的名称官网"
    assert case.refresh().filing.get(NAME) != "迟到的名称官网"


def test_a_page_of_the_return_before_this_one_changes_nothing():
    case = returned(NAME)
    client, data = client_of(case.host), typed(case, **{NAME: "迟到的名称官网"})
    case.submit()
    services.claim(case.filing.pk, case.staff)
    services.send_back(case.filing.pk, case.staff, version=None, remarks=[remark(MOBILE)])
    before = Filing.objects.values().get(pk=case.filing.pk)

    page = client.post(url(case), data)

    assert page.context["form"].non_field_errors()
    assert Filing.objects.values().get(pk=case.filing.pk) == before


@pytest.mark.parametrize("version", ["", "x", "9" * 30])
def test_a_spoilt_version_changes_nothing_and_loses_nothing(version):
    case = returned(NAME)

    page = client_of(case.host).post(
        url(case), typed(case, **{NAME: "示例新名称官网"}) | {"version": version, "seen": ""}
    )

    assert page.status_code == 200
    assert page.context["form"][NAME].value() == "示例新名称官网"
    assert case.refresh().filing.get(NAME) != "示例新名称官网"


def test_another_host_finds_nothing():
    case = returned(NAME)
    stranger = sign_in(Client(), User.objects.get(pk=host().user_id))

    answers = [stranger.get(url(case, page)).status_code for page in ("correct", "unlock", "rounds")]
    answers += [stranger.post(url(case, page), typed(case)).status_code for page in ("correct", "unlock")]

    assert set(answers) == {404}
    assert case.refresh().filing.unlocked is False


@pytest.mark.parametrize("status", [status for status in Status if status != Status.RETURNED_TO_HOST])
def test_a_filing_with_somebody_else_has_nothing_to_correct(status):
    case = case_at(status)
    client, before = client_of(case.host), Filing.objects.values().get(pk=case.filing.pk)

    for page in ("correct", "unlock"):
        assert client.get(url(case, page)).status_code == 302
        assert client.post(url(case, page), {"version": case.filing.version, NAME: "改动"}).status_code in (200, 302)

    assert Filing.objects.values().get(pk=case.filing.pk) == before
