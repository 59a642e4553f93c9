"""Search the register for the public (no persons, phones or certificate numbers) and for bureaus."""

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from ministry.models import LiveDomain, Subject, Website
from ministry.reference import code_tables
from ministry.reference.domains import normalise_domain
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
    """Return the live websites that match a filing number, a domain or a subject's full name.

    One query. At most ``PUBLIC_LIMIT`` + 1 rows, so that the caller sees whether there are more.
    """
    return list(live_websites().filter(_public_condition(text))[: PUBLIC_LIMIT + 1])


def _public_condition(text: str) -> Q:
    if number := number_in(text):
        return _by_number(number)
    try:
        return Q(live_domains__domain=normalise_domain(text))
    except ValidationError:
        return Q(subject__name__in=_spellings(text.strip()))


def _spellings(name: str) -> set[str]:
    """Return spellings of a full name as stored: certificates print brackets in either width."""
    plain = unicodedata.normalize("NFKC", name)
    return {name, plain, plain.replace("(", "（").replace(")", "）")}


def _by_number(number: FilingNumber) -> Q:
    serial = number.serial
    if len(serial) != 10:
        return Q(pk__in=[])  # numbers of earlier systems (6 or 8 digits) were not migrated
    condition = Q(
        subject__province=number.province.code, subject__year=int(serial[:4]), subject__serial=int(serial[4:])
    )
    if number.sequence is None:
        return condition
    return condition & Q(sequence=number.sequence, service=code_tables.service_of_suffix(number.suffix))


def subject_of_number(text: str) -> Subject | None:
    """Return the live subject of a number, with or without the website's suffix; None for anything else. One query."""
    number = number_in(text)
    if number is None or len(number.serial) != 10:
        return None
    return Subject.objects.filter(
        live=True, province=number.province.code, year=int(number.serial[:4]), serial=int(number.serial[4:])
    ).first()


SUBJECTS_LIMIT = 20


def on_record(province: str, text: str) -> list[Subject]:
    """Return a province's subjects that match a number, a domain or a full name, including ended ones. One query.

    For the province's own bureau. At most ``SUBJECTS_LIMIT`` + 1 rows.
    """
    rows = Subject.objects.filter(_record_condition(text), province=province)
    return list(rows.order_by("-live", "pk")[: SUBJECTS_LIMIT + 1])


def _record_condition(text: str) -> Q:
    if number := number_in(text):
        if len(number.serial) != 10:
            return Q(pk__in=[])
        return Q(year=int(number.serial[:4]), serial=int(number.serial[4:]), province=number.province.code)
    try:
        return Q(pk__in=_subjects_with(normalise_domain(text)))
    except ValidationError:
        return Q(name__in=_spellings(text.strip()))


def _subjects_with(domain: str) -> QuerySet[Any, Any]:
    """Return the ids of subjects that have or had the domain; each part uses its own index."""
    live = LiveDomain.objects.filter(domain=domain).values("website__subject")
    ended = Website.objects.filter(Q(domain=domain) | Q(further_domains__contains=[domain]), live=False)
    return live.union(ended.values("subject"))
