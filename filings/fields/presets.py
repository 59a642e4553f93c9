"""Values that most hosts enter, shown in the form until its page is saved (``Field.preset``)."""

from filings import facts
from filings.facts import Facts
from ministry.reference import certificates, code_tables, divisions, provinces


def certificate(values: Facts) -> int | str:
    """Return the certificate that nearly every host of this type has; empty where there are several such."""
    types = [kind.id for kind in code_tables.certificate_types_of(facts.read(values, "subject.nature") or 0)]
    return next((kind for kind in types if kind in (code_tables.LICENCE, code_tables.RESIDENT_ID)), "")


def _issued_in(values: Facts) -> str:
    """Return the division that the certificate number names (GB 11643, GB 32100); empty if none, or no longer.

    An identity card's number begins with it, a credit code has it as digits 3 to 8.
    """
    cert_type, number = facts.read(values, "subject.cert_type"), str(facts.read(values, "subject.cert_number"))
    code = number[:6] if cert_type == code_tables.RESIDENT_ID else ""
    if cert_type and cert_type != code_tables.RESIDENT_ID:
        code = certificates.credit_code(cert_type, number)[2:8]
    return code if divisions.is_known(code) else ""


def province(values: Facts) -> str:
    """Return the province in which the certificate was issued, which is nearly always that of its address."""
    code = f"{_issued_in(values)[:2]}0000"
    return code if code in dict(provinces.CHOICES) else ""


def division(values: Facts) -> str:
    """Return the county in which the certificate was issued, if it is in the chosen province."""
    place = _issued_in(values)
    return place if divisions.is_within(place, facts.read(values, "subject.province")) else ""
