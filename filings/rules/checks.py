"""Everything that is wrong with a filing, from one function.

The form, the host's "check my filing", submission, both desks and the JSON of findings call ``findings``; a rule
that is not reached from here is not a rule. Codes are the official result codes of the enterprise interface where
one exists, else the P and B codes of ``filings.reasons``.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import check_addresses
from filings import facts, fields, kinds
from filings.evidence import pictures
from filings.facts import Facts
from filings.fields import attachments
from filings.fields.findings import Finding, Severity
from filings.kinds import Wanted
from filings.models import Evidence, Filing
from filings.rules import conflicts, ip_pools, mailboxes, provincial, required_codes, reservations
from ministry.reference import addresses, certificates, code_tables, divisions, domains, phones, provinces
from ministry.reference.typed_text import normal_text
from ministry.rules.rules import RuleBook, rules_on


def findings(filing: Filing, own: Sequence[Evidence] | None = None) -> list[Finding]:
    """Every finding about the filing, in the order of the form, by the rules of the day it is judged by.

    ``own``: its ``pictures.current``, where the caller has them; at most four queries then: rules, register, filings,
    pool; two more while the filing password is missing, one or two about its address while the host has it.
    """
    own = pictures.current(filing) if own is None else own
    values, present = filing.facts, {picture.path for picture in own}
    found = [*_missing(values), *_malformed(values)]
    spoilt = {finding.path for finding in found}
    found += [finding for finding in _of_values(filing, present) if finding.path not in spoilt]
    found = [finding for finding in found if _is_asked(finding, values)]
    found += [*_of_kind(filing), *_unproved(filing), *_unread(filing)]
    found += conflicts.findings(filing, spoilt, own)
    found += ip_pools.findings(filing, spoilt)
    found += _missing_papers(values, present)
    order = {path: index for index, (path, _section, _field) in enumerate(fields.each(values))}
    once: dict[tuple[str, str], Finding] = {}
    for finding in found:
        once.setdefault((finding.path, finding.code), finding)
    return sorted(once.values(), key=lambda finding: order.get(finding.path, len(order)))


def _is_asked(finding: Finding, values: Facts) -> bool:
    """Whether the finding is about something this kind of filing asks for; what stands on record has been judged."""
    if attachments.is_paper(finding.path):
        return kinds.of(values).papers == Wanted.ALL or attachments.is_of_new_approval(finding.path, values)
    return not kinds.closes(values, finding.path)


def _of_kind(filing: Filing) -> Iterator[Finding]:
    """What stands against a filing of this kind in the register."""
    for refusal in filing.law.refuse(filing):
        severity = Severity.BLOCKS if refusal.blocks else Severity.WARNS
        yield Finding(refusal.code, _there(refusal.path, filing.facts), refusal.message, refusal.way_out, severity)


def _there(path: str, values: Facts) -> str:
    """The path, or the name of the entry that has no such field: an APP has no domain of its own."""
    website = fields.website_of(path)
    if website is None or path != f"websites.{website}.domain" or facts.service(values, website) == code_tables.WEBSITE:
        return path
    return f"websites.{website}.name"


def _unproved(filing: Filing) -> Iterator[Finding]:
    """The rule of codes under which it began without the filing password does not hold for it any more."""
    if required_codes.lacks_proof(filing):
        yield Finding(
            "1018",
            fields.PROOF,
            _("The filing password has not been given, and no one-time codes are asked for in its place."),
            _("The site host gives the password on the page of this filing."),
        )


def _unread(filing: Filing) -> Iterator[Finding]:
    """Nobody has shown that mails to the address on record are read; the filing password would go there."""
    if lacking := mailboxes.lacking(filing):
        yield Finding(
            "P106",
            fields.MAILBOX,
            _("Nobody has confirmed %(addresses)s yet.") % {"addresses": "、".join(lacking)},
            _("Have a code sent there and type it: the filing password goes to this address."),
        )


def _of_values(filing: Filing, present: set[str]) -> Iterator[Finding]:
    """What the values say together, and what the province's rules say about them."""
    yield from _contradictions(filing.facts)
    yield from provincial.provincial_findings(filing.facts, rule_book(filing), filing.judged_on, present)


def rule_book(filing: Filing) -> RuleBook:
    """The rules of the host's province on the day the filing is judged by. One query."""
    return rules_on(filing.get("subject.province"), filing.judged_on)


def papers_of(filing: Filing) -> tuple[attachments.Paper, ...]:
    """All papers the host can hand in: what everybody needs, what its province's rules ask for, what it has already.

    What a remark asks for is offered as well. Three queries.
    """
    if filing.law.papers == Wanted.NONE:
        return ()
    asked = provincial.needed_documents(filing.facts, rule_book(filing))
    remarked = filing.remarks.filter(round=filing.round).values_list("path", flat=True)
    return attachments.asked_of_host(filing.facts, [*dict(asked), *remarked, *present_papers(filing)])


def present_papers(filing: Filing) -> set[str]:
    """The paths of the pictures it has; none while it is only being judged, not saved. One query."""
    if filing.pk is None:
        return set()
    return set(filing.evidence.filter(replaced_at=None).values_list("path", flat=True))


# --- Left empty ----------------------------------------------------------------------------------


def _missing(values: Facts) -> Iterator[Finding]:
    for path, section, field in fields.each(values):
        if not facts.read(values, path) and fields.is_needed(section, field, values):
            yield Finding(field.fault, path, _("Not filled in yet."), "")


# --- One value at a time --------------------------------------------------------------------------

# A check is given all facts, the prefix of its page ("websites.1") and the value; it answers the value's normal
# form or raises ValidationError.
Check = Callable[[Facts, str, Any], Any]


def _certificate(values: Facts, prefix: str, number: str) -> str:
    cert_type = facts.read(values, f"{prefix}.cert_type")
    return certificates.check_certificate(cert_type, number) if cert_type else number


def _one_of(allowed: Callable[[Facts], Any], message: Callable[[], str]) -> Check:
    def check(values: Facts, _prefix: str, value: Any) -> Any:
        if value not in allowed(values):
            raise ValidationError(message())
        return value

    return check


def _division(values: Facts, prefix: str, code: str) -> str:
    if province := facts.read(values, f"{prefix}.province"):
        divisions.check_division(code, province)
    return code


def _plain_text(_values: Facts, _prefix: str, text: str) -> str:
    """What certificates and registers can print: no control or direction characters, no pictures."""
    for line in filter(str.strip, text.splitlines()):
        normal_text(line, len(line))
    if picture := next((char for char in text if unicodedata.category(char) == "So"), ""):
        raise ValidationError(_("“%(picture)s” can't be printed on a certificate. Use words.") % {"picture": picture})
    return text


def _one_line(values: Facts, prefix: str, text: str) -> str:
    """What stands in titles, lists and the subjects of mails."""
    if len(text.splitlines()) > 1:
        raise ValidationError(_("There is a line break in it. Write it on one line."))
    return _plain_text(values, prefix, text)


def _not_expired(_values: Facts, _prefix: str, until: str) -> str:
    if date.fromisoformat(until) < timezone.localdate():
        raise ValidationError(_("The certificate has expired. Give the date of the new one."))
    return until


def _im_account(values: Facts, prefix: str, account: str) -> str:
    """A QQ number is digits (interface code 1013); the other messengers take names."""
    if facts.read(values, f"{prefix}.im") == code_tables.QQ and not (account.isascii() and account.isdecimal()):
        raise ValidationError(_("A QQ number has digits only."))
    return _one_line(values, prefix, account)


def _domain(values: Facts, prefix: str, text: str) -> str:
    if facts.read(values, f"{prefix}.ip_only"):
        return domains.normalise_ip_only(text)
    return domains.normalise_domain(text)


def _kept_domains(values: Facts, prefix: str, text: str) -> str:
    """Those of an old website's domains that stay, in the order of the record; none is added."""
    known = facts.kept_domains(values, fields.website_of(f"{prefix}.domain") or 0)
    typed = {line if line in known else domains.normalise_domain(line) for line in text.split()}
    if new := sorted(typed - set(known)):
        raise ValidationError(
            _("%(domain)s is not a domain of this website on record. File another domain as a website of its own.")
            % {"domain": domains.display_domain(new[0])}
        )
    return "\n".join(domain for domain in known if domain in typed)


def _home_url(values: Facts, prefix: str, text: str) -> str:
    return domains.normalise_home_url(text, ip_only=bool(facts.read(values, f"{prefix}.ip_only")))


def _hosts(_values: Facts, _prefix: str, text: str) -> str:
    return "\n".join(dict.fromkeys(domains.normalise_host(line) for line in text.split()))


_SEPARATORS = str.maketrans("", "", ": -")


def _hex(length: int) -> Check:
    """A digest as keytools print it, with colons or without, in either case."""

    def check(_values: Facts, _prefix: str, text: str) -> str:
        plain = text.translate(_SEPARATORS).lower()
        if len(plain) != length or plain.strip("0123456789abcdef"):
            raise ValidationError(
                _("It has %(length)d characters, 0 to 9 and A to F; here are %(given)d characters.")
                % {"length": length, "given": len(plain)}
            )
        return plain

    return check


def _ip_ranges(_values: Facts, _prefix: str, text: str) -> str:
    return "\n".join(str(ip_range) for ip_range in addresses.parse_ip_ranges(text))


_PERSON: dict[str, Check] = {
    "cert_type": _one_of(
        lambda _values: [kind.id for kind in code_tables.PERSON_CERTIFICATE_TYPES],
        lambda: _("Choose a certificate of a person."),
    ),
    "cert_number": _certificate,
    "cert_until": _not_expired,
    "im_account": _im_account,
    "mobile": lambda _values, _prefix, text: phones.check_mobiles(text),
    "emergency_mobile": lambda _values, _prefix, text: phones.check_mobile(text),
    "office_phone": lambda _values, _prefix, text: phones.check_landlines(text),
    "email": lambda _values, _prefix, text: check_addresses(text),
}

_PRINTABLE: dict[fields.Type, Check] = {fields.Type.TEXT: _one_line, fields.Type.LINES: _plain_text}

# part of the form → name of the field → its check; texts that are not here must be printable
CHECKS: dict[str, dict[str, Check]] = {
    "basics": {
        "nature": _one_of(
            lambda _values: [nature.id for nature in code_tables.NATURES], lambda: _("Choose what kind of host files.")
        ),
        "province": _one_of(
            lambda _values: [province.code for province in provinces.PROVINCES], lambda: _("Choose a province.")
        ),
    },
    "subject": {
        "cert_type": _one_of(
            lambda values: [
                kind.id for kind in code_tables.certificate_types_of(facts.read(values, "subject.nature") or 0)
            ],
            lambda: _("This certificate does not belong to this kind of host. Choose another."),
        ),
        "cert_number": _certificate,
        "division": _division,
    },
    "responsible": _PERSON,
    "website": {
        "domain": _domain,
        "kept_domains": _kept_domains,
        "home_url": _home_url,
        "domains": _hosts,
        "android_md5": _hex(32),
        "ios_sha1": _hex(40),
    },
    "manager": _PERSON,
    "access": {"ip_ranges": _ip_ranges},
    "cancellation": {
        "reason": _one_of(
            lambda _values: [reason.id for reason in code_tables.CANCEL_REASONS], lambda: _("Choose a reason.")
        ),
    },
}


def _check_of(section: fields.Section, field: fields.Field) -> Check | None:
    return CHECKS.get(section.part, {}).get(field.name, _PRINTABLE.get(field.type))


def _judged(values: Facts) -> Iterator[tuple[str, fields.Field, Any, ValidationError | None]]:
    """Each filled-in field that has a check: path, field, the value's normal form, what is wrong with it."""
    for path, section, field in fields.each(values):
        check, value = _check_of(section, field), facts.read(values, path)
        if check is None or not value or not fields.applies(section, field, values):
            continue
        try:
            yield path, field, check(values, section.prefix, value), None
        except ValidationError as error:
            yield path, field, value, error


def _malformed(values: Facts) -> Iterator[Finding]:
    for path, field, _value, error in _judged(values):
        if error and _applies(path, values):
            yield Finding(field.fault, path, " ".join(error.messages), "")


def _applies(path: str, values: Facts) -> bool:
    """Whether anybody reads this field: the website's own person counts only when it is not the host's."""
    website = fields.website_of(path)
    own_person = website is not None and path.startswith(f"websites.{website}.responsible.")
    return not (own_person and facts.same_person(values, website or 0))


def normalised(values: Facts) -> Facts:
    """The facts with every good value in its normal form; a bad one stays as it was typed."""
    return facts.written(values, {path: value for path, _field, value, error in _judged(values) if error is None})


# --- Values that contradict each other ------------------------------------------------------------


def _contradictions(values: Facts) -> Iterator[Finding]:
    yield from _individual_answers_in_person(values)
    yield from _own_numbers_differ(values)
    yield from _certificate_days(values)
    yield from _two_people_differ(values)
    for website in range(facts.count(values)):
        yield from _home_page_in_domain(values, website)
        yield from _address_in_access(values, f"websites.{website}")
    yield from _twice_in_one_filing(values)


def _individual_answers_in_person(values: Facts) -> Iterator[Finding]:
    if not facts.is_individual(values):
        return
    for name in ("name", "cert_type", "cert_number"):
        given = facts.read(values, f"responsible.{name}")
        if given and given != facts.read(values, f"subject.{name}"):
            yield Finding(
                "P104",
                f"responsible.{name}",
                _("An individual answers in person, but this differs from the host."),
                _("Give the same as in “the site host”."),
            )


def _own_numbers_differ(values: Facts) -> Iterator[Finding]:
    for path, person in reservations.people(values):
        if facts.parts(person, "emergency_mobile") & facts.parts(person, "mobile"):
            yield Finding(
                "P108",
                f"{path}.emergency_mobile",
                _("The emergency mobile equals the mobile."),
                _("Give a second number, for example a colleague's or a relative's."),
            )


def _certificate_days(values: Facts) -> Iterator[Finding]:
    for path, person in reservations.people(values):
        since, until = str(person.get("cert_from") or ""), str(person.get("cert_until") or "")
        if since and until and until <= since:
            yield Finding(
                "1008",
                f"{path}.cert_until",
                _("The certificate ends before it begins."),
                _("Compare both days with the certificate."),
            )


def _two_people_differ(values: Facts) -> Iterator[Finding]:
    """Different responsible persons have contacts of their own; one person has the same ones everywhere."""
    said = set()
    for (_one_path, one), (path, other) in combinations(reservations.people(values), 2):
        is_one_person = all(facts.person_key(one)) and facts.person_key(one) == facts.person_key(other)
        for name in ("mobile", "emergency_mobile", "email"):
            if is_one_person or (path, name) in said or not facts.parts(other, name) & facts.parts(one, name):
                continue
            said.add((path, name))
            yield Finding(
                "P108",
                f"{path}.{name}",
                _("Both responsible persons give the same contact."),
                _("Give this person's own, or say that they are the same person."),
            )


def _home_page_in_domain(values: Facts, number: int) -> Iterator[Finding]:
    website = f"websites.{number}"
    url, domain = facts.read(values, f"{website}.home_url"), facts.read(values, f"{website}.domain")
    known, typed = facts.kept_domains(values, number), str(facts.read(values, f"{website}.kept_domains")).split()
    kept = [one for one in known if one in typed] or [domain]
    try:
        normal = [_domain(values, website, one) for one in kept if one]
        inside = not url or not normal or any(domains.url_contains_domain(url, one) for one in normal)
    except ValidationError:
        return  # said already, where the bad value is
    if not inside:
        yield Finding(
            "1041",
            f"{website}.home_url",
            _("The home page does not lie in the domain."),
            _("Give an address that ends in %(domain)s.") % {"domain": "、".join(map(domains.display_domain, kept))},
        )


def _address_in_access(values: Facts, website: str) -> Iterator[Finding]:
    """A website known only by its address is reached at that address."""
    if not facts.read(values, f"{website}.ip_only"):
        return
    address, ranges = facts.read(values, f"{website}.domain"), facts.read(values, f"{website}.access.ip_ranges")
    if not address or not ranges:
        return
    try:
        covered = addresses.covers(addresses.parse_ip_ranges(ranges), _domain(values, website, address))
    except ValidationError:
        return
    if not covered:
        yield Finding(
            "1006",
            f"{website}.access.ip_ranges",
            _("The website's own address %(address)s is not among these.") % {"address": address},
            _("Add it, or correct the address of the website."),
        )


# field of a website → official code of the same value twice
_UNIQUE = {"domain": "1039", "home_url": "1021", "name": "1020"}


def _twice_in_one_filing(values: Facts) -> Iterator[Finding]:
    seen: dict[tuple[int, str, str], int] = {}
    for number, website in enumerate(values["websites"]):
        for name, code in _UNIQUE.items():
            if not (value := website.get(name)):
                continue
            first = seen.setdefault((facts.service(values, number), name, value), number)
            if first != number:
                yield Finding(
                    code,
                    f"websites.{number}.{name}",
                    _("Website %(number)d of this filing has the same.") % {"number": first + 1},
                    _("Give each website its own, or remove one of them."),
                )


# --- Papers ---------------------------------------------------------------------------------------


def _missing_papers(values: Facts, present: set[str]) -> Iterator[Finding]:
    for paper in attachments.needed(values):
        if paper.path not in present:
            yield Finding(
                "P103", paper.path, _("A picture is missing: %(paper)s.") % {"paper": paper.label}, _("Upload it.")
            )
