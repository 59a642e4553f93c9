"""Every kind of filing against every official refusal that applies to it: the code is in the answer, with a way out."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from urllib.parse import urlencode

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from filings import facts, kinds, services
from filings.errors import MoveRefused
from filings.kinds import KINDS, Kind
from filings.kinds.spec import About
from filings.models import Entrance, Filing
from filings.rules import checks, ownership
from filings.services import starting
from filings.services.starting import PasswordProof, RecordTarget
from filings.states import OPEN, Status
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests.builders import BEIJING, Case, case_at, host, host_user, number, provider, sign_in, user_of
from ministry.models import Access, ProvinceRule, Subject, Website
from ministry.reference.provinces import PROVINCES
from ministry.reference.topics import Demand, RuleSeverity, Topic
from ministry.register import entry_types, writer
from ministry.rules.rules import rules_on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_tries_counted():
    """All these hosts give their filing passwords from one address."""
    cache.clear()


PASSWORD = "filingpass"
GUANGDONG = "440000"
ABOUT_WEBSITE = (
    Kind.NEW_ACCESS,
    Kind.CHANGE_WEBSITE,
    Kind.CHANGE_RECORD,
    Kind.CHANGE_ACCESS,
    Kind.CANCEL_ACCESS,
    Kind.CANCEL_WEBSITE,
    Kind.MIGRATE_WEBSITE,
)
CHANGES = (Kind.CHANGE_SUBJECT, Kind.CHANGE_CERT, Kind.CHANGE_WEBSITE, Kind.CHANGE_RECORD, Kind.CHANGE_ACCESS)
CANCELLATIONS = (Kind.CANCEL_SUBJECT, Kind.CANCEL_WEBSITE, Kind.CANCEL_ACCESS)
ENDINGS = (Kind.CANCEL_SUBJECT, Kind.CANCEL_WEBSITE)
ABOUT_SOMETHING = tuple(kind for kind in Kind if kind != Kind.NEW_FILING)
OF_ONES_OWN = tuple(kind for kind in ABOUT_SOMETHING if kind != Kind.MIGRATE_WEBSITE)


@dataclass
class Scene:
    """A record, and a complete draft of some kind about it that nothing stands against yet."""

    case: Case
    target: RecordTarget
    filing: Filing

    def refusals(self) -> dict[str, str]:
        """Code → way out, of what the law itself says."""
        return {refusal.code: refusal.way_out for refusal in self.filing.law.refuse(self.filing)}

    def today(self):
        return timezone.localdate()


def scene(kind: Kind, case: Case | None = None) -> Scene:
    case = case or case_at(Status.FILED, province=GUANGDONG if kind == Kind.MIGRATE_WEBSITE else BEIJING)
    Subject.objects.filter(pk=case.filing.subject_id).update(password_hash=make_password(PASSWORD))
    target = play_kinds.target_of(case.filing)
    if kind == Kind.MIGRATE_WEBSITE:
        taker = host()
        made = play_kinds.offer(case.host, target.website_id or 0, taker, number())
        return Scene(case, target, play_kinds.taken_over(taker, made, case.provider.pk, number()))
    provider_id = provider().pk if kind == Kind.NEW_ACCESS else case.provider.pk
    filing = starting.begin(
        case.host,
        kind,
        target,
        provider_id=provider_id,
        entrance=Entrance.PROVIDER,
        proof=PasswordProof(PASSWORD, "::1"),
    )
    return Scene(case, target, filing)


# --- What has ended meanwhile ---------------------------------------------------------------------


def cancel_subject(of: Scene) -> None:
    writer.cancel_subject(of.target.subject_id, of.today())


def cancel_website(of: Scene) -> None:
    writer.cancel_website(of.target.website_id or 0, of.today())


def cancel_access(of: Scene) -> None:
    writer.cancel_access(of.target.access_id or 0, of.today())


def serve_already(of: Scene) -> None:
    entry = entry_types.AccessEntry(of.filing.provider_id, [1], [1], ["192.31.196.7"])
    writer.enter_access(of.target.website_id or 0, entry, of.today())


def turn_to_another(of: Scene) -> None:
    of.filing.provider = provider()
    of.filing.save()


def limit(most: int, **columns) -> ProvinceRule:
    """A province's rule of how many changes it takes; it began a year ago."""
    terms = {"topic": Topic.CHANGES, "amount": most, "severity": RuleSeverity.BLOCKS, "source": "示例通知"}
    since = timezone.localdate() - timedelta(days=365)
    return ProvinceRule.objects.create(**{"province": BEIJING, "valid_from": since} | terms | columns)


def changed_once(case: Case, kind: Kind) -> Filing:
    """A change of another kind than this one, through all desks."""
    other, written = Kind.CHANGE_SUBJECT, {"subject.name": "更名后的公司"}
    if kind == Kind.CHANGE_SUBJECT:
        other, written = Kind.CHANGE_ACCESS, {"websites.0.access.ip_ranges": "192.31.196.77"}
    target = play_kinds.target_of(case.filing)
    draft = play_kinds.complete_draft(case.host, other, target, case.provider.pk, number(), **written)
    return play_kinds.approved(draft, case.host, case.staff, case.reviewer)


def use_up_the_changes(of: Scene) -> None:
    limit(1)
    changed_once(of.case, Kind(of.filing.kind))


def suspend_website(of: Scene) -> None:
    writer.suspend_website(of.target.website_id or 0, of.today())


def suspend_subject(of: Scene) -> None:
    writer.suspend_subject(of.target.subject_id, of.today())


def submit(of: Scene) -> None:
    """Hand the draft in, with something to say where a change has said nothing yet."""
    said = {
        Kind.CHANGE_SUBJECT: {"subject.name": "更名后的公司"},
        Kind.CHANGE_WEBSITE: {"websites.0.name": "更名后的网站"},
        Kind.CANCEL_ACCESS: {"cancellation.only_access": True},
    }
    play.submit(play_kinds.fill(of.filing, of.case.host, number(), said.get(Kind(of.filing.kind), {})), of.case.host)


def nothing(of: Scene) -> None:
    pass


TABLE: list[tuple[Kind, str, Callable[[Scene], None]]] = [
    *((kind, "1049", cancel_subject) for kind in ABOUT_SOMETHING),
    *((kind, "1050", cancel_website) for kind in ABOUT_WEBSITE),
    (Kind.CHANGE_ACCESS, "1016", cancel_access),
    (Kind.CANCEL_ACCESS, "1032", cancel_access),
    (Kind.NEW_ACCESS, "1029", serve_already),
    *((kind, "1048", turn_to_another) for kind in (*CHANGES, *ENDINGS, Kind.MIGRATE_WEBSITE)),
    (Kind.CANCEL_ACCESS, "1047", turn_to_another),
    *((kind, "1999", nothing) for kind in CHANGES),
    *((kind, "1051", use_up_the_changes) for kind in CHANGES),
    (Kind.CANCEL_ACCESS, "1025", nothing),
    *((kind, "P112", by) for kind in (*ENDINGS, Kind.MIGRATE_WEBSITE) for by in (suspend_website, suspend_subject)),
]


@pytest.mark.parametrize(("kind", "code", "meanwhile"), TABLE, ids=lambda value: getattr(value, "__name__", str(value)))
def test_a_kind_is_refused_with_the_official_code_and_a_way_out(kind, code, meanwhile):
    of = scene(kind)
    expected_before = {"1999"} if kind in CHANGES else {"1025"} if kind == Kind.CANCEL_ACCESS else set()
    assert set(of.refusals()) == expected_before

    meanwhile(of)

    assert of.refusals()[code]
    assert code in [finding.code for finding in checks.findings(of.filing) if finding.blocks]


@pytest.mark.parametrize("kind", CANCELLATIONS)
def test_a_cancellation_gives_a_reason(kind):
    of = scene(kind)

    assert "1026" in [finding.code for finding in checks.findings(of.filing) if finding.blocks]


@pytest.mark.parametrize("kind", OF_ONES_OWN)
def test_nothing_begins_about_a_record_that_is_not_ones_own(kind):
    target = play_kinds.target_of(case_at(Status.FILED).filing)

    with pytest.raises(MoveRefused, match="1016"):
        starting.begin(host(), kind, target, provider_id=provider().pk, entrance=Entrance.PROVIDER)


ENDED = [
    (Kind.CHANGE_SUBJECT, "1049", cancel_subject),
    (Kind.NEW_WEBSITE, "1049", cancel_subject),
    (Kind.CHANGE_WEBSITE, "1049", cancel_subject),
    (Kind.CANCEL_ACCESS, "1049", cancel_subject),
    (Kind.CHANGE_WEBSITE, "1050", cancel_website),
    (Kind.NEW_ACCESS, "1050", cancel_website),
    (Kind.CANCEL_ACCESS, "1050", cancel_website),
    (Kind.CANCEL_ACCESS, "1032", cancel_access),
    (Kind.CHANGE_ACCESS, "1016", cancel_access),
]


@pytest.mark.parametrize(("kind", "code", "meanwhile"), ENDED)
def test_nothing_begins_about_what_has_ended_and_the_code_says_what(kind, code, meanwhile, client):
    case = case_at(Status.FILED)
    of = Scene(case, play_kinds.target_of(case.filing), case.filing)
    of.target = replace(of.target, access_id=Access.objects.get(website=of.target.website_id).pk)
    meanwhile(of)

    with pytest.raises(MoveRefused, match=f"^{code}: "):
        starting.begin(case.host, kind, of.target, provider_id=case.provider.pk, entrance=Entrance.PROVIDER)

    asked = {"kind": kind, "subject": of.target.subject_id, "website": of.target.website_id}
    url = reverse("filings:begin") + "?" + urlencode(asked | {"access": of.target.access_id})
    sign_in(client, user_of(case.host))
    said = client.get(url)
    assert (said.status_code, f"{code}: " in said.content.decode()) == (200, True)
    assert sign_in(Client(), host_user()).get(url).status_code == 404


@pytest.mark.parametrize("kind", [kind for kind in Kind if KINDS[kind].proof])
def test_a_wrong_filing_password_begins_nothing(kind):
    of = scene(Kind.NEW_WEBSITE)

    with pytest.raises(MoveRefused, match="1018"):
        starting.begin(
            of.case.host,
            kind,
            of.target,
            provider_id=provider().pk,
            entrance=Entrance.PROVIDER,
            proof=PasswordProof("guess", "::1"),
        )


def test_another_units_certificate_is_no_upgrade():
    of = scene(Kind.CHANGE_CERT)
    of.filing.facts = facts.written(of.filing.facts, {"subject.cert_number": invent.credit_code(number())})

    assert set(of.refusals()) == {"1008"}


def test_a_shell_takes_no_website_where_the_province_cancels_shells_first():
    case = Case(province=GUANGDONG).to(Status.FILED)
    of = scene(Kind.NEW_WEBSITE, case)
    cancel_website(of)

    assert set(of.refusals()) == {"P111"}


def test_a_shell_takes_a_website_where_the_province_allows_it():
    of = scene(Kind.NEW_WEBSITE)
    cancel_website(of)

    assert of.refusals() == {}


def test_every_province_says_what_becomes_of_shells():
    """As its source says, of 11 provinces; elsewhere they are cancelled first."""
    today = timezone.localdate()
    rules = [rules_on(province.code, today).one(Topic.SHELLS, individual=False) for province in PROVINCES]

    assert Counter(rule.demand for rule in rules) == {Demand.MAY_ADD: 11, Demand.CANCEL_FIRST: 20}
    assert not any(rule.unverified for rule in rules)


def test_a_shell_takes_a_website_from_the_day_on_which_the_province_allows_it():
    case = Case(province=GUANGDONG).to(Status.FILED)
    of = scene(Kind.NEW_WEBSITE, case)
    cancel_website(of)
    terms = {"demand": Demand.MAY_ADD, "source": "示例通知", "valid_from": timezone.localdate() + timedelta(days=1)}
    ProvinceRule.objects.create(province=GUANGDONG, topic=Topic.SHELLS, **terms)
    assert set(of.refusals()) == {"P111"}

    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert of.refusals() == {}


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
    writer.cancel_access(Access.objects.get(website=website, provider=case.provider).pk, today)
    law = KINDS[kind]
    about = (website.subject_id, website.pk if law.about == About.WEBSITE else None)

    assert list(ownership.providers(law, *about)) == [elsewhere]
    writer.cancel_access(now.pk, today)
    assert set(ownership.providers(law, *about)) == {case.provider, elsewhere}


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
    writer.suspend_website(sister.pk, other.today())
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
    refusal = kinds.interlock(second, first)

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

    with pytest.raises(MoveRefused, match=kinds.interlock(second, first).code):
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
