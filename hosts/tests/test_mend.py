"""Corrections: a returned filing opens on its remarks, only what they name can be changed, each is answered."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, InternalError
from django.test import Client
from django.utils.translation import gettext as _
from post_office.models import Email

from accounts.models import User
from filings import services, states
from filings.errors import FactsRefused, MoveRefused
from filings.fields.findings import Finding, Severity
from filings.models import Answer, Filing
from filings.rules import checks, corrections
from filings.states import Role, Status
from icp_portal.demo import invent, play
from icp_portal.tests.builders import Case, case_at, host, sign_in
from icp_portal.tests.hostile import fields_of

pytestmark = pytest.mark.django_db

NAME, MOBILE, CERTIFICATE = "websites.0.name", "responsible.mobile", "papers.subject_certificate"


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.RELAX_SECOND_FACTOR = True


def remark(path: str, code: str = "B703", seen: str = "看到的", expected: str = "应当的") -> services.RemarkDraft:
    return services.RemarkDraft(path, code, seen, expected)


def returned(*paths: str, **facts: Any) -> Case:
    """Return a filing that was returned with a remark about each of these paths."""
    case = Case(**facts).submit()
    services.claim(case.filing.pk, case.staff)
    services.send_back(case.filing.pk, case.staff, version=None, remarks=[remark(path) for path in paths])
    return case.refresh()


def closed(path: str) -> str:
    """Return the words with which something is refused that no remark is about."""
    return _(
        "No remark concerns %(fields)s, so it can't be changed now. Nothing has been saved. To change it anyway, "
        "choose “Edit everything” first."
    ) % {"fields": corrections.named([path])}


def browser(case: Case) -> Client:
    return sign_in(Client(), User.objects.get(pk=case.host.user_id))


def url(case: Case, page: str = "mend") -> str:
    return f"/filings/{case.filing.pk}/{page}/"


def typed(case: Case, **more: Any) -> dict[str, Any]:
    """Return what a browser sends: version, what the page has shown, an answer to each remark, and ``more``."""
    shown = fields_of(browser(case).get(url(case)).content.decode())
    answers = {f"answer-{one.pk}": "已改正。" for one in corrections.open_remarks(case.filing)}
    return {"version": case.filing.version, "seen": shown["seen"], **answers, **more}


@pytest.mark.parametrize("page", ["edit", "edit/subject", "edit/papers", "mend"])
def test_a_page_of_a_returned_filing_runs_the_checks_once(page, monkeypatch):
    """What is open follows from the findings; the page and each form on it share them."""
    case = returned(NAME, CERTIFICATE)
    asked, findings = [], checks.findings
    monkeypatch.setattr(checks, "findings", lambda *said: asked.append(said) or findings(*said))

    answer = browser(case).get(url(case, page))

    assert (answer.status_code, len(asked)) == (200, 1)


# --- Where one arrives --------------------------------------------------------------------------------------


def test_every_way_to_a_returned_filing_leads_to_what_is_to_be_mended():
    case = returned(NAME)
    client, page = browser(case), url(case)

    places = ["/filings/", f"/filings/{case.filing.pk}/", f"/filings/{case.filing.pk}/edit/"]

    assert [place for place in places if page not in client.get(place).content.decode()] == []
    assert page in Email.objects.filter(to=case.filing.host.email).latest("pk").message


def test_the_page_shows_each_remark_with_its_field_prefilled_and_a_place_for_the_answer():
    case = returned(NAME, MOBILE, NAME, CERTIFICATE)

    context = browser(case).get(url(case)).context

    shown = [
        (len(group["remarks"]), [control.name for control in group["controls"]], len(group["items"]))
        for group in context["groups"]
    ]
    assert shown == [(2, [NAME], 0), (1, [MOBILE], 0), (1, [CERTIFICATE], 1)]
    assert context["count"] == 4
    assert context["others"] == []
    assert context["form"][NAME].value() == case.filing.get(NAME)
    page = browser(case).get(url(case)).content.decode()
    assert [word for word in ("B703", "看到的", "应当的") if word not in page] == []


def test_a_remark_about_the_photo_is_explained_and_asks_for_no_upload():
    case = returned("websites.0.papers.photo")
    page = browser(case).get(url(case))

    assert [group["is_photo"] for group in page.context["groups"]] == [True]
    assert 'type="file"' not in page.content.decode()


def test_a_remark_about_the_websites_person_opens_the_hosts_when_they_are_one():
    case = returned("websites.0.responsible.mobile", "websites.0.responsible.email")

    groups = browser(case).get(url(case)).context["groups"]

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

    sent = browser(case).post(url(case), typed(case, **{NAME: "示例新名称官网", CERTIFICATE: invent.card("NEW", 7)}))

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

    page = browser(case).post(url(case), data)

    assert page.status_code == 200
    assert set(page.context["form"].errors) == {MOBILE, answers[1]}
    case.refresh()
    assert (case.filing.get(MOBILE), list(case.filing.answers_draft.values())) == ("123", ["已改正。", ""])
    again = browser(case).get(url(case)).context["form"]
    assert again[answers[0]].value() == "已改正。"


def autosaved(case: Case, data: dict[str, Any]) -> Any:
    return browser(case).post(url(case), data, headers={"accept": "application/json"})


def test_what_is_typed_is_saved_meanwhile_and_is_there_after_signing_in_again():
    case = returned(NAME)
    answer = f"answer-{corrections.open_remarks(case.filing)[0].pk}"

    said = autosaved(case, typed(case, **{NAME: "打到一半的名称", answer: "正在改"}))

    assert said.status_code == 200
    assert said.json()["version"] == case.refresh().filing.version
    page = fields_of(browser(case).get(url(case)).content.decode())
    assert (page[NAME], page[answer]) == (["打到一半的名称"], ["正在改"])
    assert case.filing.status == Status.RETURNED_TO_HOST


def test_saving_meanwhile_overwrites_no_other_window():
    case = returned(NAME)
    data = typed(case, **{NAME: "第二个窗口的名称"})
    browser(case).post(url(case), typed(case, **{NAME: "第一个窗口的名称"}))

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
    assert said.json()["message"]


def test_come_back_later_keeps_half_of_it():
    case = returned(NAME)

    sent = browser(case).post(url(case), {"version": case.filing.version, NAME: "示例新名称官网", "later": "1"})

    assert (sent.status_code, sent["Location"]) == (302, f"/filings/{case.filing.pk}/")
    assert case.refresh().filing.get(NAME) == "示例新名称官网"


def test_a_picture_that_is_none_is_refused_and_the_rest_is_kept():
    case = returned(NAME, CERTIFICATE)
    client = browser(case)
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
    client, data = browser(case), typed(case, **{NAME: "第二个窗口的名称"})
    client.post(url(case), typed(case, **{NAME: "第一个窗口的名称"}))

    page = client.post(url(case), data)

    form = page.context["form"]
    assert form.non_field_errors()
    assert (form[NAME].value(), int(form["version"].value())) == ("第二个窗口的名称", case.refresh().filing.version)
    assert "第一个窗口的名称" in str(form.errors[NAME])
    assert case.filing.get(NAME) == "第一个窗口的名称"


def test_what_was_typed_survives_when_the_filing_was_submitted_in_another_window():
    case = returned(NAME)
    client, data = browser(case), typed(case, **{NAME: "迟到的名称官网"})
    case.submit()

    page = client.post(url(case), data)

    assert page.context["form"][NAME].value() == "迟到的名称官网"
    assert case.refresh().filing.get(NAME) != "迟到的名称官网"


def test_a_page_of_the_return_before_this_one_changes_nothing():
    case = returned(NAME)
    client, data = browser(case), typed(case, **{NAME: "迟到的名称官网"})
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

    page = browser(case).post(url(case), typed(case, **{NAME: "示例新名称官网"}) | {"version": version, "seen": ""})

    assert page.status_code == 200
    assert page.context["form"][NAME].value() == "示例新名称官网"
    assert case.refresh().filing.get(NAME) != "示例新名称官网"


def test_another_host_finds_nothing():
    case = returned(NAME)
    stranger = sign_in(Client(), User.objects.get(pk=host().user_id))

    answers = [stranger.get(url(case, page)).status_code for page in ("mend", "unlock", "rounds")]
    answers += [stranger.post(url(case, page), typed(case)).status_code for page in ("mend", "unlock")]

    assert set(answers) == {404}
    assert case.refresh().filing.unlocked is False


@pytest.mark.parametrize("status", [status for status in Status if status != Status.RETURNED_TO_HOST])
def test_a_filing_that_lies_elsewhere_has_nothing_to_mend(status):
    case = case_at(status)
    client, before = browser(case), Filing.objects.values().get(pk=case.filing.pk)

    for page in ("mend", "unlock"):
        assert client.get(url(case, page)).status_code == 302
        assert client.post(url(case, page), {"version": case.filing.version, NAME: "改动"}).status_code in (200, 302)

    assert Filing.objects.values().get(pk=case.filing.pk) == before


# --- Only what is named is open -----------------------------------------------------------------------------


def test_a_closed_fact_is_refused_with_its_name_and_nothing_is_saved():
    case = returned(NAME)

    with pytest.raises(MoveRefused, match=closed("subject.investor")):
        services.save_facts(
            case.filing.pk, case.host, {NAME: "示例新名称官网", "subject.investor": "别人"}, version=None
        )

    assert case.refresh().filing.get(NAME) != "示例新名称官网"


def test_a_closed_picture_is_refused():
    case = returned(NAME)

    with pytest.raises(MoveRefused, match=closed(CERTIFICATE)):
        services.add_evidence(case.filing.pk, case.host, "papers.subject_certificate", invent.card("NEW", 7))


@pytest.mark.parametrize(
    ("page", "name"),
    [("mend", "subject.investor"), ("edit/subject", "investor"), ("mend", CERTIFICATE), ("edit/papers", CERTIFICATE)],
)
def test_a_closed_field_sent_anyway_is_refused_in_words_and_nothing_is_saved(page, name):
    case = returned(NAME)
    value = invent.card("NEW", 7) if name == CERTIFICATE else "别人"
    before = Filing.objects.values().get(pk=case.filing.pk)

    answer = browser(case).post(url(case, page), typed(case, **{NAME: "示例新名称官网", name: value}))

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert Filing.objects.values().get(pk=case.filing.pk) == before
    assert case.filing.evidence.filter(path="papers.subject_certificate").count() == 1


def test_the_same_value_sent_for_a_closed_fact_is_no_change():
    case = returned(NAME)
    values = {NAME: "示例新名称官网", "subject.investor": case.filing.get("subject.investor")}

    assert services.save_facts(case.filing.pk, case.host, values, version=None).get(NAME) == "示例新名称官网"


def test_a_page_of_the_form_shows_what_is_closed_as_text():
    case = returned(NAME)
    client = browser(case)

    page = client.get(url(case, "edit/website")).context["form"]
    other = client.get(url(case, "edit/subject"))

    assert set(page.fields) == {"version", "seen", "name"}
    assert "websites.0.domain" in [row.path for row in page.closed]
    assert other.context["form"].open_fields == []
    assert case.filing.get("subject.name") in other.content.decode()
    assert client.get(url(case, "edit/papers")).context["form"].is_closed


def test_what_the_checks_refuse_now_is_open_so_that_nobody_is_stuck():
    case = returned("websites.0.domain")
    services.save_facts(case.filing.pk, case.host, {"websites.0.domain": "other-demo.cn"}, version=None)

    others = [field.name for field in browser(case).get(url(case)).context["others"]]
    filing = services.save_facts(case.filing.pk, case.host, {"websites.0.home_url": "www.other-demo.cn"}, version=None)

    assert others == ["websites.0.home_url"]
    assert filing.get("websites.0.home_url") == "www.other-demo.cn"


def test_what_was_changed_on_the_way_stays_open_for_a_second_thought():
    case = returned("websites.0.domain")
    for value in ("other-demo.cn", "third-demo.cn"):
        services.save_facts(case.filing.pk, case.host, {"websites.0.domain": value}, version=None)
        services.save_facts(case.filing.pk, case.host, {"websites.0.home_url": f"www.{value}"}, version=None)
    services.save_facts(case.filing.pk, case.host, {"websites.0.home_url": "third-demo.cn"}, version=None)

    with pytest.raises(MoveRefused, match=closed(NAME)):
        services.save_facts(case.filing.pk, case.host, {"websites.0.name": "无关的改动"}, version=None)


def test_the_provider_mends_anything_the_bureau_returned():
    case = case_at(Status.RETURNED_TO_PROVIDER)
    services.claim(case.filing.pk, case.staff)

    filing = services.save_facts(case.filing.pk, case.staff, {"subject.investor": "新投资人"}, version=None)

    assert filing.get("subject.investor") == "新投资人"


def test_edit_everything_is_a_step_of_its_own_on_record_until_the_next_hand_over():
    case = returned(NAME)
    client = browser(case)
    assert client.get(url(case, "unlock")).status_code == 200
    assert case.refresh().filing.unlocked is False

    client.post(url(case, "unlock"), {"version": case.filing.version})

    assert case.refresh().filing.unlocked is True
    assert case.filing.events.filter(name="unlock", role=Role.HOST).count() == 1
    services.save_facts(case.filing.pk, case.host, {"subject.investor": "新投资人"}, version=None)
    case.submit()
    assert (case.filing.unlocked, case.filing.answers_draft) == (False, {})


@pytest.mark.parametrize("status", [status for status in Status if status != Status.RETURNED_TO_HOST])
def test_only_a_returned_filing_can_be_opened(status):
    case = case_at(status)

    words = _("This filing is “%(status)s” now and can't be edited.") % {"status": status.label}
    if status == Status.DRAFT:
        words = _("Only a returned filing has locked fields.")
    with pytest.raises(MoveRefused, match=words):
        services.unlock(case.filing.pk, case.host, version=None)


def test_opening_is_refused_to_a_stale_window_and_to_the_provider():
    case = returned(NAME)
    with pytest.raises(
        MoveRefused,
        match=_("%(name)s has already acted: %(event)s. What you typed has been kept.")
        % {"name": Role.PROVIDER.label, "event": states.EVENT_LABELS["send_back"]},
    ):
        services.unlock(case.filing.pk, case.host, version=case.filing.version - 1)
    with pytest.raises(
        MoveRefused,
        match=_("This filing is “%(status)s” now and can't be edited.") % {"status": Status.RETURNED_TO_HOST.label},
    ):
        services.unlock(case.filing.pk, case.staff, version=None)


# --- Pictures of somebody else ------------------------------------------------------------------------------


RESPONSIBLES = {"papers.responsible_front", "papers.responsible_back"}
MANAGERS = {f"websites.0.papers.{kind}" for kind in ("manager_front", "manager_back", "photo")}


@pytest.mark.parametrize(
    ("path", "value", "gone"),
    [
        ("responsible.name", "赵另人", RESPONSIBLES),
        ("responsible.cert_number", invent.person(77).id_number, RESPONSIBLES),
        ("websites.0.responsible.name", "赵另人", MANAGERS),
        (
            "websites.0.responsible.cert_number",
            invent.person(78).id_number,
            MANAGERS,
        ),
        ("websites.0.responsible.mobile", "13800009999", set()),
        (NAME, "示例新名称官网", set()),
    ],
)
def test_pictures_of_a_person_go_with_the_person(path, value, gone):
    case = Case(same=False).submit()
    services.claim(case.filing.pk, case.staff)
    play.photograph(case.filing, case.staff, "websites.0.papers.photo", 1)
    services.send_back(case.filing.pk, case.staff, version=None, remarks=[remark(path)])
    before = set(case.filing.evidence.filter(replaced_at=None).values_list("path", flat=True))

    services.save_facts(case.filing.pk, case.host, {path: value}, version=None)

    after = set(case.filing.evidence.filter(replaced_at=None).values_list("path", flat=True))
    assert before - after == gone


def test_a_slip_of_the_pen_in_a_draft_costs_no_upload():
    case = Case()
    before = case.filing.evidence.filter(replaced_at=None).count()

    services.save_facts(case.filing.pk, case.host, {"responsible.name": "赵另人"}, version=None)

    assert case.filing.evidence.filter(replaced_at=None).count() == before


# --- Answers ------------------------------------------------------------------------------------------------


def test_nothing_is_handed_on_without_an_answer_to_each_remark():
    case = returned(NAME, MOBILE)
    first, second = corrections.open_remarks(case.filing)
    services.save_facts(case.filing.pk, case.host, {}, version=None, answers={first.pk: "已改正。", second.pk: "  "})

    with pytest.raises(
        MoveRefused,
        match=_("Answer each remark first. Still unanswered: %(fields)s.") % {"fields": corrections.named([MOBILE])},
    ) as refused:
        services.submit(case.filing.pk, case.host, version=None)

    assert not isinstance(refused.value, FactsRefused)
    page = browser(case).get(url(case, "check"))
    assert [finding.href for finding in page.context["findings"]] == [f"{url(case)}#id_answer-{second.pk}"]
    assert Answer.objects.count() == 0
    services.save_facts(case.filing.pk, case.host, {}, version=None, answers={second.pk: "号码无误。"})
    services.submit(case.filing.pk, case.host, version=None)
    rows = list(Answer.objects.values_list("remark_id", "round", "author_id"))
    assert rows == [(first.pk, 2, case.host.user_id), (second.pk, 2, case.host.user_id)]
    assert [answer.text for answer in Answer.objects.all()] == ["已改正。", "号码无误。"]


def test_the_remarks_of_bureau_and_provider_are_all_answered():
    case = case_at(Status.RETURNED_TO_PROVIDER)
    play.send_back(case.filing, case.staff, services.RemarkDraft("subject.name", "1008", "看到的", "应当的"))
    remarks = corrections.open_remarks(case.refresh().filing)
    assert {one.stage for one in remarks} == {Role.BUREAU, Role.PROVIDER}

    case.submit()

    assert {one.answer.text for one in case.filing.remarks.select_related("answer")} == {play.GOOD_ANSWER}


def test_a_remark_of_the_bureau_that_the_provider_has_passed_on_is_asked_once():
    case = case_at(Status.RETURNED_TO_PROVIDER).send_back()

    (asked,) = corrections.open_remarks(case.filing)
    page = browser(case).get(url(case)).content.decode()

    assert asked.stage == Role.PROVIDER
    assert page.count('name="answer-') == 1
    case.submit()
    assert [answer.remark_id for answer in Answer.objects.all()] == [asked.pk]


def test_an_answer_to_a_strangers_remark_is_not_kept():
    mine, other = returned(NAME), returned(NAME)
    (foreign,) = corrections.open_remarks(other.filing)

    services.save_facts(mine.filing.pk, mine.host, {}, version=None, answers={foreign.pk: "不相干"})

    assert mine.refresh().filing.answers_draft == {}


def test_answers_and_their_drafts_are_sealed_and_answers_are_never_changed():
    case = returned(NAME)
    play.mend(case.filing, case.host)
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers_draft FROM filings_filing")
        assert play.GOOD_ANSWER not in cursor.fetchone()[0]
    services.submit(case.filing.pk, case.host, version=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM filings_answer")
        assert play.GOOD_ANSWER not in cursor.fetchone()[0]
    for change in (lambda: Answer.objects.update(round=9), lambda: Answer.objects.get().delete()):
        with pytest.raises((DatabaseError, InternalError)), transaction.atomic():
            change()


def desk_page(case: Case, role: str, page: str = "") -> Any:
    member, desk = {"provider": (case.staff, "provider"), "bureau": (case.reviewer, "bureau")}[role]
    client = sign_in(Client(), User.objects.get(pk=member.user_id))
    return client.get(f"/{desk}/filings/{case.filing.pk}/{page}")


def test_the_provider_sees_remark_answer_and_change_together():
    case = case_at(Status.RETURNED_TO_HOST)
    old = case.filing.get(NAME)
    case.submit()

    (shown,) = desk_page(case, "provider").context["remarks"]

    assert (shown.answer, shown.unchanged) == (play.GOOD_ANSWER, False)
    assert [(change.old, change.new) for change in shown.changes] == [(old, case.filing.get(NAME))]


def test_the_bureau_sees_them_too_but_no_change_since_a_round_it_was_never_handed():
    case = case_at(Status.RETURNED_TO_HOST).submit().verify()
    old = case.filing.get(NAME)

    (shown,) = desk_page(case, "bureau").context["remarks"]
    assert (shown.answer, shown.changes, shown.unchanged) == (play.GOOD_ANSWER, [], False)

    case.return_to_provider()
    services.claim(case.filing.pk, case.staff)
    services.save_facts(case.filing.pk, case.staff, {NAME: "示例新名称官网"}, version=None)
    case.verify()
    shown = desk_page(case, "bureau").context["remarks"][-1]
    assert [(change.old, change.new) for change in shown.changes] == [(old, "示例新名称官网")]


def test_a_remark_whose_field_stayed_says_so():
    case = returned(MOBILE)
    case.submit()

    (shown,) = desk_page(case, "provider").context["remarks"]

    assert (shown.answer, shown.changes, shown.unchanged) == (play.GOOD_ANSWER, [], True)


def test_the_bureau_does_not_read_an_answer_before_the_round_is_handed_to_it():
    case = case_at(Status.RETURNED_TO_PROVIDER).send_back().submit()

    assert play.GOOD_ANSWER in desk_page(case, "provider").content.decode()
    assert play.GOOD_ANSWER not in desk_page(case, "bureau").content.decode()
    case.verify()
    assert play.GOOD_ANSWER in desk_page(case, "bureau").content.decode()


# --- A website that is not there any more ---------------------------------------------------------------------


@pytest.mark.parametrize("path", ["websites.1.name", "websites.1.papers.manager_front", "websites.1.responsible.same"])
def test_a_remark_about_a_website_that_was_taken_out_is_answered_like_any_other(path):
    """The whole form was opened and the website removed, so only the answer is left to give."""
    case = returned(path, websites=2, same=False)
    services.unlock(case.filing.pk, case.host, version=None)
    services.remove_website(case.filing.pk, case.host, 1, version=None)
    client = browser(case.refresh())

    page = client.get(url(case))
    sent = client.post(url(case), typed(case, **{path: "不在了的网站"}))

    assert [group["controls"] for group in page.context["groups"]] == [[]]
    assert (sent.status_code, sent["Location"]) == (302, url(case, "check"))
    services.submit(case.filing.pk, case.host, version=None)
    assert Answer.objects.get().text == "已改正。"


@pytest.mark.parametrize("severity", Severity)
def test_only_what_blocks_opens_a_field_of_a_returned_filing(severity):
    case = returned(NAME)
    found = Finding("P301", MOBILE, "", "", severity)

    open_now = corrections.opening(case.filing, lambda: [found])

    assert [open_now.covers(path) for path in (NAME, MOBILE)] == [True, severity == Severity.BLOCKS]
