"""A filing whose provider has closed goes to another one, with its papers, and is verified anew."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from filings import actors, services
from filings.agreements import mandates
from filings.checklist_items import NO
from filings.errors import MoveRefused
from filings.kinds import Kind
from filings.models import ClockEntry, EvidenceKind, Filing, MovedDate, Tick, Why
from filings.rules import corrections
from filings.services import transfers
from filings.states import Status
from filings.tests.services.closed_providers import close, closed_at
from filings.verification import worksheets
from filings.verification.worksheets import SheetEntry
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import GUANGDONG, Case, case_at, host, provider, reviewer, sign_in, staff, user_of
from icp_portal.tests.queued_mails import mails
from providers.models import Provider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]

IP = "websites.0.access.ip_ranges"
ACCESS = {
    "websites.0.access.ways": [1],
    "websites.0.access.places": [110000],
    IP: "192.31.196.99",
}


def photos(filing: Filing) -> int:
    return filing.evidence.filter(replaced_at=None, path__endswith=f".{EvidenceKind.PHOTO}").count()


def give_access_and_pass(case: Case, new: Provider) -> Filing:
    """What the new provider does: take, give its addresses, photograph, pass on."""
    member = staff(new)
    services.claim(case.filing.pk, member)
    services.save_facts(case.filing.pk, member, dict(case.access), version=None)
    case.refresh()
    play.verify(case.filing, member)
    return case.refresh().filing


# --- By the host --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.WITH_PROVIDER, Status.RETURNED_TO_PROVIDER])
def test_a_filing_at_a_closed_provider_goes_to_another_one_and_is_verified_anew(status):
    case, new = closed_at(status)
    case.access = {path: case.filing.get(path) for path in ACCESS}
    papers = corrections.current_papers(case.filing)
    round_before, former = case.filing.round, case.provider

    transfers.transfer(case.filing.pk, case.host, new.pk, version=case.filing.version)

    filing = case.refresh().filing
    assert (filing.status, filing.provider_id, filing.claimed_by_id) == (Status.WITH_PROVIDER, new.pk, None)
    assert filing.get("websites.0.access") == {}
    assert photos(filing) == 0
    assert corrections.current_papers(filing) == {path: sha for path, sha in papers.items() if "photo" not in path}
    assert not Filing.objects.visible_to(case.staff).filter(pk=filing.pk).exists()
    event = filing.events.get(name="transfer")
    assert (event.source, event.target, event.note) == (status, "with_provider", f"{former} → {new}")
    assert event.provider_id == former.pk  # whose waiting it ended
    assert [address for address, _subject in mails()] == [
        former.contact_email,
        user_of(case.host).email,
        new.contact_email,
    ]

    passed = give_access_and_pass(case, new)
    assert (passed.status, passed.round) == (Status.WITH_BUREAU, round_before + 1)
    assert passed.verifications.latest("pk").photos.count() == 1
    assert passed.snapshots.latest("round").facts["websites"][0]["access"] != {}
    play.approve(passed, case.reviewer)
    assert case.refresh().filing.subject.websites.get().accesses.get().provider_id == new.pk


def test_the_new_provider_can_write_on_the_access_alone():
    case, new = closed_at(Status.WITH_PROVIDER)
    transfers.transfer(case.filing.pk, case.host, new.pk, version=None)
    member = staff(new)
    services.claim(case.filing.pk, member)
    with pytest.raises(MoveRefused, match="Only the access data can be entered here"):
        services.save_facts(case.filing.pk, member, {"subject.name": "别的公司"}, version=None)
    client = sign_in(Client(), user_of(member))
    page = client.get(reverse("provider_desk:verify", args=[case.filing.pk])).content.decode()
    assert reverse("provider_desk:amend", args=[case.filing.pk, "access"]) in page
    assert reverse("provider_desk:amend", args=[case.filing.pk, "subject"]) not in page
    assert client.get(reverse("provider_desk:amend", args=[case.filing.pk, "subject"])).status_code == 404
    amend = client.get(reverse("provider_desk:amend", args=[case.filing.pk, "access"]))
    assert (amend.status_code, "ip_ranges" in amend.content.decode()) == (200, True)


def test_it_can_not_be_passed_on_before_the_new_provider_has_given_its_addresses():
    case, new = closed_at(Status.WITH_PROVIDER)
    transfers.transfer(case.filing.pk, case.host, new.pk, version=None)
    with pytest.raises(MoveRefused, match="corrected first"):
        play.verify(case.filing, staff(new))


def test_the_new_provider_is_shown_no_verification_of_the_former_one():
    case, new = closed_at(Status.RETURNED_TO_PROVIDER)
    taken = case.filing.verifications.get().photos.get()
    sheet = case.filing.verifications.get().sheets.get()
    transfers.transfer(case.filing.pk, case.host, new.pk, version=None)
    member = staff(new)
    services.claim(case.filing.pk, member)
    client = sign_in(Client(), user_of(member))
    for name, pk in (("evidence", taken.pk), ("sheet", sheet.pk)):
        assert client.get(reverse(f"provider_desk:{name}", args=[case.filing.pk, pk])).status_code == 404
    page = client.get(reverse("provider_desk:verify", args=[case.filing.pk])).content.decode()
    assert "Verified in the last round, unchanged" not in page


def test_the_new_provider_begins_with_an_empty_sheet_and_not_with_the_former_one_s_notes():
    case, new = closed_at(Status.WITH_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    noted = {"mobile_correct": SheetEntry(NO, "三次拨打均为空号")}
    worksheets.save(case.filing.pk, case.staff, noted, version=0)

    transfers.transfer(case.filing.pk, case.host, new.pk, version=None)

    member = staff(new)
    services.claim(case.filing.pk, member)
    page = sign_in(Client(), user_of(member)).get(reverse("provider_desk:verify", args=[case.filing.pk]))
    assert "mobile_correct" not in page.context["sheet"].desk.shown
    assert "三次拨打均为空号" not in page.content.decode()


def test_what_the_former_provider_was_to_be_told_ends_and_no_other_filing_s():
    case, new = closed_at(Status.RETURNED_TO_HOST)
    other = case_at(Status.WITH_BUREAU)
    for one in (case, other):
        said = {"was_due_on": timezone.localdate(), "moved_at": timezone.now()}
        MovedDate.objects.create(filing=one.filing, provider=one.provider, **said)
    Filing.objects.filter(pk=case.filing.pk).update(nudged_on=timezone.localdate())

    transfers.transfer(case.filing.pk, case.host, new.pk, version=None)

    assert MovedDate.objects.get().filing_id == other.filing.pk
    assert case.refresh().filing.nudged_on is None  # the new provider may remind the host at once


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED_TO_HOST])
def test_what_lies_with_its_host_stays_there_and_only_changes_the_provider(status):
    case, new = closed_at(status)
    given = {path: case.filing.get(path) for path in ACCESS}
    transfers.transfer(case.filing.pk, case.host, new.pk, version=case.filing.version)
    filing = case.refresh().filing
    assert (filing.status, filing.provider_id, filing.get("websites.0.access")) == (status, new.pk, {})
    told = [address for address, _subject in mails()]
    assert (case.provider.contact_email in told) is (status == Status.RETURNED_TO_HOST)

    services.save_facts(filing.pk, case.host, given, version=None)
    case.submit()
    play.verify(case.filing, staff(new))
    assert case.refresh().filing.status == Status.WITH_BUREAU


def test_a_filing_that_waits_for_its_persons_is_asked_no_more():
    case, new = closed_at(Status.WITH_PERSONS)
    transfers.transfer(case.filing.pk, case.host, new.pk, version=None)
    assert not case.filing.person_checks.waiting().exists()
    assert case.refresh().filing.status == Status.WITH_PROVIDER


def test_a_filing_whose_provider_takes_filings_is_not_moved():
    case, new = case_at(Status.WITH_PROVIDER), provider()
    with pytest.raises(MoveRefused, match=r"is accepting filings\. To use another provider, withdraw"):
        transfers.transfer(case.filing.pk, case.host, new.pk, version=None)
    assert case.refresh().filing.provider_id == case.provider.pk


def test_only_a_listed_provider_takes_it_over_and_never_a_stranger_s_filing():
    case, new = closed_at(Status.WITH_PROVIDER)
    for access_provider in (case.provider, provider(accepts_new=False), provider(is_active=False)):
        with pytest.raises(MoveRefused, match="Choose one of the access providers listed"):
            transfers.transfer(case.filing.pk, case.host, access_provider.pk, version=None)
    with pytest.raises(Filing.DoesNotExist):
        transfers.transfer(case.filing.pk, host(), new.pk, version=None)
    with pytest.raises(MoveRefused, match="not with you"):
        transfers.transfer(case.filing.pk, case.staff, new.pk, version=None)


def test_the_bureau_is_deciding_so_the_host_can_not_take_it_away():
    case, new = closed_at(Status.WITH_BUREAU)
    with pytest.raises(MoveRefused, match="can't be done"):
        transfers.transfer(case.filing.pk, case.host, new.pk, version=None)


def test_an_outdated_page_moves_nothing():
    case, new = closed_at(Status.WITH_PROVIDER)
    with pytest.raises(MoveRefused, match=r"already done this in another window|changed in another window"):
        transfers.transfer(case.filing.pk, case.host, new.pk, version=case.filing.version - 1)


def test_a_mandate_ends_with_the_move_and_the_provider_can_not_move_it_itself():
    owner, access_provider = host(), provider()
    member = staff(access_provider)
    asked = mandates.ask(member, user_of(owner).email, "示例公司", 30)
    mandates.grant(asked.pk, owner, 30)
    stand_in = actors.on_behalf(member, access_provider.name)
    begun = services.start_on_behalf(asked.pk, stand_in)
    close(access_provider)
    new = provider()
    with pytest.raises(MoveRefused, match="The mandate does not cover this"):
        transfers.transfer(begun.pk, stand_in, new.pk, version=None)

    transfers.transfer(begun.pk, owner, new.pk, version=None)
    asked.refresh_from_db()
    assert asked.ended_at is not None
    assert not Filing.objects.visible_to(stand_in).filter(pk=begun.pk).exists()


def test_a_filing_about_the_provider_s_own_access_goes_to_nobody():
    case = case_at(Status.FILED)
    target = play_kinds.target_of(case.filing)
    draft = play_kinds.complete_draft(case.host, Kind.CANCEL_ACCESS, target, case.provider.pk, case.number)
    close(case.provider)
    provider()
    draft.refresh_from_db()
    assert not transfers.choices(draft).exists()
    page = sign_in(Client(), user_of(case.host)).get(reverse("filings:transfer", args=[draft.pk]))
    assert "No other provider can take over this filing" in page.content.decode()


def test_a_change_goes_to_another_provider_that_serves_the_record():
    case = case_at(Status.FILED)
    website = case.filing.subject.websites.get()
    serving = provider()
    website.accesses.create(provider=serving, ways=[1], places=[1], ip_ranges=["203.0.113.9"])
    target = play_kinds.target_of(case.filing)
    draft = play_kinds.complete_draft(
        case.host,
        Kind.CHANGE_WEBSITE,
        target,
        case.provider.pk,
        case.number,
        **{"websites.0.name": f"{case.filing.get('subject.name')}新站"},
    )
    play.submit(draft, case.host)
    close(case.provider)
    stranger = provider()
    with pytest.raises(MoveRefused, match="Choose one"):
        transfers.transfer(draft.pk, case.host, stranger.pk, version=None)
    transfers.transfer(draft.pk, case.host, serving.pk, version=None)
    draft.refresh_from_db()
    play.verify(draft, staff(serving))
    draft.refresh_from_db()
    assert draft.status == Status.WITH_BUREAU


def test_a_draft_is_not_handed_to_a_provider_that_has_closed():
    case, _new = closed_at(Status.DRAFT)
    with pytest.raises(MoveRefused, match=r"has closed\. Choose another access provider first"):
        services.submit(case.filing.pk, case.host, version=None)


# --- By the bureau ------------------------------------------------------------------------------------------


def test_a_bureau_moves_what_it_is_deciding_and_its_clock_stops():
    case, new = closed_at(Status.WITH_BUREAU)
    case.access = {path: case.filing.get(path) for path in ACCESS}
    services.claim(case.filing.pk, case.reviewer)
    other = reviewer()
    with pytest.raises(MoveRefused, match="is working on this filing"):
        transfers.transfer(case.filing.pk, other, new.pk, version=None)
    case.refresh()
    transfers.transfer(case.filing.pk, case.reviewer, new.pk, version=case.filing.version)

    filing = case.refresh().filing
    assert (filing.status, filing.provider_id) == (Status.WITH_PROVIDER, new.pk)
    last = ClockEntry.objects.filter(filing=filing).latest("pk")
    assert (last.what, last.why) == (Tick.STOPPED, Why.TRANSFERRED)
    again = give_access_and_pass(case, new)
    assert (again.status, again.round) == (Status.WITH_BUREAU, 2)
    assert ClockEntry.objects.filter(filing=filing).latest("pk").what == Tick.RESTARTED


def test_a_bureau_of_another_province_finds_nothing_to_move():
    case, new = closed_at(Status.RETURNED_TO_PROVIDER)
    with pytest.raises(Filing.DoesNotExist):
        transfers.transfer(case.filing.pk, reviewer(GUANGDONG), new.pk, version=None)


# --- Who is told that a provider has closed -----------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED_TO_HOST, Status.WITH_PROVIDER, Status.WITH_PERSONS])
def test_hosts_are_told_once_that_their_provider_has_closed_and_where_to_choose_another(status):
    case, _new = closed_at(status)

    assert [transfers.tell_hosts(), transfers.tell_hosts()] == [1, 0]

    subject = f"{case.provider} has closed, choose another access provider"
    [(to, said)] = mails()
    assert (to, said.endswith(subject)) == (user_of(case.host).email, True)
    assert reverse("filings:status", args=[case.filing.pk]) in Email.objects.get().message


def test_hosts_are_told_again_when_the_next_provider_closes_too():
    case, new = closed_at(Status.WITH_PROVIDER)
    transfers.tell_hosts()
    transfers.transfer(case.filing.pk, case.host, new.pk, version=None)
    assert transfers.tell_hosts() == 0

    close(new)

    assert transfers.tell_hosts() == 1


@pytest.mark.parametrize("status", [Status.WITH_BUREAU, Status.FILED, Status.WITHDRAWN])
def test_nobody_is_told_of_what_its_host_cannot_move(status):
    closed_at(status)
    assert transfers.tell_hosts() == 0


def test_a_provider_that_only_pauses_is_no_reason_to_write():
    case = case_at(Status.WITH_PROVIDER)
    Provider.objects.filter(pk=case.provider.pk).update(accepts_new=False)
    assert transfers.tell_hosts() == 0


def test_until_another_provider_is_chosen_the_page_says_that_it_is_the_hosts_turn(client):
    """The closed provider's announcements, such as opening hours, are not shown any more."""
    case = case_at(Status.WITH_PROVIDER)
    today = timezone.localdate()
    case.provider.announcements.create(title="Open on Tuesdays", text="From 14 h", starts_on=today, ends_on=today)
    page = reverse("filings:status", args=[case.filing.pk])
    sign_in(client, user_of(case.host))
    assert "Open on Tuesdays" in client.get(page).content.decode()
    close(case.provider)
    shown = client.get(page)
    step = shown.context["next_step"]
    assert (step.whose, step.next) == (
        "you",
        "The access provider has closed. Choose another one below; data and pictures move with the filing.",
    )
    assert "Open on Tuesdays" not in shown.content.decode()
