"""Every kind of filing against every official refusal that applies to it: the code is in the answer, with a way out."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from filings import facts
from filings.errors import MoveRefused
from filings.kinds import KINDS, Kind
from filings.models import Entrance
from filings.rules import checks
from filings.services import starting
from filings.services.starting import PasswordProof
from filings.states import Status
from filings.tests.kinds.kind_scenes import (
    ABOUT_SOMETHING,
    CHANGES,
    ENDINGS,
    GUANGDONG,
    OF_ONES_OWN,
    Scene,
    changed_once,
    limit,
    scene,
    suspend_website,
    turn_to_another,
)
from icp_portal.demo import invent, play_kinds
from icp_portal.tests.builders import Case, case_at, host, host_user, number, provider, sign_in, user_of
from ministry.models import Access, ProvinceRule
from ministry.reference.provinces import PROVINCES
from ministry.reference.topics import Demand, Topic
from ministry.register import ends, entry_types, writer
from ministry.rules.rules import rules_on

pytestmark = pytest.mark.django_db


ABOUT_WEBSITE = (
    Kind.NEW_ACCESS,
    Kind.CHANGE_WEBSITE,
    Kind.CHANGE_RECORD,
    Kind.CHANGE_ACCESS,
    Kind.CANCEL_ACCESS,
    Kind.CANCEL_WEBSITE,
    Kind.MIGRATE_WEBSITE,
)
CANCELLATIONS = (Kind.CANCEL_SUBJECT, Kind.CANCEL_WEBSITE, Kind.CANCEL_ACCESS)


def cancel_subject(of: Scene) -> None:
    ends.cancel_subject(of.target.subject_id, of.today())


def cancel_website(of: Scene) -> None:
    ends.cancel_website(of.target.website_id or 0, of.today())


def cancel_access(of: Scene) -> None:
    ends.cancel_access(of.target.access_id or 0, of.today())


def serve_already(of: Scene) -> None:
    entry = entry_types.AccessEntry(of.filing.provider_id, [1], [1], ["192.31.196.7"])
    writer.enter_access(of.target.website_id or 0, entry, of.today())


def use_up_the_changes(of: Scene) -> None:
    limit(1)
    changed_once(of.case, Kind(of.filing.kind))


def suspend_subject(of: Scene) -> None:
    ends.suspend_subject(of.target.subject_id, of.today())


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
