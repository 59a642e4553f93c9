"""Check the number of websites, their services, remarks and domains."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from filings.fields.findings import Finding
from filings.rules.provincial.judged import Judge, JudgedRule, chosen, finding
from ministry.models import ProvinceRule
from ministry.reference import code_tables, domains, english, naming
from ministry.reference.topics import RuleSeverity, Topic


def _too_many_websites(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    most = rule.amount or 0
    if len(judged.sites) > most:
        yield finding(
            rule,
            "P402",
            f"websites.{judged.sites[most][0]}.domain",
            ngettext(
                "In this province, a filing may contain %(most)d website.",
                "In this province, a filing may contain up to %(most)d websites.",
                most,
            )
            % {"most": most},
            _("File the others after this one has been approved."),
        )


def _same_names(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, website in judged.sites:
        name = (website.get("name") or "").strip()
        if name and name in seen:
            yield finding(
                rule,
                "1020",
                f"websites.{number}.name",
                _("Another website of this filing has the same name."),
                _("Enter a different name for each website."),
            )
        seen.add(name)


def _remark_missing(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    for number, website in judged.sites:
        if rule.ids & chosen(website, "services") and not (website.get("remark") or "").strip():
            yield finding(
                rule,
                "P305",
                f"websites.{number}.remark",
                _("With this service content, the remark is required."),
                _("Say in one sentence what the website is for."),
            )


def _service_forbidden(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    for number, website in judged.sites:
        for service in sorted(rule.ids & chosen(website, "services")):
            yield finding(
                rule,
                "P302",
                f"websites.{number}.services",
                (
                    _("“%(service)s” is not accepted here.")
                    if rule.severity == RuleSeverity.BLOCKS
                    else _("“%(service)s” is often not accepted here.")
                )
                % {"service": code_tables.name_of(code_tables.SERVICE_CONTENTS, service)},
                _("Choose another service content."),
            )


def refused_contents(judged: JudgedRule) -> frozenset[int]:
    """Return the ids of the service contents with which this host's filing would be blocked."""
    blocking = [rule for rule in judged.rules(Topic.SERVICES_FORBIDDEN) if rule.severity == RuleSeverity.BLOCKS]
    return frozenset().union(*(rule.ids for rule in blocking))


def _service_missing(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    for number, website in judged.sites:
        services = chosen(website, "services")
        if services and not rule.ids & services:
            yield finding(
                rule,
                "P302",
                f"websites.{number}.services",
                _("This province requires the service content %(services)s.")
                % {"services": english.joined(rule.named_lines())},
                _("Choose it."),
            )


def _ending_refused(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    for number, website in judged.sites:
        domain = website.get("domain") or ""
        if domain and not website.get("ip_only") and _has_ending(domain, rule.lines):
            yield finding(
                rule,
                "P203",
                f"websites.{number}.domain",
                _("Domains with this ending are not accepted here.")
                if rule.severity == RuleSeverity.BLOCKS
                else _("Domains with this ending are often not accepted here."),
                _("Ask the provider, or use a domain that ends in .cn or .com."),
            )


def _ending_missing(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    for number, website in judged.sites:
        domain = website.get("domain") or ""
        if domain and not website.get("ip_only") and not _has_ending(domain, rule.lines):
            yield finding(
                rule,
                "P203",
                f"websites.{number}.domain",
                _("For this type of site host the domain must end in %(endings)s.")
                % {"endings": english.joined(f".{line}" for line in rule.lines)},
                _("Use a domain with this ending."),
            )


def _domain_has_word(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    """Check a domain without its ending: everybody may register under .中国."""
    for number, website in judged.sites:
        domain = "" if website.get("ip_only") else website.get("domain") or ""
        registered, _dot, _ending = domains.display_domain(domain.lower()).rpartition(".")
        if found := naming.words_in(registered, rule.lines):
            words = {"words": english.joined(found)}
            yield finding(
                rule,
                "P203",
                f"websites.{number}.domain",
                _("Domains with “%(words)s” are not accepted here.") % words
                if rule.severity == RuleSeverity.BLOCKS
                else _("Domains with “%(words)s” are often not accepted here.") % words,
                _("Use a domain without these words."),
            )


def _has_ending(domain: str, lines: tuple[str, ...]) -> bool:
    shapes = (domain.lower(), domains.display_domain(domain.lower()))
    excepted = [line[1:] for line in lines if line.startswith("!")]
    refused = [line for line in lines if not line.startswith("!")]
    return any(_ends(shape, refused) for shape in shapes) and not any(_ends(shape, excepted) for shape in shapes)


def _ends(domain: str, endings: list[str]) -> bool:
    last = domain.rpartition(".")[2]
    any_of_two = len(last) == 2 and last.isascii()
    return any(domain.endswith(f".{ending}") or (ending == "??" and any_of_two) for ending in endings)


TOPICS: dict[Topic, Judge] = {
    Topic.WEBSITES: _too_many_websites,
    Topic.WEBSITE_NAMES_DIFFER: _same_names,
    Topic.REMARK: _remark_missing,
    Topic.SERVICES_FORBIDDEN: _service_forbidden,
    Topic.SERVICES_REQUIRED: _service_missing,
    Topic.DOMAIN_ENDINGS: _ending_refused,
    Topic.DOMAIN_ENDINGS_REQUIRED: _ending_missing,
    Topic.DOMAIN_WORDS: _domain_has_word,
}
