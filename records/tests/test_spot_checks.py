"""Spot checks: domains against the register, questions to providers, answers, reminders; and who sees none of it."""

from datetime import date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone, translation
from openpyxl import Workbook
from post_office.models import Email

from filings.errors import MoveRefused
from icp_portal.tests.builders import GUANGDONG, client_of, on_record, provider, reviewer, staff
from ministry.calendar import workdays
from records import spot_checks
from records.models import CheckedDomain, DomainStanding, SpotAnswer, SpotCheck, SpotEvent, SpotQuestion

pytestmark = pytest.mark.django_db

TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LIST = "/bureau/orders/spot-checks/"


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE, settings.RELAX_SECOND_FACTOR = "en", True
    with translation.override("en"):
        yield


def asked(of=None, bureau=None) -> SpotQuestion:
    """A question about one unfiled domain."""
    bureau, of = bureau or reviewer(), of or provider()
    check = spot_checks.compare(bureau, "月度抽查", ["unfiled.cn"])
    spot_checks.ask(check.pk, bureau, [check.domains.get().pk], [of], 5, "请核实")
    return SpotQuestion.objects.get(domain__check_of=check)


def standings(check: SpotCheck) -> list[tuple[str, str]]:
    return [(row.domain, row.standing) for row in check.domains.order_by("pk")]


# --- Comparing ------------------------------------------------------------------------------------------------


def test_what_is_typed_is_read_as_the_portal_reads_it_and_compared_with_the_register():
    of, member = provider(), reviewer()
    ours, elsewhere = on_record(of), on_record(of, GUANGDONG)
    ended = on_record(of)
    on_record(of, domain="8.8.4.4", home_url="8.8.4.4")
    typed = [
        f"https://www.{ours.domain}/path?x=1#y",
        elsewhere.domain.upper(),
        "",
        "例子.中国",
        "http://8.8.4.4:8080/",
        f"{ours.domain}",
        "sub.un\u200bfiled.com.cn",
    ]
    response = client_of(member).post(LIST, {"occasion": "投诉 12 号", "domains": "\r\n".join(typed)})

    check = SpotCheck.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"{LIST}{check.pk}/")
    assert standings(check) == [
        (ours.domain, DomainStanding.FILED),
        (elsewhere.domain, DomainStanding.ELSEWHERE),
        ("xn--fsqu00a.xn--fiqs8s", DomainStanding.UNFILED),
        ("8.8.4.4", DomainStanding.FILED),
        ("unfiled.com.cn", DomainStanding.UNFILED),
    ]
    page = client_of(member).get(f"{LIST}{check.pk}/").content.decode()
    for said in (str(ours.number), ours.subject.name, str(elsewhere.number), "例子.中国", "not on record"):
        assert said in page
    assert ended.domain not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter at least one domain, or choose a file."),
        (" \n ", "Enter at least one domain, or choose a file."),
        ("good.cn\nno domain\nalso bad", "Line 2, no domain"),
        ("192.168.0.1", "Line 1, 192.168.0.1"),
        ("http://[::1]/", "Line 1"),
        ("<script>alert(1)</script>", "Line 1"),
        ("javascript:alert(1)", "Line 1"),
        pytest.param(
            "\n".join(f"d{n}.cn" for n in range(spot_checks.MOST_DOMAINS + 1)), "Enter 1 to 200 domains.", id="too many"
        ),
    ],
)
def test_bad_lines_are_named_and_what_was_typed_is_kept(typed, said):
    response = client_of(reviewer()).post(LIST, {"occasion": "月度<b>", "domains": typed})

    page = response.content.decode()
    assert (response.status_code, SpotCheck.objects.count()) == (200, 0)
    assert said in page
    assert "月度&lt;b&gt;" in page
    assert "<script>alert(1)" not in page


def workbook(*cells: str) -> bytes:
    book, content = Workbook(), BytesIO()
    for cell in cells:
        book.active.append([cell, "not read"])
    book.save(content)
    return content.getvalue()


# Made when the test runs: a workbook contains the time, so that two workers would collect tests with different names.
LISTS = {
    "a workbook": lambda: workbook("域名", "one.cn", "https://www.two.cn/x"),
    "a table as text": "域名,备注\none.cn,x\n\nwww.two.cn,y\n".encode,
}


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_is_read_from_a_file_and_joined_with_what_is_typed(kind):
    said = {"occasion": "月度", "domains": "three.cn\none.cn", "file": SimpleUploadedFile("list.x", LISTS[kind]())}
    assert client_of(reviewer()).post(LIST, said).status_code == 302
    assert [domain for domain, _state in standings(SpotCheck.objects.get())] == ["three.cn", "one.cn", "two.cn"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04broken", "This file can&#x27;t be read now."),
        (b"\xd0\xcf\x11\xe0old", "This file can&#x27;t be read now."),
        (b"", "Enter at least one domain, or choose a file."),
        (b"one.cn\nno domain\n", "Line 2, no domain"),
        pytest.param(
            "\n".join(f"d{n}.cn" for n in range(spot_checks.MOST_DOMAINS + 5)).encode(),
            "Enter 1 to 200 domains.",
            id="too many",
        ),
    ],
)
def test_a_file_that_is_no_list_of_domains_is_refused_and_the_occasion_kept(content, said):
    sent = {"occasion": "月度抽查", "domains": "", "file": SimpleUploadedFile("list.xlsx", content)}
    response = client_of(reviewer()).post(LIST, sent)
    page = response.content.decode()
    assert (response.status_code, SpotCheck.objects.count()) == (200, 0)
    assert [said in page, "月度抽查" in page] == [True, True]


# --- Asking ---------------------------------------------------------------------------------------------------


def test_providers_are_asked_once_with_a_day_and_told_by_mail(time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    member, first, second = reviewer(), provider(), provider()
    filed = on_record(first)
    check = spot_checks.compare(member, "月度", ["one.cn", "two.cn", filed.domain])
    unfiled = list(check.domains.filter(standing=DomainStanding.UNFILED).values_list("pk", flat=True))
    url, desk = f"{LIST}{check.pk}/", client_of(member)
    said = {"domains": unfiled, "providers": [first.pk, second.pk], "days": 5, "text": "请核实"}
    assert desk.post(url, said)["Location"] == url

    due = workdays.nth_working_day(date(2026, 11, 24), 5)
    assert set(SpotQuestion.objects.values_list("domain__domain", "provider", "answer_by")) == {
        (domain, one.pk, due) for domain in ("one.cn", "two.cn") for one in (first, second)
    }
    mails = {mail.to[0]: mail for mail in Email.objects.all()}
    assert set(mails) == {first.contact_email, second.contact_email}
    assert (
        mails[first.contact_email].subject
        == "Beijing Communications Administration asks about 2 domains that are not on record"
    )
    assert ["one.cn" in mails[first.contact_email].message, "请核实" in mails[first.contact_email].message] == [
        True
    ] * 2

    again = desk.post(url, said)
    assert (again.status_code, SpotQuestion.objects.count()) == (200, 4)
    assert "has not been asked about it yet" in again.content.decode()
    on_file = check.domains.get(standing=DomainStanding.FILED).pk
    with pytest.raises(MoveRefused, match="Choose a domain not on record"):
        spot_checks.ask(check.pk, member, [on_file], [first], 5)
    with pytest.raises(MoveRefused, match="working days"):
        spot_checks.ask(check.pk, member, unfiled, [provider()], 9999)


@pytest.mark.parametrize(
    "said", [{"days": "5"}, {"domains": "x", "providers": "y", "days": "-1"}, {"domains": ["999999"]}]
)
def test_an_incomplete_question_is_refused_with_words(said):
    member = reviewer()
    check = spot_checks.compare(member, "月度", ["one.cn"])
    response = client_of(member).post(f"{LIST}{check.pk}/", said)
    assert (response.status_code, SpotQuestion.objects.count()) == (200, 0)
    assert "Choose at least one provider." in response.content.decode() or "providers" in said


def test_a_domain_of_another_check_is_not_asked_about():
    member, one = reviewer(), provider()
    mine, theirs = (spot_checks.compare(who, "月度", ["one.cn"]) for who in (member, reviewer(GUANGDONG)))
    with pytest.raises(MoveRefused, match="Choose a domain not on record"):
        spot_checks.ask(mine.pk, member, [theirs.domains.get().pk], [one], 5)
    with pytest.raises(SpotCheck.DoesNotExist):
        spot_checks.ask(theirs.pk, member, [theirs.domains.get().pk], [one], 5)


# --- Answering ------------------------------------------------------------------------------------------------


def test_the_provider_answers_at_its_desk_and_the_bureau_reads_it():
    of, member = provider(), reviewer()
    question = asked(of, member)
    verifier = staff(of)
    desk, url = client_of(verifier), f"/provider/orders/unfiled/{question.pk}/"
    assert "unfiled.cn" in desk.get("/provider/orders/unfiled/").content.decode()
    assert "请核实" in desk.get(url).content.decode()
    today = timezone.localdate()
    done = desk.post(url, {"answer": "ended", "ended_on": today.isoformat(), "words": "第一行\r\n已停止接入"})

    assert (done.status_code, done["Location"]) == (302, url)
    question.refresh_from_db()
    assert (question.answer, question.ended_on, question.answered_by) == (SpotAnswer.ENDED, today, verifier.name)
    assert list(question.events.values_list("name", "role")) == [("ask", "bureau"), ("answer", "provider")]
    page = client_of(member).get(f"{LIST}{question.domain.check_of_id}/").content.decode()
    assert ["已停止接入" in page, "Access has ended" in page, of.name in page] == [True] * 3
    lists = {tab: desk.get("/provider/orders/unfiled/", {"tab": tab}).content.decode() for tab in ("open", "done")}
    assert {tab: "unfiled.cn" in shown for tab, shown in lists.items()} == {"open": False, "done": True}
    late = desk.post(url, {"answer": "filed", "words": "又来了"})
    assert f"{verifier.name} has already answered this question." in late.content.decode()
    assert "又来了" in late.content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"answer": "ended", "words": "停了"}, "Enter the day on which access ended."),
        ({"answer": "ended", "ended_on": "2999-01-01", "words": "停了"}, "Access has not ended yet on this day."),
        ({"answer": "ended", "ended_on": "0000-99-99", "words": "停了"}, "Enter a valid date."),
        ({"answer": "nonsense", "words": "停了"}, "Select a valid choice"),
        ({"words": "停了"}, "Choose an answer."),
        ({"answer": "filed", "words": "停" * 501}, "at most 500 characters"),
        ({"answer": "filed", "words": " "}, "This field is required"),
    ],
)
def test_an_incomplete_answer_keeps_what_was_typed(said, words):
    question = asked()
    response = client_of(staff(question.provider)).post(f"/provider/orders/unfiled/{question.pk}/", said)
    question.refresh_from_db()
    assert (response.status_code, question.answered_at) == (200, None)
    assert words in response.content.decode()
    assert said["words"].strip() in response.content.decode()


def test_a_missing_day_is_named_at_its_field():
    question = asked()
    said = {"answer": "ended", "words": "停了"}
    response = client_of(staff(question.provider)).post(f"/provider/orders/unfiled/{question.pk}/", said)
    assert response.context["form"].errors == {"ended_on": ["Enter the day on which access ended."]}


def test_strangers_find_nothing_and_only_the_provider_answers():
    question = asked()
    other_bureau, other = client_of(reviewer(GUANGDONG)), staff(provider())
    assert other_bureau.get(f"{LIST}{question.domain.check_of_id}/").status_code == 404
    assert "月度抽查" not in other_bureau.get(LIST).content.decode()
    assert client_of(other).get(f"/provider/orders/unfiled/{question.pk}/").status_code == 404
    assert client_of(other).post(f"/provider/orders/unfiled/{question.pk}/", {"answer": "filed"}).status_code == 404
    with pytest.raises(SpotQuestion.DoesNotExist):
        spot_checks.answer(question.pk, other, SpotAnswer.FILED, "在案")
    with pytest.raises(MoveRefused, match="Only the provider can answer"):
        spot_checks.answer(question.pk, reviewer(), SpotAnswer.FILED, "在案")
    with pytest.raises(MoveRefused, match="Only a bureau makes spot checks"):
        spot_checks.compare(other, "月度", ["one.cn"])


# --- Reminding, and the record ----------------------------------------------------------------------------------


def test_a_provider_is_reminded_once_when_the_day_has_passed_and_the_bureau_sees_it():
    member = reviewer()
    question = asked(bureau=member)
    Email.objects.all().delete()
    assert spot_checks.remind(question.answer_by) == 0
    after = workdays.nth_working_day(question.answer_by, 1)
    assert [spot_checks.remind(after), spot_checks.remind(after), spot_checks.remind(after + timedelta(7))] == [1, 0, 0]

    (mail,) = Email.objects.all()
    assert (mail.to, mail.subject) == (
        [question.provider.contact_email],
        "One question from a bureau is overdue",
    )
    assert [event.name for event in question.events.all()] == ["ask", "remind"]
    for days, late in ((0, 0), (1, 1)):
        SpotQuestion.objects.update(answer_by=timezone.localdate() - timedelta(days=days))
        (row,) = client_of(member).get(LIST).context["rows"]
        assert (row["unanswered"], row["late"]) == (1, late)
    assert "Late" in client_of(member).get(LIST).content.decode()


def test_what_happened_can_be_neither_changed_nor_removed():
    asked()
    for model, column in ((SpotCheck, "occasion"), (CheckedDomain, "domain"), (SpotEvent, "note")):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            model.objects.update(**{column: "x"})
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        SpotEvent.objects.all().delete()
