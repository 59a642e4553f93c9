"""Check age, residence, telephones, certificates, and who may be responsible."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from filings.fields import validity
from filings.fields.findings import Finding
from filings.rules.provincial.judged import Judge, JudgedRule, finding
from ministry.models import ProvinceRule
from ministry.reference import certificates, code_tables, phones, provinces
from ministry.reference.topics import Demand, RuleSeverity, Topic

ADULT = 18


# --- Age and residence ------------------------------------------------------------------------------------


def age_of(judged: JudgedRule, person: str) -> int | None:
    """Return the age in whole years on the day; None where the certificate number is invalid or has no birth date."""
    number = _number(judged, person, code_tables.WITH_BIRTH_DATE)
    return None if number is None else certificates.age(number, judged.day)


def _number(judged: JudgedRule, person: str, types: tuple[int, ...]) -> str | None:
    """Return a person's normalised certificate number if it is valid and of one of the types, else None."""
    cert_type, number = judged.read(f"{person}.cert_type"), judged.read(f"{person}.cert_number")
    if cert_type not in types or not number:
        return None
    try:
        return certificates.check_certificate(cert_type, number)
    except ValidationError:
        return None


def _too_young(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    least = rule.amount or 0
    for person in judged.persons():
        age = age_of(judged, person)
        if age is not None and age < least:
            yield finding(
                rule,
                "P105",
                f"{person}.cert_number",
                ngettext(
                    "This person is younger than %(least)d year.", "This person is younger than %(least)d years.", least
                )
                % {"least": least},
                _("Somebody who meets the age limit must file."),
            )


def is_local(judged: JudgedRule) -> bool:
    """Return whether the individual's identity card begins with the province's code; True if unknown."""
    number = _number(judged, "subject", (code_tables.RESIDENT_ID,))
    province = judged.read("subject.province")
    return number is None or not province or number[:2] == province[:2]


def _only_residents(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    if rule.demand == Demand.ONLY_LOCAL and judged.individual and not is_local(judged):
        yield finding(
            rule,
            "P115",
            "subject.cert_number",
            _("This province accepts individuals' filings only from its own registered residents."),
            _("If your household registration has moved here, ask the provider first."),
        )


# --- Telephones and certificates ----------------------------------------------------------------------------


def _phone_from_elsewhere(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    province = judged.read("subject.province")
    if rule.demand != Demand.LANDLINE or not province:
        return
    for person in judged.contacts():
        path = f"{person}.office_phone"
        others = [place for place in _areas(judged.read(path)) if place != province]
        if others:
            yield finding(
                rule,
                "P107",
                path,
                _("This area code belongs to %(place)s.") % {"place": provinces.by_code(others[0])},
                _("Enter a landline of the province."),
            )


def _areas(text: str) -> list[str]:
    """Return the known provinces of the landlines in a field."""
    try:
        numbers = phones.check_landlines(text).split(";") if text else []
    except ValidationError:
        return []
    return [place for number in numbers if (place := phones.area_province(number))]


def _same_emergency_number(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    own = judged.read("responsible.emergency_mobile")
    for person in judged.managers():
        if own and judged.read(f"{person}.emergency_mobile") == own:
            yield finding(
                rule,
                "P108",
                f"{person}.emergency_mobile",
                _("Both responsible persons have the same emergency number."),
                _("Enter another number for one of them."),
            )


def _certificate_refused(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    for person in judged.persons():
        cert_type = judged.read(f"{person}.cert_type")
        if cert_type in rule.ids:
            yield finding(
                rule,
                "1008",
                f"{person}.cert_type",
                _("This province does not accept: %(certificate)s.")
                % {"certificate": code_tables.name_of(code_tables.CERTIFICATE_TYPES, cert_type)},
                _("Name a person with another type of certificate."),
            )


def _expires_soon(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    months = rule.amount or 0
    for person in judged.contacts():
        until = validity.ends_on(judged.read(f"{person}.cert_until"))
        if until and judged.day <= until < _months_after(judged.day, months):
            yield finding(
                rule,
                "P105",
                f"{person}.cert_until",
                ngettext(
                    "The certificate is valid for less than %(months)d month.",
                    "The certificate is valid for less than %(months)d months.",
                    months,
                )
                % {"months": months},
                _("Renew the certificate first."),
            )


def _months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# --- Who may be responsible ---------------------------------------------------------------------------------


def is_legal_representative(judged: JudgedRule) -> bool:
    """Return whether the responsible person is the legal representative, or has not answered yet."""
    return bool(judged.read("responsible.legal_representative") != "no")


def _must_be_legal_representative(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    if rule.demand == Demand.REQUIRED and not judged.individual and not is_legal_representative(judged):
        yield finding(
            rule,
            "P104",
            "responsible.legal_representative",
            _("The host's responsible person must be the legal representative.")
            if rule.severity == RuleSeverity.BLOCKS
            else _("The host's responsible person often has to be the legal representative here."),
            _("Name the legal representative."),
        )


def _must_be_the_same_person(judged: JudgedRule, rule: ProvinceRule) -> Iterator[Finding]:
    if rule.demand != Demand.SAME_PERSON or judged.individual or is_legal_representative(judged):
        return
    for person in judged.managers():
        yield finding(
            rule,
            "P104",
            f"{person}.same",
            _("The person authorised for the host must also be responsible for the website."),
            _("Choose the same person for the website."),
        )


TOPICS: dict[Topic, Judge] = {
    Topic.MINIMUM_AGE: _too_young,
    Topic.RESIDENCE: _only_residents,
    Topic.LOCAL_PHONE: _phone_from_elsewhere,
    Topic.EMERGENCY_DIFFERS: _same_emergency_number,
    Topic.LEGAL_REPRESENTATIVE: _must_be_legal_representative,
    Topic.MANAGER: _must_be_the_same_person,
    Topic.CERTIFICATES_REFUSED: _certificate_refused,
    Topic.CERTIFICATE_MONTHS: _expires_soon,
}
