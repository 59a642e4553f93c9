"""A host offers a website to another one: who may, what stands against it, how it ends."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils import timezone

from filings import services
from filings.agreements import migration_offers
from filings.agreements.migration_offers import Taker
from filings.errors import MoveRefused
from filings.kinds import Kind
from filings.models import Filing, Offer
from filings.states import Status
from filings.tests.kinds.passing import Passing, blocking, offered, page, told
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests.builders import BEIJING, GUANGDONG, blocked_by, case_at, host, number, sign_in, user_of
from ministry.models import Access, ProvinceRule, Subject, Website
from ministry.passwords import passwords
from ministry.reference.provinces import PROVINCES
from ministry.reference.topics import Demand, Topic
from ministry.register import ends
from ministry.rules.rules import rules_on
from records import adoptions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


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

    migration_offers.take_back(Website.objects.get().pk, case.host)
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
        migration_offers.make(website.pk, other.host, taker)
    with pytest.raises(Website.DoesNotExist):
        migration_offers.take_back(website.pk, other.host)


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

    ends.cancel_access(Access.objects.get(website__subject=case.filing.subject_id).pk, timezone.localdate())
    with pytest.raises(MoveRefused, match="P113"):
        offered(case)


def test_nothing_is_offered_while_something_about_the_record_is_under_way():
    case = case_at(Status.FILED, province=GUANGDONG)
    target = play_kinds.target_of(case.filing)
    draft = play_kinds.complete_draft(case.host, Kind.NEW_WEBSITE, target, case.provider.pk, number())
    play.submit(draft, case.host)

    with pytest.raises(MoveRefused, match="P110"):
        offered(case)


@pytest.mark.parametrize("suspend", [ends.suspend_website, ends.suspend_subject])
def test_what_is_suspended_is_not_offered(suspend):
    case = case_at(Status.FILED, province=GUANGDONG)
    website = Website.objects.get(subject=case.filing.subject_id)
    suspend(website.pk if suspend == ends.suspend_website else website.subject_id, timezone.localdate())

    with pytest.raises(MoveRefused, match="P112"):
        offered(case)


def test_declining_ends_the_offer_and_tells_its_host():
    passing = Passing()
    with pytest.raises(Offer.DoesNotExist):
        migration_offers.decline(passing.offer.pk, host())

    migration_offers.decline(passing.offer.pk, passing.taker)

    assert (user_of(passing.giver.host).email in [to for to, subject in told() if "不接收" in subject]) is True
    with pytest.raises(Offer.DoesNotExist):
        passing.draft()
    with pytest.raises(Offer.DoesNotExist):
        migration_offers.decline(passing.offer.pk, passing.taker)
    assert offered(passing.giver), "it can be offered anew"


def test_after_its_last_day_nobody_begins_with_an_offer():
    passing = Passing()
    with time_machine.travel(timezone.now() + migration_offers.LIFE + timedelta(days=1), tick=False):
        with pytest.raises(Offer.DoesNotExist):
            passing.draft()
        assert migration_offers.waiting_for(passing.taker) == []
        assert migration_offers.of_website(passing.website.pk) is None


@pytest.mark.parametrize(("days", "is_open"), [(0, True), (1, False)])
def test_an_offer_is_open_until_its_last_day_is_over(client, days, is_open):
    passing = Passing()
    url = reverse("filings:offer", args=[passing.offer.pk])
    with time_machine.travel(timezone.now() + migration_offers.LIFE + timedelta(days=days), tick=False):
        sign_in(client, user_of(passing.taker))

        assert client.get(url).context["is_open"] == is_open
        assert migration_offers.waiting_for(passing.taker) == [passing.offer] * is_open
        assert migration_offers.of_website(passing.website.pk) == (passing.offer if is_open else None)
        begun = client.post(url, {"provider": passing.giver.provider.pk})

    assert begun.status_code == (302 if is_open else 200)
    assert Filing.objects.filter(kind=Kind.MIGRATE_WEBSITE).exists() == is_open


def test_a_filing_handed_in_in_time_goes_on_after_the_last_day():
    passing = Passing()
    filing = passing.draft()
    play.submit(filing, passing.taker)
    with time_machine.travel(timezone.now() + migration_offers.LIFE + timedelta(days=1), tick=False):
        assert "1005" not in blocking(filing)
        assert migration_offers.of_website(passing.website.pk) == passing.offer


def test_a_draft_is_handed_in_on_the_last_day_of_its_offer():
    passing = Passing()
    filing = passing.draft()

    with time_machine.travel(timezone.now() + migration_offers.LIFE, tick=False):
        services.submit(filing.pk, passing.taker, version=None)

    filing.refresh_from_db()
    assert filing.status == Status.WITH_PROVIDER


def test_a_draft_that_is_late_is_not_handed_in():
    passing = Passing()
    filing = passing.draft()
    with time_machine.travel(timezone.now() + migration_offers.LIFE + timedelta(days=1), tick=False):
        assert blocking(filing) == {"1005"}
        with blocked_by("1005"):
            services.submit(filing.pk, passing.taker, version=None)


def test_an_offer_taken_back_stops_the_draft_and_what_lies_with_the_provider():
    passing = Passing()
    filing = passing.draft()
    play.submit(filing, passing.taker)

    migration_offers.take_back(passing.website.pk, passing.giver.host)

    assert user_of(passing.taker).email in [to for to, subject in told() if "迁移已撤回" in subject]
    assert blocking(filing) == {"1005"}
    with blocked_by("1005"):
        play.verify(filing, passing.giver.staff)
    with pytest.raises(Offer.DoesNotExist):
        migration_offers.take_back(passing.website.pk, passing.giver.host)


def test_after_an_offer_was_taken_back_the_giver_is_free(client):
    """However long the taker lets the filing lie that can't go on any more."""
    passing = Passing()
    filing = passing.draft()
    play.submit(filing, passing.taker)
    migration_offers.take_back(passing.website.pk, passing.giver.host)

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

    migration_offers.take_back(passing.website.pk, passing.giver.host)

    with blocked_by("1005"):
        play.verify(filing, passing.giver.staff)


def test_once_it_is_sent_on_the_offer_is_not_taken_back_nor_declined():
    passing = Passing()
    passing.with_bureau()

    with pytest.raises(MoveRefused, match="通信管理局审核"):
        migration_offers.take_back(passing.website.pk, passing.giver.host)
    with pytest.raises(MoveRefused, match="先撤回"):
        migration_offers.decline(passing.offer.pk, passing.taker)


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
