"""Whatever is typed into the pages around a return, several websites, rounds and rules: text, and never a fault.

Django's test client raises what a view raises, so a 500 fails a test by itself.
"""

from html import escape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Party, User
from filings import facts, fields, services
from filings.fields import Type
from filings.models import Answer, Filing
from filings.rules import corrections
from filings.states import Status
from filings.verification import handovers
from icp_portal.tests.builders import BEIJING, Case, user
from icp_portal.tests.hostile import ONE_SCRIPT, Desk, browser, fields_of, jpeg
from ministry.models import ProvinceRule
from ministry.reference.topics import Topic
from ministry.rules.rules import save_rule

pytestmark = pytest.mark.django_db

MARKUP = f'"><img src=x onerror=alert(1)>{ONE_SCRIPT}&amp;{{{{ 7 }}}}{{% now %}}%(x)s'


def send_back(case: Case, *paths: str, text: str = "看到的") -> None:
    services.claim(case.filing.pk, case.staff)
    remarks = [services.RemarkDraft(path, "P301", text, text) for path in paths]
    services.send_back(case.filing.pk, case.staff, version=None, remarks=remarks)
    case.refresh()


def advise(text: str) -> ProvinceRule:
    """An operator's rule that speaks at the field of the website's name."""
    rule = ProvinceRule(
        province=BEIJING,
        topic=Topic.ADVICE,
        words="websites.*.name",
        advice=text,
        source=text,
        valid_from=timezone.localdate(),
    )
    return save_rule(rule, user(Party.MINISTRY))


# --- Markup -------------------------------------------------------------------------------------------------


def test_markup_of_hosts_staff_and_operators_is_text_on_every_page_of_the_way_back():
    """Everything one may type is markup; the texts reach the pages, and never as markup."""
    case = Case(websites=2, same=False)
    rule = advise(MARKUP)
    texts = {
        path: MARKUP
        for path, _section, field in fields.each(case.filing.facts)
        if field.type in (Type.TEXT, Type.LINES) and field.max_length >= len(MARKUP) and _free(path)
    }
    services.save_facts(case.filing.pk, case.host, texts, version=None)
    case.refresh().submit()
    send_back(case, "websites.1.remark", "subject.name", "papers.responsible_front", text=MARKUP)
    answers = {remark.pk: MARKUP for remark in corrections.open_remarks(case.filing)}
    services.save_facts(case.filing.pk, case.host, {"websites.1.remark": f"{MARKUP}2"}, version=None, answers=answers)
    client, staff = browser(case.filing.host), browser(User.objects.get(pk=case.staff.user_id))
    _handover, token = handovers.open_for(case.filing.pk, case.host, "papers.responsible_front")
    operator = browser(user(Party.MINISTRY))
    own = f"/filings/{case.filing.pk}/"

    pages = [client.get(f"{own}{page}") for page in ("", "correct/", "unlock/", "rounds/", "check/", "withdraw/")]
    services.unlock(case.filing.pk, case.host, version=None)
    pages += [client.get(f"{own}{page}") for page in ("edit/", "edit/website-2/", "edit/websites/2/remove/")]
    pages += [client.get("/filings/"), Client().get(reverse("filings:phone", args=[token]))]
    services.submit(case.filing.pk, case.host, version=None)
    services.claim(case.filing.pk, case.staff)
    for page in ("verify", "rounds"):
        pages.append(staff.get(reverse(f"provider_desk:{page}", args=[case.filing.pk]), {"full": "1"}))
    pages.append(staff.get(reverse("provider_desk:index")))
    for page in ("history", "change"):
        pages.append(operator.get(reverse(f"ministry_desk:ministry_provincerule_{page}", args=[rule.pk])))
    pages.append(operator.get(reverse("ministry_desk:ministry_provincerule_changelist")))

    texts_seen = [response.content.decode() for response in pages]
    assert [response.status_code for response in pages] == [200] * len(pages)
    assert [text for text in texts_seen if "<script>alert" in text or "<img src=x" in text] == []
    assert sum(escape(MARKUP) in text for text in texts_seen) >= len(pages) / 2
    assert client.get(f"{own}summary.pdf").status_code == 200
    assert set(Answer.objects.values_list("round", flat=True)) == {2}


def _free(path: str) -> bool:
    """Whether any text may stand there in a filing that can be submitted."""
    return path in (
        "subject.name",
        "subject.investor",
        "subject.remark",
        "subject.address",
        "subject.cert_address",
    ) or (path.endswith((".remark", "responsible.name")))


# --- Addresses and values that lead nowhere -----------------------------------------------------------------


@pytest.mark.parametrize("number", ["0", "2", "11", "10000", "99999999999999999999", "-1", "１", "%00", "1.5"])
def test_there_is_no_other_website_to_take_out(number):
    desk = Desk()
    url = f"/filings/{desk.case.filing.pk}/edit/websites/{number}/remove/"
    before = desk.case.filing.facts

    answers = [desk.client.get(url), desk.client.post(url, {"version": desk.case.filing.version})]

    assert {answer.status_code for answer in answers} <= {302, 400, 404}
    assert answers[0].status_code in (400, 404)
    assert desk.case.refresh().filing.facts == before


def test_websites_are_added_one_after_the_other_and_never_beyond_the_most():
    """Ten thousand clicks; the version of the page before is refused, the eleventh website too."""
    desk = Desk()
    url = f"/filings/{desk.case.filing.pk}/edit/websites/add/"
    stale = desk.case.filing.version
    for version in (stale, stale, stale, "", "abc", "-1", "9" * 30):
        assert desk.client.post(url, {"version": version}).status_code == 302
    assert facts.count(desk.case.refresh().filing.facts) == 2

    for _click in range(facts.MOST_WEBSITES + 3):
        desk.client.post(url, {"version": desk.case.refresh().filing.version})

    assert facts.count(desk.case.refresh().filing.facts) == facts.MOST_WEBSITES
    last = desk.client.get(desk.url(f"website-{facts.MOST_WEBSITES}"))
    assert last.status_code == 200
    assert desk.client.get(desk.url(f"website-{facts.MOST_WEBSITES + 1}")).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "from=0",
        "from=99999999999999999999",
        "to=now",
        "from=-1",
        "from=１",
        "from=1&to=%F0%9F%98%80",
        "to=",
    ],
)
def test_rounds_that_are_none_are_not_found(query):
    case = Case().submit()

    assert browser(case.filing.host).get(f"/filings/{case.filing.pk}/rounds/?{query}").status_code == 404


def test_what_is_sent_to_the_page_of_remarks_for_others_is_not_kept():
    """Answers to another filing's remarks, fields and pictures no remark is about, names that mean nothing."""
    mine, theirs = Case().submit(), Case().submit()
    for case in (mine, theirs):
        send_back(case, "websites.0.name")
    (asked,), (foreign,) = corrections.open_remarks(mine.filing), corrections.open_remarks(theirs.filing)
    client, url = browser(mine.filing.host), f"/filings/{mine.filing.pk}/correct/"
    good = {"version": mine.filing.version, "websites.0.name": "示例科技的新网站", f"answer-{asked.pk}": "已改正。"}

    sent: dict[str, Any] = good | {f"answer-{foreign.pk}": "别人的", "answer-0": "x", "status": "filed", "round": "9"}
    for name in ("websites.10000.name", "websites.-1.name", "websites.0.papers.photo", "subject", "..", "__class__"):
        sent[name] = "x"
    assert client.post(url, sent).status_code == 302
    filing = mine.refresh().filing
    assert (filing.get("websites.0.name"), filing.status, filing.round) == (
        "示例科技的新网站",
        Status.RETURNED_TO_HOST,
        1,
    )
    assert filing.answers_draft == {str(asked.pk): "已改正。"}

    closed = client.post(url, good | {"version": filing.version, "subject.name": "别的名称", "websites.0.name": "示例"})
    assert closed.status_code == 200
    assert mine.refresh().filing.get("websites.0.name") == "示例科技的新网站"
    assert theirs.refresh().filing.answers_draft == {}


@pytest.mark.parametrize("page", ["correct", "unlock", "submit", "withdraw"])
def test_a_spoilt_version_changes_nothing_on_the_way_back(page):
    case, got = Case().submit(), {}
    send_back(case, "websites.0.name")
    before = Filing.objects.values().get()
    client = browser(case.filing.host)

    for version in ("", "abc", "-1", "0", "9" * 30, "\x00"):
        sent = {"version": version, "websites.0.name": "新的名称"}
        status = client.post(f"/filings/{case.filing.pk}/{page}/", sent).status_code
        got[version] = (status in (200, 302), Filing.objects.values().get() == before)

    assert got == dict.fromkeys(got, (True, True))


def test_a_page_of_remarks_that_was_left_open_is_no_way_back_in():
    """In another window the filing is handed on, then withdrawn: what is sent late is answered, and not kept."""
    case = Case().submit()
    send_back(case, "websites.0.name")
    client, url = browser(case.filing.host), f"/filings/{case.filing.pk}/correct/"
    form = fields_of(client.get(url).content.decode()) | {"websites.0.name": "迟到的网站名称"}
    services.save_facts(
        case.filing.pk,
        case.host,
        {"websites.0.name": f"{case.filing.get('subject.name')}的网站"},
        version=None,
        answers={remark.pk: "已改正。" for remark in corrections.open_remarks(case.filing)},
    )
    services.submit(case.filing.pk, case.host, version=None)
    for _time in range(2):
        late = client.post(url, {**form, "papers.responsible_front": SimpleUploadedFile("a.jpg", jpeg())})
        assert late.status_code == 200
        assert "迟到的网站名称" in late.content.decode()
        assert "迟到的网站名称" not in str(case.refresh().filing.facts)
        if case.filing.status == Status.WITH_PROVIDER:
            services.withdraw(case.filing.pk, case.host, version=None)
