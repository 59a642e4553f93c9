"""Check prior approvals: words that require one, and the proof of those that are named."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from filings.fields.findings import Finding
from filings.rules.provincial.judged import Judge, JudgedRule, chosen, finding
from ministry.models import ProvinceRule
from ministry.reference import code_tables, english, naming
from ministry.reference.topics import Demand, Topic


def pledging(judged: JudgedRule) -> Iterator[int]:
    """Yield the indexes of the websites that may upload the pledge instead of an approval."""
    words, contents = judged.rules(Topic.NAME_APPROVAL), judged.rules(Topic.SERVICE_APPROVAL)
    for number, website in judged.websites:
        named = chosen(website, "approvals")
        asked = {rule.amount for rule in words if naming.words_in(website.get("name") or "", rule.lines)}
        asked |= {rule.amount for rule in contents if rule.ids & chosen(website, "services")}
        if any(_demand(judged, approval) in (Demand.PLEDGE, Demand.EITHER) for approval in named | asked):
            yield number


def _demand(judged: JudgedRule, approval: int | None) -> str:
    """Return what the province demands for an approval; empty if there is no rule."""
    rule = judged.book.for_line(Topic.APPROVAL, str(approval), individual=judged.individual)
    return rule.demand if rule else ""


def _name_needs_approval(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    for number, website in judged.sites:
        found = naming.words_in(website.get("name") or "", rule.lines)
        if not found or not _is_unnamed(judged, rule, number):
            continue
        yield finding(
            rule,
            "P303",
            f"websites.{number}.name",
            _("“%(words)s” in a website name requires a prior approval: %(approval)s.")
            % {
                "words": english.joined(found),
                "approval": code_tables.name_of(code_tables.PRIOR_APPROVALS, rule.amount or 0),
            },
            _("Choose another name, or add the approval."),
        )


def _contents_need_approval(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    for number, website in judged.websites:
        found = sorted(rule.ids & chosen(website, "services"))
        if found and _is_unnamed(judged, rule, number):
            names = (code_tables.name_of(code_tables.SERVICE_CONTENTS, service) for service in found)
            yield finding(
                rule,
                "P303",
                f"websites.{number}.approvals",
                _("“%(services)s” requires a prior approval: %(approval)s.")
                % {
                    "services": english.joined(names),
                    "approval": code_tables.name_of(code_tables.PRIOR_APPROVALS, rule.amount or 0),
                },
                _("Tick the approval here and add it, or choose other service contents."),
            )


def _is_unnamed(judged: JudgedRule, rule: ProvinceRule, number: int) -> bool:
    """Return whether the website names no approval of the rule's kind, and has no pledge where that is enough."""
    if rule.amount in chosen(judged.websites[number][1], "approvals"):
        return False
    return not (_has_pledge(judged, number) and _demand(judged, rule.amount) != Demand.PAPER)


def _has_pledge(judged: JudgedRule, number: int) -> bool:
    return code_tables.DOCUMENT_BY_ID["no_approval_pledge"].path(number) in judged.present


def _approval_unproven(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    """Yield findings for missing number, picture or pledge of each approval to which the rule applies."""
    for number, website in judged.websites:
        for approval in sorted(chosen(website, "approvals")):
            if judged.book.for_line(Topic.APPROVAL, str(approval), individual=judged.individual) == rule:
                yield from _proof_missing(judged, rule, number, approval)


def _proof_missing(judged: JudgedRule, rule: ProvinceRule, number: int, approval: int) -> Iterator[Finding]:
    has_paper = _has_number(judged, number, approval), _has_picture(judged, number, approval)
    has_pledge = _has_pledge(judged, number)
    name = code_tables.name_of(code_tables.PRIOR_APPROVALS, approval)
    if rule.demand == Demand.PAPER or (rule.demand == Demand.EITHER and not has_pledge):
        yield from _paper_missing(rule, number, approval, *has_paper)
    elif rule.demand == Demand.PLEDGE and not has_pledge and not all(has_paper):
        yield finding(
            rule,
            "P503",
            f"websites.{number}.papers.no_approval_pledge",
            _("“%(approval)s” requires the pledge or the approval document.") % {"approval": name},
            _("Upload the pledge."),
        )
    elif rule.demand == Demand.ASK:
        yield finding(
            rule,
            "P303",
            f"websites.{number}.approvals",
            _("The bureau decides what “%(approval)s” requires.") % {"approval": name},
            _("Ask the bureau."),
        )


def _has_number(judged: JudgedRule, number: int, approval: int) -> bool:
    return bool(judged.read(f"websites.{number}.approval_numbers.{approval}"))


def _has_picture(judged: JudgedRule, number: int, approval: int) -> bool:
    prefix = f"websites.{number}.papers.approval.{approval}."
    return any(path.startswith(prefix) for path in judged.present)


def _paper_missing(
    rule: ProvinceRule, number: int, approval: int, has_number: bool, has_picture: bool
) -> Iterator[Finding]:
    named = {"approval": code_tables.name_of(code_tables.PRIOR_APPROVALS, approval)}
    if not has_number:
        yield finding(
            rule,
            "P303",
            f"websites.{number}.approval_numbers.{approval}",
            _("The number of the prior approval “%(approval)s” is missing.") % named,
            _("Copy it from the document."),
        )
    if not has_picture:
        yield finding(
            rule,
            "P303",
            f"websites.{number}.papers.approval.{approval}.1",
            _("The picture of the prior approval “%(approval)s” is missing.") % named,
            _("Upload it."),
        )


TOPICS: dict[Topic, Judge] = {
    Topic.NAME_APPROVAL: _name_needs_approval,
    Topic.SERVICE_APPROVAL: _contents_need_approval,
    Topic.APPROVAL: _approval_unproven,
}
