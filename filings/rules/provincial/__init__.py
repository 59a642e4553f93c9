"""Check the facts of a filing against the province's rules of a day.

One small function per topic, in tables. The rules are data (``ministry.rules``); here is only the code that applies
them. A topic without a function is checked elsewhere (one telephone for one host needs the register) or can't be
checked at all (plain advice).
"""

from collections.abc import Collection, Iterator
from datetime import date

from filings import facts
from filings.facts import Facts
from filings.fields.findings import Finding
from filings.rules.provincial import approvals, documents, names, people, websites
from filings.rules.provincial.judged import JudgedRule
from ministry.reference.topics import Topic
from ministry.rules.rules import RuleBook

# Topics that the portal judges: those here, and one that needs the register (``filings.rules.conflicts``).
JUDGED = frozenset({Topic.ONE_PHONE, *people.TOPICS, *websites.TOPICS, *names.TOPICS, *approvals.TOPICS})
TOPICS = {**people.TOPICS, **websites.TOPICS, **names.TOPICS, **approvals.TOPICS}


def provincial_findings(
    values: Facts, book: RuleBook, day: date, present_papers: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield every finding of the rules about the facts, topic by topic. No query.

    ``present_papers`` are the paths of the pictures at hand (``papers.pledge``,
    ``websites.0.papers.approval.1.1``). No findings before the host's nature is known, and none about empty fields,
    which are reported elsewhere.
    """
    if not facts.read(values, "subject.nature"):
        return
    judged = JudgedRule(values, book, day, present_papers)
    yield from names.out_of_shape(judged)
    for topic, judge in TOPICS.items():
        for rule in judged.rules(topic):
            yield from judge(judged, rule)
    yield from documents.missing_papers(judged)


def refused_contents(values: Facts, book: RuleBook) -> frozenset[int]:
    """Return the ids of the service contents that the rules don't allow this host; none before its nature is known."""
    if not facts.read(values, "subject.nature"):
        return frozenset()
    return websites.refused_contents(JudgedRule(values, book, book.day))


def name_hint(values: Facts, book: RuleBook) -> str:
    """Return how many Chinese characters a website name needs; empty where no rule asks for any."""
    return names.length_hint(JudgedRule(values, book, book.day))


def needed_documents(values: Facts, book: RuleBook) -> tuple[tuple[str, str], ...]:
    """Return the papers that can be uploaded, as (path, document id), each once: those the rules require or accept.

    ``provincial_findings`` reports those that are missing.
    """
    if not facts.read(values, "subject.nature"):
        return ()
    return tuple(dict.fromkeys(documents.offered(JudgedRule(values, book, book.day))))
