"""Find the papers that the province's rules require of a filing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from filings.fields.findings import Finding
from filings.rules.provincial.approvals import pledging
from filings.rules.provincial.judged import JudgedRule, finding
from filings.rules.provincial.people import ADULT, age_of, is_legal_representative, is_local
from ministry.models import ProvinceRule
from ministry.reference import code_tables
from ministry.reference.topics import Demand, RuleSeverity, Topic

AUTHORISATION = "authorisation"


@dataclass(frozen=True, slots=True)
class WantedDocument:
    """A paper that a rule requires."""

    path: str
    document: code_tables.Document
    rule: ProvinceRule


def offered(judged: JudgedRule) -> Iterator[tuple[str, str]]:
    """Yield path and document id of every paper that the rules require, or accept instead of a prior approval."""
    for paper in _wanted(judged):
        yield paper.path, paper.document.id
    pledge = code_tables.DOCUMENT_BY_ID["no_approval_pledge"]
    for number in pledging(judged):
        yield pledge.path(number), pledge.id


def missing_papers(judged: JudgedRule) -> Iterator[Finding]:
    """Yield one finding per missing paper, with the strictest of the rules that require it."""
    missing: dict[str, WantedDocument] = {}
    for paper in _wanted(judged):
        if paper.path not in judged.present and (
            paper.path not in missing or paper.rule.severity == RuleSeverity.BLOCKS
        ):
            missing[paper.path] = paper
    for path, paper in missing.items():
        yield finding(
            paper.rule,
            "P104" if paper.document.id == AUTHORISATION else "P503",
            path,
            _("A document is missing: %(paper)s.") % {"paper": paper.document.name},
            _("Upload it."),
        )


def _wanted(judged: JudgedRule) -> Iterator[WantedDocument]:
    """Yield every paper the rules require; may repeat a paper."""
    for topic, papers_of in PAPERS.items():
        for rule in judged.rules(topic):
            for document_id in papers_of(judged, rule):
                document = code_tables.DOCUMENT_BY_ID[document_id]
                for path in _paths(judged, document):
                    yield WantedDocument(path, document, rule)


def _paths(judged: JudgedRule, document: code_tables.Document) -> list[str]:
    if not document.of_website:
        return [document.path()]
    return [document.path(number) for number, _website in judged.sites]


def _minors_papers(judged: JudgedRule, rule: ProvinceRule) -> Iterator[str]:
    """Yield the papers for minors who are old enough to file."""
    ages = [age for person in judged.persons() if (age := age_of(judged, person)) is not None]
    if any((rule.amount or 0) <= age < ADULT for age in ages):
        yield from rule.lines


def _residence_papers(judged: JudgedRule, rule: ProvinceRule) -> Iterator[str]:
    if rule.demand == Demand.PERMIT and judged.individual and not is_local(judged):
        yield from rule.lines


def _representatives_papers(judged: JudgedRule, rule: ProvinceRule) -> Iterator[str]:
    if rule.demand == Demand.AUTHORISATION and not judged.individual and not is_legal_representative(judged):
        yield AUTHORISATION


def _managers_papers(judged: JudgedRule, rule: ProvinceRule) -> Iterator[str]:
    if rule.demand == Demand.AUTHORISATION and not judged.individual and any(judged.managers()):
        yield AUTHORISATION


# topic → the ids of the papers that a rule of it requires of this filing
PAPERS: dict[Topic, Callable[[JudgedRule, ProvinceRule], Iterator[str]]] = {
    Topic.MINIMUM_AGE: _minors_papers,
    Topic.RESIDENCE: _residence_papers,
    Topic.LEGAL_REPRESENTATIVE: _representatives_papers,
    Topic.MANAGER: _managers_papers,
    Topic.PAPERS: lambda _judged, rule: iter(rule.lines),
}
