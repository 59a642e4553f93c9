"""The filing's data that province rules are checked against, and helpers to create findings."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from filings import facts
from filings.facts import Facts
from filings.fields.findings import Finding, Severity
from ministry.models import ProvinceRule
from ministry.reference import code_tables
from ministry.reference.topics import Topic
from ministry.rules import english
from ministry.rules.rules import RuleBook


@dataclass(frozen=True, slots=True)
class JudgedRule:
    """A filing's facts, the rules that apply to it, the day, and the paths of its pictures."""

    values: Facts
    book: RuleBook
    day: date
    present: Collection[str] = ()

    @property
    def individual(self) -> bool:
        return facts.is_individual(self.values)

    @property
    def websites(self) -> list[tuple[int, dict[str, Any]]]:
        """Return each website with its index in the filing."""
        return list(enumerate(self.values.get("websites") or []))

    @property
    def sites(self) -> list[tuple[int, dict[str, Any]]]:
        """Return the entries that are websites, for which the provinces' rules are published."""
        return [
            (number, site)
            for number, site in self.websites
            if facts.service(self.values, number) == code_tables.WEBSITE
        ]

    def read(self, path: str) -> Any:
        return facts.read(self.values, path)

    def rules(self, topic: Topic) -> tuple[ProvinceRule, ...]:
        """Return the rules of a topic that apply to this host."""
        return self.book.of(topic, individual=self.individual, nature=self.read("subject.nature") or None)

    def persons(self) -> Iterator[str]:
        """Yield the paths of all responsible persons: the individual or responsible person, and each other manager."""
        yield "subject" if self.individual else "responsible"
        yield from self.managers()

    def managers(self) -> Iterator[str]:
        """Yield the paths of websites' responsible persons who are not the host's."""
        for number, _website in self.websites:
            if not facts.same_person(self.values, number):
                yield f"websites.{number}.responsible"

    def contacts(self) -> Iterator[str]:
        """Yield the paths of all persons with telephone numbers."""
        yield "responsible"
        yield from self.managers()


def finding(rule: ProvinceRule, code: str, path: str, message: str, fix: str) -> Finding:
    """Return a finding with the rule's severity, its advice (else ``fix``), and its source."""
    severity = Severity[rule.severity.upper()]
    return Finding(code, path, message, english.rule_text(rule.advice) or fix, severity, english.rule_text(rule.source))


def softer(rule: ProvinceRule, code: str, path: str, message: str, fix: str) -> Finding:
    """Return the same finding as a warning, where the bureau has to decide."""
    return replace(finding(rule, code, path, message, fix), severity=Severity.WARNS)


def chosen(website: dict[str, Any], name: str) -> frozenset[int]:
    return frozenset(website.get(name) or [])


# Checks a filing against one rule of a topic.
Judge = Callable[[JudgedRule, ProvinceRule], Iterator[Finding]]
