"""Who is told what; and that a mail is sent once, retried, and never a template of somebody's words."""

import pytest
from django.test import Client
from django.utils.translation import gettext as _
from post_office.models import STATUS, Email

from filings import services
from filings.errors import MoveRefused
from filings.kinds import Kind
from filings.states import Status
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import Case, sign_in, user_of
from ministry import tasks

pytestmark = pytest.mark.django_db


def told(case: Case) -> list[tuple[str, str]]:
    """(who, subject) of the mails since the last call, in the order they were written."""
    who = {case.filing.host.email: "host", case.provider.contact_email: "provider"}
    found = [(who.get(mail.to[0], mail.to[0]), mail.subject) for mail in Email.objects.order_by("pk")]
    Email.objects.all().delete()
    return found


def test_each_hop_tells_those_it_concerns_in_a_subject_one_can_find_again():
    case = Case().submit()
    name = f"{case.filing.pk}"
    assert [who for who, _subject in told(case)] == ["host", "provider"]
    case.send_back()
    [(who, subject)] = told(case)
    assert who == "host"
    assert name in subject
    assert case.filing.domain in subject
    case.submit()
    told(case)
    case.verify()
    assert [who for who, _subject in told(case)] == ["host"]
    case.return_to_provider()
    assert [who for who, _subject in told(case)] == ["host", "provider"]
    play.verify(case.refresh().filing, case.staff)
    told(case)
    case.approve()
    number = str(case.filing.subject.websites.get().number)
    assert [(who, number in subject) for who, subject in told(case)] == [("host", True), ("provider", True)]


def test_a_return_mail_names_field_and_code_and_leads_to_the_rest():
    """What was seen and expected may hold numbers, and a mail is kept readable."""
    case = Case().submit()
    Email.objects.all().delete()
    case.send_back()
    body = Email.objects.get().message
    for text in ("网站名称", play.GOOD_REMARK.code, f"/filings/{case.filing.pk}/"):
        assert text in body
    for text in (play.GOOD_REMARK.seen, play.GOOD_REMARK.expected):
        assert text not in body


def test_a_refused_move_tells_nobody():
    case = Case().submit()
    Email.objects.all().delete()
    services.claim(case.filing.pk, case.staff)
    with pytest.raises(
        MoveRefused,
        match=_("A return needs at least one remark with a field, a code, what was found and what is expected."),
    ):
        services.send_back(case.filing.pk, case.staff, version=None, remarks=[])
    assert not Email.objects.exists()


def test_somebodys_words_are_never_a_template():
    hostile = "{% include 'x' %}{{ secret }}示例网站"
    case = Case()
    services.save_facts(case.filing.pk, case.host, {"subject.name": hostile}, version=None)
    case.submit()
    assert hostile in Email.objects.get(to=[case.provider.contact_email]).message


def test_queued_mails_are_sent_once(mailbox):
    Case().submit()
    tasks.send_mails()
    tasks.send_mails()
    assert len(mailbox.messages()) == 2
    assert set(Email.objects.values_list("status", flat=True)) == {STATUS.sent}


def test_a_withdrawal_tells_the_provider_and_that_of_a_draft_nobody():
    draft = Case()
    draft.withdraw()
    assert told(draft) == []
    case = Case().submit()
    told(case)
    case.withdraw()
    assert told(case) == [("provider", f"备案单 {case.filing.pk}（{case.filing.domain}）：网站主办者已撤回")]


def test_a_filing_without_a_website_is_named_by_its_kind(settings):
    """A change of the subject has no domain of its own."""
    settings.RELAX_SECOND_FACTOR = True
    case = Case().to(Status.FILED)
    written = {"subject.name": "更名后的示例公司"}
    filing = play_kinds.complete_draft(
        case.host, Kind.CHANGE_SUBJECT, play_kinds.target_of(case.filing), case.provider.pk, case.number, **written
    )
    told(case)
    play.submit(filing, case.host)
    play.verify(filing, case.staff)
    subjects = [subject for _who, subject in told(case)]
    assert [f"（{filing.get_kind_display()}）" in subject for subject in subjects] == [True] * 3
    page = sign_in(Client(), user_of(case.staff)).get(f"/provider/filings/{filing.pk}/").content.decode()
    assert f'<li><span aria-current="page">{filing.get_kind_display()}</span></li>' in page
    assert " ·  ·" not in page
