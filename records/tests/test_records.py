"""The host's house: whose records are whose, what they ask for, police filings, watched dates, confirmations."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from post_office.models import Email

from accounts.models import Party
from filings import actors, services
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.kinds import Kind
from filings.models import Adoption
from filings.states import Status
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import (
    BEIJING,
    Case,
    case_at,
    host,
    number,
    on_record,
    provider,
    sign_in,
    user,
    user_of,
)
from ministry.models import Access, ProvinceRule, Subject, Website
from ministry.reference.topics import Topic
from ministry.register import writer
from ministry.rules.rules import save_rule
from records import annual_confirmation, expiry_dates, footers, police_filing, proofs, reminders, visibility
from records.after_approval import take_up
from records.models import Confirmation, ExpiryDate, ExpiryKind, SubjectUpkeep, Upkeep, YearlyAnswer
from records.proofs import ProofStanding

pytestmark = pytest.mark.django_db
POLICE = "京公网安备11010802000001号"


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def case() -> Case:
    return case_at(Status.FILED)


def website_of(case: Case) -> Website:
    return case.filing.subject.websites.order_by("sequence").first()


def browser(actor: Actor) -> Client:
    return sign_in(Client(), user_of(actor))


def text_of(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def rule(province: str = BEIJING, first: int = -10, last: int | None = 20, **columns: object) -> ProvinceRule:
    """A yearly confirmation that a bureau asks for from one day to another, counted from today."""
    made = ProvinceRule(
        province=province,
        topic=Topic.YEARLY_CONFIRMATION,
        source="示例公告",
        valid_from=in_days(first),
        valid_to=None if last is None else in_days(last),
        **columns,
    )
    return save_rule(made, user(Party.MINISTRY))


# --- Whose they are -------------------------------------------------------------------------------------


def test_a_host_sees_the_records_of_its_own_approved_filings_and_no_others(case):
    other, open_one = case_at(Status.FILED), case_at(Status.WITH_BUREAU)
    website = website_of(case)

    assert list(visibility.subjects(case.host)) == [case.filing.subject]
    assert list(visibility.websites(case.host)) == [website]
    assert list(visibility.subjects(open_one.host)) == []
    page = text_of(browser(case.host), "records:home")
    assert str(website.number) in page
    assert str(website_of(other).number) not in page


def test_of_a_day_to_come_nothing_is_said(case):
    page = reverse("records:as_of", args=[case.filing.subject_id])
    for ahead, wrong in ((0, []), (1, ["on"])):
        answer = browser(case.host).get(page, {"on": in_days(ahead)})
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
    writer.cancel_subject(case.filing.subject_id, timezone.localdate())
    client = browser(case.host)

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
    client = browser(case.host)
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
    writer.suspend_website(website.pk, timezone.localdate())

    assert "Suspended by the bureau since" in text_of(browser(case.host), "records:website", website.pk)
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
    expiry_dates.keep(
        website.subject_id,
        case.host,
        website_id=website.pk,
        kind=ExpiryKind.DOMAIN,
        label=website.domain,
        ends_on=in_days(20),
    )
    page = text_of(browser(case.host), "records:website", website.pk)

    assert "Confirm that the data on record are still correct" in page
    assert "File with the police and enter the number here" in page
    assert f"Renew it: Domain {website.domain}" in page
    assert f"beian.miit.gov.cn/&quot; target=&quot;_blank&quot;&gt;{website.number}" in page


def test_a_record_that_is_or_would_become_a_shell_says_so(case):
    website = website_of(case)
    client = browser(case.host)
    assert "This is the only access" in text_of(client, "records:website", website.pk)

    Access.objects.update(live=False)
    assert "There is no access provider any more" in text_of(client, "records:home")
    assert "This website no longer has an access provider" in text_of(client, "records:website", website.pk)

    writer.cancel_website(website.pk, timezone.localdate())
    assert "There is no website on record any more" in text_of(client, "records:home")


@pytest.mark.parametrize(("days", "tone"), [(61, None), (60, "Renew it"), (0, "Renew it"), (-1, "Expired")])
def test_a_watched_day_is_on_the_list_from_the_first_reminder_on(case, days, tone):
    expiry_dates.read_from_filing(case.filing.subject, None, ExpiryKind.APPROVAL, "出版", in_days(days))
    page = text_of(browser(case.host), "records:home")

    assert [words for words in ("Renew it", "Expired") if f"{words}: Prior approval 出版" in page] == (
        [tone] if tone else []
    )


# --- The check of the footer ----------------------------------------------------------------------------


def test_a_page_is_checked_from_what_is_pasted_and_nothing_of_it_is_kept(case):
    website = website_of(case)
    client, url = browser(case.host), reverse("records:check", args=[website.pk])

    right = client.post(url, {"html": footers.snippet(website)}).content.decode()
    wrong = client.post(url, {"html": "<p>您好</p>"}).content.decode()

    assert "The number and its link are correct" in right
    assert "There is no filing number in the text of the page." in wrong


def test_a_page_that_is_too_long_is_refused_and_so_is_a_forged_one(case):
    client, url = browser(case.host), reverse("records:check", args=[website_of(case).pk])

    assert "at most 500000 characters" in client.post(url, {"html": "x" * 500_001}).content.decode()
    assert client.post(url, {"html": "x" * 3_000_000}).status_code in (400, 413)
    assert "To be corrected" in client.post(url, {"html": "a\0b"}).content.decode()
    answered = client.post(url, {"html": "<script>alert(1)</script></textarea><script>alert(2)</script>"})
    assert "<script>alert" not in answered.content.decode()


def test_checking_is_throttled(case):
    client, url = browser(case.host), reverse("records:check", args=[website_of(case).pk])
    for _n in range(60):
        assert client.post(url, {"html": "x"}).status_code == 200
    assert client.post(url, {"html": "x"}).status_code == 429


# --- The police filing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", [POLICE, " 京公网安备 11010802000001号 ", "京公网安备１１０１０８０２０００００１号", POLICE[:-1]]
)
def test_a_police_number_is_read_as_people_type_it(text):
    assert police_filing.check_number(text) == POLICE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11010802000001",
        "京公网安备1101080200000号",
        "京公网安备110108020000011号",
        "港公网安备11010802000001号",
        "京ICP备2026000001号-1",
        "京公网安备11010802000001号x",
        "京公网安备1101080200000\u202e1号",
        "9" * 5000,
    ],
)
def test_what_is_no_police_number_is_refused(text):
    with pytest.raises(ValidationError):
        police_filing.check_number(text)


def taken_up_after(days: int) -> tuple[Actor, Website]:
    """A website that was approved so many days ago elsewhere and has just been taken into an account."""
    site, member = on_record(provider()), host()
    Website.objects.update(approved_on=in_days(-days))
    Adoption.objects.create(host_id=member.person_id, subject=site.subject)
    take_up(site.subject)
    return member, Website.objects.select_related("upkeep").get()


@pytest.mark.parametrize(("days", "due"), [(31, None), (2000, None), (30, 0), (10, 20)])
def test_of_an_older_record_nobody_says_that_the_police_filing_is_late(days, due):
    member, site = taken_up_after(days)
    page = text_of(browser(member), "records:website", site.pk)

    assert site.upkeep.police_due_on == (None if due is None else in_days(due))
    assert ("Is it filed with the police?" in page) == (due is None)
    assert ("File with the police and enter the number here" in page) == (due is not None)
    assert reminders_of_police() == (0 if due is None or due > 10 else 1)


def reminders_of_police() -> int:
    reminders.sweep()
    return Email.objects.filter(subject__contains="police").count()


def test_the_day_of_its_opening_begins_the_thirty_days_of_an_older_record():
    member, site = taken_up_after(2000)
    client, url = browser(member), reverse("records:police", args=[site.pk])
    assert "The opening date is not known." in client.get(url).content.decode()

    client.post(url, {"opened_on": in_days(-5).isoformat()})
    assert Upkeep.objects.get().police_due_on == in_days(25)
    refused = client.post(url, {"opened_on": ""}).content.decode()
    assert "can be changed but not removed" in refused, "the thirty days would begin for nobody any more"
    assert Upkeep.objects.get().police_due_on == in_days(25)
    client.post(url, {"opened_on": in_days(-6).isoformat(), "number": POLICE})

    page = text_of(client, "records:website", site.pk)
    assert POLICE in page
    assert "Is it filed with the police?" not in page


def test_what_is_late_here_stays_late_when_the_form_is_saved_without_a_day(case):
    with time_machine.travel(timezone.now() + timedelta(days=60), tick=False):
        due = Upkeep.objects.get().police_due_on
        post_police(case)

        assert Upkeep.objects.get().police_due_on == due
        assert "File with the police and enter the number here" in text_of(
            browser(case.host), "records:website", website_of(case).pk
        )


def post_police(case: Case, **data: object) -> int:
    url = reverse("records:police", args=[website_of(case).pk])
    return browser(case.host).post(url, data).status_code


def test_the_number_ends_the_matter_and_joins_the_footer(case):
    assert post_police(case, number=POLICE) == 302

    upkeep = Upkeep.objects.get()
    assert upkeep.police_number == POLICE
    assert upkeep.police_done_at is not None
    page = text_of(browser(case.host), "records:website", upkeep.pk)
    assert "File with the police" not in page
    assert page.count(POLICE) == 2  # in the line to copy, and as it was entered


def test_saying_that_it_is_done_ends_it_too_and_can_be_taken_back(case):
    assert post_police(case, done="on") == 302
    assert Upkeep.objects.get().police_done_at is not None

    assert post_police(case) == 302
    assert Upkeep.objects.get().police_done_at is None


def test_the_thirty_days_count_from_the_opening_where_the_host_names_it(case):
    Upkeep.objects.update(police_told=0)
    assert post_police(case, opened_on=in_days(40).isoformat()) == 302

    upkeep = Upkeep.objects.get()
    assert (upkeep.police_due_on, upkeep.police_told) == (in_days(70), None)


@pytest.mark.parametrize(
    "data",
    [{"number": "京公网安备123号"}, {"opened_on": "1900-01-01"}, {"opened_on": "9999-12-31"}, {"opened_on": "x"}],
)
def test_what_can_not_be_is_refused_and_nothing_is_kept(case, data):
    before = Upkeep.objects.values().get()
    assert post_police(case, **data) == 200
    assert Upkeep.objects.values().get() == before


def test_a_stranger_keeps_nothing_about_somebody_elses_website(case):
    for member in (host(), case.staff, case.reviewer, actors.on_behalf(case.staff, "示例接入")):
        with pytest.raises(Upkeep.DoesNotExist):
            police_filing.keep(website_of(case).pk, member, number=POLICE, done=True, opened_on=None)
    assert Upkeep.objects.get().police_number == ""


# --- Watched dates --------------------------------------------------------------------------------------


def add(case: Case, **data: object) -> int:
    values = {"kind": "domain", "website": "", "label": "example.cn", "ends_on": in_days(90).isoformat()} | data
    return browser(case.host).post(reverse("records:watch_add", args=[case.filing.subject_id]), values).status_code


def test_a_host_watches_a_day_once_however_often_it_is_sent(case):
    ExpiryDate.objects.all().delete()
    assert (add(case), add(case)) == (302, 302)
    assert add(case, ends_on=in_days(120).isoformat()) == 302

    row = ExpiryDate.objects.get()
    assert (row.kind, row.label, row.ends_on, row.entered_by_id) == (
        "domain",
        "example.cn",
        in_days(120),
        case.host.user_id,
    )


@pytest.mark.parametrize(
    "data",
    [
        {"kind": ""},
        {"kind": "passport"},
        {"ends_on": ""},
        {"ends_on": "2000-01-01"},
        {"ends_on": "9999-12-31"},
        {"label": "x" * 65},
        {"label": "responsible"},
        {"website": "999999999"},
        {"website": "x"},
    ],
)
def test_what_can_not_be_watched_is_refused_at_its_field(case, data):
    before = ExpiryDate.objects.count()
    assert add(case, **data) == 200
    assert ExpiryDate.objects.count() == before


def test_another_hosts_website_can_not_be_named(case):
    other = case_at(Status.FILED)
    assert add(case, website=website_of(other).pk) == 200
    with pytest.raises(Website.DoesNotExist):
        expiry_dates.keep(
            case.filing.subject_id,
            case.host,
            website_id=website_of(other).pk,
            kind=ExpiryKind.DOMAIN,
            label="",
            ends_on=in_days(9),
        )


def test_a_day_is_renewed_or_dropped_by_its_host_alone(case):
    ExpiryDate.objects.all().delete()
    add(case)
    row = ExpiryDate.objects.get()
    url = reverse("records:watch", args=[row.pk])
    stranger = browser(host())
    for answered in (stranger.get(url), stranger.post(url, {"remove": "1"}), stranger.post(url, {"renew": "1"})):
        assert answered.status_code == 404

    client = browser(case.host)
    assert client.post(url, {"renew": "1", "ends_on": in_days(400).isoformat()}).status_code == 302
    assert ExpiryDate.objects.get().ends_on == in_days(400)
    assert client.post(url, {"renew": "1", "ends_on": in_days(-1).isoformat()}).status_code == 200
    assert client.post(url, {"remove": "1"}).status_code == 302
    assert client.post(url, {"remove": "1"}).status_code == 404
    assert not ExpiryDate.objects.exists()


def test_nobody_fills_the_table(case, monkeypatch):
    monkeypatch.setattr(expiry_dates, "MOST", 1)
    ExpiryDate.objects.all().delete()
    assert add(case) == 302
    assert add(case, label="another.cn") == 200
    assert ExpiryDate.objects.count() == 1


# --- The yearly confirmation ----------------------------------------------------------------------------


def confirm(case: Case, answer: YearlyAnswer = YearlyAnswer.UNCHANGED) -> Confirmation:
    return annual_confirmation.confirm(website_of(case).pk, case.host, answer)


def test_a_host_confirms_in_the_time_its_bureau_set_and_a_double_click_counts_once(case):
    asked = rule()
    client, url = browser(case.host), reverse("records:confirm", args=[website_of(case).pk])
    assert "示例公告" in client.get(url).content.decode()

    answers = [client.post(url, {"answer": "unchanged", "seen": "0"}) for _n in range(2)]

    assert [answer["Location"] for answer in answers] == [reverse("records:website", args=[website_of(case).pk])] * 2
    row = Confirmation.objects.get()
    assert (row.rule, row.answer, row.user_id) == (asked, "unchanged", case.host.user_id)
    assert "Confirmed" in client.get(url).content.decode()
    assert "Confirm that the data on record" not in text_of(client, "records:home")


def test_an_answer_is_corrected_while_the_period_runs_and_the_first_one_is_kept(case):
    asked = rule()
    first = confirm(case)
    client, url = browser(case.host), reverse("records:confirm", args=[website_of(case).pk])

    client.post(url, {"answer": "updated", "seen": str(first.pk)})

    assert list(Confirmation.objects.values_list("answer", "rule")) == [("unchanged", asked.pk), ("updated", asked.pk)]
    upkeep = Upkeep.objects.get()
    assert (upkeep.yearly_answer, upkeep.yearly_rule) == ("updated", asked)
    later = time_machine.travel(timezone.now() + timedelta(days=21), tick=False)
    with later, pytest.raises(MoveRefused, match="not asking for a confirmation"):
        confirm(case)
    assert Confirmation.objects.count() == 2


@pytest.mark.parametrize("seen", ["0", "", "-1", "x", "9" * 40])
def test_who_has_not_seen_the_answer_of_another_window_is_told_it_and_can_choose_again(case, seen):
    rule()
    first = confirm(case)
    client, url = browser(case.host), reverse("records:confirm", args=[website_of(case).pk])

    response = client.post(url, {"answer": "cancelled", "seen": seen})

    page = response.content.decode()
    assert (response.status_code, Confirmation.objects.count()) == (200, 1)
    assert "You (in another window) answered meanwhile: “Everything on record is still correct”" in page
    assert f'name="seen" value="{first.pk}"' in page
    assert 'value="cancelled"' in page[: page.index("checked")].rsplit("<input", 1)[1]


@pytest.mark.parametrize(
    ("answer", "page"), [("updated", "/records/websites/{}/"), ("cancelled", "kind=cancel_website")]
)
def test_an_answer_leads_to_what_it_needs(case, answer, page):
    rule()
    website, client = website_of(case), browser(case.host)

    response = client.post(reverse("records:confirm", args=[website.pk]), {"answer": answer, "seen": "0"})

    assert page.format(website.pk) in response["Location"]
    assert client.get(response["Location"]).status_code == 200
    reminded = "You have answered that it is no longer used" in text_of(client, "records:home")
    assert reminded == (answer == "cancelled")


def test_a_website_cancelled_in_the_period_counts_as_answered(case):
    asked, website = rule(), website_of(case)
    reminders.sweep()
    writer.cancel_website(website.pk, timezone.localdate())
    reminders.sweep()

    row = Confirmation.objects.get()
    assert (row.rule, row.answer, row.user_id) == (asked, "cancelled", None)
    page = text_of(browser(case.host), "records:confirm", website.pk)
    assert "The website is no longer on record under this number" in page
    url = reverse("records:confirm", args=[website.pk])
    assert browser(case.host).post(url, {"answer": "unchanged"}).status_code == 200
    assert Confirmation.objects.count() == 1


@pytest.mark.parametrize(("first", "last"), [(1, 20), (-20, -1)])
def test_outside_of_that_time_there_is_nothing_to_confirm(case, first, last):
    rule(first=first, last=last)
    with pytest.raises(MoveRefused, match=_("Your bureau is not asking for a confirmation at this time.")):
        confirm(case)
    page = text_of(browser(case.host), "records:confirm", website_of(case).pk)
    assert "Your bureau is not asking for a confirmation at this time." in page


@pytest.mark.parametrize(
    ("columns", "asked"),
    [
        ({"province": "440000"}, False),
        ({"province": ""}, True),
        ({"audience": "individuals"}, False),
        ({"audience": "units"}, True),
        ({"last": None}, True),
    ],
)
def test_only_those_whom_the_rule_concerns_are_asked(case, columns, asked):
    rule(**columns)
    subject = Subject.objects.get()
    assert bool(annual_confirmation.rule_for(subject, annual_confirmation.rules_on(timezone.localdate()))) == asked


def test_each_year_is_confirmed_by_itself(case):
    rule(first=-10, last=20)
    confirm(case)
    rule(first=355, last=385)
    with time_machine.travel(timezone.now() + timedelta(days=360), tick=False):
        confirm(case, YearlyAnswer.UPDATED)
    assert list(Confirmation.objects.values_list("answer", flat=True)) == ["unchanged", "updated"]


def test_a_stranger_confirms_nothing_and_an_answer_nobody_offers_is_refused(case):
    rule()
    with pytest.raises(Website.DoesNotExist):
        annual_confirmation.confirm(website_of(case).pk, host(), YearlyAnswer.UNCHANGED)
    url = reverse("records:confirm", args=[website_of(case).pk])
    assert browser(case.host).post(url, {"answer": "deleted"}).status_code == 200
    assert not Confirmation.objects.exists()


def test_a_confirmation_is_never_changed(case):
    rule()
    row = confirm(case)
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        Confirmation.objects.filter(pk=row.pk).update(answer="updated")


def test_the_one_year_that_a_public_document_states_is_on_record():
    seeded = ProvinceRule.objects.get(topic=Topic.YEARLY_CONFIRMATION)
    assert (seeded.province, seeded.valid_from, seeded.valid_to) == ("420000", date(2020, 1, 15), date(2020, 4, 15))
