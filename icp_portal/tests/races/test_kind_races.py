"""Two kinds of filing race for one subject, one domain, one number: exactly one wins, the other is told in words."""

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from filings import services
from filings.actors import Actor
from filings.agreements import migration_offers
from filings.kinds import Kind
from filings.mail import notices
from filings.models import Filing, Offer, OfferEnd, OfferEnding
from filings.review import opinions
from filings.states import Status
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import GUANGDONG, Case, host, number, reviewer
from icp_portal.tests.racing import Gate, one_then_the_other, won, words
from ministry.models import Access, Subject, Website
from ministry.register import ends, history

pytestmark = pytest.mark.usefixtures("transactional_db")

PASSWORD = "filingpass"


def draft(case: Case, kind: Kind, **written: object) -> Filing:
    Subject.objects.update(password_hash=make_password(PASSWORD))
    target = play_kinds.target_of(case.filing)
    return play_kinds.complete_draft(case.host, kind, target, case.provider.pk, number(), password=PASSWORD, **written)


def test_a_new_website_and_a_cancellation_of_the_subject_submitted_at_once(monkeypatch):
    case = Case().to(Status.FILED)
    website, end = draft(case, Kind.NEW_WEBSITE), draft(case, Kind.CANCEL_SUBJECT)
    gate = Gate(monkeypatch, notices, "tell")

    one, other = one_then_the_other(
        gate,
        lambda: services.submit(website.pk, case.host, version=None),
        lambda: services.submit(end.pk, case.host, version=None),
    )

    assert won(one, other) == [True, False]
    assert "刚刚提交" in words(other)
    assert Filing.objects.get(pk=end.pk).status == Status.DRAFT


def test_a_change_and_a_new_website_submitted_at_once(monkeypatch):
    case = Case().to(Status.FILED)
    change = draft(case, Kind.CHANGE_SUBJECT, **{"subject.name": "改名后的示例有限公司"})
    website = draft(case, Kind.NEW_WEBSITE)
    gate = Gate(monkeypatch, notices, "tell")

    one, other = one_then_the_other(
        gate,
        lambda: services.submit(change.pk, case.host, version=None),
        lambda: services.submit(website.pk, case.host, version=None),
    )

    assert won(one, other) == [True, False]
    assert Filing.objects.filter(status=Status.WITH_PROVIDER).get() == change


def passing(case: Case) -> tuple[Actor, Filing]:
    """A complete migration of the case's website to a new host, not handed in yet."""
    taker, target = host(), play_kinds.target_of(case.filing)
    made = play_kinds.offer(case.host, target.website_id or 0, taker, number())
    return taker, play_kinds.taken_over(taker, made, case.provider.pk, number())


def test_a_migration_and_a_filing_of_the_host_that_gives_the_website_submitted_at_once(monkeypatch):
    """They are about one record, although no two columns of theirs name it."""
    case = Case(province=GUANGDONG).to(Status.FILED)
    website = draft(case, Kind.NEW_WEBSITE)
    taker, migration = passing(case)
    gate = Gate(monkeypatch, notices, "tell")

    one, other = one_then_the_other(
        gate,
        lambda: services.submit(migration.pk, taker, version=None),
        lambda: services.submit(website.pk, case.host, version=None),
    )

    assert won(one, other) == [True, False]
    assert "刚刚提交" in words(other)
    assert Filing.objects.filter(status=Status.WITH_PROVIDER).get() == migration


def test_an_offer_is_taken_back_while_the_provider_sends_the_filing_on(monkeypatch):
    """One of the two comes first; the bureau never gets what its host does not agree to any more."""
    case = Case(province=GUANGDONG).to(Status.FILED)
    taker, migration = passing(case)
    play.submit(migration, taker)
    gate = Gate(monkeypatch, notices, "tell")

    one, other = one_then_the_other(
        gate,
        lambda: play.verify(migration, case.staff),
        lambda: migration_offers.take_back(migration.about_website_id, case.host),
    )

    assert won(one, other) == [True, False]
    assert "通信管理局审核" in words(other)
    assert not OfferEnd.objects.exists()


def test_the_same_website_is_offered_twice_at_once(monkeypatch):
    case = Case(province=GUANGDONG).to(Status.FILED)
    target, takers = play_kinds.target_of(case.filing), [host(), host()]
    gate = Gate(monkeypatch, notices, "tell_of_offer")

    one, other = one_then_the_other(
        gate,
        lambda: play_kinds.offer(case.host, target.website_id or 0, takers[0], 7001),
        lambda: play_kinds.offer(case.host, target.website_id or 0, takers[1], 7002),
    )

    assert won(one, other) == [True, False]
    assert Offer.objects.count() == 1


def test_a_migration_is_approved_while_an_order_cancels_the_host_that_takes_the_website(monkeypatch):
    case, taken_by = (Case(province=GUANGDONG).to(Status.FILED) for _turn in range(2))
    target = play_kinds.target_of(case.filing)
    made = play_kinds.offer(case.host, target.website_id or 0, taken_by.host, 0, on_record=taken_by.filing.subject)
    migration = play_kinds.taken_over(taken_by.host, made, case.provider.pk, number())
    play.submit(migration, taken_by.host)
    play.verify(migration, case.staff)
    services.claim(migration.pk, case.reviewer)

    def cancel() -> None:
        with transaction.atomic():
            ends.cancel_subject(taken_by.filing.subject_id, timezone.localdate())

    gate = Gate(monkeypatch, history, "remember")
    one, other = one_then_the_other(gate, cancel, lambda: services.approve(migration.pk, case.reviewer, version=None))

    assert won(one, other) == [True, False]
    assert "1049" in words(other)
    assert Website.objects.get(pk=target.website_id).live, "it stays with the host that has it"


def test_two_subjects_want_one_domain_at_once(monkeypatch):
    one_host, other_host = Case().to(Status.FILED), Case().to(Status.FILED)
    wanted = {"websites.0.domain": "wanted-by-two.cn", "websites.0.home_url": "www.wanted-by-two.cn"}
    first, second = (draft(case, Kind.NEW_WEBSITE, **wanted) for case in (one_host, other_host))
    gate = Gate(monkeypatch, notices, "tell")

    one, other = one_then_the_other(
        gate,
        lambda: services.submit(first.pk, one_host.host, version=None),
        lambda: services.submit(second.pk, other_host.host, version=None),
    )

    assert won(one, other) == [True, False]
    assert words(other) == "使用此域名的另一备案单刚刚提交。"


def test_an_approval_meets_an_order_that_cancels_the_subject_at_the_same_moment(monkeypatch):
    """The number: either it is given before the cancellation, or not at all."""
    case = Case().to(Status.FILED)
    website = draft(case, Kind.NEW_WEBSITE)
    play.submit(website, case.host)
    play.verify(website, case.staff)
    services.claim(website.pk, case.reviewer)
    subject = Subject.objects.get()

    def cancel() -> None:
        with transaction.atomic():
            ends.cancel_subject(subject.pk, timezone.localdate())

    gate = Gate(monkeypatch, history, "remember")
    one, other = one_then_the_other(gate, cancel, lambda: services.approve(website.pk, case.reviewer, version=None))

    assert won(one, other) == [True, False]
    assert "1049" in words(other)
    assert (Website.objects.count(), Website.objects.filter(live=True).count()) == (1, 0)
    assert not Access.objects.filter(live=True).exists()


def test_two_numbers_of_one_subject_are_never_the_same():
    """Two approvals under one subject can't be open at once; one after the other take the next number each."""
    case = Case().to(Status.FILED)
    for _turn in range(2):
        filing = draft(case, Kind.NEW_WEBSITE)
        play_kinds.approved(filing, case.host, case.staff, reviewer())

    assert list(Website.objects.order_by("pk").values_list("sequence", flat=True)) == [1, 2, 3]


def test_an_offer_is_taken_back_while_the_bureau_approves(monkeypatch):
    """Both want the filing and the giver's record: in one order, so that neither waits for the other for good."""
    case = Case(province=GUANGDONG).to(Status.FILED)
    taker, migration = passing(case)
    play.submit(migration, taker)
    play.verify(migration, case.staff)
    services.claim(migration.pk, case.reviewer)

    def take_back() -> None:
        with pytest.raises(Offer.DoesNotExist):
            migration_offers.take_back(migration.about_website_id, case.host)

    gate = Gate(monkeypatch, opinions, "refuse_alone")
    one, other = one_then_the_other(
        gate, lambda: services.approve(migration.pk, case.reviewer, version=None), take_back
    )

    assert won(one, other) == [True, True]
    assert OfferEnd.objects.get().why == OfferEnding.MIGRATED
