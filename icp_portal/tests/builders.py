"""Builds people, organisations and filings for tests. Filings reach their status through the services alone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts.models import Party, User
from bureaus import absences
from bureaus import access as bureau_access
from bureaus.announcements import publishing
from bureaus.announcements.publishing import AnnouncementContent
from bureaus.models import Bureau, BureauAnnouncement, OfficeChange, Reviewer, ReviewerRole
from desks import access as host_access
from filings import services
from filings.actors import Actor
from filings.deadlines import sweeps
from filings.errors import FactsRefused
from filings.kinds import Kind
from filings.models import Filing, MeetingPlace, PersonCheck
from filings.states import Status
from filings.verification import one_time_codes
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests.remembered import numbers
from icp_portal.tests.replayed import replayed
from ministry.models import BlacklistedDomain, BlacklistedSubject, ProvinceRule, Subject, Website
from ministry.reference.numbers import parse_number
from ministry.reference.topics import Demand, Topic
from ministry.register import blacklist, entry_types, writer
from ops.mailsink import MailSink
from providers import access as provider_access
from providers.models import OrganisationChange, Provider, Staff, StaffRole, What
from providers.organisation import places
from records import adoptions

PASSWORD = "correct-horse-battery"
FILING_PASSWORD = "a-filing-password"
BEIJING, GUANGDONG = "110000", "440000"


def number() -> int:
    """A number no other filing or person of this run has."""
    return numbers.take()


def user(party: Party, email: str = "", name: str = "", password: str | None = None) -> User:
    """A user with a proven e-mail address; most tests sign in without a password, which costs a slow hash."""
    email = email or f"{party}{number()}@example.cn"
    created = User.objects.create_user(email, password, party=party, name=name)
    EmailAddress.objects.create(user=created, email=created.email, verified=True, primary=True)
    return created


def host_user() -> User:
    return user(Party.HOST)


def user_of(actor: Actor) -> User:
    return User.objects.get(pk=actor.user_id)


def sign_in(client: Client, member: User) -> Client:
    """Sign in without the pages; somebody with a second step has passed it in this session."""
    client.force_login(member)
    if is_mfa_enabled(member):
        request = HttpRequest()
        request.session, request.user = client.session, member
        record_authentication(request, member, "mfa")
        request.session.save()
    return client


def client_of(actor: Actor) -> Client:
    """Return the browser of this person, signed in."""
    return sign_in(Client(), user_of(actor))


def host() -> Actor:
    return host_access.host(host_user())


def provider(**fields: object) -> Provider:
    tail = number()
    defaults = {
        "slug": f"provider-{tail}",
        "name": f"示例接入{tail}",
        "provinces": [BEIJING],
        "licence": f"B1-{tail}",
        "contact_phone": "400-000-0001",
        "contact_email": f"provider{tail}@example.cn",
        "address": "示例大厦一层",
    }
    return Provider.objects.create(**(defaults | fields))


def staff_user(of: Provider, role: StaffRole = StaffRole.VERIFIER) -> User:
    member = user(Party.PROVIDER, name=f"核验员{number()}")
    Staff.objects.create(user=member, provider=of, role=role)
    return member


def staff(of: Provider, role: StaffRole = StaffRole.VERIFIER) -> Actor:
    return provider_access.staff(staff_user(of, role))


def meeting_place(of: Provider, name: str = "营业厅", **times: object) -> MeetingPlace:
    """A place of a provider, open on Monday to Friday from 9 to 11, an hour each, for one host at a time."""
    administrator = staff(of, StaffRole.ADMINISTRATOR)
    written = {"name": name, "address": f"示例路9号{name}", "phone": "010-66001234", "directions": "地铁1号线A口"}
    place = places.open_place(administrator, places.PlaceWritten(**written))
    hours = {"starts": time(9), "ends": time(11), "minutes": 60, "at_once": 1} | times
    places.add_hours(administrator, place.pk, range(5), places.HoursWritten(**hours))  # type: ignore[typeddict-item]
    return place


def organisation_change(of: Provider, **fields: object) -> OrganisationChange:
    """A line of a provider's record."""
    defaults = {"user": staff_user(of), "actor_name": "某管理员", "what": What.ABOUT, "after": "云服务器"}
    return OrganisationChange.objects.create(provider=of, **(defaults | fields))


def reviewer_user(province: str = BEIJING, role: ReviewerRole = ReviewerRole.REVIEWER) -> User:
    bureau, _new = Bureau.objects.update_or_create(
        province=province,
        defaults={"contact_email": f"b{province}@example.cn", "chief_email": f"c{province}@example.cn"},
    )
    member = user(Party.BUREAU, name=f"审核员{number()}")
    Reviewer.objects.create(user=member, bureau=bureau, role=role)
    return member


def reviewer(province: str = BEIJING, role: ReviewerRole = ReviewerRole.REVIEWER) -> Actor:
    return bureau_access.reviewer(reviewer_user(province, role))


def chief(province: str = BEIJING) -> Actor:
    return reviewer(province, ReviewerRole.CHIEF)


def office_change() -> OfficeChange:
    """A line of a bureau's record of how it divides its work."""
    absences.give_out_by_load(chief(), wanted=True)
    return OfficeChange.objects.latest("pk")


def announcement(by: Actor | None = None, **changes: Any) -> BureauAnnouncement:
    """An announcement of a bureau, by default of Beijing's, shown from today on."""
    said = AnnouncementContent(
        title="系统升级", text="本周六升级。", title_en="", text_en="", starts_on=timezone.localdate(), ends_on=None
    )
    return publishing.publish(by or chief(), said | changes)  # type: ignore[arg-type]


LISTED = {"reason": "传播违法信息", "source": "示例令〔2026〕1号", "since": date(2026, 1, 1)}


def blacklisted_subject(**fields: object) -> BlacklistedSubject:
    """A company on the blacklist since 2026 began, without an end."""
    company = {"name": "示例黑名单公司", "cert_type": 1, "number": invent.credit_code(number())}
    entry = BlacklistedSubject(**(LISTED | company | fields))
    blacklist.enter(entry, by=user(Party.MINISTRY))
    return entry


def blacklisted_domain(domain: str = "", **fields: object) -> BlacklistedDomain:
    """A domain on the blacklist since 2026 began, without an end."""
    entry = BlacklistedDomain(**(LISTED | {"domain": domain or f"listed-{number()}.cn"} | fields))
    blacklist.enter(entry, by=user(Party.MINISTRY))
    return entry


@transaction.atomic
def on_record(
    of: Provider, province: str = BEIJING, *, cert_number: str = "", issued: str = "", **changes: object
) -> Website:
    """A website in the register with its subject and one access, entered without a filing.

    ``issued`` is the website's number in an earlier system, under which it has been on record since 2015.
    """
    tail, today = number(), date(2015, 6, 1) if issued else timezone.localdate()
    earlier = parse_number(issued) if issued else None
    person = {
        "responsible_name": "示例人",
        "responsible_mobile": f"138{tail:08d}",
        "responsible_email": f"record{tail}@example.cn",
    }
    subject = writer.enter_subject(
        entry_types.SubjectEntry(
            province=province,
            name=f"示例在册公司{tail}",
            nature=4,
            division=f"{province[:2]}0101",
            address="示例路一号",
            cert_type=1,
            cert_number=cert_number or invent.credit_code(tail),
            **person,
        ),
        today,
        earlier=earlier and earlier.of_subject,
    )
    website = {
        "name": f"示例网站{tail}",
        "domain": f"record-{tail}.cn",
        "home_url": f"www.record-{tail}.cn",
        "services": [1],
        "languages": [1],
    }
    access = entry_types.AccessEntry(provider_id=of.pk, ways=[1], places=[1], ip_ranges=["192.31.196.7"])
    entry = entry_types.WebsiteEntry(**(website | person | changes))
    return writer.enter_website(subject.pk, entry, access, today, sequence=earlier and earlier.sequence)


@contextmanager
def codes_asked(province: str = BEIJING) -> Iterator[None]:
    """For as long as this lasts the province has responsible persons prove filings with verification codes."""
    terms = {"topic": Topic.CODES, "demand": Demand.CODE, "source": "示例通知", "valid_from": date(2020, 8, 17)}
    rule = ProvinceRule.objects.create(province=province, **terms)
    yield
    ProvinceRule.objects.filter(pk=rule.pk).update(valid_to=rule.valid_from)


def code_for(check: PersonCheck, mailbox: MailSink) -> str:
    """Have the code sent that is owed to a person; answer it."""
    one_time_codes.send(check.pk)
    return re.search(r"\d{6}", mailbox.messages()[-1].get_content()).group()


@replayed
def _cast(of: Provider | None, owner: Actor | None, province: str, invented: int, **facts: object) -> dict[str, Any]:
    """A complete draft with everybody who will have to do with it."""
    tail = invented or number()
    access_provider = of or provider(provinces=[province])
    owner = owner or host()
    people = {"host": owner, "staff": staff(access_provider), "reviewer": reviewer(province)}
    filing = play.complete_draft(owner, access_provider.pk, tail, province=province, **facts)
    return {"number": tail, "provider": access_provider, "filing": filing, **people}


class Case:
    """A filing with its whole cast; ``to(status)`` brings it there through the services."""

    def __init__(
        self,
        *,
        of: Provider | None = None,
        owner: Actor | None = None,
        province: str = BEIJING,
        invented: int = 0,
        **facts: object,
    ) -> None:
        vars(self).update(_cast(of, owner, province, invented, **facts))

    def submit(self) -> "Case":
        play.submit(self.filing, self.host)
        return self.refresh()

    def verify(self) -> "Case":
        play.verify(self.filing, self.staff)
        return self.refresh()

    def ask_persons(self) -> "Case":
        """Verify in a province that asks the responsible persons for codes."""
        with codes_asked(str(self.filing.get("subject.province"))):
            return self.verify()

    def give_up(self) -> "Case":
        """Nobody types a code in time."""
        self.filing.person_checks.update(expires_at=timezone.now() - timedelta(seconds=1))
        one_time_codes.end_expired()
        return self.refresh()

    def send_back(self) -> "Case":
        play.send_back(self.filing, self.staff)
        return self.refresh()

    def close(self) -> "Case":
        play.close(self.filing, self.staff)
        return self.refresh()

    def return_to_provider(self) -> "Case":
        play.return_to_provider(self.filing, self.reviewer)
        return self.refresh()

    def approve(self) -> "Case":
        play.approve(self.filing, self.reviewer)
        return self.refresh()

    def withdraw(self) -> "Case":
        services.withdraw(self.filing.pk, self.host, version=None)
        return self.refresh()

    def refresh(self) -> "Case":
        self.filing = Filing.objects.get(pk=self.filing.pk)
        return self

    def lapse(self) -> "Case":
        sweeps.lapse_drafts(life=timedelta(days=-1))  # whatever was touched before tomorrow
        return self.refresh()

    def to(self, status: Status) -> "Case":
        for step in ROADS[status]:
            getattr(self, step)()
        return self


@contextmanager
def blocked_by(*codes: str) -> Iterator[None]:
    """Expect a refusal whose blocking findings have exactly these codes."""
    with pytest.raises(FactsRefused) as refused:
        yield
    found = {finding.code for finding in refused.value.findings if finding.blocks}
    assert found == set(codes), found


# status → the moves that lead there from a complete draft
ROADS: dict[Status, tuple[str, ...]] = {
    Status.DRAFT: (),
    Status.WITH_PROVIDER: ("submit",),
    Status.RETURNED_TO_HOST: ("submit", "send_back"),
    Status.WITH_PERSONS: ("submit", "ask_persons"),
    Status.WITH_BUREAU: ("submit", "verify"),
    Status.RETURNED_TO_PROVIDER: ("submit", "verify", "return_to_provider"),
    Status.FILED: ("submit", "verify", "approve"),
    Status.WITHDRAWN: ("submit", "withdraw"),
    Status.LAPSED: ("lapse",),
    Status.CLOSED: ("submit", "close"),
}


@replayed
def case_at(status: Status, **fields: object) -> Case:
    """A filing that lies at ``status``, with its cast."""
    return Case(**fields).to(status)  # type: ignore[arg-type]


def sister_of(case: Case) -> Case:
    """Another account's website under the same subject, through another provider: it has proved the filing password."""
    Subject.objects.filter(pk=case.filing.subject_id).update(password_hash=make_password(FILING_PASSWORD))
    sister = Case()
    adoptions.adopt(sister.host, str(case.filing.subject.number), FILING_PASSWORD, address="127.0.0.1")
    target = play_kinds.target_of(case.filing)
    sister.filing = play_kinds.complete_draft(
        sister.host, Kind.NEW_WEBSITE, target, sister.provider.pk, sister.number, password=FILING_PASSWORD
    )
    play_kinds.approved(sister.filing, sister.host, sister.staff, sister.reviewer)
    return sister.refresh()
