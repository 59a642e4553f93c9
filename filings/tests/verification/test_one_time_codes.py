"""Responsible persons prove a filing with verification codes before the bureau receives it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email

from filings.errors import MoveRefused
from filings.figures import provider_work
from filings.mail import gateways
from filings.models import Filing, Kind, PersonCheck
from filings.rules import required_codes
from filings.states import Status
from filings.tests.verification.codes_typed import HERE, another, is_refused, prove, typed
from filings.verification import one_time_codes
from icp_portal.tests.builders import GUANGDONG, Case, code_for, codes_asked, user_of
from ministry.mail.outbox import Queueing
from ministry.models import ProvinceRule
from ministry.passwords import passwords
from ministry.reference.topics import Demand, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    """A filing of two people that waits for their codes."""
    return Case(same=False).submit().ask_persons()


def test_each_person_is_sent_a_code_at_once(django_capture_on_commit_callbacks):
    case = Case(same=False).submit()
    with django_capture_on_commit_callbacks() as queued:
        case.ask_persons()

    sent = [one for one in queued if isinstance(one, Queueing) and one.task == "filings.send_code"]
    checks = case.filing.person_checks.order_by("pk").values_list("pk", flat=True)
    assert sent == [Queueing("filings.send_code", (pk,)) for pk in checks]
    assert len(sent) == 2


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


def test_a_code_sent_while_its_round_ended_is_not_stored(case, monkeypatch):
    check = case.filing.person_checks.first()
    monkeypatch.setattr(gateways, "send", lambda *_sent: PersonCheck.objects.update(ended_at=timezone.now()))

    one_time_codes.send(check.pk)

    check.refresh_from_db()
    assert (check.code_digest, check.sent, check.wanted_at is None) == ("", 0, False)


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
                "No matching check was found. Compare the code, the mobile number and the last %(last)d characters "
                "of the certificate number. Only the newest code is valid. After more than %(tries)d wrong attempts "
                "the filing goes back to the provider."
            )
            % {"tries": one_time_codes.TRIES, "last": required_codes.LAST},
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
