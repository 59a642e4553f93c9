"""Search the register for the public (no persons, phones or certificate numbers) and for bureaus."""

import unicodedata
from typing import Any

from django.db.models import Q, QuerySet

from ministry.models import LiveDomain, Subject, Website
from ministry.reference import code_tables
from ministry.reference.lookups import LookUp, understand
from ministry.reference.numbers import FilingNumber, number_in

PUBLIC_LIMIT = 50  # a subject has few websites; a longer list is truncated, and the page says so


def live_websites() -> QuerySet[Website]:
    """Return the websites in force with their subjects. One query."""
    return (
        Website.objects.filter(live=True, subject__live=True)
        .select_related("subject")
        .order_by("subject_id", "sequence")
    )


def public_search(text: str) -> list[Website]:
    """Return the live websites that match a filing number, a domain, an IP address or a subject's full name.

    One query. At most ``PUBLIC_LIMIT`` + 1 rows, so that the caller sees whether there are more. Raise ValidationError
    as ``lookups.understand`` does.
    """
    return list(live_websites().filter(_public_condition(understand(text)))[: PUBLIC_LIMIT + 1])


def _public_condition(asked: LookUp) -> Q:
    if asked.number:
        return _by_number(asked.number)
    if asked.domain:
        return Q(live_domains__domain=asked.domain)
    return Q(subject__name__in=_spellings(asked.text))


def _spellings(name: str) -> set[str]:
    """Return spellings of a full name as stored: certificates print brackets in either width."""
    plain = unicodedata.normalize("NFKC", name)
    return {name, plain, plain.replace("(", "（").replace(")", "）")}


def numbered(number: FilingNumber, subject: str = "") -> Q:
    """Return the condition for the subject with this number; ``subject`` is the path to it, such as ``subject__``."""
    columns: dict[str, Any] = {"earlier_number": str(number.of_subject)}
    if not number.is_earlier:
        year, serial = number.serial[:4], number.serial[4:]
        columns = {"province": number.province.code, "year": int(year), "serial": int(serial)}
    return Q(**{f"{subject}{name}": value for name, value in columns.items()})


def _by_number(number: FilingNumber) -> Q:
    condition = numbered(number, "subject__")
    if number.sequence is None:
        return condition
    return condition & Q(sequence=number.sequence, service=code_tables.service_of_suffix(number.suffix))


def subject_of_number(text: str) -> Subject | None:
    """Return the live subject of a number, with or without the website's suffix; None for anything else. One query."""
    number = number_in(text)
    return Subject.objects.filter(numbered(number), live=True).first() if number else None


SUBJECTS_LIMIT = 20


def on_record(province: str, text: str) -> list[Subject]:
    """Return a province's subjects that match a look-up as in ``public_search``, including ended ones. One query.

    For the province's own bureau. At most ``SUBJECTS_LIMIT`` + 1 rows.
    """
    rows = Subject.objects.filter(_record_condition(understand(text)), province=province)
    return list(rows.order_by("-live", "pk")[: SUBJECTS_LIMIT + 1])


def _record_condition(asked: LookUp) -> Q:
    if asked.number:
        return numbered(asked.number)
    if asked.domain:
        return Q(pk__in=_subjects_with(asked.domain))
    return Q(name__in=_spellings(asked.text))


def _subjects_with(domain: str) -> QuerySet[Any, Any]:
    """Return the ids of subjects that have or had the domain; each part uses its own index."""
    live = LiveDomain.objects.filter(domain=domain).values("website__subject")
    ended = Website.objects.filter(Q(domain=domain) | Q(further_domains__contains=[domain]), live=False)
    return live.union(ended.values("subject"))
