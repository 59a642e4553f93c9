"""Responsible persons prove a filing with one-time codes before the bureau receives it."""

from datetime import date, timedelta
from smtplib import SMTPException

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email

from filings import services
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.figures import provider_work
from filings.models import Filing, Kind, PersonCheck, Sheet
from filings.rules import required_codes
from filings.states import Status
from filings.verification import one_time_codes, photographs
from icp_portal.tests.builders import (
    GUANGDONG,
    Case,
    case_at,
    code_for,
    codes_asked,
    provider,
    sign_in,
    staff,
    user_of,
)
from ministry.models import ProvinceRule
from ministry.passwords import passwords
from ministry.reference.topics import Demand, Topic

pytestmark = pytest.mark.django_db

HERE = {"address": "192.0.2.1"}
WRONG = "000000"


@pytest.fixture(autouse=True)
def _nobody_throttled() -> None:
    cache.clear()


@pytest.fixture
def case() -> Case:
    """A filing of two people that waits for their codes."""
    return Case(same=False).submit().ask_persons()


def typed(check: PersonCheck, code: str) -> dict[str, str]:
    """What the person types."""
    filing = check.filing
    number = filing.get(f"{check.paths[0]}.cert_number")
    return {"mobile": check.mobile, "last": number[-6:], "code": code}


def prove(check: PersonCheck, code: str) -> None:
    one_time_codes.prove(**typed(check, code), **HERE)


def is_refused(check: PersonCheck, code: str, **changes: str) -> bool:
    try:
        one_time_codes.prove(**typed(check, code) | changes, **HERE)
    except MoveRefused:
        return True
    return False


def another(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06d}"


# --- The rule -----------------------------------------------------------------------------------------


def test_without_a_rule_nothing_changes():
    case = Case(same=False).submit().verify()
    assert case.filing.status == Status.WITH_BUREAU
    assert not PersonCheck.objects.exists()
    assert required_codes.asks_codes(case.filing) is False


def test_the_rule_of_the_first_submissions_day_holds():
    with codes_asked(GUANGDONG):
        assert not required_codes.asks_codes(Case().submit().filing)
    late = {"topic": Topic.CODES, "demand": Demand.CODE, "source": "示例通知"}
    ProvinceRule.objects.create(valid_from=timezone.localdate() + timedelta(days=1), **late)
    assert not required_codes.asks_codes(Case().submit().filing)
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert required_codes.asks_codes(Case().submit().filing)


def test_a_province_may_stand_apart_from_a_nationwide_rule():
    terms = {"topic": Topic.CODES, "source": "示例通知", "valid_from": date(2020, 8, 17)}
    ProvinceRule.objects.create(demand=Demand.CODE, **terms)
    case = Case().submit()
    assert required_codes.asks_codes(case.filing)
    ProvinceRule.objects.create(demand=Demand.NO_CODE, province="110000", **terms)
    assert not required_codes.asks_codes(case.filing)


@pytest.mark.parametrize(
    ("kind", "paths"),
    [
        (Kind.NEW_FILING, [["responsible"], ["websites.0.responsible"]]),
        ("new_website", [["websites.0.responsible"]]),
        ("new_access", [["websites.0.responsible"]]),
        ("change_subject", [["responsible"]]),
        ("change_cert", [["responsible"]]),
        ("change_record", [["responsible"], ["websites.0.responsible"]]),
        ("cancel_subject", [["responsible"]]),
        ("cancel_website", [["websites.0.responsible"]]),
        ("cancel_access", []),
    ],
)
def test_who_is_asked_depends_on_the_kind(kind, paths):
    filing = Case(same=False).filing
    filing.kind = kind
    assert [list(person.paths) for person in required_codes.who(filing)] == paths
    with codes_asked():
        assert required_codes.asks_codes(filing) == bool(paths)


def test_who_is_not_named_in_full_can_not_be_asked():
    filing = Case(same=False).filing
    del filing.facts["responsible"]["cert_number"]
    assert [person.paths for person in required_codes.who(filing)] == [("websites.0.responsible",)]
    filing.kind = "cancel_subject"
    with codes_asked():
        assert not required_codes.asks_codes(filing)


def test_who_has_one_mobile_gets_one_code():
    case = Case(same=True).submit().ask_persons()
    assert [check.paths for check in PersonCheck.objects.all()] == [["responsible", "websites.0.responsible"]]
    assert case.filing.status == Status.WITH_PERSONS


# --- Proving --------------------------------------------------------------------------------------------


def test_the_bureau_sees_the_filing_only_when_all_have_proved_it_and_its_days_start_then(case, mailbox):
    first, second = PersonCheck.objects.all()
    codes_sent = [code_for(check, mailbox) for check in (first, second)]
    assert not Filing.objects.visible_to(case.reviewer).exists()

    prove(first, codes_sent[0])
    case.refresh()
    assert (case.filing.status, case.filing.received_at) == (Status.WITH_PERSONS, None)
    assert not Filing.objects.visible_to(case.reviewer).exists()

    prove(second, codes_sent[1])
    case.refresh()
    assert case.filing.status == Status.WITH_BUREAU
    assert case.filing.received_on == timezone.localdate()
    assert Filing.objects.visible_to(case.reviewer).get() == case.filing
    names = ["ask_persons", "code", "code", "confirm"]
    assert list(case.filing.events.order_by("pk").values_list("name", flat=True))[-4:] == names
    assert case.approve().filing.status == Status.FILED


def test_the_filing_password_is_issued_and_sent_all_the_same(case, mailbox):
    for check in PersonCheck.objects.all():
        prove(check, code_for(check, mailbox))
    with codes_asked():
        subject = case.refresh().approve().filing.subject

    assert subject.password_wanted_at is not None
    passwords.send(subject.pk)
    subject.refresh_from_db()
    assert (subject.password_wanted_at, bool(subject.password_hash)) == (None, True)
    assert mailbox.messages()[-1]["To"] == case.filing.get("responsible.email")


def test_the_code_is_kept_as_a_digest_and_in_no_table_of_mails(case, mailbox):
    check = PersonCheck.objects.first()
    code = code_for(check, mailbox)
    check.refresh_from_db()
    assert str(mailbox.messages()[-1]["to"]) == check.email
    assert code not in check.code_digest
    assert not Email.objects.filter(message__contains=code).exists()


def test_nothing_wrong_proves_anything_and_each_refusal_is_alike(case, mailbox):
    first, second = PersonCheck.objects.all()
    code, other = code_for(first, mailbox), code_for(second, mailbox)
    words = set()
    for changes in (
        {"code": another(code)},
        {"last": "000000"},
        {"mobile": "13900000000"},
        {"mobile": "no mobile"},
        {"code": other} if other != code else {"code": another(code)},
    ):
        with pytest.raises(
            MoveRefused,
            match=_(
                "No matching check was found. Compare the code, the mobile number and the last six characters of "
                "the certificate number. Only the newest code is valid. After more than %(tries)d wrong attempts "
                "the filing goes back to the provider."
            )
            % {"tries": one_time_codes.TRIES},
        ) as refusal:
            one_time_codes.prove(**typed(first, code) | changes, **HERE)
        words.add(str(refusal.value))
    assert len(words) == 1
    assert not PersonCheck.objects.exclude(proved_at=None).exists()


def test_a_code_is_good_once(case, mailbox):
    first = PersonCheck.objects.first()
    code = code_for(first, mailbox)
    prove(first, code)
    assert is_refused(first, code)


def test_five_wrong_tries_are_forgiven_and_the_sixth_returns_the_filing(case, mailbox):
    first = PersonCheck.objects.first()
    code = code_for(first, mailbox)
    for _n in range(one_time_codes.TRIES):
        assert is_refused(first, another(code))
    assert case.refresh().filing.status == Status.WITH_PERSONS
    assert is_refused(first, another(code))
    assert case.refresh().filing.status == Status.RETURNED_TO_PROVIDER
    assert is_refused(first, code)
    assert not PersonCheck.objects.waiting().exists()
    told = {mail.to[0] for mail in Email.objects.filter(subject__contains=case.filing.domain).order_by("-pk")[:2]}
    assert told == {user_of(case.host).email, case.provider.contact_email}


def test_a_right_code_after_five_wrong_ones_counts(case, mailbox):
    first = PersonCheck.objects.first()
    code = code_for(first, mailbox)
    for _n in range(one_time_codes.TRIES):
        assert is_refused(first, another(code))
    prove(first, code)
    assert case.refresh().filing.status == Status.WITH_PERSONS


def test_an_address_has_a_limit(case, mailbox):
    first = PersonCheck.objects.first()
    code = code_for(first, mailbox)
    for _n in range(one_time_codes.TRIES_OF_ADDRESS):
        assert is_refused(first, code, last="000000")
    assert is_refused(first, code)
    one_time_codes.prove(**typed(first, code), address="192.0.2.2")


def test_a_person_of_two_filings_proves_the_one_whose_code_it_is(mailbox):
    cases = [Case(same=True).submit(), Case(same=True).submit()]
    mine = {name: cases[0].filing.get(f"responsible.{name}") for name in ("name", "cert_number", "mobile", "email")}
    for case in cases:
        facts = case.filing.facts
        facts["responsible"] |= mine
        Filing(pk=case.filing.pk, facts=facts).save(force_update=True, update_fields=["facts"])
        with codes_asked():
            required_codes.ask(Filing.objects.get(pk=case.filing.pk))
    Filing.objects.update(status=Status.WITH_PERSONS)
    one, two = PersonCheck.objects.all()
    assert one.key == two.key
    code_for(one, mailbox)
    prove(two, code_for(two, mailbox))
    one.refresh_from_db()
    assert (one.proved_at, one.wrong) == (None, 0)
    assert [case.refresh().filing.status for case in cases] == [Status.WITH_PERSONS, Status.WITH_BUREAU]


def test_what_went_to_the_persons_counts_as_verified(case):
    [member] = provider_work.people(case.provider.pk, provider_work.Span.of(timezone.localdate()))
    [month] = provider_work.months(case.provider.pk, provider_work.Span.of(timezone.localdate()))
    assert (member.user_id, member.verified, month.moves["verify"]) == (case.staff.user_id, 1, 1)


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


TAKEN: list[tuple[str, str]] = []


def by_text_message(recipient, message) -> None:
    TAKEN.append((recipient.mobile, message.text))


def test_another_gateway_is_named_by_a_setting(case, settings):
    TAKEN.clear()
    settings.CODE_GATEWAY = f"{__name__}.by_text_message"
    check = PersonCheck.objects.first()
    one_time_codes.send(check.pk)
    ((mobile, text),) = TAKEN
    assert mobile == check.mobile
    assert "\n" not in text


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
        MoveRefused, match=_("Your claim on this filing has expired. Claim it again; what you typed has been kept.")
    ):
        one_time_codes.ask_again(case.filing.pk, case.staff, version=None)  # nobody has taken it
    services.claim(case.filing.pk, case.staff)
    one_time_codes.ask_again(case.filing.pk, case.staff, version=None)
    again = PersonCheck.objects.waiting()
    assert (case.refresh().filing.status, case.filing.round, again.count()) == (Status.WITH_PERSONS, 1, 2)
    shown = [person["check"] for person in required_codes.progress(case.filing)["persons"]]
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
        assert second.shown_address in page
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
