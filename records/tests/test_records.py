"""Records of a host: whose they are, what begins with the approval, what pages say, the check of the footer."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from filings import actors, services
from filings.kinds import Kind
from filings.states import Status
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import Case, case_at, client_of, number
from ministry.models import Access, Website
from ministry.register import ends
from records import expiry_dates, footers, proofs, visibility
from records.models import ExpiryDate, ExpiryKind, SubjectUpkeep, Upkeep
from records.proofs import ProofStanding
from records.tests.records_of_hosts import POLICE, in_days, rule, text_of, website_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def case() -> Case:
    return case_at(Status.FILED)


# --- Whose they are -------------------------------------------------------------------------------------


def test_a_host_sees_the_records_of_its_own_approved_filings_and_no_others(case):
    other, open_one = case_at(Status.FILED), case_at(Status.WITH_BUREAU)
    website = website_of(case)

    assert list(visibility.subjects(case.host)) == [case.filing.subject]
    assert list(visibility.websites(case.host)) == [website]
    assert list(visibility.subjects(open_one.host)) == []
    page = text_of(client_of(case.host), "records:home")
    assert str(website.number) in page
    assert str(website_of(other).number) not in page


def test_of_a_day_to_come_nothing_is_said(case):
    page = reverse("records:as_of", args=[case.filing.subject_id])
    for ahead, wrong in ((0, []), (1, ["on"])):
        answer = client_of(case.host).get(page, {"on": in_days(ahead)})
        assert list(answer.context["form"].errors) == wrong
        assert answer.context["day"] == timezone.localdate()


def test_nobody_sees_records_in_a_hosts_place_or_from_a_desk(case):
    for member in (case.staff, case.reviewer, actors.on_behalf(case.staff, "示例接入"), actors.portal()):
        assert not visibility.subjects(member).exists()
        assert not visibility.websites(member).exists()
        assert not visibility.watches(member).exists()
        assert not visibility.proofs(member).exists()


def test_a_cancelled_record_is_still_shown_to_its_host_as_such(case):
    website = website_of(case)
    ends.cancel_subject(case.filing.subject_id, timezone.localdate())
    client = client_of(case.host)

    assert "Cancelled" in text_of(client, "records:home")
    assert "This record has been cancelled" in text_of(client, "records:subject", case.filing.subject_id)
    assert "This record has been cancelled" in text_of(client, "records:website", website.pk)
    for name in ("check", "police", "confirm"):
        assert client.get(reverse(f"records:{name}", args=[website.pk])).status_code == 404
    for name, pk in (
        ("prove_website", website.pk),
        ("prove_subject", website.subject_id),
        ("watch_add", website.subject_id),
    ):
        assert client.post(reverse(f"records:{name}", args=[pk])).status_code == 404


def test_a_website_moved_under_another_subject_goes_with_it(case):
    """Whose a website is follows from the register, not from who filed it first."""
    other, website = case_at(Status.FILED), website_of(case)
    Website.objects.filter(pk=website.pk).update(subject=other.filing.subject, sequence=7)

    assert not visibility.websites(case.host).exists()
    assert visibility.websites(other.host).filter(pk=website.pk).exists()


# --- What begins with the approval ----------------------------------------------------------------------


def test_the_approval_begins_the_upkeep_of_what_it_brings():
    case = Case(websites=2).to(Status.FILED)
    websites = list(case.filing.subject.websites.order_by("sequence"))

    rows = list(Upkeep.objects.order_by("website").values_list("website", "police_due_on", "police_number"))
    assert rows == [(website.pk, website.approved_on + timedelta(days=30), "") for website in websites]
    assert SubjectUpkeep.objects.get().subject == case.filing.subject


def test_a_further_website_begins_its_upkeep_and_leaves_the_first_ones_as_it_is(case):
    Upkeep.objects.update(police_number=POLICE, police_done_at=timezone.now())
    filing = play_kinds.complete_draft(
        case.host, Kind.NEW_WEBSITE, play_kinds.target_of(case.filing), case.provider.pk, number()
    )
    play_kinds.approved(filing, case.host, case.staff, case.reviewer)

    assert list(Upkeep.objects.order_by("website").values_list("police_number", flat=True)) == [POLICE, ""]


def test_what_is_under_way_about_a_record_is_shown_to_its_host(case):
    filing = play_kinds.complete_draft(
        case.host, Kind.NEW_WEBSITE, play_kinds.target_of(case.filing), case.provider.pk, number()
    )
    client = client_of(case.host)
    assert "is under way" not in text_of(client, "records:home")

    play.submit(filing, case.host)

    url = reverse("filings:status", args=[filing.pk])
    for name, args in (("home", ()), ("subject", (case.filing.subject_id,)), ("website", (website_of(case).pk,))):
        page = text_of(client, f"records:{name}", *args)
        assert "is under way" in page
        assert url in page


def test_what_is_suspended_says_so_to_its_host_and_in_its_proof(case):
    website = website_of(case)
    before = proofs.of_website(website.pk, case.host)
    ends.suspend_website(website.pk, timezone.localdate())

    assert "Suspended by the bureau since" in text_of(client_of(case.host), "records:website", website.pk)
    assert proofs.read(proofs.token_of(before)).standing == ProofStanding.CHANGED
    assert proofs.of_website(website.pk, case.host).content["is_suspended"] is True


def approved_with(**until: str) -> Case:
    """A filing approved with these ends of validity, by the path of the person (dots as double underscores)."""
    case = Case(same=False)
    typed = {f"{path.replace('__', '.')}.cert_until": value for path, value in until.items()}
    services.save_facts(case.filing.pk, case.host, typed, version=None)
    return case.to(Status.FILED)


def test_the_ends_of_certificates_are_read_from_the_filing():
    approved_with(responsible="2099-12-31", websites__0__responsible="2098-12-31")

    watches = ExpiryDate.objects.order_by("pk").values_list("kind", "label", "ends_on", "entered_by")
    assert list(watches) == [
        ("certificate", "responsible", date(2099, 12, 31), None),
        ("certificate", "manager", date(2098, 12, 31), None),
    ]


def test_a_certificate_without_an_end_is_not_watched():
    approved_with(responsible="long_term", websites__0__responsible="long_term")

    assert list(ExpiryDate.objects.all()) == []


def test_a_certificate_renewed_without_an_end_is_watched_no_longer():
    case = approved_with(responsible="2099-12-31", websites__0__responsible="2098-12-31")
    target = play_kinds.target_of(case.filing)
    until = {"responsible.cert_until": "long_term"}
    change = play_kinds.complete_draft(case.host, Kind.CHANGE_SUBJECT, target, case.provider.pk, number(), **until)
    play_kinds.approved(change, case.host, case.staff, case.reviewer)

    assert list(ExpiryDate.objects.values_list("label", flat=True)) == ["manager"]


def test_a_filing_that_repeats_an_older_date_does_not_undo_what_the_host_has_entered(case):
    subject = case.filing.subject
    expiry_dates.read_from_filing(subject, None, ExpiryKind.CERTIFICATE, "responsible", in_days(400))
    expiry_dates.read_from_filing(subject, None, ExpiryKind.CERTIFICATE, "responsible", in_days(300))

    assert ExpiryDate.objects.get(label="responsible").ends_on == in_days(400)


def test_a_later_filings_date_replaces_the_earlier_one_and_is_told_anew(case):
    subject = case.filing.subject
    expiry_dates.read_from_filing(subject, None, ExpiryKind.CERTIFICATE, "responsible", in_days(10))
    ExpiryDate.objects.update(told=7)

    expiry_dates.read_from_filing(subject, None, ExpiryKind.CERTIFICATE, "responsible", in_days(400))

    assert list(ExpiryDate.objects.filter(label="responsible").values_list("ends_on", "told")) == [(in_days(400), None)]


# --- What the pages say ---------------------------------------------------------------------------------


def test_the_website_page_leads_to_everything_that_is_due(case):
    website = website_of(case)
    rule()
    expiry_dates.save(
        website.subject_id,
        case.host,
        website_id=website.pk,
        kind=ExpiryKind.DOMAIN,
        label=website.domain,
        ends_on=in_days(20),
    )
    page = text_of(client_of(case.host), "records:website", website.pk)

    assert "Confirm that the data on record are still correct" in page
    assert "File with the police and enter the number here" in page
    assert f"Renew it: Domain {website.domain}" in page
    assert f"beian.miit.gov.cn/&quot; target=&quot;_blank&quot;&gt;{website.number}" in page


def test_a_record_that_is_or_would_become_a_shell_says_so(case):
    website = website_of(case)
    client = client_of(case.host)
    assert "This is the only access" in text_of(client, "records:website", website.pk)

    Access.objects.update(live=False)
    assert "There is no access provider any more" in text_of(client, "records:home")
    assert "This website no longer has an access provider" in text_of(client, "records:website", website.pk)

    ends.cancel_website(website.pk, timezone.localdate())
    assert "There is no website on record any more" in text_of(client, "records:home")


@pytest.mark.parametrize(("days", "tone"), [(61, None), (60, "Renew it"), (0, "Renew it"), (-1, "Expired")])
def test_a_watched_day_is_on_the_list_from_the_first_reminder_on(case, days, tone):
    expiry_dates.read_from_filing(case.filing.subject, None, ExpiryKind.APPROVAL, "出版", in_days(days))
    page = text_of(client_of(case.host), "records:home")

    assert [words for words in ("Renew it", "Expired") if f"{words}: Prior approval 出版" in page] == (
        [tone] if tone else []
    )


# --- The check of the footer ----------------------------------------------------------------------------


def test_a_page_is_checked_from_what_is_pasted_and_nothing_of_it_is_kept(case):
    website = website_of(case)
    client, url = client_of(case.host), reverse("records:check", args=[website.pk])

    right = client.post(url, {"html": footers.snippet(website)}).content.decode()
    wrong = client.post(url, {"html": "<p>您好</p>"}).content.decode()

    assert "The number and its link are correct" in right
    assert "There is no filing number in the text of the page." in wrong


def test_a_page_that_is_too_long_is_refused_and_so_is_a_forged_one(case):
    client, url = client_of(case.host), reverse("records:check", args=[website_of(case).pk])

    assert "at most 500000 characters" in client.post(url, {"html": "x" * 500_001}).content.decode()
    assert client.post(url, {"html": "x" * 3_000_000}).status_code in (400, 413)
    assert "To be corrected" in client.post(url, {"html": "a\0b"}).content.decode()
    answered = client.post(url, {"html": "<script>alert(1)</script></textarea><script>alert(2)</script>"})
    assert "<script>alert" not in answered.content.decode()


def test_checking_is_throttled(case):
    client, url = client_of(case.host), reverse("records:check", args=[website_of(case).pk])
    for _n in range(60):
        assert client.post(url, {"html": "x"}).status_code == 200
    assert client.post(url, {"html": "x"}).status_code == 429
