"""Filings under way when an order comes, and what the host reads of it."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from filings import services
from filings.figures import bureau_time, monthly
from filings.kinds import Kind
from filings.models import Filing, Tick, Why
from filings.states import Status
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import FILING_PASSWORD, Case, number, provider, sign_in, user_of
from icp_portal.tests.queued_mails import mails
from ministry.models import Subject
from records.legal_grounds import Act, Scope
from records.orders import making
from records.tests.orders.orders_made import draft, website_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


# --- An order and a filing at the same time -----------------------------------------------------------------


def test_after_the_order_the_same_certificate_is_filed_anew_under_a_new_number(case):
    second = Case(invented=case.number, of=case.provider)
    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft())
    second.submit().verify().approve()

    assert second.filing.subject.serial == case.filing.subject.serial + 1
    assert services.copy_refusal(case.filing, case.host)


# --- What the host reads on its page ------------------------------------------------------------------------


def test_the_hosts_page_says_what_was_ordered_and_why_and_that_nothing_is_left(case):
    client = Client()
    client.force_login(user_of(case.host))
    page = reverse("filings:status", args=[case.filing.pk])
    assert "at the bottom of the home page" in client.get(page).content.decode()

    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft())

    shown = client.get(page).content.decode()
    for said in ("登记信息与证件不符", "京通管令〔2026〕7号", "No longer on record", "Order of the bureau"):
        assert said in shown
    assert "at the bottom of the home page" not in shown


# --- The filings under way about what is cancelled ----------------------------------------------------------


def under_way(case: Case, kind: Kind, *, submitted: bool = True) -> Filing:
    """A filing of this kind about the case's record, in its host's account."""
    Subject.objects.filter(pk=case.filing.subject_id).update(password_hash=make_password(FILING_PASSWORD))
    written = {"websites.0.name": f"{case.filing.get('subject.name')}新站"} if kind == Kind.CHANGE_WEBSITE else {}
    target, access_provider = play_kinds.target_of(case.filing), case.provider.pk
    if kind == Kind.NEW_ACCESS:
        access_provider = provider().pk
    draft = play_kinds.complete_draft(
        case.host, kind, target, access_provider, number(), password=FILING_PASSWORD, **written
    )
    if submitted:
        play.submit(draft, case.host)
        draft.refresh_from_db()
    Email.objects.all().delete()
    return draft


@pytest.mark.parametrize("kind", [Kind.NEW_WEBSITE, Kind.CHANGE_WEBSITE, Kind.NEW_ACCESS, Kind.CANCEL_SUBJECT])
def test_a_filing_about_a_cancelled_record_ends_with_it(case, kind):
    filing = under_way(case, kind)
    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft())

    filing.refresh_from_db()
    assert (filing.status, filing.reservations.count()) == (Status.CLOSED, 0)
    event = filing.events.get(name="end_by_order")
    assert (event.role, event.note) == ("system", str(case.filing.subject.number))
    told = [address for address, subject in mails() if subject == f"Filing {filing.pk} ({filing.topic}) has ended"]
    assert told == [user_of(case.host).email, filing.provider.contact_email]
    page = sign_in(Client(), user_of(case.host)).get(reverse("filings:status", args=[filing.pk])).content.decode()
    assert "Ended: the bureau has cancelled the record concerned" in page
    assert "start a new filing with these data" not in page


def test_before_the_order_its_page_says_how_many_filings_it_ends(case, settings):
    settings.RELAX_SECOND_FACTOR = True
    client = sign_in(Client(), user_of(case.reviewer))
    cancel, suspend = (
        reverse("bureau_desk:order_new", args=[act, Scope.SUBJECT, case.filing.subject_id])
        for act in (Act.CANCEL, Act.SUSPEND)
    )
    assert "under way about it" not in client.get(cancel).content.decode()
    under_way(case, Kind.CHANGE_WEBSITE)
    assert "One filing under way about it ends; its host and provider" in client.get(cancel).content.decode()
    assert "under way about it" not in client.get(suspend).content.decode()


def test_a_draft_ends_too_and_no_provider_hears_of_it(case):
    filing = under_way(case, Kind.CHANGE_WEBSITE, submitted=False)
    making.make(case.reviewer, Scope.WEBSITE, website_of(case).pk, draft())
    filing.refresh_from_db()
    assert filing.status == Status.CLOSED
    told = [address for address, subject in mails() if "has ended" in subject]
    assert told == [user_of(case.host).email]


def test_a_cancelled_website_ends_only_what_is_about_it(case):
    filing = under_way(case, Kind.NEW_WEBSITE)
    making.make(case.reviewer, Scope.WEBSITE, website_of(case).pk, draft())
    filing.refresh_from_db()
    assert filing.status == Status.WITH_PROVIDER


def test_a_cancelled_access_ends_its_change_and_no_other_filing(case):
    target = play_kinds.target_of(case.filing)
    change = under_way(case, Kind.CANCEL_ACCESS)
    making.make(case.reviewer, Scope.ACCESS, target.access_id, draft(ground="33-18"))
    change.refresh_from_db()
    assert change.status == Status.CLOSED


def test_a_suspension_ends_nothing(case):
    filing = under_way(case, Kind.CHANGE_WEBSITE)
    making.make(case.reviewer, Scope.SUBJECT, case.filing.subject_id, draft(Act.SUSPEND, "33-27"))
    filing.refresh_from_db()
    assert filing.status == Status.WITH_PROVIDER


def test_the_clock_of_what_the_bureau_was_deciding_stops(case):
    filing = under_way(case, Kind.CHANGE_WEBSITE)
    play.verify(filing, case.staff)
    making.make(case.reviewer, Scope.WEBSITE, website_of(case).pk, draft())
    last = filing.clock_entries.latest("pk")
    assert (last.what, last.why) == (Tick.STOPPED, Why.ENDED)
    monthly.count(timezone.localdate().replace(day=1))
    assert bureau_time.of_bureau(case.reviewer.bureau_id).decided == 1  # the first filing's approval
