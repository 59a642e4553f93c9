"""A decision website by website in the browser: the last look, and the way from one half to the other."""

from dataclasses import asdict

import pytest
from django.test import Client
from django.urls import reverse

from filings import services
from filings.models import Filing
from filings.review import decision_drafts
from filings.services import RemarkDraft
from filings.states import Status
from filings.tests.services.split_filings import at_desk, domain, in_review, remark, split
from icp_portal.tests.builders import Case, sign_in, user_of
from icp_portal.tests.hostile import fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def rows(case: Case, *remarks: RemarkDraft, **more: str) -> dict[str, str]:
    said = {
        "version": str(case.filing.version),
        "opinion": "",
        "remarks-TOTAL_FORMS": "3",
        "remarks-INITIAL_FORMS": "0",
    }
    for number, one in enumerate(remarks):
        said |= {f"remarks-{number}-{name}": getattr(one, name) for name in ("path", "code", "seen", "expected")}
    return said | more


def test_the_last_look_names_both_halves_and_sends_what_was_looked_at():
    case = in_review()
    client, url = at_desk(case)
    look = client.post(url, rows(case, remark(), split="1"))
    page = look.content.decode()
    assert f"{domain(case, 0)}、{domain(case, 2)}" in page
    assert domain(case, 1) in page
    assert case.refresh().filing.status == Status.WITH_BUREAU  # nothing has been sent
    sent = client.post(url, fields_of(look.content.decode()) | {"split": "1"})
    assert sent.status_code == 302
    assert case.refresh().filing.withheld == [1]
    again = client.post(url, fields_of(look.content.decode()) | {"split": "1"})  # the second click of a double one
    assert again.status_code == 302
    assert Filing.objects.filter(copied_from=case.filing).count() == 1


def test_who_could_not_decide_now_gets_no_look():
    case = in_review()
    client, url = at_desk(case)
    services.release(case.filing.pk, case.reviewer)

    answer = client.post(url, rows(case, remark(), split="1"))

    assert answer.templates[0].name == "bureaus/review.html"
    assert "领取" in answer.context["refusal"]
    assert "与企业业务不符" in answer.content.decode()


def test_what_was_changed_after_the_look_is_looked_at_again():
    case = in_review()
    client, url = at_desk(case)
    look = client.post(url, rows(case, remark(), split="1"))
    changed = fields_of(look.content.decode()) | {"split": "1", "remarks-0-path": "websites.2.name"}
    assert client.post(url, changed).status_code == 200
    assert case.refresh().filing.status == Status.WITH_BUREAU


def test_a_remark_typed_in_another_window_after_the_look_is_not_lost():
    case = in_review()
    client, url = at_desk(case)
    look = client.post(url, rows(case, remark(), split="1", draft="0"))
    newer = asdict(remark("websites.0.name"))
    decision_drafts.save(case.filing.pk, case.reviewer, words={}, remarks=[asdict(remark()), newer], version=1)

    answer = client.post(url, fields_of(look.content.decode()) | {"split": "1"})

    assert "有 1 条退回意见已填写但尚未发出" in answer.context["refusal"]
    assert answer.context["rows"].typed() == [asdict(remark()), newer]
    assert case.refresh().filing.status == Status.WITH_BUREAU


def test_a_remark_about_the_host_is_refused_on_the_page_and_kept():
    case = in_review()
    client, url = at_desk(case)
    page = client.post(url, rows(case, remark("subject.name"), split="1")).content.decode()
    assert "请退回整份备案" in page
    assert "与企业业务不符" in page


def test_the_button_is_there_for_several_websites_alone():
    several, single = in_review(), in_review(websites=1)
    for case, there in ((several, True), (single, False)):
        client, url = at_desk(case)
        assert ('name="split"' in client.get(url).content.decode()) is there


def test_each_party_is_led_from_one_half_to_the_other():
    case = in_review()
    rest = split(case)
    for party, page in (
        ("host", "filings:status"),
        ("staff", "provider_desk:verify"),
        ("reviewer", "bureau_desk:review"),
    ):
        client = sign_in(Client(), user_of(getattr(case, party)))
        for here, there in ((case.filing, rest), (rest, case.filing)):
            answer = client.get(reverse(page, args=[here.pk]))
            assert answer.status_code == 200
            assert reverse(page, args=[there.pk]) in answer.content.decode()


def test_the_case_file_of_each_half_holds_what_belongs_to_it():
    case = in_review()
    rest = split(case)
    client, _url = at_desk(case)
    for filing in (case.filing, rest):
        for form in ("pdf", "zip"):
            assert client.get(reverse("bureau_desk:case_file", args=[filing.pk, form])).status_code == 200
