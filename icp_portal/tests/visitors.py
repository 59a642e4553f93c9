"""A visitor of every kind in a browser, the addresses they open, and the content policy of what they get."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

from accounts import api_keys
from accounts.models import Party, User
from bureaus.models import ReviewerRole
from filings import actors, services
from filings.agreements import mandates, migration_offers
from filings.appointments import booking, slots
from filings.evidence import documents
from filings.evidence.scans import ScannedPage
from filings.models import Appointment, QuarantinedFile, Reply, Sheet
from filings.review import host_questions, questions
from filings.states import Status
from filings.verification import handovers
from icp_portal.demo import invent
from icp_portal.tests.access.access_answers import ELSEWHERE, LOGIN, Row
from icp_portal.tests.access.access_own_rows import connection_of, rows_of_provider
from icp_portal.tests.access.access_table import TABLE
from icp_portal.tests.builders import (
    BEIJING,
    GUANGDONG,
    Case,
    announcement,
    blacklisted_domain,
    case_at,
    meeting_place,
    number,
    on_record,
    provider,
    reviewer_user,
    sign_in,
    staff_user,
    user,
)
from ministry import audit
from ministry.models import AuditEntry, Mail, ProvinceRule, Website
from ministry.reference.topics import Demand, Topic
from providers.imports import writing
from providers.models import StaffRole
from providers.tests.imports import sheets_to_import
from records import expiry_dates, proofs, spot_checks
from records.comparison import recording
from records.comparison.comparing import Found
from records.legal_grounds import Act, Scope
from records.models import CaseKind, Copies, CopyDifference, ExpiryKind
from records.orders import cancellation_cases, making, password_resets


def names(patterns: Any, namespaces: tuple[str, ...] = ()) -> Iterator[str]:
    """Every named address; admin's catch-all and its old-style redirects have no name and no page."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            own = (pattern.namespace,) if pattern.namespace else ()
            yield from names(pattern.url_patterns, namespaces + own)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield ":".join([*namespaces, pattern.name])


def with_second_factor(member: User) -> User:
    TOTP.activate(member, generate_totp_secret())
    return member


def browser(member: User | None, **options: Any) -> Client:
    client = Client(**options)
    if member is not None:
        sign_in(client, member)
    return client


def appointment_of(case: Case) -> Appointment:
    """The first time that its provider offers, booked for the filing."""
    place = meeting_place(case.provider)
    return booking.book(case.filing.pk, case.host, place.pk, slots.free(place)[0].starts, seen=0)


class World:
    """A filing and one visitor of every kind."""

    def __init__(self, status: Status) -> None:
        self.case = case_at(status)
        self.evidence = self.case.filing.evidence.filter(replaced_at=None).first()
        self._add_verification(status)
        taker = user(Party.HOST)
        self.records = self._records(taker) if status == Status.FILED else {}
        self._file_on_behalf()
        self.website = on_record(self.case.provider)
        pages = documents.read([invent.card("ORDER", 1)])
        self._supervise(pages)
        self._open_case(pages)
        self.listed = blacklisted_domain(province=BEIJING)
        self.api_key, _shown_once = api_keys.make(self.case.filing.host, "nightly check")
        self.announcement = announcement()
        self.quarantined = file_in_quarantine(self.case)
        self.reply = self._answered(pages) if status == Status.WITH_BUREAU else None
        other = provider()
        self.members: dict[str, User | None] = {
            "anonymous": None,
            "owner": self.case.filing.host,
            "host": taker,
            "staff": with_second_factor(staff_user(self.case.provider)),
            "other_administrator": with_second_factor(staff_user(other, StaffRole.ADMINISTRATOR)),
            "reviewer": with_second_factor(reviewer_user()),
            "other_chief": with_second_factor(reviewer_user(GUANGDONG, ReviewerRole.CHIEF)),
            "operator": with_second_factor(user(Party.MINISTRY)),
            "supervisor": with_second_factor(staff_user(self.case.provider, StaffRole.SUPERVISOR)),
            "administrator": with_second_factor(staff_user(self.case.provider, StaffRole.ADMINISTRATOR)),
            "chief": with_second_factor(reviewer_user(role=ReviewerRole.CHIEF)),
        }
        self.own = {**rows_of_provider(self.case, self.behalf), "connection": connection_of(other)}

    def _add_verification(self, status: Status) -> None:
        """Add an appointment, a phone to take a picture with, or a scan of the sheet, where the status allows it."""
        self.appointment = appointment_of(self.case) if status == Status.WITH_PROVIDER else None
        self.handover_id = 0
        if status == Status.DRAFT:
            handover, _token = handovers.open_for(self.case.filing.pk, self.case.host, "papers.responsible_front")
            self.handover_id = handover.pk
        self.sheet = Sheet.objects.filter(verification__filing=self.case.filing).first()
        if self.sheet:
            services.add_scan(self.case.filing.pk, self.case.staff, self.sheet.pk, [invent.portrait(1)])

    def _file_on_behalf(self) -> None:
        """Give the provider a mandate of the host, a filing begun by it, and an import."""
        paper = documents.accept([invent.card("MANDATE", 1)], self.case.staff.person_id)
        self.mandate = mandates.bring_paper(
            self.case.staff, self.case.filing.host.email, "某公司", timezone.localdate(), paper
        )
        self.mandate_page = paper.pages.get()
        stand_in = actors.on_behalf(self.case.staff, self.case.provider.name)
        values = invent.values(number(), province=BEIJING)
        self.behalf = services.start_on_behalf(self.mandate.pk, stand_in, values)
        self.batch = writing.begin(self.case.staff, "list.xlsx", sheets_to_import.workbook([sheets_to_import.row()]))

    def _supervise(self, pages: Sequence[ScannedPage]) -> None:
        """Make an order, reset a filing password at the counter, ask the provider in a spot check."""
        said = making.OrderDraft(Act.SUSPEND, "令〔2026〕1号", "违法内容", "33-27", pages)
        self.order = making.make(self.case.reviewer, Scope.SUBJECT, self.website.subject_id, said)
        self.reset = password_resets.reset_password(
            self.case.reviewer, self.website.subject_id, came="某人", proof="营业执照", pages=pages
        )
        self.spot_check = spot_checks.compare(self.case.reviewer, "抽查", ["unfiled.cn"])
        unfiled = [row.pk for row in self.spot_check.domains.all()]
        spot_checks.ask(self.spot_check.pk, self.case.reviewer, unfiled, [self.case.provider], 5)

    def _open_case(self, pages: Sequence[ScannedPage]) -> None:
        """Open a case in which the host asks for the release of a domain."""
        self.cancellation_case = cancellation_cases.begin(
            CaseKind.RELEASE,
            self.website.subject,
            self.website,
            answer_by=timezone.localdate(),
            filing=self.case.filing,
            applicant_id=self.case.host.person_id,
        )
        self.opening = cancellation_cases.add_event(self.cancellation_case, "open", self.case.host, "我的域名", pages)

    def _answered(self, pages: Sequence[ScannedPage]) -> Reply:
        """What the bureau has asked and the provider has answered with a paper; nobody has the filing afterwards."""
        filing_id = self.case.filing.pk
        services.claim(filing_id, self.case.reviewer)
        question = questions.ask(filing_id, self.case.reviewer, text="在哪里？", days=3)
        asked = host_questions.pass_on(filing_id, self.case.staff, question.pk, text="在哪里？")
        self.told = host_questions.answer(filing_id, self.case.host, asked.pk, text="在北京。", pages=pages)
        reply = questions.answer(filing_id, self.case.staff, question.pk, text="在北京。", pages=pages)
        services.release(filing_id, self.case.reviewer)
        return reply

    def _records(self, taker: User) -> dict[str, Any]:
        """The rows that an approved filing has brought, what its host keeps up about them, to whom it offers one."""
        subject = self.case.filing.subject
        website = subject.websites.get()
        ends_on = timezone.localdate()
        watch = expiry_dates.save(
            subject.pk, self.case.host, website_id=None, kind=ExpiryKind.DOMAIN, label="example.cn", ends_on=ends_on
        )
        proof = proofs.of_website(website.pk, self.case.host)
        since = timezone.localdate()
        ProvinceRule.objects.create(
            province=BEIJING, topic=Topic.MIGRATION, demand=Demand.MAY_MIGRATE, source="示例通知", valid_from=since
        )
        offer = migration_offers.make(
            website.pk, self.case.host, migration_offers.Taker("某公司", 1, invent.credit_code(9), taker.email)
        )
        return {
            "offer": offer.pk,
            "subject": subject.pk,
            "website": website.pk,
            "watch": watch.pk,
            "proof": proof.pk,
            "proof_token": proofs.token_of(proof),
        }

    def browser(self, role: str) -> Client:
        return browser(self.members[role])

    def url(self, name: str, args: tuple[str, ...]) -> str:
        return reverse(name, args=[self._values.get(arg, arg) for arg in args])

    @property
    def _supervision(self) -> dict[str, Any]:
        """Return the values of what a bureau has done about the record, by name in the table."""
        return {
            "cancellation_case": self.cancellation_case.pk,
            "case_token": self.cancellation_case.token,
            "case_event": self.opening.pk,
            "case_page": self.opening.paper.pages.get().pk,
            "order": self.order.pk,
            "order_page": self.order.paper.pages.get().pk,
            "task": self.order.tasks.get().pk,
            "spot_check": self.spot_check.pk,
            "spot_question": self.spot_check.domains.get().questions.get().pk,
            "reset": self.reset.pk,
            "reset_page": self.reset.paper.pages.get().pk,
        }

    @cached_property
    def _values(self) -> dict[str, Any]:
        """Return the value that stands in an address for each name of the table."""
        values = {
            "filing": self.case.filing.pk,
            "behalf": self.behalf.pk,
            "import": self.batch.pk,
            "mandate": self.mandate.pk,
            "mandate_page": self.mandate_page.pk,
            "evidence": self.evidence.pk,
            "handover": self.handover_id,
            "provider": self.case.provider.slug,
            "listed": self.listed.pk,
            "announcement": self.announcement.slug,
            "announcement_id": self.announcement.pk,
            "record": self.website.subject_id,
            "number": str(self.website.number),
            "domain": self.website.domain,
            **self._supervision,
            **self.records,
            **self.own,
            "provider_id": self.case.provider.pk,
            "mail": Mail.objects.earliest("pk").pk,
            "api_key": self.api_key.pk,
            "log_entry": first_entry(),
            "difference": first_difference(self.website),
            "quarantined": self.quarantined.pk,
        }
        if self.reply and self.reply.paper:
            values |= {"reply": self.reply.pk, "reply_page": self.reply.paper.pages.get().pk}
            values |= {"told": self.told.pk, "told_page": self.told.paper.pages.get().pk}
        if self.appointment:
            values["appointment"] = self.appointment.pk
        if self.sheet:
            values |= {"sheet": self.sheet.pk, "scan": self.sheet.scans.get().pk, "token": self.sheet.token}
        return values


def first_difference(website: Website) -> int:
    """A difference between the copies of a website's record."""
    found = Found(Copies.PUBLIC, "website 1", "public_domains", (["a.cn"], []), website)
    recording.record({website.subject_id: [found]})
    return CopyDifference.objects.earliest("pk").pk


def file_in_quarantine(case: Case) -> QuarantinedFile:
    """A picture of a filing in which malware was found; it does not exist, so that all others stay readable."""
    picture = case.filing.evidence.order_by("pk").first()
    return QuarantinedFile.objects.create(
        file=f"evidence/none{picture.pk}.jpg", of=f"filings.Evidence {picture.pk} file", signature="Eicar-Signature"
    )


def first_entry() -> int:
    """An entry of the audit log."""
    if not AuditEntry.objects.exists():
        audit.seal()
    return AuditEntry.objects.earliest("number").number


def kind(response: HttpResponse) -> Any:
    """What the answer is in the table's words."""
    if response.status_code in (301, 302):
        target = response["Location"]
        return LOGIN if target.startswith("/accounts/login/") else ELSEWHERE
    return response.status_code


def follow_to_sign_in(client: Client, response: HttpResponse) -> HttpResponse:
    """A desk sends visitors to its own sign-in address first, which sends them on."""
    while response.status_code == 302 and response["Location"].split("?")[0] in (
        "/provider/login/",
        "/bureau/login/",
        "/ministry/login/",
    ):
        response = client.get(response["Location"])
    return response


def visit(client: Client, url: str) -> HttpResponse:
    return follow_to_sign_in(client, client.get(url))


def answer(client: Client, url: str) -> Any:
    return kind(visit(client, url))


STATUSES = sorted({row.at for row in TABLE.values()})


def rows_at(status: Status) -> dict[str, Row]:
    return {name: row for name, row in TABLE.items() if row.at == status}


INLINE: dict[str, Callable[[str], Any]] = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.I).search,
    "a style in the page": re.compile(r"<style\b|\sstyle\s*=\s*[\"']", re.I).search,
    "an on… attribute": re.compile(r"<[^>]+\son[a-z]+\s*=", re.I).search,
    "a javascript: address": re.compile(r"javascript:", re.I).search,
}


def assert_strict(url: str, response: HttpResponse) -> None:
    policy = response.get("Content-Security-Policy", "")
    assert "default-src 'self'" in policy, url
    assert "unsafe" not in policy, url
    assert "frame-ancestors 'none'" in policy, url
    if response["Content-Type"].startswith("text/html"):
        page = response.content.decode()
        assert [(url, what) for what, found in INLINE.items() if found(page)] == []
