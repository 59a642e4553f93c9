"""Random sequences of filings of every kind over a small world leave a register that holds together, every day.

Each step takes a filing through its kind's own refusals and effect; the desks in between change nothing of either.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import pgtrigger
import pytest
from django.db import transaction

from filings import facts, fields, kinds
from filings.facts import Facts
from filings.kinds import KINDS, About, Approval, Kind, Law, entries
from filings.rules import ownership
from icp_portal.demo import invent, old_records
from icp_portal.tests.builders import GUANGDONG, provider
from ministry.models import Access, LiveDomain, RegisterVersion, Subject, SubjectCertificate, Website
from ministry.reference import code_tables
from ministry.register import ends, history, writer
from ministry.register.entry_types import RegisterConflict

pytestmark = pytest.mark.django_db

FIRST_DAY = date(2026, 1, 1)
# Where websites may pass from one host to another.
MIGRATING = GUANGDONG
HOSTS, DOMAINS, STEPS = 3, 5, 16
OTHERS = (code_tables.APP, code_tables.MINI_PROGRAM, code_tables.QUICK_APP)


@dataclass
class TriedFiling:
    """A filing as far as its kind looks at it."""

    kind: Kind
    facts: Facts
    provider_id: int
    about_subject_id: int | None = None
    about_website_id: int | None = None
    about_access_id: int | None = None
    judged_on: date = FIRST_DAY
    withheld: list[int] = field(default_factory=list)

    def changes_received(self, since: date, until: date | None) -> int:
        return 0


def entered(law: Law, filing: TriedFiling, on: date) -> Subject:
    """Change the register as an approval does: a new subject gets its number last."""
    subject = law.apply(filing, Approval(on))
    if subject._state.adding:
        writer.number_subject(subject)
    return subject


@dataclass
class World:
    """What has been seen so far: every number ever given, and how the register stood at the end of each day."""

    chance: Random
    providers: list[int]
    day: date = FIRST_DAY
    numbers: set[str] = field(default_factory=set)
    days: dict[date, dict[int, Any]] = field(default_factory=dict)

    def step(self, kind: Kind | None = None) -> bool:
        """Try a filing of a random kind, a first one to begin with; whether it went through."""
        self.day += timedelta(days=1)
        filing = self._filing((kind or self.chance.choice(list(Kind))) if self.numbers else Kind.NEW_FILING)
        if filing is None:
            return False
        law = KINDS[filing.kind]
        if list(law.refuse(filing)):
            return False
        try:
            with transaction.atomic():
                entered(law, filing, self.day)
        except RegisterConflict:
            return False
        return True

    def _filing(self, kind: Kind) -> TriedFiling | None:
        law, provider_id = KINDS[kind], self.chance.choice(self.providers)
        if law.about == About.OFFERED:
            return self._taken_over(law)
        if law.about == About.NOTHING:
            return TriedFiling(kind, self._first(), provider_id, withheld=self.chance.choice(([], [0], [1])))
        subject = self._one(Subject.objects.all())
        said = history.as_of(subject.pk, self.day) if subject else None
        if subject is None or said is None:
            return None
        filing = TriedFiling(kind, {}, provider_id, subject.pk)
        website = access = None
        if law.about in (About.WEBSITE, About.ACCESS):
            website = self.chance.choice(said.websites) if said.websites else None
            if website is None:
                return None
            filing.about_website_id = website.website_id
        if law.about == About.ACCESS:
            access = self.chance.choice(website.accesses) if website and website.accesses else None
            if access is None:
                return None
            filing.about_access_id, filing.provider_id = access.access_id, access.provider_id
        begun = ownership.initial_facts(law, said, website, access)
        filing.facts = fields.without_others(facts.written(begun, self._written(kind, begun)))
        return filing

    def _taken_over(self, law: Law) -> TriedFiling | None:
        """Any website passes to any host; every third time to one that is on record."""
        website = self._one(Website.objects.filter(live=True, subject__live=True))
        said = history.as_of(website.subject_id, self.day) if website else None
        if website is None or said is None:
            return None
        taker = self._one(Subject.objects.exclude(pk=website.subject_id)) if self.chance.random() < 0.3 else None
        record = history.as_of(taker.pk, self.day) if taker else None
        site = next(one for one in said.websites if one.website_id == website.pk)
        access = self._one(Access.objects.filter(website=website, live=True))
        if access is None:
            return None
        begun = ownership.initial_facts_of_migration(law, record, site, {})
        invented = invent.values(self.chance.randrange(HOSTS) + 1, province=MIGRATING)
        kept = {path for path in begun["websites"][0] if begun["websites"][0][path]}
        written = {
            path: value
            for path, value in invented.items()
            if path.removeprefix("websites.0.") not in kept and (record is None or path.startswith("websites."))
        }
        filing = TriedFiling(law.kind, facts.written(begun, written), access.provider_id)
        filing.about_subject_id = taker.pk if record and taker else None
        filing.about_website_id = website.pk
        return filing

    def take_over(self) -> None:
        """A website of before each had one domain comes into the register with two."""
        values = facts.written(facts.blank(), invent.values(HOSTS + 1, province=MIGRATING))
        filing = TriedFiling(Kind.NEW_FILING, values, self.chance.choice(self.providers))
        subject = writer.enter_subject(entries.of_subject(filing), old_records.APPROVED_ON)
        names = [f"d{number}.cn" for number in self.chance.sample(range(DOMAINS), 2)]
        entry = old_records.website(filing, names)
        writer.enter_website(subject.pk, entry, entries.of_access(filing), old_records.APPROVED_ON)

    def _given_up(self, begun: Facts) -> dict[str, Any]:
        known = facts.kept_domains(begun)
        kept = self.chance.sample(known, self.chance.randint(1, len(known))) if known else []
        return {"websites.0.kept_domains": "\n".join(kept)} if kept else {}

    def _one(self, rows: Any) -> Any:
        found = list(rows.order_by("pk"))
        return self.chance.choice(found) if found else None

    def _first(self) -> Facts:
        """Of two websites; the bureau may return either alone."""
        values = invent.values(self.chance.randrange(HOSTS) + 1, province=MIGRATING)
        given = facts.written(facts.blank(), {**values, **self._website()})
        given["websites"].append(facts.written(given, self._website())["websites"][0])
        return fields.without_others(given)

    def _website(self) -> dict[str, Any]:
        """What tells a website from others; sometimes it is another service."""
        if self.chance.random() < 0.3:
            number = self.chance.randrange(DOMAINS)
            return invent.service_values("websites.0", self.chance.choice(OTHERS), number, province=MIGRATING)
        domain = f"d{self.chance.randrange(DOMAINS)}.cn"
        return {"websites.0.service": "", "websites.0.domain": domain, "websites.0.home_url": f"www.{domain}"}

    def _written(self, kind: Kind, begun: Facts) -> dict[str, Any]:
        invented = invent.values(self.chance.randrange(100) + 200, province=MIGRATING)
        of_website = {path: value for path, value in invented.items() if path.startswith("websites.0.")}
        of_access = {path: value for path, value in of_website.items() if ".access." in path}
        return {
            Kind.NEW_WEBSITE: {**of_website, **self._website()},
            Kind.NEW_ACCESS: of_access,
            Kind.CHANGE_SUBJECT: {"subject.name": f"第{self.chance.randrange(1000)}公司"},
            Kind.CHANGE_WEBSITE: {"websites.0.name": f"第{self.chance.randrange(1000)}网站", **self._given_up(begun)},
            Kind.CHANGE_RECORD: {
                "subject.name": f"第{self.chance.randrange(1000)}公司",
                "websites.0.name": f"第{self.chance.randrange(1000)}网站",
                **self._given_up(begun),
            },
            Kind.CHANGE_ACCESS: {"websites.0.access.ip_ranges": f"192.31.196.{self.chance.randrange(1, 250)}"},
            Kind.CANCEL_ACCESS: {"cancellation.only_access": self.chance.random() < 0.5},
        }.get(kind, {})

    # --- What must hold ---------------------------------------------------------------------------

    def judge(self) -> None:
        live = Counter(SubjectCertificate.objects.filter(live=True).values_list("cert_type", "digest"))
        assert set(live.values()) <= {1}
        in_force = Website.objects.filter(live=True)
        domains = Counter((domain, website.pk) for website in in_force for domain in website.all_domains)
        assert len({domain for domain, _website in domains}) == domains.total()
        assert set(domains) == set(LiveDomain.objects.values_list("domain", "website"))
        served = Counter(Access.objects.filter(live=True).values_list("website", "provider"))
        assert set(served.values()) <= {1}
        assert not Access.objects.filter(live=True, website__live=False).exists()
        assert not Website.objects.filter(live=True, subject__live=False).exists()
        assert not Website.objects.filter(live=True, migrated_to__isnull=False).exists()
        self._numbers_only_grow()
        self.days[self.day] = present()
        assert remembered(self.day) == self.days[self.day]

    def _numbers_only_grow(self) -> None:
        given = [str(row.number) for row in Subject.objects.all()]
        given += [str(row.number) for row in Website.objects.select_related("subject")]
        assert len(given) == len(set(given))
        assert self.numbers <= set(given)
        self.numbers = set(given)
        for subject in Subject.objects.all():
            sequences = subject.websites.order_by("sequence").values_list("sequence", flat=True)
            assert list(sequences) == list(range(1, subject.last_sequence + 1))


def present() -> dict[int, Any]:
    """The register's columns as they are now, as far as the memory repeats them."""
    return {
        subject.pk: (
            subject.name,
            [
                (
                    website.service,
                    website.name,
                    website.all_domains,
                    [
                        (access.provider_id, "\n".join(access.ip_ranges))
                        for access in website.accesses.filter(live=True).order_by("pk")
                    ],
                )
                for website in subject.websites.filter(live=True).order_by("sequence")
            ],
        )
        for subject in Subject.objects.filter(live=True)
    }


def remembered(day: date) -> dict[int, Any]:
    """The same, from the memory alone."""
    found = {}
    for subject in Subject.objects.all():
        if (said := history.as_of(subject.pk, day)) is not None:
            websites = [
                (
                    website.facts.get("service") or code_tables.WEBSITE,
                    website.facts["name"],
                    str(website.facts.get("kept_domains") or website.facts.get("domain", "")).split(),
                    [(access.provider_id, access.facts["ip_ranges"]) for access in website.accesses],
                )
                for website in said.websites
            ]
            found[subject.pk] = (said.facts["subject"]["name"], websites)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_the_register_stays_true_through_all_kinds(seed):
    world = World(Random(f"register-{seed}"), [provider().pk for _n in range(3)])
    world.take_over()

    done = 0
    for _step in range(STEPS):
        done += world.step()
        world.judge()

    assert done >= 3
    assert {day: remembered(day) for day in world.days} == world.days


@pytest.mark.parametrize("seed", range(3))
def test_the_register_stays_true_while_websites_pass_from_host_to_host(seed):
    world = World(Random(f"passing-{seed}"), [provider().pk for _n in range(2)])

    passed = 0
    for step in range(STEPS):
        going_on = world.step(Kind.MIGRATE_WEBSITE if step % 2 else None)
        passed += going_on and step % 2
        world.judge()

    assert passed >= 2
    assert Website.objects.filter(migrated_to__isnull=False).count() >= passed
    assert {day: remembered(day) for day in world.days} == world.days


CHANGES: list[Callable[[TriedFiling, date], object]] = [
    lambda filing, on: ends.cancel_website(Website.objects.get().pk, on),
    lambda filing, on: writer.change_subject(Subject.objects.get().pk, entries.of_subject(filing), on),
    lambda filing, on: writer.change_website(Website.objects.get().pk, entries.of_website(filing), on),
    lambda filing, on: writer.change_access(Access.objects.get().pk, entries.of_access(filing), on),
]
CHANGED = {"subject.name": "新公司", "websites.0.name": "新网站", "websites.0.access.ip_ranges": "203.0.113.9"}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_entered_before_the_memory_is_remembered_from_its_approval_on(change):
    world = World(Random("older"), [provider().pk])
    filing = TriedFiling(Kind.NEW_FILING, world._first(), world.providers[0], withheld=[1])
    subject = entered(kinds.KINDS[Kind.NEW_FILING], filing, FIRST_DAY)
    with pgtrigger.ignore("ministry.RegisterVersion:register_version_append_only"):
        RegisterVersion.objects.all().delete()
    before = present()
    filing.facts = facts.written(filing.facts, CHANGED)

    change(filing, FIRST_DAY + timedelta(days=9))

    assert remembered(FIRST_DAY + timedelta(days=8)) == before
    assert remembered(FIRST_DAY + timedelta(days=9)) == present() != before
    assert history.as_of(subject.pk, FIRST_DAY - timedelta(days=1)) is None
