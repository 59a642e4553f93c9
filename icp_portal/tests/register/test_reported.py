"""A filing that a provider's own system has reported, wherever else the portal deals with filings: it has no host."""

from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from desks.tests.casefile.casefiles_fetched import fetched, text, unblanked
from filings import services, states
from filings.actors import portal
from filings.deadlines import batches, erasing, recalculation, sweeps, waiting
from filings.errors import MoveRefused
from filings.models import Filing, FilingMail, HostQuestion, MovedDate
from filings.moves.moving import making
from filings.review import host_questions, questions
from filings.services import splitting
from filings.states import Status
from icp_portal.demo import play
from icp_portal.tests.builders import Case, client_of, staff
from icp_portal.tests.hostile import fields_of
from icp_portal.tests.reports import Reported
from ministry.models import Subject, Website
from ministry.passwords import passwords
from records import addresses
from records.tests.orders.claims import claimed, decided, time_is_over

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

REMARK = {"path": "websites.0.name", "code": "P301", "seen": "名称太笼统", "expected": "改用单位全称"}


@pytest.fixture
def case() -> Reported:
    return Reported().report()


def page(client: Client, name: str, *args: int) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200, name
    return unescape(response.content.decode())


# --- The bureau's pages -----------------------------------------------------------------------------------


def test_through_the_bureaus_pages_returned_reported_again_and_approved(case):
    bureau, clerk = client_of(case.reviewer), client_of(staff(case.provider))
    url = reverse("bureau_desk:review", args=[case.filing.pk])
    assert "由接入服务商的企业系统报送" in page(bureau, "bureau_desk:index")
    services.claim(case.filing.pk, case.reviewer)
    review = page(bureau, "bureau_desk:review", case.filing.pk)
    assert f"备案信息由{case.provider.name}的企业系统报送" in review
    assert "核验内容见随附的核验单扫描件，本系统没有逐项核验记录。" in review
    assert "签字件第 1 版" in review
    assert "已封存，完好" in review
    assert "口令" not in review

    typed = fields_of(review) | {f"remarks-0-{name}": words for name, words in REMARK.items()} | {"return": "1"}
    look = bureau.post(url, typed)
    assert bureau.post(url, fields_of(look.content.decode()) | {"return": "1"}).status_code == 302
    assert case.refresh().filing.status == Status.RETURNED_TO_PROVIDER

    desk = page(clerk, "provider_desk:verify", case.filing.pk)
    assert "请在企业系统中修改后重新报送，本页仅供查看。" in desk
    assert REMARK["seen"] in desk
    assert reverse("provider_desk:claim", args=[case.filing.pk]) not in desk
    assert clerk.get(reverse("provider_desk:amend", args=[case.filing.pk, "website"])).status_code == 404
    assert clerk.post(reverse("provider_desk:claim", args=[case.filing.pk])).status_code == 302
    assert case.refresh().filing.claimed_by is None

    case.values["websites"][0]["name"] = f"{case.values['subject']['name']}的网站"
    case.again()
    services.claim(case.filing.pk, case.reviewer)
    look = bureau.post(url, fields_of(bureau.get(url).content.decode()) | {"approve": "1"})
    assert case.values["responsible"]["email"] not in look.content.decode()  # masked
    assert bureau.post(url, fields_of(look.content.decode()) | {"approve": "1"}).status_code == 302
    assert case.refresh().filing.status == Status.FILED
    assert str(Website.objects.get().number) in page(bureau, "bureau_desk:review", case.filing.pk)
    assert str(Website.objects.get().number) in page(clerk, "provider_desk:verify", case.filing.pk)


def test_every_page_of_both_desks_about_it_can_be_opened(case):
    bureau, clerk = client_of(case.reviewer), client_of(staff(case.provider))
    sheet = case.filing.verifications.get().sheets.get()
    for client, desk, filing_page in ((bureau, "bureau_desk", "review"), (clerk, "provider_desk", "verify")):
        page(client, f"{desk}:{filing_page}", case.filing.pk)
        page(client, f"{desk}:rounds", case.filing.pk)
        listed = page(client, f"{desk}:sheets", case.filing.pk)
        assert "第 1 轮，由接入服务商的企业系统报送" in listed
        assert 'type="file"' not in listed
        pdf = client.get(reverse(f"{desk}:sheet", args=[case.filing.pk, sheet.pk])).content
        assert unblanked("核验内容、签字和盖章见随附的核验单扫描件") in text(pdf)
        scan = client.get(reverse(f"{desk}:sheet_scan", args=[case.filing.pk, sheet.scans.get().pk]))
        assert (scan.status_code, scan["Content-Type"]) == (200, "image/jpeg")
    assert "报送日期" in page(Client(), "sheet", sheet.token)  # type: ignore[arg-type]


def test_nothing_is_to_be_printed_and_no_mail_foreseen_at_the_desk_of_a_returned_one(case):
    play.return_to_provider(case.filing, case.reviewer)
    clerk = client_of(staff(case.provider))

    assert "空白" not in page(clerk, "provider_desk:sheets", case.filing.pk)
    for name, *args in (("blank_sheet", 1), ("mails",)):
        assert clerk.get(reverse(f"provider_desk:{name}", args=[case.filing.pk, *args])).status_code == 404


@pytest.mark.parametrize("desk", ["bureau_desk", "provider_desk"])
@pytest.mark.parametrize("form", ["pdf", "zip"])
def test_the_case_file_says_who_verified_and_has_the_scan(case, desk, form):
    reader = case.reviewer if desk == "bureau_desk" else staff(case.provider)
    content = fetched(reader, case, form, desk)  # type: ignore[arg-type]
    if form == "pdf":
        read = text(content)
        assert unblanked("见随附的核验单扫描件，本系统没有逐项核验记录") in read
        assert unblanked("接入服务商的企业系统") in read
    else:
        assert b"sheets/signed/" in content


# --- Questions, split, transfer -----------------------------------------------------------------------------


def test_the_bureaus_question_is_answered_by_the_staff_and_not_passed_on_to_a_host(case):
    services.claim(case.filing.pk, case.reviewer)
    asked = questions.ask(case.filing.pk, case.reviewer, text="网站是否已停用？", days=3)
    clerk = staff(case.provider)
    desk = page(client_of(clerk), "provider_desk:answer", case.filing.pk)
    assert "ask-host" not in desk
    assert client_of(clerk).get(reverse("provider_desk:ask_host", args=[case.filing.pk])).status_code == 404

    with pytest.raises(MoveRefused, match="没有账号"):
        host_questions.pass_on(case.filing.pk, clerk, asked.pk, text="？")
    questions.answer(case.filing.pk, clerk, asked.pk, text="没有停用。")

    assert not HostQuestion.objects.exists()
    assert case.refresh().filing.question_due_on is None


def test_some_of_its_websites_are_approved_and_the_others_reported_again():
    case = Reported(websites=2, same=False).report()
    services.claim(case.filing.pk, case.reviewer)
    remark = services.RemarkDraft(**REMARK | {"path": "websites.1.name"})
    splitting.approve_in_part(case.filing.pk, case.reviewer, version=None, remarks=[remark])
    rest = splitting.continuation_of(case.refresh().filing)
    assert rest is not None
    assert (rest.is_reported, rest.status, rest.host) == (True, Status.RETURNED_TO_PROVIDER, None)
    second = case.values["websites"][1] | {"name": f"{case.values['subject']['name']}的网站"}
    papers = services.ReportedPapers(
        pictures={
            path.replace("websites.1.", "websites.0."): content
            for path, content in case.papers.pictures.items()
            if not path.startswith("websites.0.")
        },
        sheets={0: case.papers.sheets[1]},
        photos={0: case.papers.photos[0]},
    )
    papers.pictures["websites.0.papers.manager_front"] = case.papers.pictures["websites.0.papers.manager_front"]  # type: ignore[index]

    services.report_again(rest.pk, case.system, {"websites": [second]}, papers)

    play.approve(Filing.objects.get(pk=rest.pk), case.reviewer)
    assert sorted(Website.objects.values_list("sequence", flat=True)) == [1, 2]


# --- Time -----------------------------------------------------------------------------------------------------


def test_it_lapses_after_the_usual_limit_and_only_the_provider_is_told(case):
    play.return_to_provider(case.filing, case.reviewer)
    Email.objects.all().delete()
    for days in range(0, 900, 10):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=True):
            waiting.warn()
            waiting.lapse()
        if case.refresh().filing.status == Status.LAPSED:
            break

    assert case.filing.status == Status.LAPSED
    assert {address for mail in Email.objects.all() for address in mail.to} == {case.provider.contact_email}
    assert "主办者" not in Email.objects.order_by("pk").last().message


def test_an_overdue_one_and_a_moved_due_date_are_told_to_the_provider_alone(case):
    Filing.objects.update(due_on=timezone.localdate() - timedelta(days=9))
    Email.objects.all().delete()
    sweeps.watch_deadlines()

    person = case.values["responsible"]["email"]
    assert person not in {address for mail in Email.objects.all() for address in mail.to}
    assert case.provider.contact_email in {address for mail in Email.objects.all() for address in mail.to}


def test_its_data_are_erased_when_their_time_is_over(case):
    play.return_to_provider(case.filing, case.reviewer)
    with making(states.LAPSE, case.filing.pk, portal(), None):
        pass
    with time_machine.travel(timezone.now() + timedelta(days=6 * 366), tick=True):
        assert erasing.erase_ended() == batches.Run(changed=1)

    filing = case.refresh().filing
    assert (filing.erased_at is not None, filing.subject_name, filing.get("subject.name")) == (True, "", "")
    assert not filing.evidence.exists()
    assert filing.verifications.get().sheets.get().content == {}


# --- Records, passwords, orders -----------------------------------------------------------------------------


def test_a_new_filing_password_goes_to_the_person_on_record(case, mailbox):
    play.approve(case.filing, case.reviewer)
    subject = Subject.objects.get()
    passwords.want(subject.pk)  # as its owner does by the link
    passwords.send(subject.pk)
    Email.objects.all().delete()

    services.order_password(case.filing.pk, staff(case.provider))

    person = case.values["responsible"]["email"]
    (told,) = Email.objects.all()
    assert (told.to, "/filings/" in told.message) == ([person], False)
    passwords.send(subject.pk)
    assert mailbox.messages()[-1]["To"] == person


def test_the_record_is_written_to_at_the_address_on_record(case):
    play.approve(case.filing, case.reviewer)

    assert addresses.of_record(Subject.objects.get()) == [case.values["responsible"]["email"]]


def test_whoever_owns_its_certificate_claims_it_and_the_person_on_record_is_heard_by_mail(case):
    owner = Case(invented=case.number)
    Email.objects.all().delete()
    cancellation_case = claimed(owner)
    person = case.values["responsible"]["email"]
    assert [address for mail in Email.objects.order_by("pk") for address in mail.to][:2] == [
        person,
        case.provider.contact_email,
    ]

    decided(time_is_over(cancellation_case), upheld=True)

    assert case.refresh().filing.status == Status.CLOSED
    ended = FilingMail.objects.filter(filing=case.filing, name__startswith="displace")
    assert sorted(ended.values_list("name", flat=True)) == ["displace_host", "displace_provider"]
    owner.submit()


def test_a_moved_due_date_is_told_to_its_provider_alone(case):
    MovedDate.objects.create(
        filing=case.filing, provider=case.provider, was_due_on=date(2026, 1, 5), moved_at=timezone.now()
    )
    Email.objects.all().delete()

    recalculation.tell_moved()

    assert [mail.to for mail in Email.objects.all()] == [[case.provider.contact_email]]
