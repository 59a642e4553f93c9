"""Verification codes that are sent again or run out, and the pages on which they are typed."""

from datetime import timedelta
from smtplib import SMTPException

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email

from filings import services
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.mail import gateways
from filings.models import Filing, PersonCheck, Sheet
from filings.rules import required_codes
from filings.states import Status
from filings.tests.verification.codes_typed import HERE, another, is_refused, prove, typed
from filings.verification import one_time_codes, photographs
from icp_portal.tests.builders import Case, case_at, code_for, codes_asked, provider, sign_in, staff, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    """A filing of two people that waits for their codes."""
    return Case(same=False).submit().ask_persons()


# --- Sending again, time running out -------------------------------------------------------------------------


def test_a_new_code_ends_the_one_before_and_there_is_one_a_minute(case, mailbox):
    first = PersonCheck.objects.first()
    old = code_for(first, mailbox)
    asked = {name: value for name, value in typed(first, old).items() if name != "code"}
    one_time_codes.send_again(**asked, **HERE)
    assert first.pk not in one_time_codes.owed()
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        one_time_codes.send_again(**asked, **HERE)
        assert first.pk in one_time_codes.owed()
        new = code_for(first, mailbox)
        assert is_refused(first, old) or old == new
        prove(first, new)


def test_who_asks_again_is_the_only_one_to_get_a_new_code(case, mailbox):
    first, second = PersonCheck.objects.all()
    for check in (first, second):
        code_for(check, mailbox)
    asked = {name: value for name, value in typed(first, "").items() if name != "code"}

    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        one_time_codes.send_again(**asked, **HERE)

    assert one_time_codes.owed() == [first.pk]


def test_sending_again_to_nobody_says_nothing(case):
    one_time_codes.send_again("13900000000", "000000", **HERE)
    one_time_codes.send_again("nonsense", "", **HERE)
    assert not case.filing.events.filter(name="resend_codes").exists()


def test_the_provider_has_the_missing_codes_sent_again(case, mailbox):
    first, second = PersonCheck.objects.all()
    prove(first, code_for(first, mailbox))
    code_for(second, mailbox)
    with pytest.raises(
        MoveRefused, match=_("A code has just been sent, or too many have been sent. Wait a while and try again.")
    ):
        one_time_codes.resend(case.filing.pk, case.staff)
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        one_time_codes.resend(case.filing.pk, case.staff)
        assert one_time_codes.owed() == [second.pk]
    with pytest.raises(MoveRefused, match=_("This filing is not waiting for verification codes.")):
        one_time_codes.resend(case.filing.pk, case.host)
    with pytest.raises(Filing.DoesNotExist):
        one_time_codes.resend(case.filing.pk, staff(provider()))


def test_a_gateway_that_refuses_leaves_the_code_owed(case, monkeypatch):
    def refuse(*_):
        raise SMTPException("no")

    check = PersonCheck.objects.first()
    monkeypatch.setattr(one_time_codes.gateways, "send", refuse)
    with pytest.raises(SMTPException):
        one_time_codes.send(check.pk)
    check.refresh_from_db()
    assert (check.code_digest, check.sent) == ("", 0)
    assert check.pk in one_time_codes.owed()


def test_what_nobody_proves_in_a_day_goes_back_to_the_provider_and_can_be_asked_again_unchanged(case, mailbox):
    first, second = PersonCheck.objects.all()
    prove(first, code_for(first, mailbox))
    late = code_for(second, mailbox)
    assert one_time_codes.end_expired() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1), tick=False):
        assert is_refused(second, late)
        assert one_time_codes.end_expired() == 1
        assert one_time_codes.end_expired() == 0
    case.refresh()
    assert case.filing.status == Status.RETURNED_TO_PROVIDER
    assert second.shown_name in one_time_codes.unproved(case.filing).why
    assert not Filing.objects.visible_to(case.reviewer).exists()

    with pytest.raises(
        MoveRefused,
        match=_("You have not claimed this filing, or your claim has expired. Claim it; what you typed has been kept."),
    ):
        one_time_codes.ask_again(case.filing.pk, case.staff, version=None)  # nobody has taken it
    services.claim(case.filing.pk, case.staff)
    one_time_codes.ask_again(case.filing.pk, case.staff, version=None)
    again = PersonCheck.objects.waiting()
    assert (case.refresh().filing.status, case.filing.round, again.count()) == (Status.WITH_PERSONS, 1, 2)
    shown = [person.check for person in required_codes.progress(case.filing).persons]
    assert shown == list(again), "those of the last asking; one of the first had proved it"
    for check in list(again):
        prove(check, code_for(check, mailbox))
    assert case.refresh().filing.status == Status.WITH_BUREAU


def test_a_changed_filing_is_verified_again_instead(case):
    case.give_up()
    services.claim(case.filing.pk, case.staff)
    services.save_facts(case.filing.pk, case.staff, {"websites.0.name": "示例科技官方网站"}, version=None)
    with pytest.raises(
        MoveRefused, match=_("The filing was changed or came back for another reason. Verify it and pass it on again.")
    ):
        one_time_codes.ask_again(case.filing.pk, case.staff, version=None)
    assert case.ask_persons().filing.status == Status.WITH_PERSONS
    assert case.filing.round == 2


def test_for_asking_again_the_photo_must_be_recent_enough_still(case, monkeypatch):
    case.give_up()
    services.claim(case.filing.pk, case.staff)
    monkeypatch.setattr(photographs, "oldest", timezone.now)
    with pytest.raises(MoveRefused, match=_("A photo is older than %(months)d months. Retake it.") % {"months": 24}):
        one_time_codes.ask_again(case.filing.pk, case.staff, version=None)


def test_what_the_bureau_returned_is_not_asked_again():
    case = case_at(Status.RETURNED_TO_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    assert one_time_codes.unproved(case.filing) is None
    with pytest.raises(
        MoveRefused, match=_("The filing was changed or came back for another reason. Verify it and pass it on again.")
    ):
        one_time_codes.ask_again(case.filing.pk, case.staff, version=None)


def test_a_bureau_sees_nothing_of_a_round_that_waits_for_its_persons(settings):
    case = case_at(Status.RETURNED_TO_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    services.save_facts(case.filing.pk, case.staff, {"websites.0.name": "尚未证明的新站名"}, version=None)
    case.refresh().ask_persons()
    assert (case.filing.status, case.filing.round, case.filing.received_round) == (Status.WITH_PERSONS, 2, 1)
    first, second = Sheet.objects.filter(verification__filing=case.filing).order_by("verification__round")
    client = browser(case.reviewer, settings)

    for page in ("review", "sheets", "rounds"):
        shown = client.get(reverse(f"bureau_desk:{page}", args=[case.filing.pk])).content.decode()
        assert "尚未证明的新站名" not in shown
        assert str(second) not in shown
    answers = [
        client.get(reverse("bureau_desk:sheet", args=[case.filing.pk, one.pk])).status_code for one in (first, second)
    ]
    assert answers == [200, 404]
    assert client.get(reverse("bureau_desk:case_file", args=[case.filing.pk, "pdf"])).status_code == 200


# --- The pages --------------------------------------------------------------------------------------------


def browser(actor: Actor, settings) -> Client:
    settings.RELAX_SECOND_FACTOR = True
    return sign_in(Client(), user_of(actor))


def test_a_person_types_the_code_and_may_have_it_sent_again(case, mailbox):
    first = PersonCheck.objects.first()
    code = code_for(first, mailbox)
    client = Client()
    assert client.post(reverse("codes"), typed(first, another(code))).status_code == 200
    assert client.post(reverse("codes"), typed(first, code) | {"code": "abc"}).status_code == 200
    response = client.post(reverse("codes"), typed(first, f" {code} "))
    assert (response.status_code, response["Location"]) == (302, reverse("codes_done"))
    for mobile in (first.mobile, "13900000000"):
        sent = client.post(reverse("codes_again"), {"mobile": mobile, "last": "123456"})
        assert (sent.status_code, sent["Location"]) == (302, reverse("codes_sent"))


def test_host_and_provider_see_who_is_waited_for_and_nothing_of_the_codes(case, mailbox, settings):
    first, second = PersonCheck.objects.all()
    code = code_for(first, mailbox)
    prove(first, code)
    for actor, name in ((case.host, "filings:status"), (case.staff, "provider_desk:verify")):
        page = browser(actor, settings).get(reverse(name, args=[case.filing.pk])).content.decode()
        assert second.shown_name in page
        assert gateways.by_email.sent_to(gateways.Recipient.of(second)) in page
        assert second.mobile not in page
        assert code not in page


def test_the_provider_resends_and_asks_again_by_its_page(case, mailbox, settings):
    client = browser(case.staff, settings)
    code_for(PersonCheck.objects.first(), mailbox)
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        assert client.post(reverse("provider_desk:resend_codes", args=[case.filing.pk])).status_code == 302
    assert case.filing.events.filter(name="resend_codes").count() == 1

    case.give_up()
    url = reverse("provider_desk:verify", args=[case.filing.pk])
    assert "ask-again" not in client.get(url).content.decode()
    services.claim(case.filing.pk, case.staff)
    assert "ask-again" in client.get(url).content.decode()
    case.refresh()
    asked = {"version": case.filing.version}
    assert client.post(reverse("provider_desk:ask_again", args=[case.filing.pk]), asked).status_code == 302
    assert case.refresh().filing.status == Status.WITH_PERSONS


def test_the_mail_that_the_provider_reads_beforehand_is_the_one_that_will_be_sent(settings):
    case = Case().submit()
    services.claim(case.filing.pk, case.staff)
    with codes_asked():
        page = browser(case.staff, settings).get(reverse("provider_desk:mails", args=[case.filing.pk]))
        assert page.status_code == 200
        Email.objects.all().delete()
        case.verify()
    assert Email.objects.get().subject in page.content.decode()
