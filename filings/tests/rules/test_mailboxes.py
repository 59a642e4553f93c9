"""The address on record is proved before a filing is handed in, or passed on: by code or link; a change is told."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email

from filings import fields, services, tasks
from filings.errors import MoveRefused
from filings.kinds import Kind
from filings.models import Filing, Mailbox
from filings.rules import checks, mailboxes
from filings.states import Status
from icp_portal.demo import play_kinds
from icp_portal.tests.builders import Case, case_at, host, sign_in, user_of
from icp_portal.tests.hostile import fields_of

pytestmark = pytest.mark.django_db

NEW = "boss@company.example.cn"


@pytest.fixture
def case() -> Case:
    """A draft, complete but for the proof of its new address."""
    made = Case()
    services.save_facts(made.filing.pk, made.host, {"responsible.email": NEW}, version=None)
    return made.refresh()


def sent(mailbox) -> tuple[str, str]:
    """Code and link of the newest mail."""
    body = mailbox.messages()[-1].get_content()
    return re.search(r"\d{6}", body).group(), re.search(r"/codes/address/\S+", body).group()


def send(case: Case, address: str = NEW) -> None:
    mailboxes.send(mailboxes.order(case.filing.pk, case.host, address))


def found(filing: Filing) -> list[tuple[str, bool]]:
    return [(one.path, one.blocks) for one in checks.findings(filing)]


def test_an_address_that_nobody_has_proved_holds_the_filing_back_and_a_link_leads_to_its_page(case, client):
    assert found(case.filing) == [(fields.MAILBOX, True)]
    with pytest.raises(MoveRefused, match="须先修改 1 处"):
        services.submit(case.filing.pk, case.host, version=None)
    assert case.refresh().filing.status == Status.DRAFT

    sign_in(client, user_of(case.host))
    page = f"/filings/{case.filing.pk}/address/"
    for where in ("check", "edit"):
        assert page in client.get(f"/filings/{case.filing.pk}/{where}/").content.decode()
    assert NEW in client.get(page).content.decode()


def test_a_code_with_a_small_number_has_all_its_digits(case, mailbox, monkeypatch):
    monkeypatch.setattr(mailboxes.secrets, "randbelow", lambda _below: 7)

    send(case)

    assert sent(mailbox)[0] == "000007"


def test_the_code_that_was_sent_there_proves_it_and_the_filing_goes_out(case, client, mailbox):
    sign_in(client, user_of(case.host))
    page = f"/filings/{case.filing.pk}/address/"
    assert client.post(page, {"address": NEW, "send": "1"}).status_code == 302
    tasks.sweep_codes.run()
    (pk,) = mailboxes.owed()
    mailboxes.send(pk)
    code, _link = sent(mailbox)
    assert [mail["to"] for mail in mailbox.messages()] == [NEW]

    typed = client.post(page, {"address": NEW, "code": "000000" if code != "000000" else "111111"})
    assert "不一致" in typed.content.decode()
    assert client.post(page, {"address": NEW, "code": f" {code} "})["Location"] == page
    assert client.get(page)["Location"] == f"/filings/{case.filing.pk}/check/"
    services.submit(case.filing.pk, case.host, version=None)

    box = Mailbox.objects.exclude(proved_at=None).get(digest=mailboxes._key(NEW))
    assert (box.host, code in box.code_digest, box.address) == (user_of(case.host), False, NEW)


def test_its_owner_proves_it_with_the_link_and_no_account(case, mailbox):
    send(case)
    _code, link = sent(mailbox)
    owner = Client()
    assert NEW not in owner.get(link).content.decode()
    assert mailboxes.lacking(case.filing) == [NEW], "a look changes nothing"
    assert owner.post(link).status_code == 302
    assert mailboxes.lacking(case.filing) == []
    assert owner.get(link).status_code == 200
    for forged in (f"{link[:-2]}/", "/codes/address/x/"):
        assert (owner.get(forged).status_code, owner.post(forged).status_code) == (404, 404)


def test_a_proved_address_is_not_asked_again_and_is_nobody_elses(case, mailbox):
    send(case)
    mailboxes.prove(case.filing.pk, case.host, NEW, sent(mailbox)[0])
    second, stranger = Case(owner=case.host), Case()
    for other in (second, stranger):
        services.save_facts(other.filing.pk, other.host, {"responsible.email": NEW}, version=None)
        other.refresh()
    assert (mailboxes.lacking(second.filing), mailboxes.lacking(stranger.filing)) == ([], [NEW])


def test_no_code_is_owed_to_an_address_that_was_proved_meanwhile(case, mailbox):
    pk = mailboxes.order(case.filing.pk, case.host, NEW)
    assert mailboxes.owed() == [pk]
    Mailbox.objects.update(proved_at=timezone.now())
    assert mailboxes.owed() == []


def test_a_new_digest_key_keeps_what_was_proved(case, mailbox, settings):
    send(case)
    mailboxes.prove(case.filing.pk, case.host, NEW, sent(mailbox)[0])
    settings.DIGEST_KEY = "another-digest-key-of-32-characters"
    mailboxes.derive_digests()
    assert mailboxes.lacking(case.filing) == []


def test_the_accounts_own_verified_address_needs_no_code_and_an_unverified_one_does(case):
    own = user_of(case.host)
    services.save_facts(case.filing.pk, case.host, {"responsible.email": own.email}, version=None)
    assert mailboxes.lacking(case.refresh().filing) == []
    EmailAddress.objects.update(verified=False)
    assert mailboxes.lacking(case.filing) == [own.email]


def test_each_of_several_addresses_is_proved(case, mailbox):
    services.save_facts(case.filing.pk, case.host, {"responsible.email": f"{NEW};two@example.cn"}, version=None)
    send(case)
    mailboxes.prove(case.filing.pk, case.host, NEW, sent(mailbox)[0])
    assert mailboxes.lacking(case.refresh().filing) == ["two@example.cn"]


def test_after_five_wrong_codes_the_right_one_does_not_count_and_a_new_one_does(case, mailbox, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    send(case)
    code, link = sent(mailbox)
    wrong = "000000" if code != "000000" else "111111"
    for _n in range(mailboxes.TRIES - 1):
        with pytest.raises(MoveRefused, match="不一致"):
            mailboxes.prove(case.filing.pk, case.host, NEW, wrong)
    for typed in (wrong, code):
        with pytest.raises(MoveRefused, match="没有有效的验证码"):
            mailboxes.prove(case.filing.pk, case.host, NEW, typed)
    Client().post(link)
    assert mailboxes.lacking(case.filing) == [NEW]

    with pytest.raises(MoveRefused, match="刚刚发送"):
        mailboxes.order(case.filing.pk, case.host, NEW)
    time_machine.shift(61)
    send(case)
    assert Client().get(link).status_code == 404, "the newest one counts"
    mailboxes.prove(case.filing.pk, case.host, NEW, sent(mailbox)[0])


def test_a_code_runs_out_after_a_day_and_so_do_the_mails_of_a_day(case, mailbox, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    for _n in range(mailboxes.MOST_A_DAY):
        send(case)
        time_machine.shift(61)
    with pytest.raises(MoveRefused, match="次数过多"):
        mailboxes.order(case.filing.pk, case.host, NEW)
    time_machine.shift(timedelta(days=1))
    with pytest.raises(MoveRefused, match="没有有效的验证码"):
        mailboxes.prove(case.filing.pk, case.host, NEW, sent(mailbox)[0])
    send(case)


def test_strangers_and_other_addresses_get_nothing(case, client, mailbox):
    with pytest.raises(MoveRefused, match="无需验证码"):
        mailboxes.order(case.filing.pk, case.host, "somebody@else.example.cn")
    with pytest.raises(Filing.DoesNotExist):
        mailboxes.order(case.filing.pk, host(), NEW)
    sign_in(client, user_of(host()))
    assert client.post(f"/filings/{case.filing.pk}/address/", {"address": NEW, "send": "1"}).status_code == 404
    assert mailbox.messages() == []


def test_the_address_that_a_provider_enters_is_proved_by_the_host_before_the_bureau_gets_the_filing(
    client, mailbox, no_second_factor
):
    case = case_at(Status.RETURNED_TO_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    desk, amend = sign_in(Client(), user_of(case.staff)), f"/provider/filings/{case.filing.pk}/amend/responsible/"
    saved = desk.post(amend, fields_of(desk.get(amend).content.decode()) | {"email": NEW}, follow=True)
    assert f"{NEW}尚未验证。" in saved.content.decode()
    assert case.refresh().filing.get("responsible.email") == NEW

    with pytest.raises(MoveRefused, match=f"{NEW}尚未验证。"):
        case.verify()

    sign_in(client, user_of(case.host))
    page = f"/filings/{case.filing.pk}/address/"
    assert page in client.get(f"/filings/{case.filing.pk}/").content.decode()
    assert client.post(page, {"address": NEW, "send": "1"}).status_code == 302
    mailboxes.send(*mailboxes.owed())
    assert client.post(page, {"address": NEW, "code": sent(mailbox)[0]})["Location"] == page
    assert client.get(page)["Location"] == f"/filings/{case.filing.pk}/"
    assert page not in client.get(f"/filings/{case.filing.pk}/").content.decode()
    assert case.verify().filing.status == Status.WITH_BUREAU


def test_a_change_of_the_address_is_proved_and_the_old_address_hears_of_it():
    case = Case().submit().verify().approve()
    old = case.filing.subject.responsible_email
    target = play_kinds.target_of(case.filing)
    change = play_kinds.complete_draft(case.host, Kind.CHANGE_SUBJECT, target, case.provider.pk, case.number)
    assert mailboxes.lacking(change) == [], "what is on record is not asked for"
    services.save_facts(change.pk, case.host, {"responsible.email": NEW}, version=None)
    change.refresh_from_db()
    assert mailboxes.lacking(change) == [NEW]
    Email.objects.all().delete()

    play_kinds.approved(change, case.host, case.staff, case.reviewer)

    case.filing.subject.refresh_from_db()
    assert case.filing.subject.responsible_email == NEW
    subject = _("%(number)s: the e-mail address on record was changed")
    told = Email.objects.get(to=[old], subject=subject % {"number": case.filing.subject.number})
    assert NEW not in told.message
