"""Context of the guide's last page for a first filing: province, provider, papers, local rules, duration."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from bureaus.models import Bureau
from filings import clock
from filings.facts import Facts
from filings.fields import attachments
from filings.models import Entrance, EvidenceKind
from icp_portal.guide import pace
from icp_portal.guide.questions import UNKNOWN, Answers
from ministry.models import ProvinceRule
from ministry.reference import code_tables, english, provinces
from ministry.reference.topics import Demand, Topic
from ministry.rules.english import rule_text
from ministry.rules.official import official
from ministry.rules.rules import RuleBook, rules_on
from providers.models import Provider

# Questions whose answers the form would ask for again (``providers.intents.facts_in``)
ASKED_IN_THE_FORM = ("nature", "province", "reach")
SHOWN = 6  # providers suggested when none was chosen; the directory has the others
# Topics of province rules to know before filing: who may file, contacts, papers
BEFORE_THE_FORM = (
    Topic.MINIMUM_AGE,
    Topic.RESIDENCE,
    Topic.LEGAL_REPRESENTATIVE,
    Topic.MANAGER,
    Topic.CERTIFICATES_REFUSED,
    Topic.CERTIFICATE_MONTHS,
    Topic.LOCAL_PHONE,
    Topic.ONE_PHONE,
    Topic.PAPERS,
    Topic.WEBSITES,
)


@dataclass(frozen=True, slots=True)
class PaperList:
    """Papers to prepare.

    Certificate types of the host, pictures required, more if somebody else is responsible for the website, and the
    picture that the provider takes.
    """

    certificates: list[str]
    pictures: list[str]
    another_person: list[str]
    at_the_provider: str


def papers_of(nature: int) -> PaperList:
    """Return the papers required of a host of this nature, by the rules of the form itself."""
    alone, with_another = (_pictures(nature, same=same) for same in (True, False))
    return PaperList(
        certificates=list(dict.fromkeys(english.named(kind.name) for kind in code_tables.certificate_types_of(nature))),
        pictures=alone,
        another_person=[label for label in with_another if label not in alone],
        at_the_provider=str(EvidenceKind.PHOTO.label),
    )


def _pictures(nature: int, *, same: bool) -> list[str]:
    values: Facts = {
        "subject": {"nature": nature},
        "responsible": {},
        "websites": [{"responsible": {"same": same}, "access": {}}],
    }
    return [str(paper.label) for paper in attachments.needed(values)]


@dataclass(frozen=True, slots=True)
class LocalRules:
    """What a province's rules of the day require of a host of this nature."""

    book: RuleBook
    nature: int

    @property
    def individual(self) -> bool:
        """Return whether the host is a natural person."""
        return self.nature == code_tables.PERSON

    def advice(self) -> list[tuple[str, str]]:
        """Return the advice to read before filing, as (advice, source), in the language of the page.

        The source only if it is an official one.
        """
        rules = [rule for topic in BEFORE_THE_FORM for rule in self._of(topic)]
        return list(dict.fromkeys((rule_text(rule.advice), official(rule.source)) for rule in rules if rule.advice))

    def documents(self) -> list[str]:
        """Return the further papers that every such host must submit."""
        return [
            english.named(code_tables.DOCUMENT_BY_ID[line].name)
            for rule in self._of(Topic.PAPERS)
            for line in rule.lines
        ]

    def approvals(self) -> list[str]:
        """Return the contents for which another authority's approval paper is required."""
        return [
            english.named(approval.name)
            for approval in code_tables.valid_on(code_tables.PRIOR_APPROVALS, self.book.day)
            if (rule := self.book.for_line(Topic.APPROVAL, str(approval.id), individual=self.individual))
            and rule.demand in (Demand.PAPER, Demand.EITHER)
        ]

    def _of(self, topic: Topic) -> tuple[ProvinceRule, ...]:
        return self.book.of(topic, individual=self.individual, nature=self.nature)


def first_filing(answers: Answers, provider: Provider | None) -> dict[str, Any]:
    """Return everything the page shows. At most ten queries, however many filings and providers there are."""
    province = provinces.by_code(answers["province"])
    today = timezone.localdate()
    return {
        "province": province,
        "bureau": Bureau.objects.filter(pk=province.code).first(),
        "ip_only": answers["reach"] == "ip",
        "look_first": answers["number"] == "unsure",
        "provider": provider,
        "providers": [] if provider else list(Provider.objects.listed().serving(province.code)[:SHOWN]),
        "entrance": Entrance.MINISTRY if provider else Entrance.BUREAU,
        "known": urlencode({name: answers[name] for name in ASKED_IN_THE_FORM}),
        "papers": papers_of(int(answers["nature"])),
        "local": LocalRules(rules_on(province.code, today), int(answers["nature"])),
        "working_days": clock.WORKING_DAYS,
        "today": today,
        "due": clock.due(today),
        "pace_months": pace.MONTHS,
        "bureau_pace": pace.of_bureau(province.code),
        "provider_pace": pace.of_provider(provider.pk) if provider else None,
    }


def chosen_provider(answers: Answers) -> Provider | None:
    """Return the chosen provider; None when none was chosen or it is no longer active. One query at most."""
    slug = answers.get("host", UNKNOWN)
    return None if slug == UNKNOWN else Provider.objects.filter(slug=slug, is_active=True).first()
