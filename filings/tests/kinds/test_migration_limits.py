"""A website passes from one host to another: what stands against it later, and the locks of both hosts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from filings import facts, services
from filings.errors import FactsRefused, MoveRefused
from filings.kinds import KINDS, Kind
from filings.models import Entrance, Filing, Offer
from filings.rules import checks, ownership
from filings.services import starting
from filings.tests.kinds.passing import Passing, blocking
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import BEIJING, GUANGDONG, host, number, provider
from ministry.models import Access, ProvinceRule, Subject, Website
from ministry.reference.topics import Topic
from ministry.register import ends, entry_types, writer
from providers.models import Provider
from records import empty_shells

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


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
    ends.cancel_subject(filing.about_subject_id, timezone.localdate())


def suspend_taker(passing: Passing, filing: Filing) -> None:
    ends.suspend_subject(filing.about_subject_id, timezone.localdate())


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
    ends.cancel_access(first.pk, timezone.localdate())

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
    ends.cancel_access(first.pk, timezone.localdate())

    with pytest.raises(FactsRefused) as refused:
        services.submit(filing.pk, passing.taker, version=None)

    assert [finding.code for finding in refused.value.findings] == ["1048"]


def test_an_approval_does_not_outrun_what_has_happened_meanwhile():
    passing = Passing()
    filing = passing.with_bureau()
    ends.cancel_website(passing.website.pk, timezone.localdate())

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
    assert [rows.count() for rows in empty_shells.subjects_to_tell()] == [0, 0]
    play.submit(passing.draft(), passing.taker)

    assert [row.pk for rows in empty_shells.subjects_to_tell() for row in rows] == [passing.website.subject_id]


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
