"""The owner's proof when a province's rule of verification codes ends or begins while a filing is under way."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email

from filings import services
from filings.deadlines import sweeps
from filings.errors import FactsRefused, MoveRefused
from filings.kinds import Kind
from filings.models import Entrance, Event, Filing
from filings.rules import checks, required_codes
from filings.services import starting
from filings.services.detection import RecordTarget
from filings.services.starting import PasswordProof
from filings.states import Status
from filings.verification import one_time_codes
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import (
    BEIJING,
    Case,
    blocked_by,
    case_at,
    code_for,
    codes_asked,
    host,
    number,
    sign_in,
    user_of,
)
from ministry.models import ProvinceRule, Subject
from ministry.reference.topics import Demand, Topic

pytestmark = pytest.mark.django_db

PASSWORD = "filingpass"


@pytest.fixture
def filed() -> Case:
    case = case_at(Status.FILED)
    Subject.objects.update(password_hash=make_password(PASSWORD))
    return case


def begun(case: Case, password: str = "") -> Filing:
    """A cancellation of everything, begun on the day."""
    return starting.begin(
        case.host,
        Kind.CANCEL_SUBJECT,
        RecordTarget(case.filing.subject_id),
        provider_id=case.provider.pk,
        entrance=Entrance.PROVIDER,
        proof=PasswordProof(password, "127.0.0.1"),
    )


def drafted_under_codes(case: Case) -> Filing:
    """A complete draft that was begun while codes took the place of the password; they do not any more."""
    with codes_asked():
        return play_kinds.fill(begun(case), case.host, number(), {})


def proved_events(filing: Filing) -> list[str]:
    return list(Event.objects.filter(filing=filing, name="prove").values_list("actor_name", flat=True))


def test_a_draft_from_the_days_of_codes_is_not_handed_on_without_the_password(filed):
    filing = drafted_under_codes(filed)

    with pytest.raises(FactsRefused) as refused:
        services.submit(filing.pk, filed.host, version=None)

    assert [(one.code, one.path) for one in refused.value.findings] == [("1018", "proof")]
    assert Filing.objects.get(pk=filing.pk).status == Status.DRAFT


def test_its_pages_lead_to_where_the_password_is_given(filed, client):
    filing = drafted_under_codes(filed)
    sign_in(client, user_of(filed.host))
    url = f"/filings/{filing.pk}/prove/"

    pages = [client.get(f"/filings/{filing.pk}/{page}").content.decode() for page in ("", "edit/", "check/")]
    resumed = client.get(f"/filings/{filing.pk}/continue/")

    assert [f'href="{url}"' in page for page in pages] == [True] * 3
    assert resumed.url == url
    assert client.get(f"/api/filings/{filing.pk}/findings").json()["findings"][0]["url"] == url


def test_a_reminder_of_the_draft_names_the_password_among_what_is_missing(filed):
    filing = drafted_under_codes(filed)
    Filing.objects.filter(pk=filing.pk).update(touched_at=timezone.now() - timedelta(days=8))

    sweeps.remind_hosts()

    mail = Email.objects.latest("pk").message
    assert _("Filing password") in mail
    assert _("Pictures of the certificates") not in mail


def test_the_password_given_on_its_page_lets_it_go_on(filed, client):
    filing = drafted_under_codes(filed)
    sign_in(client, user_of(filed.host))

    answer = client.post(f"/filings/{filing.pk}/prove/", {"password": PASSWORD})

    assert answer.url == f"/filings/{filing.pk}/continue/"
    assert proved_events(filing) == [filed.host.name]
    play_kinds.approved(filing, filed.host, filed.staff, filed.reviewer)
    assert not Subject.objects.get().live


def test_a_wrong_password_on_its_page_proves_nothing(filed, client):
    filing = drafted_under_codes(filed)
    sign_in(client, user_of(filed.host))

    page = client.post(f"/filings/{filing.pk}/prove/", {"password": "guess"}).content.decode()

    assert "1018" in page
    assert Filing.objects.get(pk=filing.pk).proved_at is None
    assert proved_events(filing) == []


def test_nobody_proves_a_strangers_filing(filed, client):
    filing = drafted_under_codes(filed)
    stranger = host()
    sign_in(client, user_of(stranger))

    assert client.post(f"/filings/{filing.pk}/prove/", {"password": PASSWORD}).status_code == 404
    with pytest.raises(Filing.DoesNotExist):
        starting.prove(filing.pk, stranger, PasswordProof(PASSWORD, "127.0.0.1"), version=None)
    assert Filing.objects.get(pk=filing.pk).proved_at is None


def test_begun_again_with_the_password_the_draft_that_lies_there_is_proved(filed):
    filing = drafted_under_codes(filed)

    again = begun(filed, PASSWORD)

    assert again.pk == filing.pk
    assert again.proved_at is not None
    assert proved_events(filing) == [filed.host.name]
    services.submit(filing.pk, filed.host, version=None)


def test_what_needs_no_password_takes_none(filed):
    filing = begun(filed, PASSWORD)

    with pytest.raises(MoveRefused, match=_("This filing needs no filing password.")):
        starting.prove(filing.pk, filed.host, PasswordProof(PASSWORD, "127.0.0.1"), version=None)


def test_a_rule_that_ends_while_the_provider_has_it_lets_nothing_pass(filed, client):
    """Its day of submission was one of codes; the rule was taken back for that day too."""
    with codes_asked():
        filing = play_kinds.fill(begun(filed), filed.host, number(), {})
        play.submit(filing, filed.host)

    with blocked_by("1018"):
        play.verify(filing, filed.staff)

    sign_in(client, user_of(filed.host))
    client.post(f"/filings/{filing.pk}/prove/", {"password": PASSWORD})
    play.verify(filing, filed.staff)
    assert Filing.objects.get(pk=filing.pk).status == Status.WITH_BUREAU


def test_a_rule_that_begins_while_a_draft_lies_asks_for_codes_as_well(filed):
    filing = play_kinds.fill(begun(filed, PASSWORD), filed.host, number(), {})

    with codes_asked():
        play.submit(filing, filed.host)
        play.verify(filing, filed.staff)

    assert Filing.objects.get(pk=filing.pk).status == Status.WITH_PERSONS


def test_a_rule_that_begins_while_the_provider_passes_it_on_is_not_passed_by(filed, monkeypatch):
    """By which of the two ways it goes is judged before the lock, and once more under it."""
    filing = play_kinds.fill(begun(filed, PASSWORD), filed.host, number(), {})
    play.submit(filing, filed.host)
    before = required_codes.passing_move
    rule = {"topic": Topic.CODES, "demand": Demand.CODE, "source": "示例通知", "valid_from": date(2020, 8, 17)}

    def meanwhile(of: Filing):
        move = before(of)
        ProvinceRule.objects.get_or_create(province=BEIJING, **rule)
        return move

    monkeypatch.setattr(required_codes, "passing_move", meanwhile)

    with pytest.raises(MoveRefused, match=_("The way this filing is verified has just changed. Try again.")):
        play.verify(filing, filed.staff)

    monkeypatch.undo()
    play.verify(filing, filed.staff)
    assert Filing.objects.get(pk=filing.pk).status == Status.WITH_PERSONS


def test_what_the_persons_have_proved_is_approved_although_the_rule_has_ended(filed, mailbox):
    with codes_asked():
        filing = play_kinds.fill(begun(filed), filed.host, number(), {})
        play.submit(filing, filed.host)
        play.verify(filing, filed.staff)
        typed(filing, mailbox)

    play.approve(filing, filed.reviewer)

    assert not Subject.objects.get().live


def test_what_nobody_has_proved_is_not_approved(filed, mailbox):
    """As if it had come to the bureau by a way that asked for neither."""
    with codes_asked():
        filing = play_kinds.fill(begun(filed), filed.host, number(), {})
        play.submit(filing, filed.host)
        play.verify(filing, filed.staff)
        typed(filing, mailbox)
    filing.person_checks.update(round=9)
    assert not ProvinceRule.objects.filter(valid_to=None, topic="codes").exists()

    with pytest.raises(MoveRefused, match="1018"):
        play.approve(filing, filed.reviewer)

    assert Subject.objects.get().live


def typed(filing: Filing, mailbox) -> None:
    """Every person types the code that was sent."""
    for check in filing.person_checks.all():
        last = filing.get(f"{check.paths[0]}.cert_number")[-6:]
        one_time_codes.prove(check.mobile, last, code_for(check, mailbox), address="192.0.2.1")


def test_the_findings_of_a_proved_filing_cost_no_more_than_before(filed, django_assert_num_queries):
    filing = play_kinds.fill(begun(filed, PASSWORD), filed.host, number(), {})
    own: list = []

    with django_assert_num_queries(4):
        checks.findings(filing, own)
