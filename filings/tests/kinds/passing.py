"""A website that one host offers to another, and what tests of it ask."""

from django.urls import reverse
from post_office.models import Email

from filings.actors import Actor
from filings.agreements import migration_offers
from filings.agreements.migration_offers import Taker
from filings.models import Filing, Offer
from filings.rules import checks
from filings.states import Status
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests.builders import (
    GUANGDONG,
    Case,
    case_at,
    host,
    number,
)
from ministry.models import Subject, Website


class Passing:
    """A website of one host's, offered to another one; either may be on record."""

    def __init__(self, *, on_record: bool = False, **facts: object) -> None:
        self.giver = case_at(Status.FILED, province=GUANGDONG, **facts)
        self.number = number()
        self.taken_by = case_at(Status.FILED, province=GUANGDONG) if on_record else None
        self.taker: Actor = self.taken_by.host if self.taken_by else host()
        self.website = Website.objects.select_related("subject").get(subject=self.giver.filing.subject_id, sequence=1)
        self.offer = play_kinds.offer(
            self.giver.host,
            self.website.pk,
            self.taker,
            self.number,
            on_record=self.taken_by.filing.subject if self.taken_by else None,
        )

    @property
    def left(self) -> Subject:
        return Subject.objects.get(pk=self.website.subject_id)

    def draft(self, **written: object) -> Filing:
        return play_kinds.taken_over(self.taker, self.offer, self.giver.provider.pk, self.number, **written)

    def with_bureau(self) -> Filing:
        filing = self.draft()
        play.submit(filing, self.taker)
        play.verify(filing, self.giver.staff)
        filing.refresh_from_db()
        return filing

    def approved(self) -> Filing:
        filing = self.with_bureau()
        play.approve(filing, self.giver.reviewer)
        filing.refresh_from_db()
        return filing

    def there(self) -> Website:
        return Website.objects.select_related("subject").get(live=True, domain=self.website.domain)


def told() -> list[tuple[str, str]]:
    return sorted((mail.to[0], mail.subject) for mail in Email.objects.all())


def blocking(filing: Filing) -> set[str]:
    return {finding.code for finding in checks.findings(Filing.objects.get(pk=filing.pk)) if finding.blocks}


def offered(case: Case, **changes: object) -> Offer:
    website = Website.objects.get(subject=case.filing.subject_id, sequence=1)
    taker = {
        "name": "示例接手公司",
        "cert_type": 1,
        "cert_number": invent.credit_code(number()),
        "email": "b@example.cn",
    }
    return migration_offers.make(website.pk, case.host, Taker(**(taker | changes)))


def page(client, name: str, *args: object) -> str:
    return client.get(reverse(name, args=args)).content.decode()
