"""Run all checks of a filing through one function, ``findings``.

The form, the host's "check my filing", submission, both desks and the JSON of findings call it; a rule that it does
not reach has no effect. Codes are the official result codes of the enterprise interface where one exists, else the P
and B codes of ``filings.reasons``.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from filings import facts, fields, kinds
from filings.evidence import pictures
from filings.facts import Facts
from filings.fields import attachments, derived, value_checks
from filings.fields.findings import Finding, Severity
from filings.kinds import Wanted
from filings.models import Evidence, Filing
from filings.rules import (
    coherence,
    completeness,
    conflicts,
    external_bureaus,
    licences,
    mailboxes,
    provincial,
    required_codes,
    usual_access,
    validity,
)
from filings.rules.combined_checks import contradictions
from filings.states import WITH_HOST
from ministry.reference import code_tables, english
from ministry.rules.rules import RuleBook, rules_on


def findings(filing: Filing, own: Sequence[Evidence] | None = None) -> list[Finding]:
    """Return every finding about the filing, in the order of the form, by the rules in force on ``judged_on``.

    ``own``: its ``pictures.current``, if the caller has them; at most five queries then: rules, register, filings,
    provider, others' pictures; two more while the filing password is missing, one or two about the e-mail address
    while the host holds it, one about what a bureau's own system may be unable to receive.
    """
    own = pictures.current(filing) if own is None else own
    found = _of_form(filing, own, rule_book(filing))
    found += [*_unproved(filing), *_unread(filing)]
    found += _missing_papers(filing, {picture.path for picture in own})
    return _in_order(filing.facts, found)


def findings_of_page(filing: Filing, section_id: str, known: RuleBook | None = None) -> list[Finding]:
    """Return the findings of one page of the form, in its order.

    What has a page of its own isn't looked up: pictures, verified e-mail addresses, the filing password. At most four
    queries: register and filings where the page has values that can conflict, rules unless they are the ``known``,
    provider unless it is loaded.
    """
    elsewhere = {path for path, section, _field in fields.each(filing.facts) if section.id != section_id}
    found = _of_form(filing, (), rule_book(filing, known), elsewhere)
    return [finding for finding in _in_order(filing.facts, found) if finding.section == section_id]


def _of_form(
    filing: Filing, own: Sequence[Evidence], book: RuleBook, elsewhere: Collection[str] = frozenset()
) -> list[Finding]:
    """Return the findings about what is typed, and conflicts; in no order, some perhaps twice.

    Conflicts of the values at ``elsewhere``, on other pages, are not looked up.
    """
    values, present = filing.facts, {picture.path for picture in own}
    if filing.is_reported:  # the interface has nothing for the documents that provinces require
        present |= {paper.path for paper in attachments.documents(values)}
    missing = [one for one in _missing(filing) if not usual_access.is_left_to_verifier(filing, one.path)]
    found = [*missing, *_malformed(values)]
    spoilt = {finding.path for finding in found}
    found += [finding for finding in _of_values(filing, present, book) if finding.path not in spoilt]
    found = [finding for finding in found if _is_asked(finding, values)]
    found += _of_kind(filing)
    found += external_bureaus.findings(filing)
    found += conflicts.findings(filing, spoilt, own, elsewhere)
    found += licences.findings(filing, spoilt)
    return found


def _in_order(values: Facts, found: Iterable[Finding]) -> list[Finding]:
    """Return the findings in the order of the form, each once."""
    order = {path: index for index, (path, _section, _field) in enumerate(fields.each(values))}
    once: dict[tuple[str, str], Finding] = {}
    for finding in found:
        once.setdefault((finding.path, finding.code), finding)
    return sorted(once.values(), key=lambda finding: order.get(finding.path, len(order)))


def _is_asked(finding: Finding, values: Facts) -> bool:
    """Return whether the finding is about data or papers of this kind of filing.

    Data on record are not re-checked, nor what repeats an individual's data, which have the finding themselves.
    """
    if attachments.is_paper(finding.path):
        return kinds.of(values).papers == Wanted.ALL or attachments.is_of_new_approval(finding.path, values)
    return not kinds.closes(values, finding.path) and not derived.source_of(finding.path, values)


def _of_kind(filing: Filing) -> Iterator[Finding]:
    """Yield the register's objections to a filing of this kind."""
    for refusal in filing.law.refuse(filing):
        severity = Severity.BLOCKS if refusal.blocks else Severity.WARNS
        yield Finding(refusal.code, _there(refusal.path, filing.facts), refusal.message, refusal.way_out, severity)


def _there(path: str, values: Facts) -> str:
    """Return the path; for the domain of an entry without one, such as an APP, the path of its name."""
    website = fields.website_of(path)
    if website is None or path != f"websites.{website}.domain" or facts.service(values, website) == code_tables.WEBSITE:
        return path
    return f"websites.{website}.name"


def _unproved(filing: Filing) -> Iterator[Finding]:
    """Yield a finding when the filing password is missing and verification codes no longer replace it."""
    if required_codes.lacks_proof(filing):
        yield Finding(
            "1018",
            fields.PROOF,
            _("The filing password has not been entered, and verification codes no longer replace it."),
            _("The site host must enter the password on the page of this filing."),
        )


def _unread(filing: Filing) -> Iterator[Finding]:
    """Yield a finding for unverified e-mail addresses while the host has the filing."""
    if filing.status in WITH_HOST and (lacking := mailboxes.lacking(filing)):
        yield Finding(
            "P106",
            fields.MAILBOX,
            _("%(addresses)s is not verified yet.") % {"addresses": english.joined(lacking)},
            _("Have a code sent there and enter it: the filing password goes to this address."),
        )


def _of_values(filing: Filing, present: set[str], book: RuleBook) -> Iterator[Finding]:
    """Yield the findings of the combined checks and of the province's rules; one query if a certificate has expired."""
    yield from validity.findings(filing)
    yield from contradictions(filing.facts)
    yield from coherence.incoherent(filing.facts)
    yield from completeness.incomplete(filing.facts)
    yield from provincial.provincial_findings(filing.facts, book, filing.judged_on, present)


def rule_book(filing: Filing, known: RuleBook | None = None) -> RuleBook:
    """Return the rules of the host's province in force on ``judged_on``. One query; none if they are the ``known``."""
    province, day = filing.get("subject.province"), filing.judged_on
    return known if known and (known.province, known.day) == (province, day) else rules_on(province, day)


def papers_of(filing: Filing, present: Iterable[str] | None = None) -> tuple[attachments.Attachment, ...]:
    """Return all papers the host can upload: required of all, by its province's rules or by a remark, or uploaded.

    ``present``: its ``present_papers``, if the caller has them. Three queries, two with them.
    """
    if filing.law.papers == Wanted.NONE:
        return ()
    present = present_papers(filing) if present is None else present
    asked = provincial.needed_documents(filing.facts, rule_book(filing))
    remarked = filing.remarks.filter(round=filing.round).values_list("path", flat=True)
    return attachments.asked_of_host(filing.facts, [*dict(asked), *remarked, *present])


def present_papers(filing: Filing) -> set[str]:
    """Return the paths of its current pictures; empty for an unsaved filing. One query."""
    if filing.pk is None:
        return set()
    return set(filing.evidence.filter(replaced_at=None).values_list("path", flat=True))


def _missing(filing: Filing) -> Iterator[Finding]:
    """Yield what is required and empty; not what a provider's own system has no element for."""
    values = filing.facts
    for path, section, field in fields.each(values):
        if filing.is_reported and not field.in_interface:
            continue
        if not facts.read(values, path) and fields.is_needed(section, field, values):
            code = field.fault_in(values, section.prefix, empty=True)
            yield Finding(code, path, _("Not filled in yet."), str(field.fix_if_empty))


def _judged(values: Facts) -> Iterator[tuple[str, str, Any, ValidationError | None]]:
    """Yield (path, code if wrong, normalised value, error or None) for each filled-in field that has a check."""
    for path, section, field in fields.each(values):
        check, value = value_checks.check_of(field), facts.read(values, path)
        if check is None or not value or not fields.applies(section, field, values):
            continue
        try:
            yield path, "", check(values, section.prefix, value), None
        except ValidationError as error:
            yield path, field.fault_in(values, section.prefix), value, error


def _malformed(values: Facts) -> Iterator[Finding]:
    for path, code, _value, error in _judged(values):
        if error and _applies(path, values):
            yield Finding(code, path, " ".join(error.messages), "")


def _applies(path: str, values: Facts) -> bool:
    """Return whether this field is used: a website's own person is ignored when it is the same as the host's."""
    website = fields.website_of(path)
    own_person = website is not None and path.startswith(f"websites.{website}.responsible.")
    return not (own_person and facts.same_person(values, website or 0))


def normalised(values: Facts) -> Facts:
    """Return the facts with every valid value normalised and what follows from them; an invalid one stays as typed."""
    normal = {path: value for path, _code, value, error in _judged(values) if error is None}
    return derived.completed(facts.written(values, normal))


def _missing_papers(filing: Filing, present: set[str]) -> Iterator[Finding]:
    wanted = attachments.reported(filing.facts) if filing.is_reported else attachments.needed(filing.facts)
    for paper in wanted:
        if paper.path not in present:
            code = "5010" if filing.is_reported else "P103"
            yield Finding(code, paper.path, _("The picture is missing."), _("Upload it."))
