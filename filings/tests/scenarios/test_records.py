"""Filings about a record: which can't begin, what is found in those that have begun, and their numbers and days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone

from filings import services
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.kinds import Kind
from filings.models import Entrance, Filing
from filings.services import starting
from filings.services.starting import PasswordProof
from filings.states import Status
from filings.tests.scenarios.rows import CERTIFICATE, DOMAIN, NAME, Typed, block, findings, rows
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests.builders import BEIJING, FILING_PASSWORD, blacklisted_subject, case_at, host, number, provider
from ministry.calendar import workdays
from ministry.models import ProvinceRule, Subject
from ministry.passwords import passwords
from ministry.reference.numbers import parse_number
from ministry.reference.topics import RuleSeverity, Topic
from ministry.register import ends, entry_types, writer
from records import adoptions

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()

# --- Filings about a record -----------------------------------------------------------------------------


class Record:
    """A host's record, and the cast of the filing that made it."""

    def __init__(self) -> None:
        self.case = case_at(Status.FILED)
        self.target = play_kinds.target_of(self.case.filing)

    def begin(self, kind: Kind, by: Actor | None = None, **at: Any) -> Filing:
        Subject.objects.filter(pk=self.case.filing.subject_id).update(password_hash=make_password(FILING_PASSWORD))
        terms = {"provider_id": self.case.provider.pk, "proof": PasswordProof(FILING_PASSWORD, "127.0.0.1")} | at
        return starting.begin(by or self.case.host, kind, self.target, entrance=Entrance.PROVIDER, **terms)

    def submit(self, kind: Kind, **written: Any) -> None:
        typed = {path.replace("__", "."): value for path, value in written.items()}
        play.submit(play_kinds.fill(self.begin(kind), self.case.host, number(), typed), self.case.host)


@dataclass(frozen=True)
class Refused:
    """A filing about a record that can't begin: what is there before, and the kind that is tried."""

    case: str
    code: str
    kind: Kind
    before: Callable[[Record], Typed | None] = lambda _record: None


def renamed(record: Record) -> None:
    record.submit(Kind.CHANGE_SUBJECT, subject__name="更名后的示例公司")


def serve(record: Record) -> Typed:
    """Have another provider serve the website too."""
    entry = entry_types.AccessEntry(other := provider().pk, [1], [1], ["192.31.196.7"])
    writer.enter_access(record.target.website_id or 0, entry, TODAY)
    return {"provider_id": other}


def cancel_everything(record: Record) -> None:
    ends.cancel_subject(record.target.subject_id, TODAY)


def cancel_website(record: Record) -> None:
    ends.cancel_website(record.target.website_id or 0, TODAY)


def suspend_website(record: Record) -> None:
    ends.suspend_website(record.target.website_id or 0, TODAY)


def limit(_record: Record) -> None:
    terms = {"amount": 0, "severity": RuleSeverity.BLOCKS, "source": "示例通知", "valid_from": TODAY}
    ProvinceRule.objects.create(province=BEIJING, topic=Topic.CHANGES, **terms)


REFUSED = [
    Refused("a stranger changes a record", "1016", Kind.CHANGE_SUBJECT, lambda _record: {"by": host()}),
    Refused("a stranger cancels a website", "1016", Kind.CANCEL_WEBSITE, lambda _record: {"by": host()}),
    Refused("a change beside a change", "1017", Kind.CHANGE_WEBSITE, renamed),
    Refused("a website added beside a change", "P110", Kind.NEW_WEBSITE, renamed),
    Refused("the record cancelled beside a change", "P110", Kind.CANCEL_SUBJECT, renamed),
    Refused(
        "a wrong filing password", "1018", Kind.CANCEL_SUBJECT, lambda _record: {"proof": PasswordProof("x", "::1")}
    ),
    Refused(
        "the record cancelled twice", "1027", Kind.CANCEL_SUBJECT, lambda record: record.submit(Kind.CANCEL_SUBJECT)
    ),
    Refused(
        "a website cancelled twice", "1030", Kind.CANCEL_WEBSITE, lambda record: record.submit(Kind.CANCEL_WEBSITE)
    ),
    Refused(
        "an access ended twice",
        "1032",
        Kind.CANCEL_ACCESS,
        lambda record: record.submit(Kind.CANCEL_ACCESS, cancellation__only_access=True),
    ),
    Refused(
        "a website cancelled with the whole record",
        "1042",
        Kind.CANCEL_WEBSITE,
        lambda record: record.submit(Kind.CANCEL_SUBJECT),
    ),
    Refused(
        "the record cancelled with one of its websites",
        "1043",
        Kind.CANCEL_SUBJECT,
        lambda record: record.submit(Kind.CANCEL_WEBSITE),
    ),
    Refused("the same provider serves it twice", "1029", Kind.NEW_ACCESS),
    Refused("another provider's access ended", "1047", Kind.CANCEL_ACCESS, serve),
    Refused(
        "a change through a provider that serves nothing",
        "1048",
        Kind.CHANGE_SUBJECT,
        lambda _record: {"provider_id": provider().pk},
    ),
    Refused(
        "a record cancelled long ago",
        "1049",
        Kind.NEW_WEBSITE,
        cancel_everything,
    ),
    Refused(
        "a website cancelled long ago",
        "1050",
        Kind.CHANGE_WEBSITE,
        cancel_website,
    ),
    Refused("too many changes", "1051", Kind.CHANGE_ACCESS, limit),
    Refused(
        "a suspended website cancelled",
        "P112",
        Kind.CANCEL_WEBSITE,
        suspend_website,
    ),
]


@rows(*REFUSED)
def test_what_can_not_begin(row: Refused) -> None:
    record = Record()
    at = row.before(record) or {}
    with pytest.raises(MoveRefused, match=f"^{row.code}: "):
        record.begin(row.kind, **at)


@dataclass(frozen=True)
class Draft:
    """A draft about a record: its kind, what is typed, what happens then, all findings."""

    case: str
    kind: Kind
    typed: Typed
    found: tuple[str, ...] = ()
    afterwards: Callable[[Record], object] = lambda _record: None


NEW_PERSON = {
    "responsible.name": "王一新",
    "responsible.cert_number": invent.person(4711).id_number,
}
RENAMED = {"subject.name": "更名后的示例公司"}


def blacklist_host(record: Record) -> None:
    blacklisted_subject(number=record.case.filing.get(CERTIFICATE))


@rows(
    Draft("a change that changes nothing", Kind.CHANGE_SUBJECT, {}, (block("1999", "subject.name"),)),
    Draft(
        "another person is responsible, without pictures",
        Kind.CHANGE_SUBJECT,
        NEW_PERSON,
        (block("P103", "papers.responsible_back"), block("P103", "papers.responsible_front")),
    ),
    Draft(
        "the certificate of another unit",
        Kind.CHANGE_CERT,
        {CERTIFICATE: invent.credit_code(4711)},
        (block("1008", CERTIFICATE),),
    ),
    Draft("a forbidden word in the new name", Kind.CHANGE_WEBSITE, {NAME: "示例赌博资讯网"}, (block("P301", NAME),)),
    Draft(
        "an address of no network",
        Kind.CHANGE_ACCESS,
        {"websites.0.access.ip_ranges": "10.0.0.1"},
        (block("1006", "websites.0.access.ip_ranges"),),
    ),
    Draft(
        "the record is cancelled meanwhile",
        Kind.CHANGE_SUBJECT,
        RENAMED,
        (block("1049", CERTIFICATE),),
        cancel_everything,
    ),
    Draft(
        "the website is cancelled meanwhile",
        Kind.CHANGE_WEBSITE,
        {NAME: "示例换名网"},
        (block("1050", DOMAIN),),
        cancel_website,
    ),
    Draft("another provider serves it meanwhile", Kind.CHANGE_SUBJECT, RENAMED, (), serve),
    Draft("the limit of changes is set meanwhile", Kind.CHANGE_SUBJECT, RENAMED, (block("1051", CERTIFICATE),), limit),
    Draft(
        "the record is blacklisted meanwhile",
        Kind.CHANGE_SUBJECT,
        RENAMED,
        (block("1065", CERTIFICATE),),
        blacklist_host,
    ),
    Draft(
        "a cancellation without a reason",
        Kind.CANCEL_WEBSITE,
        {"cancellation.reason": ""},
        (block("1026", "cancellation.reason"),),
    ),
    Draft(
        "a cancellation with a reason of no table",
        Kind.CANCEL_WEBSITE,
        {"cancellation.reason": 99},
        (block("1026", "cancellation.reason"),),
    ),
    Draft(
        "the only access ended",
        Kind.CANCEL_ACCESS,
        {"cancellation.reason": 1},
        (block("1025", "cancellation.only_access"),),
    ),
    Draft(
        "the only access ended, and the host knows",
        Kind.CANCEL_ACCESS,
        {"cancellation.reason": 1, "cancellation.only_access": True},
    ),
)
def test_what_is_found_in_drafts(row: Draft) -> None:
    record = Record()
    filing = play_kinds.fill(record.begin(row.kind), record.case.host, number(), {})
    filing = services.save_facts(filing.pk, record.case.host, row.typed, version=None)
    row.afterwards(record)
    assert findings(filing) == sorted(row.found)


def test_a_record_that_another_account_has_taken_over() -> None:
    """Its new filing password ends the adoption; a draft of the account that it has left says so."""
    cache.clear()
    record, adopter = Record(), host()
    Subject.objects.filter(pk=record.target.subject_id).update(password_hash=make_password(FILING_PASSWORD))
    adoptions.adopt(adopter, str(record.case.filing.subject.number), FILING_PASSWORD, address="::1")
    draft = play_kinds.fill(record.begin(Kind.CHANGE_SUBJECT, adopter), adopter, number(), RENAMED)
    assert findings(draft) == []

    passwords.want(record.target.subject_id)
    passwords.send(record.target.subject_id)

    assert findings(draft) == [block("P114", CERTIFICATE)]


CLOSED = [
    ("another province", "1046", {"subject.province": "440000"}),
    ("another certificate", "P402", {CERTIFICATE: "91110105MA0000000X"}),
]


@pytest.mark.parametrize(("code", "typed"), [row[1:] for row in CLOSED], ids=[row[0] for row in CLOSED])
def test_what_a_change_can_not_write(code: str, typed: Typed) -> None:
    record = Record()
    filing = record.begin(Kind.CHANGE_SUBJECT)
    with pytest.raises(MoveRefused, match=code):
        services.save_facts(filing.pk, record.case.host, typed, version=None)


# --- Numbers --------------------------------------------------------------------------------------------

WRITTEN = [
    ("京ICP备2026000007号-1", "京ICP备2026000007号-1"),
    ("ＩＣＰ号：京icp備２０２６０００００７號—２ａ", "京ICP备2026000007号-2A"),
    ("京 ICP 备 050001 号", "京ICP备050001号"),
    ("川ICP备10000001-3", "蜀ICP备10000001号-3"),
    ("京ICP证040001号-1", "京ICP证040001号-1"),
    ("粤B2-20090001", "粤B2-20090001"),
    ("京ICP备2026000007号-3X", "京ICP备2026000007号-3X"),
    ("港ICP备2026000001号", ""),
    ("京ICP备202600001号", ""),
    ("京ICP备2026000007号-0", ""),
    ("京ICP备2026000007号-1B", ""),
]


@pytest.mark.parametrize(("typed", "read"), WRITTEN)
def test_numbers_as_people_write_them(typed: str, read: str) -> None:
    if read:
        assert str(parse_number(typed)) == read
        return
    with pytest.raises(ValidationError) as refusal:
        parse_number(typed)
    assert refusal.value.code == "invalid"


# --- The twenty working days ----------------------------------------------------------------------------

# Moment of receipt (UTC), due date, whether it is provisional. Holidays of 2026: 国办发明电〔2025〕7号; the notice of
# 2027 isn't published, so only the days that law fixes are off.
DAYS = [
    ("a plain month", datetime(2026, 7, 6, 2, tzinfo=UTC), date(2026, 8, 3), False),
    ("a Friday", datetime(2026, 7, 10, 2, tzinfo=UTC), date(2026, 8, 7), False),
    ("midnight has passed in Beijing", datetime(2026, 7, 9, 16, 30, tzinfo=UTC), date(2026, 8, 7), False),
    ("1 May and a Saturday that is worked", datetime(2026, 4, 24, 2, tzinfo=UTC), date(2026, 5, 26), False),
    ("a Saturday before a Sunday that is worked", datetime(2026, 9, 19, 2, tzinfo=UTC), date(2026, 10, 22), False),
    ("two holidays and two weekends that are worked", datetime(2026, 9, 17, 2, tzinfo=UTC), date(2026, 10, 21), False),
    ("before 春节", datetime(2026, 2, 13, 2, tzinfo=UTC), date(2026, 3, 19), False),
    ("into a year without a notice", datetime(2026, 12, 11, 2, tzinfo=UTC), date(2027, 1, 11), True),
]


@pytest.mark.parametrize(("received", "due", "provisional"), [row[1:] for row in DAYS], ids=[row[0] for row in DAYS])
def test_the_bureaus_twenty_working_days(received: datetime, due: date, provisional: bool) -> None:
    case = case_at(Status.WITH_PROVIDER)
    with time_machine.travel(received, tick=False):
        case.verify()
    assert case.filing.due_on == due
    assert workdays.is_provisional(timezone.localdate(received), due) is provisional
