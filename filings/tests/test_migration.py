"""A website passes from one host to another: offered, taken over, filed, approved; and all that stops it."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from filings import adoptions, beginnings, checks, facts, offers, own_records, services
from filings.actors import Actor
from filings.errors import FactsRefused, MoveRefused
from filings.kinds import Kind
from filings.models import Entrance, Filing, Hold, HoldKind, Offer, OfferEnd, OfferEnding, Upkeep
from filings.offers import Taker
from filings.orders import matters
from filings.records import shells
from filings.states import Status
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests.builders import (
    BEIJING,
    GUANGDONG,
    Case,
    case_at,
    chief,
    host,
    number,
    provider,
    sign_in,
    staff,
    user_of,
)
from ministry import history, passwords, register
from ministry.models import Access, ProvinceRule, Subject, Website
from ministry.provinces import PROVINCES
from ministry.rules import rules_on
from ministry.topics import Demand, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.RELAX_SECOND_FACTOR = True


class Passing:
    """A website of one host's, offered to another one; either may be on record."""

    def __init__(self, *, on_record: bool = False, **facts: object) -> None:
        self.giver = case_at(Status.FILED, province=GUANGDONG, **facts)
        self.number = number()
        self.taken_by = case_at(Status.FILED, province=GUANGDONG) if on_record else None
        self.taker: Actor = self.taken_by.host if self.taken_by else host()
        self.website = Website.objects.select_related("subject").get(subject=self.giver.filing.subject_id, sequence=1)
        self.offer = play_kinds.offer(
            self.giver.host,
            self.website.pk,
            self.taker,
            self.number,
            on_record=self.taken_by.filing.subject if self.taken_by else None,
        )

    @property
    def left(self) -> Subject:
        return Subject.objects.get(pk=self.website.subject_id)

    def draft(self, **written: object) -> Filing:
        return play_kinds.taken_over(self.taker, self.offer, self.giver.provider.pk, self.number, **written)

    def with_bureau(self) -> Filing:
        filing = self.draft()
        play.submit(filing, self.taker)
        play.verify(filing, self.giver.staff)
        filing.refresh_from_db()
        return filing

    def approved(self) -> Filing:
        filing = self.with_bureau()
        play.approve(filing, self.giver.reviewer)
        filing.refresh_from_db()
        return filing

    def there(self) -> Website:
        return Website.objects.select_related("subject").get(live=True, domain=self.website.domain)


def told() -> list[tuple[str, str]]:
    return sorted((mail.to[0], mail.subject) for mail in Email.objects.all())


def blocking(filing: Filing) -> set[str]:
    return {finding.code for finding in checks.findings(Filing.objects.get(pk=filing.pk)) if finding.blocks}


# --- From one host to another ---------------------------------------------------------------------


def test_a_host_that_is_not_on_record_gets_a_number_with_the_website():
    passing = Passing()
    filing = passing.approved()
    there = passing.there()

    assert filing.kind == Kind.MIGRATE_WEBSITE
    assert there.subject == filing.subject != passing.left
    assert (there.sequence, there.name) == (1, passing.website.name)
    assert [str(website.number) for website in own_records.websites_of(filing)] == [str(there.number)]
    assert own_records.is_own(passing.taker.user_id, there.subject_id)
    there.subject.refresh_from_db()
    assert there.subject.password_wanted_at is not None, "the new record gets a filing password"


def test_a_host_on_record_gets_it_under_its_next_number():
    passing = Passing(on_record=True)
    filing = passing.approved()
    there = passing.there()

    assert there.subject_id == passing.taken_by.filing.subject_id == filing.subject_id
    assert (there.sequence, filing.first_sequence) == (2, 2)
    there.subject.refresh_from_db()
    assert there.subject.last_sequence == 2
    assert there.subject.password_wanted_at == passing.taken_by.filing.subject.password_wanted_at


def test_the_old_number_is_void_and_history_tells_where_the_website_went():
    passing = Passing(websites=2)
    passing.approved()
    website, today = Website.objects.get(pk=passing.website.pk), timezone.localdate()

    assert (website.live, website.cancelled_on) == (False, today)
    assert website.migrated_to == passing.there()
    assert passing.left.live
    assert passing.left.last_sequence == 2, "no number is given again"
    of_giver = history.as_of(passing.left.pk, today)
    assert [one.website_id for one in of_giver.websites] != [website.pk]
    assert len(of_giver.websites) == 1
    assert not Access.objects.filter(website=website, live=True).exists()
    with time_machine.travel(timezone.now() - timedelta(days=1), tick=False):
        assert history.as_of(passing.left.pk, timezone.localdate()) is None, "on record since today only"


def test_all_accesses_go_with_it_and_the_other_provider_is_told():
    passing = Passing()
    elsewhere = provider(provinces=[GUANGDONG])
    entry = register.AccessEntry(elsewhere.pk, [1], [1], ["192.31.196.77"])
    register.enter_access(passing.website.pk, entry, timezone.localdate())
    filing = passing.approved()

    served = {access.provider_id: access.ip_ranges for access in Access.objects.filter(website=passing.there())}
    assert served == {
        passing.giver.provider.pk: filing.get("websites.0.access.ip_ranges").splitlines(),
        elsewhere.pk: ["192.31.196.77"],
    }
    assert list(filing.told.values_list("provider", flat=True)) == [elsewhere.pk]


def test_what_the_taker_is_told_is_what_the_public_sees():
    """Neither who answers for the website at its old host, nor where it lies there."""
    passing = Passing()
    filing = beginnings.take_over(
        passing.taker, passing.offer.pk, provider_id=passing.giver.provider.pk, entrance=Entrance.PROVIDER
    )
    old = passing.giver.filing

    assert filing.get("websites.0.name") == old.get("websites.0.name")
    assert filing.get("websites.0.domain") == old.get("websites.0.domain")
    assert filing.get("subject.cert_number") == passing.offer.cert_number
    said = str(filing.facts)
    for path in ("responsible.mobile", "responsible.email", "responsible.cert_number", "websites.0.access.ip_ranges"):
        assert str(old.get(path)) not in said


def test_domain_and_service_are_not_the_takers_to_change():
    passing = Passing()
    filing = passing.draft()

    with pytest.raises(MoveRefused, match="1005"):
        services.save_facts(filing.pk, passing.taker, {"websites.0.domain": "another.cn"}, version=None)
    with pytest.raises(MoveRefused):
        services.save_facts(filing.pk, passing.taker, {"websites.0.service": 6}, version=None)
    with pytest.raises(MoveRefused):
        services.add_website(filing.pk, passing.taker, version=None)


def test_of_a_taker_on_record_the_own_data_stay_as_they_are():
    passing = Passing(on_record=True)
    filing = passing.draft()

    assert filing.get("subject.name") == passing.taken_by.filing.get("subject.name")
    with pytest.raises(MoveRefused):
        services.save_facts(filing.pk, passing.taker, {"subject.name": "别的公司"}, version=None)


def test_who_is_told_what():
    passing = Passing()
    giver, taker = user_of(passing.giver.host).email, user_of(passing.taker).email
    on_record = passing.left.responsible_email
    made = {to for to, subject in told() if "迁移" in subject}
    assert made == {giver, taker, on_record}

    passing.approved()

    passed = {to for to, subject in told() if "已迁移到其他主办者名下" in subject}
    assert passed == {giver, on_record}
    letters = {mail.to[0]: mail.message for mail in Email.objects.all() if "已迁移" in mail.subject}
    assert "已没有网站" in letters[giver]


def test_the_upkeep_of_the_website_begins_anew_for_its_new_host():
    passing = Passing()
    passing.approved()

    assert Upkeep.objects.filter(website=passing.there()).exists()


def test_the_records_are_free_again_once_it_is_decided():
    passing = Passing(on_record=True)
    passing.approved()

    assert not Hold.objects.filter(kind=HoldKind.RECORD).exists()
    target = play_kinds.target_of(passing.taken_by.filing)
    assert beginnings.begin(
        passing.taker,
        Kind.CHANGE_SUBJECT,
        target,
        provider_id=passing.taken_by.provider.pk,
        entrance=Entrance.PROVIDER,
    )


def test_an_offer_serves_once():
    passing = Passing()
    passing.approved()

    assert OfferEnd.objects.get(offer=passing.offer).why == OfferEnding.MIGRATED
    with pytest.raises(Offer.DoesNotExist):
        passing.draft()


# --- The kind is found -----------------------------------------------------------------------------


def find(passing: Passing, actor: Actor, cert_number: str):
    return beginnings.find(
        actor,
        cert_type=passing.offer.cert_type,
        cert_number=cert_number,
        domain=passing.website.domain,
        provider_id=passing.giver.provider.pk,
    )


def test_certificate_and_domain_tell_that_it_is_a_migration():
    passing = Passing()
    found = find(passing, passing.taker, passing.offer.cert_number)

    assert (found.kind, found.offer) == (Kind.MIGRATE_WEBSITE, passing.offer)
    assert (found.target.subject_id, found.target.website_id) == (0, passing.website.pk)


def test_of_a_host_on_record_too():
    passing = Passing(on_record=True)
    found = find(passing, passing.taker, passing.offer.cert_number)

    assert (found.kind, found.target.subject_id) == (Kind.MIGRATE_WEBSITE, passing.taken_by.filing.subject_id)


def test_to_anybody_else_the_domain_is_another_hosts():
    passing = Passing()

    assert find(passing, host(), passing.offer.cert_number).code == "1005"
    assert find(passing, passing.taker, invent.credit_code(number())).code == "1005"
    offers.take_back(passing.website.pk, passing.giver.host)
    assert find(passing, passing.taker, passing.offer.cert_number).code == "1005"


def test_a_record_in_another_account_is_taken_into_this_one_first():
    passing = Passing()
    elsewhere = case_at(Status.FILED, province=GUANGDONG)
    offers.take_back(passing.website.pk, passing.giver.host)
    made = play_kinds.offer(
        passing.giver.host, passing.website.pk, passing.taker, 0, on_record=elsewhere.filing.subject
    )

    assert find(passing, passing.taker, made.cert_number).code == "1003"
    with pytest.raises(MoveRefused, match="1003"):
        beginnings.take_over(passing.taker, made.pk, provider_id=passing.giver.provider.pk, entrance=Entrance.PROVIDER)


# --- The offer -------------------------------------------------------------------------------------


def offered(case: Case, **changes: object) -> Offer:
    website = Website.objects.get(subject=case.filing.subject_id, sequence=1)
    taker = {
        "name": "示例接手公司",
        "cert_type": 1,
        "cert_number": invent.credit_code(number()),
        "email": "b@example.cn",
    }
    return offers.make(website.pk, case.host, Taker(**(taker | changes)))


def rule(demand: Demand, **columns: object) -> ProvinceRule:
    terms = {"topic": Topic.MIGRATION, "demand": demand, "source": "示例通知"}
    since = timezone.localdate() - timedelta(days=1)
    return ProvinceRule.objects.create(**({"province": BEIJING, "valid_from": since} | terms | columns))


def test_where_the_province_is_not_known_to_allow_it_nothing_is_offered():
    with pytest.raises(MoveRefused, match="P113"):
        offered(case_at(Status.FILED, province=BEIJING))


def test_a_provinces_rule_opens_it_and_closes_it_by_the_day():
    case = case_at(Status.FILED, province=BEIJING)
    opened = rule(Demand.MAY_MIGRATE)
    assert offered(case)

    offers.take_back(Website.objects.get().pk, case.host)
    ProvinceRule.objects.filter(pk=opened.pk).update(valid_to=timezone.localdate() - timedelta(days=1))
    rule(Demand.MAY_NOT_MIGRATE, valid_from=timezone.localdate())
    with pytest.raises(MoveRefused, match="P113"):
        offered(case)


def test_eighteen_provinces_are_published_as_allowing_it():
    today = timezone.localdate()
    rules = {one.name: rules_on(one.code, today).one(Topic.MIGRATION, individual=False) for one in PROVINCES}

    allowing = {name for name, found in rules.items() if found is not None}
    assert len(allowing) == 18
    assert {found.demand for found in rules.values() if found} == {Demand.MAY_MIGRATE}
    assert "北京" not in allowing


def test_only_ones_own_website_is_offered():
    case, other = (case_at(Status.FILED, province=GUANGDONG) for _one in range(2))
    website = Website.objects.get(subject=case.filing.subject_id)
    taker = Taker("示例接手公司", 1, invent.credit_code(number()), "b@example.cn")

    with pytest.raises(Website.DoesNotExist):
        offers.make(website.pk, other.host, taker)
    with pytest.raises(Website.DoesNotExist):
        offers.take_back(website.pk, other.host)


def test_not_to_oneself_and_not_twice():
    case = case_at(Status.FILED, province=GUANGDONG)
    own = case.filing.subject.certificates.get()
    with pytest.raises(MoveRefused, match="现主办者自己的证件"):
        offered(case, cert_type=own.cert_type, cert_number=own.number)

    offered(case)
    with pytest.raises(MoveRefused, match="已经发起迁移"):
        offered(case)
    assert Offer.objects.count() == 1


def test_an_app_and_a_website_of_several_domains_are_not_migrated():
    case = case_at(Status.FILED, province=GUANGDONG, services=[6])
    with pytest.raises(MoveRefused, match="P113"):
        offered(case)

    old = case_at(Status.FILED, province=GUANGDONG)
    website = Website.objects.get(subject=old.filing.subject_id)
    Website.objects.filter(pk=website.pk).update(further_domains=["second.cn"])
    with pytest.raises(MoveRefused, match="P113"):
        offered(old)


def test_a_website_without_access_and_a_host_elsewhere_are_said_at_once():
    case = case_at(Status.FILED, province=GUANGDONG)
    elsewhere = case_at(Status.FILED, province=BEIJING).filing.subject.certificates.get()
    with pytest.raises(MoveRefused, match="1046"):
        offered(case, cert_type=elsewhere.cert_type, cert_number=elsewhere.number)

    register.cancel_access(Access.objects.get(website__subject=case.filing.subject_id).pk, timezone.localdate())
    with pytest.raises(MoveRefused, match="P113"):
        offered(case)


def test_nothing_is_offered_while_something_about_the_record_is_under_way():
    case = case_at(Status.FILED, province=GUANGDONG)
    target = play_kinds.target_of(case.filing)
    draft = play_kinds.complete_draft(case.host, Kind.NEW_WEBSITE, target, case.provider.pk, number())
    play.submit(draft, case.host)

    with pytest.raises(MoveRefused, match="1017"):
        offered(case)


@pytest.mark.parametrize("suspend", [register.suspend_website, register.suspend_subject])
def test_what_is_suspended_is_not_offered(suspend):
    case = case_at(Status.FILED, province=GUANGDONG)
    website = Website.objects.get(subject=case.filing.subject_id)
    suspend(website.pk if suspend == register.suspend_website else website.subject_id, timezone.localdate())

    with pytest.raises(MoveRefused, match="P112"):
        offered(case)


def test_declining_ends_the_offer_and_tells_its_host():
    passing = Passing()
    with pytest.raises(Offer.DoesNotExist):
        offers.decline(passing.offer.pk, host())

    offers.decline(passing.offer.pk, passing.taker)

    assert (user_of(passing.giver.host).email in [to for to, subject in told() if "不接收" in subject]) is True
    with pytest.raises(Offer.DoesNotExist):
        passing.draft()
    with pytest.raises(Offer.DoesNotExist):
        offers.decline(passing.offer.pk, passing.taker)
    assert offered(passing.giver), "it can be offered anew"


def test_after_its_last_day_nobody_begins_with_an_offer():
    passing = Passing()
    with time_machine.travel(timezone.now() + offers.LIFE + timedelta(days=1), tick=False):
        with pytest.raises(Offer.DoesNotExist):
            passing.draft()
        assert offers.waiting_for(passing.taker) == []
        assert offers.of_website(passing.website.pk) is None


def test_a_filing_handed_in_in_time_goes_on_after_the_last_day():
    passing = Passing()
    filing = passing.draft()
    play.submit(filing, passing.taker)
    with time_machine.travel(timezone.now() + offers.LIFE + timedelta(days=1), tick=False):
        assert "1005" not in blocking(filing)
        assert offers.of_website(passing.website.pk) == passing.offer


def test_a_draft_that_is_late_is_not_handed_in():
    passing = Passing()
    filing = passing.draft()
    with time_machine.travel(timezone.now() + offers.LIFE + timedelta(days=1), tick=False):
        assert blocking(filing) == {"1005"}
        with pytest.raises(FactsRefused):
            services.submit(filing.pk, passing.taker, version=None)


def test_an_offer_taken_back_stops_the_draft_and_what_lies_with_the_provider():
    passing = Passing()
    filing = passing.draft()
    play.submit(filing, passing.taker)

    offers.take_back(passing.website.pk, passing.giver.host)

    assert user_of(passing.taker).email in [to for to, subject in told() if "迁移已撤回" in subject]
    assert blocking(filing) == {"1005"}
    with pytest.raises(FactsRefused):
        play.verify(filing, passing.giver.staff)
    with pytest.raises(Offer.DoesNotExist):
        offers.take_back(passing.website.pk, passing.giver.host)


def test_after_an_offer_was_taken_back_the_giver_is_free(client):
    """However long the taker lets the filing lie that can't go on any more."""
    passing = Passing()
    filing = passing.draft()
    play.submit(filing, passing.taker)
    offers.take_back(passing.website.pk, passing.giver.host)

    assert offered(passing.giver), "to somebody else"
    target = play_kinds.target_of(passing.giver.filing)
    change = play_kinds.complete_draft(
        passing.giver.host,
        Kind.CHANGE_WEBSITE,
        target,
        passing.giver.provider.pk,
        number(),
        **{"websites.0.name": "换了名称的网站"},
    )
    play_kinds.approved(change, passing.giver.host, passing.giver.staff, passing.giver.reviewer)

    read = page(sign_in(client, user_of(passing.taker)), "filings:offer", passing.offer.pk)
    assert "该迁移已经结束" in read
    assert reverse("filings:status", args=[filing.pk]) in read, "to be withdrawn"
    assert "您已提交备案单" not in read
    services.withdraw(filing.pk, passing.taker, version=None)


def test_what_the_bureau_has_returned_can_be_taken_back():
    passing = Passing()
    filing = passing.with_bureau()
    play.return_to_provider(filing, passing.giver.reviewer)

    offers.take_back(passing.website.pk, passing.giver.host)

    with pytest.raises(FactsRefused):
        play.verify(filing, passing.giver.staff)


def test_once_it_is_sent_on_the_offer_is_not_taken_back_nor_declined():
    passing = Passing()
    passing.with_bureau()

    with pytest.raises(MoveRefused, match="管局审核"):
        offers.take_back(passing.website.pk, passing.giver.host)
    with pytest.raises(MoveRefused, match="先撤销"):
        offers.decline(passing.offer.pk, passing.taker)


def test_who_has_lost_the_record_has_agreed_for_nobody():
    """The record was in the account by a filing password that somebody else has replaced since."""
    case = case_at(Status.FILED, province=GUANGDONG)
    Subject.objects.filter(pk=case.filing.subject_id).update(password_hash=make_password("filingpass"))
    stranger, taker = host(), host()
    adoptions.adopt(stranger, str(case.filing.subject.number), "filingpass", address="::1")
    website = Website.objects.get(subject=case.filing.subject_id)
    made = play_kinds.offer(stranger, website.pk, taker, number())
    filing = play_kinds.taken_over(taker, made, case.provider.pk, number())
    filing = services.save_facts(filing.pk, taker, {"subject.cert_number": made.cert_number}, version=None)
    assert "1005" not in blocking(filing)

    passwords.want(website.subject_id)
    passwords.send(website.subject_id)

    assert "1005" in blocking(filing)


def test_the_taker_files_with_the_certificate_it_was_offered_to():
    passing = Passing()
    filing = passing.draft()
    services.save_facts(filing.pk, passing.taker, {"subject.cert_number": invent.credit_code(number())}, version=None)

    assert "1005" in blocking(filing)


# --- What stands against it later ------------------------------------------------------------------


def other_province(passing: Passing, filing: Filing) -> None:
    filing.facts = facts.written(filing.facts, {"subject.province": BEIJING})
    filing.save()


def individual(passing: Passing, filing: Filing) -> None:
    filing.facts = facts.written(filing.facts, {"subject.nature": 5})
    filing.save()


def close_province(passing: Passing, filing: Filing) -> None:
    today = timezone.localdate()
    ProvinceRule.objects.filter(topic=Topic.MIGRATION, province=GUANGDONG).update(valid_to=today - timedelta(days=1))


def cancel_taker(passing: Passing, filing: Filing) -> None:
    register.cancel_subject(filing.about_subject_id, timezone.localdate())


def suspend_taker(passing: Passing, filing: Filing) -> None:
    register.suspend_subject(filing.about_subject_id, timezone.localdate())


@pytest.mark.parametrize(
    ("code", "on_record", "meanwhile"),
    [
        ("1046", False, other_province),
        ("1014", False, individual),
        ("P113", False, close_province),
        ("1049", True, cancel_taker),
        ("P112", True, suspend_taker),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_it_is_refused_with_code_and_way_out(code, on_record, meanwhile):
    passing = Passing(on_record=on_record)
    filing = passing.draft()
    assert list(filing.law.refuse(filing)) == []
    assert blocking(filing) == set()

    meanwhile(passing, filing)

    assert [refusal.way_out != "" for refusal in filing.law.refuse(filing) if refusal.code == code] == [True]
    assert code in blocking(filing)


def test_an_approval_does_not_outrun_what_has_happened_meanwhile():
    passing = Passing()
    filing = passing.with_bureau()
    register.cancel_website(passing.website.pk, timezone.localdate())

    with pytest.raises(MoveRefused, match="1050"):
        play.approve(filing, passing.giver.reviewer)
    assert not Website.objects.filter(live=True, domain=passing.website.domain).exists()
    assert not Subject.objects.filter(pk__gt=passing.website.subject_id).exists(), "no number is lost"


def test_a_taker_that_has_come_on_record_meanwhile_begins_again_from_the_offer():
    passing = Passing()
    filing = passing.draft()
    values = {"subject.cert_number": passing.offer.cert_number}
    first = play.complete_draft(passing.taker, passing.giver.provider.pk, number(), province=GUANGDONG)
    first = services.save_facts(first.pk, passing.taker, values, version=None)
    play.submit(first, passing.taker)
    play.verify(first, passing.giver.staff)
    play.approve(first, passing.giver.reviewer)

    (said,) = [finding for finding in checks.findings(Filing.objects.get(pk=filing.pk)) if finding.code == "1003"]
    assert "重新接收" in said.fix
    again = beginnings.take_over(
        passing.taker, passing.offer.pk, provider_id=passing.giver.provider.pk, entrance=Entrance.PROVIDER
    )
    assert again != filing
    assert again.about_subject_id == Filing.objects.get(pk=first.pk).subject_id


def test_two_websites_that_change_places_go_one_after_the_other():
    """Either migration is about both hosts: the second waits for the first."""
    one = Passing(on_record=True)
    website = Website.objects.get(subject=one.taken_by.filing.subject_id)
    back = play_kinds.offer(one.taker, website.pk, one.giver.host, 0, on_record=one.left)
    there = one.draft()
    returned = play_kinds.taken_over(one.giver.host, back, one.taken_by.provider.pk, number())
    play.submit(there, one.taker)

    assert blocking(returned) == {"1017"}
    play.verify(there, one.giver.staff)
    play.approve(there, one.giver.reviewer)
    assert blocking(returned) == set()


def test_a_taker_does_not_apply_for_the_release_of_what_it_is_offered():
    passing = Passing()
    filing = passing.draft()

    assert matters.blocking(filing) == []


# --- Locks of both hosts ---------------------------------------------------------------------------


def test_nothing_else_about_the_givers_record_is_filed_meanwhile():
    passing = Passing()
    target = play_kinds.target_of(passing.giver.filing)
    change = play_kinds.complete_draft(
        passing.giver.host, Kind.CHANGE_SUBJECT, target, passing.giver.provider.pk, number(), **{"subject.name": "新名"}
    )
    play.submit(passing.draft(), passing.taker)

    assert "1017" in blocking(change)
    with pytest.raises(MoveRefused, match=r"1017.*撤回迁移"):
        beginnings.begin(
            passing.giver.host,
            Kind.CANCEL_WEBSITE,
            target,
            provider_id=passing.giver.provider.pk,
            entrance=Entrance.PROVIDER,
        )


def test_nor_about_the_takers():
    passing = Passing(on_record=True)
    play.submit(passing.draft(), passing.taker)

    with pytest.raises(MoveRefused, match="1017"):
        beginnings.begin(
            passing.taker,
            Kind.NEW_WEBSITE,
            play_kinds.target_of(passing.taken_by.filing),
            provider_id=passing.taken_by.provider.pk,
            entrance=Entrance.PROVIDER,
        )


def test_a_migration_waits_for_what_the_giver_has_under_way():
    passing = Passing()
    filing = passing.draft()
    target = play_kinds.target_of(passing.giver.filing)
    website = play_kinds.complete_draft(
        passing.giver.host, Kind.NEW_WEBSITE, target, passing.giver.provider.pk, number()
    )
    play.submit(website, passing.giver.host)

    assert blocking(filing) == {"1017"}
    (said,) = [finding for finding in checks.findings(filing) if finding.code == "1017"]
    assert "新增" not in said.message, "what another host has under way is not the taker's affair"


def test_the_giver_is_warned_before_its_record_becomes_a_shell():
    passing = Passing()
    assert shells.subjects_to_tell().count() == 0
    play.submit(passing.draft(), passing.taker)

    assert [row.pk for row in shells.subjects_to_tell()] == [passing.website.subject_id]


def test_beginning_twice_answers_the_same_draft():
    passing = Passing()
    first, second = (
        beginnings.take_over(
            passing.taker, passing.offer.pk, provider_id=passing.giver.provider.pk, entrance=Entrance.PROVIDER
        )
        for _turn in range(2)
    )

    assert first == second


def test_nobody_else_begins_with_an_offer():
    passing = Passing()
    for stranger in (host(), passing.giver.host):
        with pytest.raises(Offer.DoesNotExist):
            beginnings.take_over(
                stranger, passing.offer.pk, provider_id=passing.giver.provider.pk, entrance=Entrance.PROVIDER
            )


# --- Pages ------------------------------------------------------------------------------------------


def page(client, name: str, *args: object) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def test_every_party_sees_where_the_website_went(client):
    passing = Passing()
    passing.approved()
    number_now = str(passing.there().number)

    assert number_now in page(sign_in(client, user_of(passing.giver.host)), "records:website", passing.website.pk)
    assert number_now in page(client, "records:offer", passing.website.pk)
    assert "已迁移到其他主办者" in page(client, "records:home")
    assert number_now in page(sign_in(client, user_of(passing.taker)), "filings:offer", passing.offer.pk)
    assert number_now in page(client, "records:home")
    read = page(sign_in(client, user_of(chief(GUANGDONG))), "bureau_desk:record", passing.left.pk)
    assert number_now in read


def test_both_desks_see_from_whom_it_comes(client):
    passing = Passing()
    filing = passing.with_bureau()
    old = str(passing.website.number)

    desks = ((passing.giver.staff, "provider_desk:verify"), (passing.giver.reviewer, "bureau_desk:review"))
    for actor, name in desks:
        read = page(sign_in(client, user_of(actor)), name, filing.pk)
        assert old in read
        assert "审核通过后原备案号作废" in read

    play.approve(filing, passing.giver.reviewer)

    for actor, name in desks:
        read = page(sign_in(client, user_of(actor)), name, filing.pk)
        assert old in read
        assert "审核通过后原备案号作废" not in read


def test_the_offer_is_made_on_the_records_page(client):
    case = case_at(Status.FILED, province=GUANGDONG)
    website = Website.objects.get()
    url = reverse("records:offer", args=[website.pk])
    sign_in(client, user_of(case.host))
    typed = {"name": "示例接手公司", "cert_type": 1, "cert_number": invent.credit_code(77), "email": "B@Example.cn"}

    refused = client.post(url, {**typed, "cert_number": "91110105MA0000000X", "email": "nobody"}).content.decode()
    assert Offer.objects.count() == 0
    assert refused.count("data-error-summary") == 1
    assert "nobody" in refused, "what was typed stays"
    assert "请勾选此项后再继续" in refused, "it is the last website under this number"

    assert client.post(url, {**typed, "leaves_none": "on"}).status_code == 302
    made = Offer.objects.get()
    assert (made.email, made.website_id, made.by) == ("b@example.cn", website.pk, user_of(case.host))
    assert client.post(url, {**typed, "leaves_none": "on"}).status_code == 200, "a second click makes no second one"
    assert Offer.objects.count() == 1

    assert client.post(reverse("records:take_back_offer", args=[website.pk])).status_code == 302
    assert client.post(reverse("records:take_back_offer", args=[website.pk])).status_code == 302
    assert OfferEnd.objects.get().why == OfferEnding.TAKEN_BACK


def test_of_several_websites_no_empty_record_is_warned_of(client):
    case = case_at(Status.FILED, province=GUANGDONG, websites=2)
    website = Website.objects.get(sequence=1)
    sign_in(client, user_of(case.host))

    assert "leaves_none" not in page(client, "records:offer", website.pk)


def test_the_page_says_why_it_can_not_be_offered(client):
    case = case_at(Status.FILED, province=BEIJING)
    sign_in(client, user_of(case.host))
    read = page(client, "records:offer", Website.objects.get().pk)

    assert "P113" in read
    assert "发起迁移</button>" not in read


def test_the_taker_finds_it_begins_and_declines(client):
    passing = Passing()
    sign_in(client, user_of(passing.taker))
    url = reverse("filings:offer", args=[passing.offer.pk])

    assert url in page(client, "filings:home")
    typed = {
        "cert_type": passing.offer.cert_type,
        "cert_number": passing.offer.cert_number,
        "domain": passing.website.domain,
        "provider": passing.giver.provider.pk,
    }
    assert url in client.post(reverse("filings:look_up"), typed).content.decode()
    elsewhere = provider(provinces=[GUANGDONG])
    assert client.post(url, {"provider": elsewhere.pk}).status_code == 200, "it does not serve the website"
    assert not Filing.objects.filter(kind=Kind.MIGRATE_WEBSITE).exists()

    assert client.post(url, {"provider": passing.giver.provider.pk}).status_code == 302
    assert Filing.objects.filter(kind=Kind.MIGRATE_WEBSITE).count() == 1
    assert client.post(reverse("filings:decline_offer", args=[passing.offer.pk])).status_code == 302
    assert "您已选择不接收" in page(client, "filings:offer", passing.offer.pk)
    assert client.post(url, {"provider": passing.giver.provider.pk}).status_code == 200
    assert url not in page(client, "filings:home")


def test_an_offer_that_was_taken_up_waits_for_nobody(client):
    passing = Passing()
    sign_in(client, user_of(passing.taker))
    url = reverse("filings:offer", args=[passing.offer.pk])
    assert url in page(client, "filings:home")
    play.submit(passing.draft(), passing.taker)

    assert url not in page(client, "filings:home")
    assert "您已提交备案单" in page(client, "filings:offer", passing.offer.pk)


def test_the_receipt_of_another_provider_names_the_new_number(client):
    passing = Passing()
    elsewhere = provider(provinces=[GUANGDONG])
    entry = register.AccessEntry(elsewhere.pk, [1], [1], ["192.31.196.77"])
    register.enter_access(passing.website.pk, entry, timezone.localdate())
    passing.approved()

    read = page(sign_in(client, user_of(staff(elsewhere))), "provider_desk:told")
    assert str(passing.there().number) in read
