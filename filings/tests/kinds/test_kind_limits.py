"""Limits of every kind of filing: how many changes, what the bureau has closed, one open filing a subject."""

from datetime import timedelta
from itertools import product

import pytest
import time_machine
from django.utils import timezone

from filings import kinds, services
from filings.errors import MoveRefused
from filings.kinds import KINDS, Kind
from filings.kinds.spec import About
from filings.models import Entrance, Filing
from filings.rules import checks, ownership
from filings.services import starting
from filings.services.starting import PasswordProof
from filings.states import OPEN, Status
from filings.tests.kinds.kind_scenes import (
    CHANGES,
    ENDINGS,
    OF_ONES_OWN,
    PASSWORD,
    Scene,
    changed_once,
    limit,
    scene,
    suspend_website,
    turn_to_another,
)
from icp_portal.demo import play, play_kinds
from icp_portal.tests.builders import Case, case_at, number, provider
from ministry.models import Access, ProvinceRule, Subject, Website
from ministry.reference.topics import RuleSeverity, Topic
from ministry.register import ends, entry_types, writer

pytestmark = pytest.mark.django_db


def submit(of: Scene) -> None:
    """Hand the draft in, with something to say where a change has said nothing yet."""
    said = {
        Kind.CHANGE_SUBJECT: {"subject.name": "更名后的公司"},
        Kind.CHANGE_WEBSITE: {"websites.0.name": "更名后的网站"},
        Kind.CANCEL_ACCESS: {"cancellation.only_access": True},
    }
    play.submit(play_kinds.fill(of.filing, of.case.host, number(), said.get(Kind(of.filing.kind), {})), of.case.host)


# --- Too many changes -------------------------------------------------------------------------------


def begun(case: Case, kind: Kind, **at: object) -> Filing:
    where = {"provider_id": case.provider.pk} | at
    return starting.begin(
        case.host,
        kind,
        play_kinds.target_of(case.filing),
        entrance=Entrance.PROVIDER,
        proof=PasswordProof(PASSWORD, "::1"),
        **where,
    )


@pytest.mark.parametrize("kind", CHANGES)
def test_no_change_begins_beyond_the_limit(kind):
    case = case_at(Status.FILED)
    limit(1)
    changed_once(case, kind)

    with pytest.raises(MoveRefused, match="1051"):
        begun(case, kind)


def test_the_limit_is_of_changes_that_this_provider_has_sent_about_this_record():
    case = case_at(Status.FILED)
    other = case_at(Status.FILED, of=case.provider)
    limit(1)
    changed_once(other, Kind.CHANGE_CERT)
    withdrawn = begun(case, Kind.CHANGE_ACCESS)
    services.withdraw(withdrawn.pk, case.host, version=None)
    assert begun(case, Kind.CHANGE_SUBJECT)

    changed_once(case, Kind.CHANGE_CERT)
    elsewhere = provider()
    entry = entry_types.AccessEntry(elsewhere.pk, [1], [1], ["192.31.196.7"])
    writer.enter_access(play_kinds.target_of(case.filing).website_id or 0, entry, timezone.localdate())

    assert begun(case, Kind.CHANGE_WEBSITE, provider_id=elsewhere.pk)
    with pytest.raises(MoveRefused, match="1051"):
        begun(case, Kind.CHANGE_WEBSITE)
    assert begun(case, Kind.NEW_WEBSITE), "what is no change is not counted, nor stopped"


@pytest.mark.parametrize("kind", [Kind.CANCEL_WEBSITE, Kind.CANCEL_SUBJECT])
def test_a_former_provider_cancels_only_where_nobody_serves_any_more(kind):
    case, elsewhere, today = case_at(Status.FILED), provider(), timezone.localdate()
    website = Website.objects.get(subject=case.filing.subject)
    entry = entry_types.AccessEntry(elsewhere.pk, [1], [1], ["192.31.196.7"])
    now = writer.enter_access(website.pk, entry, today)
    ends.cancel_access(Access.objects.get(website=website, provider=case.provider).pk, today)
    law = KINDS[kind]
    about = (website.subject_id, website.pk if law.about == About.WEBSITE else None)

    assert list(ownership.providers(law, *about)) == [elsewhere]
    ends.cancel_access(now.pk, today)
    assert set(ownership.providers(law, *about)) == {case.provider, elsewhere}


def test_a_provider_that_serves_a_website_is_not_offered_for_another_access_of_it():
    case, elsewhere = case_at(Status.FILED), provider()
    website = Website.objects.get(subject=case.filing.subject)

    offered = set(ownership.providers(KINDS[Kind.NEW_ACCESS], website.subject_id, website.pk))

    assert (case.provider in offered, elsewhere in offered) == (False, True)


def test_an_undecided_cancellation_of_a_record_is_about_its_live_websites():
    case = case_at(Status.FILED, websites=2)
    gone, left = Website.objects.filter(subject=case.filing.subject).order_by("pk")
    ends.cancel_website(gone.pk, timezone.localdate())

    of = scene(Kind.CANCEL_SUBJECT, case)

    assert [website.pk for website in ownership.websites_of(of.filing)] == [left.pk]


def test_the_count_begins_anew_with_each_rule():
    case = case_at(Status.FILED)
    today = timezone.localdate()
    limit(1, valid_to=today)
    changed_once(case, Kind.CHANGE_WEBSITE)
    ProvinceRule.objects.filter(topic=Topic.CHANGES).update(valid_to=today - timedelta(days=1))
    assert begun(case, Kind.CHANGE_WEBSITE), "no rule holds today"

    limit(1, valid_from=today + timedelta(days=1))
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert begun(case, Kind.CHANGE_ACCESS)


def test_a_limit_that_only_warns_stops_nothing():
    of = scene(Kind.CHANGE_WEBSITE)
    limit(1, severity=RuleSeverity.WARNS)
    changed_once(of.case, Kind.CHANGE_WEBSITE)

    found = {finding.code: finding.blocks for finding in checks.findings(of.filing)}
    assert found["1051"] is False


def test_no_rule_of_the_number_of_changes_is_published():
    assert not ProvinceRule.objects.filter(topic=Topic.CHANGES).exists()


# --- What the bureau has closed --------------------------------------------------------------------


@pytest.mark.parametrize("kind", ENDINGS)
def test_a_cancellation_that_lies_with_the_bureau_does_not_outrun_a_suspension(kind):
    of = scene(kind)
    filing = play_kinds.fill(of.filing, of.case.host, number(), {})
    play.submit(filing, of.case.host)
    play.verify(filing, of.case.staff)
    suspend_website(of)

    with pytest.raises(MoveRefused, match="P112"):
        play.approve(filing, of.case.reviewer)
    assert Website.objects.get().live


@pytest.mark.parametrize("kind", ENDINGS)
def test_no_cancellation_of_what_is_suspended_begins(kind):
    of = scene(Kind.NEW_WEBSITE)
    suspend_website(of)

    with pytest.raises(MoveRefused, match="P112"):
        scene(kind, of.case)


def test_what_is_suspended_loses_an_access_and_the_sister_of_a_suspended_website_is_cancelled():
    """Only the closure itself must not be fled."""
    of = scene(Kind.CANCEL_ACCESS)
    suspend_website(of)
    assert "P112" not in of.refusals()

    other = scene(Kind.CANCEL_WEBSITE, case_at(Status.FILED, websites=2))
    sister = Website.objects.filter(subject=other.target.subject_id).exclude(pk=other.target.website_id).get()
    ends.suspend_website(sister.pk, other.today())
    assert "P112" not in other.refusals()


# --- One open filing a subject ---------------------------------------------------------------------


CODES = {
    (Kind.CANCEL_WEBSITE, Kind.CANCEL_SUBJECT): "1042",
    (Kind.CANCEL_SUBJECT, Kind.CANCEL_WEBSITE): "1043",
    (Kind.CANCEL_SUBJECT, Kind.CANCEL_SUBJECT): "1027",
    (Kind.CANCEL_WEBSITE, Kind.CANCEL_WEBSITE): "1030",
    (Kind.CANCEL_ACCESS, Kind.CANCEL_ACCESS): "1032",
    **dict.fromkeys(product(CHANGES, CHANGES), "1017"),
}


@pytest.mark.parametrize("first", Kind)
@pytest.mark.parametrize("second", Kind)
def test_what_comes_second_about_one_subject_gets_its_code(first, second):
    refusal = kinds.interlock(kinds.KINDS[second], kinds.KINDS[first])

    assert refusal.code == CODES.get((second, first), "P110")
    assert refusal.message
    assert refusal.way_out


@pytest.mark.parametrize(
    ("second", "first"),
    [
        *list(CODES)[:5],
        (Kind.CANCEL_ACCESS, Kind.CANCEL_SUBJECT),
        (Kind.CANCEL_SUBJECT, Kind.CANCEL_ACCESS),
        (Kind.CHANGE_SUBJECT, Kind.NEW_WEBSITE),
        (Kind.NEW_ACCESS, Kind.CHANGE_WEBSITE),
        (Kind.CHANGE_SUBJECT, Kind.CHANGE_WEBSITE),
        (Kind.CHANGE_RECORD, Kind.CHANGE_WEBSITE),
    ],
)
def test_no_filing_begins_beside_an_open_one(second, first):
    of = scene(first)
    submit(of)

    with pytest.raises(MoveRefused, match=kinds.interlock(kinds.KINDS[second], kinds.KINDS[first]).code):
        scene(second, of.case)


def test_open_means_from_the_hand_over_to_the_end():
    assert Status.DRAFT not in OPEN
    assert Status.FILED not in OPEN


# --- Never, under one number -----------------------------------------------------------------------


NEVER = {
    "subject.province": ("440000", "1046"),
    "subject.cert_number": ("91110105MA0000000X", "P402"),
    "websites.0.domain": ("another.cn", "P402"),
}


@pytest.mark.parametrize("kind", [kind for kind in OF_ONES_OWN if kind not in (Kind.NEW_WEBSITE, Kind.CHANGE_CERT)])
def test_province_certificate_and_domain_never_change(kind):
    of = scene(kind)
    asked = [path for path in NEVER if KINDS[kind].names_websites or not path.startswith("websites.")]

    for path in asked:
        value, code = NEVER[path]
        with pytest.raises(MoveRefused, match=code):
            services.save_facts(of.filing.pk, of.case.host, {path: value}, version=None)


def test_the_records_rows_are_untouched_by_all_that_was_refused():
    of = scene(Kind.CANCEL_SUBJECT)
    turn_to_another(of)
    of.refusals()

    assert (Subject.objects.get().live, Website.objects.get().live, Access.objects.get().live) == (True, True, True)
