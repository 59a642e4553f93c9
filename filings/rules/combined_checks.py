"""Check values of a filing against each other."""

from collections.abc import Iterator
from itertools import combinations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from filings import facts, fields
from filings.facts import Facts
from filings.fields import validity, value_checks
from filings.fields.findings import Finding
from filings.rules import reservations
from ministry.reference import addresses, domains, english


def contradictions(values: Facts) -> Iterator[Finding]:
    yield from _own_numbers_differ(values)
    yield from _certificate_days(values)
    yield from _two_people_differ(values)
    yield from _one_person_agrees(values)
    for website in range(facts.count(values)):
        yield from _home_page_in_domain(values, website)
        yield from _address_in_access(values, f"websites.{website}")
    yield from _twice_in_one_filing(values)


def _own_numbers_differ(values: Facts) -> Iterator[Finding]:
    for path, person in reservations.people(values):
        if facts.parts(person, "emergency_mobile") & facts.parts(person, "mobile"):
            yield Finding(
                "P108",
                f"{path}.emergency_mobile",
                _("The emergency mobile number is the same as the mobile number."),
                _("Enter a different number, for example a colleague's or relative's."),
            )


def _certificate_days(values: Facts) -> Iterator[Finding]:
    for path, person in reservations.people(values):
        since, until = validity.ends_on(person.get("cert_from")), validity.ends_on(person.get("cert_until"))
        if since and until and until <= since:
            yield Finding(
                "1008",
                f"{path}.cert_until",
                _("The certificate's end date is before its start date."),
                _("Check both dates against the certificate."),
            )


CONTACTS = ("mobile", "emergency_mobile", "email")


def _is_one_person(one: dict[str, object], other: dict[str, object]) -> bool:
    return all(facts.person_key(one)) and facts.person_key(one) == facts.person_key(other)


def _two_people_differ(values: Facts) -> Iterator[Finding]:
    """Yield a finding where two different responsible persons share a contact."""
    reported = set()
    for (_one_path, one), (path, other) in combinations(reservations.people(values), 2):
        for name in CONTACTS:
            if (
                _is_one_person(one, other)
                or (path, name) in reported
                or not facts.parts(other, name) & facts.parts(one, name)
            ):
                continue
            reported.add((path, name))
            yield Finding(
                "P108",
                f"{path}.{name}",
                _("Both responsible persons have the same contact details."),
                _("Enter this person's own details, or say that both are the same person."),
            )


def _one_person_agrees(values: Facts) -> Iterator[Finding]:
    """Yield a finding where one person is given twice with different contacts.

    Source: 华为云备案文档, “同一个人 … 各处填写的联系方式须一致”.
    """
    people = list(reservations.people(values))
    for number, (path, person) in enumerate(people):
        earlier = next((one for _path, one in people[:number] if _is_one_person(one, person)), None)
        for name in CONTACTS if earlier else ():
            first, here = facts.parts(earlier or {}, name), facts.parts(person, name)
            if first and here and first != here:
                yield Finding(
                    _fault_of(path, name, values),
                    f"{path}.{name}",
                    _("This person is named above with other contact details."),
                    _("Enter the same as above, or say that both are the same person."),
                )


def _fault_of(path: str, name: str, values: Facts) -> str:
    """Return the official code of a person's field."""
    found = fields.find(f"{path}.{name}")
    return found[1].fault_in(values, path) if found else "1999"


def _home_page_in_domain(values: Facts, number: int) -> Iterator[Finding]:
    website = f"websites.{number}"
    url, domain = facts.read(values, f"{website}.home_url"), facts.read(values, f"{website}.domain")
    known, typed = facts.kept_domains(values, number), str(facts.read(values, f"{website}.kept_domains")).split()
    kept = [one for one in known if one in typed] or [domain]
    try:
        normal = [value_checks.domain(values, website, one) for one in kept if one]
        inside = not url or not normal or any(domains.url_contains_domain(url, one) for one in normal)
    except ValidationError:
        return  # the invalid value has its own finding
    if not inside:
        yield Finding(
            "1041",
            f"{website}.home_url",
            _("The home page must be on this domain."),
            _("Enter an address that ends in %(domain)s.")
            % {"domain": english.joined(map(domains.display_domain, kept))},
        )


def _address_in_access(values: Facts, website: str) -> Iterator[Finding]:
    """Yield a finding if the IP address of a website without a domain is not in the ranges of its access."""
    if not facts.read(values, f"{website}.ip_only"):
        return
    address, ranges = facts.read(values, f"{website}.domain"), facts.read(values, f"{website}.access.ip_ranges")
    if not address or not ranges:
        return
    try:
        covered = addresses.covers(addresses.parse_ip_ranges(ranges), value_checks.domain(values, website, address))
    except ValidationError:
        return
    if not covered:
        yield Finding(
            "1006",
            f"{website}.access.ip_ranges",
            _("The website's own address %(address)s is missing here.") % {"address": address},
            _("Add it, or correct the website's address."),
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
                    _("Same as website %(number)d of this filing.") % {"number": first + 1},
                    _("Enter different ones for each website, or remove one of the websites."),
                )
