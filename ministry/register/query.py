"""Search the register for bureaus and by a number. For the public there is ``public_search``."""

import unicodedata
from typing import Any

from django.db.models import Q, QuerySet

from ministry.models import Subject, Website
from ministry.reference import code_tables
from ministry.reference.lookups import LookUp, understand
from ministry.reference.numbers import FilingNumber, number_in


def spellings(name: str) -> list[str]:
    """Return spellings of a full name as stored: certificates print brackets in either width."""
    plain = unicodedata.normalize("NFKC", name)
    return list(dict.fromkeys((name, plain, plain.replace("(", "（").replace(")", "）"))))


def numbered(number: FilingNumber, subject: str = "") -> Q:
    """Return the condition for the subject with this number; ``subject`` is the path to it, such as ``subject__``."""
    columns: dict[str, Any] = {"earlier_number": str(number.of_subject)}
    if not number.is_earlier:
        year, serial = number.year_and_serial
        columns = {"province": number.province.code, "year": year, "serial": serial}
    return Q(**{f"{subject}{name}": value for name, value in columns.items()})


def subject_of_number(text: str) -> Subject | None:
    """Return the live subject of a number, with or without the website's suffix; None for anything else. One query."""
    number = number_in(text)
    return Subject.objects.filter(numbered(number), live=True).first() if number else None


SUBJECTS_LIMIT = 20


def on_record(province: str, text: str) -> list[Subject]:
    """Return a province's subjects that match a number, a domain or a full name, including ended ones. One query.

    For the province's own bureau. At most ``SUBJECTS_LIMIT`` + 1 rows.
    """
    rows = Subject.objects.filter(subjects(understand(text)), province=province)
    return list(rows.order_by("-live", "pk")[: SUBJECTS_LIMIT + 1])


def subjects(asked: LookUp) -> Q:
    """Return the condition for subjects with a number, a domain now or formerly, or a full name, ended ones too."""
    if asked.number:
        return numbered(asked.number)
    if asked.domain:
        return Q(pk__in=_with_domain(asked.domain, "subject"))
    return Q(name__in=spellings(asked.text))


def websites(asked: LookUp) -> Q:
    """Return the condition for the websites of ``subjects``, or for those with a website's number or a domain only."""
    if asked.domain:
        return Q(pk__in=_with_domain(asked.domain, "pk"))
    if asked.number is None:
        return Q(subject__name__in=spellings(asked.text))
    condition = numbered(asked.number, "subject__")
    if asked.number.sequence is None:
        return condition
    service = code_tables.service_of_suffix(asked.number.suffix)
    return condition & Q(sequence=asked.number.sequence, service=service)


def _with_domain(domain: str, column: str) -> QuerySet[Any, Any]:
    """Return a column of the websites that have or had the domain; each part uses its own index."""
    rows: QuerySet[Any, Any] = Website.objects.values(column)
    ended = rows.filter(Q(domain=domain) | Q(further_domains__contains=[domain]), live=False)
    return rows.filter(live_domains__domain=domain).union(ended)
