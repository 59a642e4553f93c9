"""A website passes from one host to another: taken over, filed, approved; and all that stops it."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import gettext as _
from post_office.models import Email

from filings import facts, services
from filings.actors import Actor
from filings.agreements import migration_offers
from filings.errors import FactsRefused, MoveRefused
from filings.kinds import KINDS, Kind
from filings.models import Entrance, Filing, Offer, OfferEnd, OfferEnding, Reservation, ReservationKind
from filings.rules import checks, corrections, ownership
from filings.services import starting
from filings.states import Status
from filings.tests.kinds.passing import Passing, blocking, told
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests.builders import (
    BEIJING,
    GUANGDONG,
    case_at,
    host,
    number,
    provider,
    user_of,
)
from ministry.models import Access, ProvinceRule, Subject, Website
from ministry.reference.topics import Topic
from ministry.register import entry_types, history, writer
from providers.models import Provider
from records import empty_shells
from records.models import Upkeep

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.RELAX_SECOND_FACTOR = True


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
    assert list(filing.told.values_list("provider", flat=True)) == [elsewhere.pk]


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
    return starting.find(
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
    writer.cancel_subject(filing.about_subject_id, timezone.localdate())


def suspend_taker(passing: Passing, filing: Filing) -> None:
    writer.suspend_subject(filing.about_subject_id, timezone.localdate())


@pytest.mark.parametrize(
    ("code", "on_record", "meanwhile"),
    [
        ("1046", False, other_province),
        ("P113", False, individual),
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


def served_by_another_too(passing: Passing) -> tuple[Access, Provider]:
    """The access of the giver's provider, and a second provider: with that one the website may leave in any case."""
    first, other = passing.website.accesses.get(), provider(provinces=[GUANGDONG])
    entry = entry_types.AccessEntry(other.pk, [1], [1], ["192.31.196.77"])
    writer.enter_access(passing.website.pk, entry, timezone.localdate())
    return first, other


def test_with_a_provider_whose_access_was_cancelled_no_migration_begins():
    passing = Passing()
    first, other = served_by_another_too(passing)
    writer.cancel_access(first.pk, timezone.localdate())

    def begun(provider_id: int) -> Filing:
        return starting.take_over(passing.taker, passing.offer.pk, provider_id=provider_id, entrance=Entrance.PROVIDER)

    assert list(ownership.providers(KINDS[Kind.MIGRATE_WEBSITE], website_id=passing.website.pk)) == [other]
    with pytest.raises(MoveRefused, match="1048"):
        begun(first.provider_id)
    assert begun(other.pk).provider == other


def test_a_migration_ends_with_the_access_of_its_provider():
    passing = Passing()
    first, _other = served_by_another_too(passing)
    filing = passing.draft()
    writer.cancel_access(first.pk, timezone.localdate())

    with pytest.raises(FactsRefused) as refused:
        services.submit(filing.pk, passing.taker, version=None)

    assert [finding.code for finding in refused.value.findings] == ["1048"]


def test_an_approval_does_not_outrun_what_has_happened_meanwhile():
    passing = Passing()
    filing = passing.with_bureau()
    writer.cancel_website(passing.website.pk, timezone.localdate())

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
    again = starting.take_over(
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

    assert blocking(returned) == {"P110"}
    play.verify(there, one.giver.staff)
    play.approve(there, one.giver.reviewer)
    assert blocking(returned) == set()


def test_a_taker_does_not_apply_for_the_release_of_what_it_is_offered():
    passing = Passing()
    filing = passing.draft()

    assert blocking(filing) == set()


# --- Locks of both hosts ---------------------------------------------------------------------------


def test_nothing_else_about_the_givers_record_is_filed_meanwhile():
    passing = Passing()
    target = play_kinds.target_of(passing.giver.filing)
    change = play_kinds.complete_draft(
        passing.giver.host, Kind.CHANGE_SUBJECT, target, passing.giver.provider.pk, number(), **{"subject.name": "新名"}
    )
    play.submit(passing.draft(), passing.taker)

    assert "P110" in blocking(change)
    with pytest.raises(MoveRefused, match=r"P110.*撤回迁移"):
        starting.begin(
            passing.giver.host,
            Kind.CANCEL_WEBSITE,
            target,
            provider_id=passing.giver.provider.pk,
            entrance=Entrance.PROVIDER,
        )


def test_nor_about_the_takers():
    passing = Passing(on_record=True)
    play.submit(passing.draft(), passing.taker)

    with pytest.raises(MoveRefused, match="P110"):
        starting.begin(
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

    assert blocking(filing) == {"P110"}
    (said,) = [finding for finding in checks.findings(filing) if finding.code == "P110"]
    assert "新增" not in said.message, "what another host has under way is not the taker's affair"


def test_the_giver_is_warned_before_its_record_becomes_a_shell():
    passing = Passing()
    assert empty_shells.subjects_to_tell().count() == 0
    play.submit(passing.draft(), passing.taker)

    assert [row.pk for row in empty_shells.subjects_to_tell()] == [passing.website.subject_id]


def test_beginning_twice_answers_the_same_draft():
    passing = Passing()
    first, second = (
        starting.take_over(
            passing.taker, passing.offer.pk, provider_id=passing.giver.provider.pk, entrance=Entrance.PROVIDER
        )
        for _turn in range(2)
    )

    assert first == second


def test_nobody_else_begins_with_an_offer():
    passing = Passing()
    for stranger in (host(), passing.giver.host):
        with pytest.raises(Offer.DoesNotExist):
            starting.take_over(
                stranger, passing.offer.pk, provider_id=passing.giver.provider.pk, entrance=Entrance.PROVIDER
            )
