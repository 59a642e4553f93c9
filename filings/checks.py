"""Everything that is wrong with a filing, from one function.

The form, the host's "check my filing", submission and both desks call ``findings``; a rule that is not here is
not a rule. Codes are the official result codes of the enterprise interface where one exists, else the P codes
of ``filings.reasons``.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import check_address
from accounts.sealed import digest
from filings import facts, fields, papers
from filings.facts import Facts
from filings.models import EvidenceKind, Filing
from filings.states import OPEN
from ministry import addresses, certificates, codes, divisions, domains, phones, provinces, query
from ministry.typed import normal_text

WEBSITE = "websites.0"
MANAGER = "websites.0.responsible"
ACCESS = "websites.0.access"
# What this portal takes in so far; the other natures need certificates of their own.
NATURES = (codes.ENTERPRISE, codes.PERSON)


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: official code, the field's path, what is wrong, how to mend it."""

    code: str
    path: str
    message: str
    fix: str

    @property
    def section(self) -> str:
        """The page of the form on which it is mended."""
        return fields.section_of(self.path)


def findings(filing: Filing) -> list[Finding]:
    """Every finding about the filing, in the order of the form. At most five queries."""
    values = filing.facts
    found = [*_missing(values), *_malformed(values)]
    spoilt = {finding.path for finding in found}
    found += [finding for finding in _contradictions(values) if finding.path not in spoilt]
    found += _conflicts(filing, spoilt)
    found += _missing_papers(filing)
    order = {path: index for index, path in enumerate(fields.FIELDS)}
    return sorted(found, key=lambda finding: order.get(finding.path, len(order)))


# --- Left empty ----------------------------------------------------------------------------------


def _missing(values: Facts) -> Iterator[Finding]:
    for path, (_section, field) in fields.FIELDS.items():
        if not facts.read(values, path) and fields.is_needed(path, field, values):
            yield Finding(field.fault, path, _("Not filled in yet."), "")


# --- One value at a time --------------------------------------------------------------------------


def _certificate(type_path: str) -> Callable[[Facts, str], str]:
    def check(values: Facts, number: str) -> str:
        cert_type = facts.read(values, type_path)
        return certificates.check_certificate(cert_type, number) if cert_type else number

    return check


def _one_of(allowed: Callable[[Facts], Any], message: Callable[[], str]) -> Callable[[Facts, Any], Any]:
    def check(values: Facts, value: Any) -> Any:
        if value not in allowed(values):
            raise ValidationError(message())
        return value

    return check


def _division(values: Facts, code: str) -> str:
    if province := facts.read(values, "subject.province"):
        divisions.check_division(code, province)
    return code


def _website_name(values: Facts, name: str) -> str:
    """Naming rules every province shares: three Chinese characters, not digits, letters or a domain."""
    _plain_text(values, name)
    if sum("\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" for char in name) < 3:
        raise ValidationError(_("A website name needs at least three Chinese characters."))
    return name


def _plain_text(_values: Facts, text: str) -> str:
    """What certificates and registers can print: no control or direction characters, no pictures."""
    for line in filter(str.strip, text.splitlines()):
        normal_text(line, len(line))
    if picture := next((char for char in text if unicodedata.category(char) == "So"), ""):
        raise ValidationError(_("“%(picture)s” can't be printed on a certificate. Use words.") % {"picture": picture})
    return text


def _not_expired(_values: Facts, until: str) -> str:
    if date.fromisoformat(until) < timezone.localdate():
        raise ValidationError(_("The certificate has expired. Give the date of the new one."))
    return until


def _ip_ranges(_values: Facts, text: str) -> str:
    return "\n".join(str(ip_range) for ip_range in addresses.parse_ip_ranges(text))


def _person_checks(prefix: str) -> dict[str, Callable[[Facts, Any], Any]]:
    return {
        f"{prefix}.cert_type": _one_of(
            lambda _values: [kind.id for kind in codes.PERSON_CERTIFICATE_TYPES],
            lambda: _("Choose a certificate of a person."),
        ),
        f"{prefix}.cert_number": _certificate(f"{prefix}.cert_type"),
        f"{prefix}.cert_until": _not_expired,
        f"{prefix}.mobile": lambda _values, text: phones.check_mobile(text),
        f"{prefix}.emergency_mobile": lambda _values, text: phones.check_mobile(text),
        f"{prefix}.office_phone": lambda _values, text: phones.check_landline(text),
        f"{prefix}.email": lambda _values, text: check_address(text),
    }


# path → function(all facts, value) that answers the value's normal form or raises ValidationError
CHECKS: dict[str, Callable[[Facts, Any], Any]] = {
    **{path: _plain_text for path, (_section, field) in fields.FIELDS.items() if field.type in fields.TYPED},
    "subject.nature": _one_of(lambda _values: NATURES, lambda: _("Choose enterprise or individual.")),
    "subject.province": _one_of(
        lambda _values: [province.code for province in provinces.PROVINCES], lambda: _("Choose a province.")
    ),
    "subject.cert_type": _one_of(
        lambda values: [kind.id for kind in codes.certificate_types_of(facts.read(values, "subject.nature") or 0)],
        lambda: _("This certificate does not belong to this kind of host. Choose another."),
    ),
    "subject.cert_number": _certificate("subject.cert_type"),
    "subject.division": _division,
    **_person_checks("responsible"),
    f"{WEBSITE}.name": _website_name,
    f"{WEBSITE}.domain": lambda _values, text: domains.normalise_domain(text),
    f"{WEBSITE}.home_url": lambda _values, text: domains.normalise_home_url(text),
    **_person_checks(MANAGER),
    f"{ACCESS}.ip_ranges": _ip_ranges,
}


def _applies(path: str, values: Facts) -> bool:
    return not (path.startswith(f"{MANAGER}.") and facts.same_person(values))


def _malformed(values: Facts) -> Iterator[Finding]:
    for path, check in CHECKS.items():
        value = facts.read(values, path)
        if not value or not _applies(path, values):
            continue
        try:
            check(values, value)
        except ValidationError as error:
            _section, field = fields.FIELDS[path]
            yield Finding(field.fault, path, " ".join(error.messages), "")


def normalised(values: Facts) -> Facts:
    """The facts with every good value in its normal form; a bad one stays as it was typed."""
    return facts.written(values, dict(_normal_forms(values)))


def _normal_forms(values: Facts) -> Iterator[tuple[str, Any]]:
    for path, check in CHECKS.items():
        if value := facts.read(values, path):
            try:
                yield path, check(values, value)
            except ValidationError:
                continue


# --- Values that contradict each other ------------------------------------------------------------


def _contradictions(values: Facts) -> Iterator[Finding]:
    yield from _own_numbers_differ(values)
    yield from _two_people_differ(values)
    yield from _individual_answers_in_person(values)
    yield from _home_page_in_domain(values)
    if codes.SERVICE_OTHER in (facts.read(values, f"{WEBSITE}.services") or []) and not facts.read(
        values, f"{WEBSITE}.remark"
    ):
        yield Finding(
            "P305",
            f"{WEBSITE}.remark",
            _("The service content is “other”, but the remark is empty."),
            _("Say in a sentence what the website is for."),
        )


def _own_numbers_differ(values: Facts) -> Iterator[Finding]:
    for person in ("responsible", MANAGER):
        mobile = facts.read(values, f"{person}.mobile")
        if mobile and mobile == facts.read(values, f"{person}.emergency_mobile") and _applies(f"{person}.x", values):
            yield Finding(
                "P108",
                f"{person}.emergency_mobile",
                _("The emergency mobile equals the mobile."),
                _("Give a second number, for example a colleague's or a relative's."),
            )


def _two_people_differ(values: Facts) -> Iterator[Finding]:
    if facts.same_person(values):
        return
    for name in ("mobile", "emergency_mobile", "email"):
        mine = facts.read(values, f"{MANAGER}.{name}")
        if mine and mine == facts.read(values, f"responsible.{name}"):
            yield Finding(
                "P108",
                f"{MANAGER}.{name}",
                _("Both responsible persons give the same contact."),
                _("Give this person's own, or say that they are the same person."),
            )


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


def _home_page_in_domain(values: Facts) -> Iterator[Finding]:
    url, domain = facts.read(values, f"{WEBSITE}.home_url"), facts.read(values, f"{WEBSITE}.domain")
    try:
        inside = not url or not domain or domains.url_contains_domain(url, domains.normalise_domain(domain))
    except ValidationError:
        return  # said already, where the bad value is
    if not inside:
        yield Finding(
            "1041",
            f"{WEBSITE}.home_url",
            _("The home page does not lie in the domain."),
            _("Give an address that ends in %(domain)s.") % {"domain": domains.display_domain(domain)},
        )


# --- Others who were first ------------------------------------------------------------------------


def subject_key(values: Facts) -> str:
    """The digest under which open filings of one certificate meet; empty while the certificate is incomplete."""
    cert_type, number = facts.read(values, "subject.cert_type"), facts.read(values, "subject.cert_number")
    return digest(f"subject:{cert_type}:{number}") if cert_type and number else ""


def _conflicts(filing: Filing, spoilt: set[str]) -> Iterator[Finding]:
    if not spoilt & {"subject.cert_type", "subject.cert_number"}:
        yield from _subject_conflicts(filing)
    if f"{WEBSITE}.domain" not in spoilt:
        yield from _domain_conflicts(filing)


def _subject_conflicts(filing: Filing) -> Iterator[Finding]:
    path = "subject.cert_number"
    if subject := query.subject_of_certificate(filing.get("subject.cert_type"), filing.get(path)):
        yield Finding(
            "1003",
            path,
            _("This certificate is on record already, in %(province)s. One certificate has one filing number.")
            % {"province": subject.number.province.name},
            _("Add the website under that number, or turn to %(bureau)s to cancel the old record.")
            % {"bureau": subject.number.province.bureau},
        )
    if _open_filings(filing).filter(subject_digest=subject_key(filing.facts)).exists():
        yield Finding(
            "1017",
            path,
            _("Another filing with this certificate is under way."),
            _("Finish or withdraw the other filing first."),
        )


def _domain_conflicts(filing: Filing) -> Iterator[Finding]:
    path = f"{WEBSITE}.domain"
    if website := query.website_of_domain(filing.get(path)):
        province = website.number.province
        yield Finding(
            "1005",
            path,
            _("This domain is on record already, in %(province)s.") % {"province": province.name},
            _("If the record is a former owner's, turn to %(bureau)s with proof that the domain is yours.")
            % {"bureau": province.bureau},
        )
    if _open_filings(filing).filter(domain=filing.get(path)).exists():
        yield Finding(
            "1005",
            path,
            _("Another filing with this domain is under way."),
            _("Finish or withdraw the other filing first."),
        )


def _open_filings(filing: Filing) -> Any:
    return Filing.objects.filter(status__in=OPEN).exclude(pk=filing.pk)


# --- Papers ---------------------------------------------------------------------------------------


def _missing_papers(filing: Filing) -> Iterator[Finding]:
    present = set(filing.evidence.filter(replaced_at=None).values_list("kind", flat=True))
    for kind in papers.needed(filing.facts):
        if kind not in present:
            yield Finding(
                "P103",
                f"papers.{kind}",
                _("A picture is missing: %(paper)s.") % {"paper": EvidenceKind(kind).label},
                _("Upload it."),
            )
