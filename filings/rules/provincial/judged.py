"""A filing as the province's rules see it, and the findings they make."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from filings import facts
from filings.facts import Facts
from filings.fields.findings import Finding, Severity
from ministry.models import ProvinceRule
from ministry.reference import code_tables
from ministry.reference.topics import Topic
from ministry.rules.rules import RuleBook


@dataclass(frozen=True, slots=True)
class JudgedRule:
    """A filing's facts, the rules that hold for it, the day, and the paths of the pictures it has."""

    values: Facts
    book: RuleBook
    day: date
    present: Collection[str] = ()

    @property
    def individual(self) -> bool:
        return facts.is_individual(self.values)

    @property
    def websites(self) -> list[tuple[int, dict[str, Any]]]:
        """Return each website with its place in the filing."""
        return list(enumerate(self.values.get("websites") or []))

    @property
    def sites(self) -> list[tuple[int, dict[str, Any]]]:
        """Return those that are websites; the provinces' rules are published for them."""
        return [
            (number, site)
            for number, site in self.websites
            if facts.service(self.values, number) == code_tables.WEBSITE
        ]

    def read(self, path: str) -> Any:
        return facts.read(self.values, path)

    def rules(self, topic: Topic) -> tuple[ProvinceRule, ...]:
        """Return the rules of a topic that hold for this host."""
        return self.book.of(topic, individual=self.individual, nature=self.read("subject.nature") or None)

    def persons(self) -> Iterator[str]:
        """The paths of everybody who answers: the individual or the responsible person, and each other manager."""
        yield "subject" if self.individual else "responsible"
        yield from self.managers()

    def managers(self) -> Iterator[str]:
        """Yield the paths of websites' responsible persons who are not the host's."""
        for number, _website in self.websites:
            if not facts.same_person(self.values, number):
                yield f"websites.{number}.responsible"

    def contacts(self) -> Iterator[str]:
        """Yield the paths of everybody who can be called."""
        yield "responsible"
        yield from self.managers()


def finding(rule: ProvinceRule, code: str, path: str, message: str, fix: str) -> Finding:
    """Return a finding that carries the rule's severity, its advice before our own, and its source."""
    return Finding(code, path, message, rule.advice or fix, Severity[rule.severity.upper()], rule.source)


def softer(rule: ProvinceRule, code: str, path: str, message: str, fix: str) -> Finding:
    """Return the same as a warning: the bureau has to judge what the facts can't tell."""
    return Finding(code, path, message, rule.advice or fix, Severity.WARNS, rule.source)


def chosen(website: dict[str, Any], name: str) -> frozenset[int]:
    return frozenset(website.get(name) or [])


# Holds a filing against one rule of a topic.
Judge = Callable[[JudgedRule, ProvinceRule], Iterator[Finding]]
