"""A website passes from one host to another: taken over, filed, approved."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email

from filings import services
from filings.actors import Actor
from filings.agreements import migration_offers
from filings.errors import MoveRefused
from filings.kinds import Kind
from filings.models import Entrance, Offer, OfferEnd, OfferEnding, Reservation, ReservationKind
from filings.rules import corrections, ownership
from filings.services import detection, starting
from filings.states import Status
from filings.tests.kinds.passing import Passing, told
from icp_portal.demo import invent, play_kinds
from icp_portal.tests.builders import GUANGDONG, case_at, host, number, provider, user_of
from ministry.models import Access, Website
from ministry.register import entry_types, history, writer
from records.models import Upkeep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


# --- From one host to another ---------------------------------------------------------------------


def test_a_host_that_is_not_on_record_gets_a_number_with_the_website():
    passing = Passing()
    filing = passing.approved()
    there = passing.there()

    assert filing.kind == Kind.MIGRATE_WEBSITE
    assert there.subject == filing.subject != passing.left
    assert (there.sequence, there.name) == (1, passing.website.name)
    assert [str(website.number) for website in ownership.websites_of(filing)] == [str(there.number)]
    assert ownership.is_own(passing.taker.user_id, there.subject_id)
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
    entry = entry_types.AccessEntry(elsewhere.pk, [1], [1], ["192.31.196.77"])
    writer.enter_access(passing.website.pk, entry, timezone.localdate())
    filing = passing.approved()

    served = {access.provider_id: access.ip_ranges for access in Access.objects.filter(website=passing.there())}
    assert served == {
        passing.giver.provider.pk: filing.get("websites.0.access.ip_ranges").splitlines(),
        elsewhere.pk: ["192.31.196.77"],
    }
    assert list(filing.provider_notices.values_list("provider", flat=True)) == [elsewhere.pk]


def test_what_the_taker_is_told_is_what_the_website_is():
    """Neither who answers for the website at its old host, nor where it lies there."""
    passing = Passing()
    filing = starting.take_over(
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

    with pytest.raises(MoveRefused, match="P402"):
        services.save_facts(filing.pk, passing.taker, {"websites.0.domain": "another.cn"}, version=None)
    with pytest.raises(MoveRefused, match=corrections.closed_words(["websites.0.service"])):
        services.save_facts(filing.pk, passing.taker, {"websites.0.service": 6}, version=None)
    with pytest.raises(MoveRefused, match=_("This filing is about one website on record. File others separately.")):
        services.add_website(filing.pk, passing.taker, version=None)


def test_of_a_taker_on_record_the_own_data_stay_as_they_are():
    passing = Passing(on_record=True)
    filing = passing.draft()

    assert filing.get("subject.name") == passing.taken_by.filing.get("subject.name")
    with pytest.raises(MoveRefused, match=corrections.closed_words(["subject.name"])):
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

    assert not Reservation.objects.filter(kind=ReservationKind.RECORD).exists()
    target = play_kinds.target_of(passing.taken_by.filing)
    assert starting.begin(
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
    return detection.find(
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
    migration_offers.take_back(passing.website.pk, passing.giver.host)
    assert find(passing, passing.taker, passing.offer.cert_number).code == "1005"


def test_a_record_in_another_account_is_taken_into_this_one_first():
    passing = Passing()
    elsewhere = case_at(Status.FILED, province=GUANGDONG)
    migration_offers.take_back(passing.website.pk, passing.giver.host)
    made = play_kinds.offer(
        passing.giver.host, passing.website.pk, passing.taker, 0, on_record=elsewhere.filing.subject
    )

    assert find(passing, passing.taker, made.cert_number).code == "1003"
    with pytest.raises(MoveRefused, match="1003"):
        starting.take_over(passing.taker, made.pk, provider_id=passing.giver.provider.pk, entrance=Entrance.PROVIDER)
