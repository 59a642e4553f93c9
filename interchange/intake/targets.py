"""Find the rows of the register that a record is about, by the bureau's ids or by numbers.

Rows of another province are answered like rows that don't exist: a connection belongs to one bureau.
"""

from django.core.exceptions import ValidationError
from django.db.models import Q

from filings.services.detection import RecordTarget
from interchange.mapping.record_parts import Fault, Record, RecordRefused
from interchange.models import Connection
from ministry.models import Access, Subject, Website
from ministry.reference.numbers import parse_number
from ministry.register import query

NO_RECORD, NO_SUBJECT, NO_WEBSITE = 1016, 1058, 1059


def subject_of(connection: Connection, element: Record) -> RecordTarget:
    """Return the subject named by ``Ztid`` or ``Ztbah``; raise RecordRefused (1058)."""
    rows = Subject.objects.filter(province=connection.bureau_id)
    if "Ztid" in element:
        found = rows.filter(pk=int(element["Ztid"])).first()
    else:
        found = query.subject_of_number(_number(element["Ztbah"], NO_SUBJECT))
    if found is None or found.province != connection.bureau_id:
        raise _unknown(NO_SUBJECT)
    return RecordTarget(found.pk)


def website_of(connection: Connection, element: Record) -> RecordTarget:
    """Return the website named by ``Wzid`` or ``Wzbah``, with its subject; raise RecordRefused (1059)."""
    rows = Website.objects.filter(subject__province=connection.bureau_id)
    if "Wzid" in element:
        found = rows.filter(pk=int(element["Wzid"])).first()
    else:
        number = parse_number(_number(element["Wzbah"], NO_WEBSITE))
        found = rows.filter(
            subject=query.subject_of_number(str(number.of_subject)), sequence=number.sequence or 0
        ).first()
    if found is None:
        raise _unknown(NO_WEBSITE)
    return RecordTarget(found.subject_id, found.pk)


def ending_of(connection: Connection, what: str, key: int) -> RecordTarget:
    """Return what a record of ``ZXBA`` ends (``Zxlb``: 0 a subject, 1 a website, 2 an access); raise RecordRefused.

    Codes: 1058, 1059, and 1016 for an access.
    """
    if what == "0":
        return subject_of(connection, {"Ztid": key})
    if what == "1":
        return website_of(connection, {"Wzid": key})
    rows = Access.objects.filter(website__subject__province=connection.bureau_id).select_related("website")
    found = rows.filter(pk=key).first()
    if found is None:
        raise _unknown(NO_RECORD)
    return RecordTarget(found.website.subject_id, found.website_id, found.pk)


def own_access(connection: Connection, target: RecordTarget) -> int | None:
    """Return the provider's live access of a website; None if it has none."""
    rows = Access.objects.filter(Q(website=target.website_id), provider=connection.provider_id, live=True)
    return rows.values_list("pk", flat=True).first()


def _number(text: str, code: int) -> str:
    try:
        return str(parse_number(text))
    except ValidationError:
        raise _unknown(code) from None


def _unknown(code: int) -> RecordRefused:
    return RecordRefused([Fault(code, "")])
