"""A filing of any kind and what may have ended meanwhile."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from filings.kinds import Kind
from filings.models import Entrance, Filing
from filings.services import starting
from filings.services.detection import RecordTarget
from filings.services.starting import PasswordProof
from filings.states import Status
from icp_portal.demo import play_kinds
from icp_portal.tests.builders import BEIJING, Case, case_at, host, number, provider
from ministry.models import ProvinceRule, Subject
from ministry.reference.topics import RuleSeverity, Topic
from ministry.register import ends

PASSWORD = "filingpass"
GUANGDONG = "440000"
CHANGES = (Kind.CHANGE_SUBJECT, Kind.CHANGE_CERT, Kind.CHANGE_WEBSITE, Kind.CHANGE_RECORD, Kind.CHANGE_ACCESS)
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


def suspend_website(of: Scene) -> None:
    ends.suspend_website(of.target.website_id or 0, of.today())
