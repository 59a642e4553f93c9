"""Search the register for bureaus and by a number. For the public there is ``public_search``."""

import unicodedata
from typing import Any

from django.db.models import Q, QuerySet

from ministry.models import LiveDomain, Subject, Website
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
        year, serial = number.serial[:4], number.serial[4:]
        columns = {"province": number.province.code, "year": int(year), "serial": int(serial)}
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
    rows = Subject.objects.filter(_record_condition(understand(text)), province=province)
    return list(rows.order_by("-live", "pk")[: SUBJECTS_LIMIT + 1])


def _record_condition(asked: LookUp) -> Q:
    if asked.number:
        return numbered(asked.number)
    if asked.domain:
        return Q(pk__in=_subjects_with(asked.domain))
    return Q(name__in=spellings(asked.text))


def _subjects_with(domain: str) -> QuerySet[Any, Any]:
    """Return the ids of subjects that have or had the domain; each part uses its own index."""
    live = LiveDomain.objects.filter(domain=domain).values("website__subject")
    ended = Website.objects.filter(Q(domain=domain) | Q(further_domains__contains=[domain]), live=False)
    return live.union(ended.values("subject"))
