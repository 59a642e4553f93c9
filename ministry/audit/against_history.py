"""Compare register rows with their newest versions in the history (``ministry.register.history``)."""

from collections.abc import Callable, Iterator
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ministry.audit.chain import FIRST_KEY, AuditFault
from ministry.models import Access, RegisterVersion, Subject, Website
from ministry.register import history

BATCH = 500

Place = list[Any]
Row = Subject | Website | Access


def _walk(rows: "Callable[[], QuerySet[Any]]") -> Callable[[Place | None], Iterator[AuditFault | Place]]:
    def steps(place: Place | None) -> Iterator[AuditFault | Place]:
        start = place[0] if place else FIRST_KEY
        while batch := _opened(rows(), start):
            versions = _newest([row for row in batch if not isinstance(row, AuditFault)])
            for row in batch:
                version = None if isinstance(row, AuditFault) else versions.get(_key(row))
                if isinstance(row, AuditFault):
                    yield row
                elif isinstance(version, AuditFault):
                    yield version
                elif version and differing(row, version):
                    yield from _confirmed(row, rows())
            start = 1 + (batch[-1].row if isinstance(batch[-1], AuditFault) else batch[-1].pk)
            yield [start]

    return steps


# A website that no key decrypts is reported once, as itself, and its accesses are read without its sealed columns.
SEALED = ("website__responsible_name", "website__responsible_mobile", "website__responsible_email")
# The walks over the register, by table
WALKS = {
    "subjects": _walk(lambda: Subject.objects.prefetch_related("certificates")),
    "websites": _walk(Website.objects.all),
    "accesses": _walk(lambda: Access.objects.select_related("website").defer(*SEALED)),
}


def _confirmed(row: Row, rows: "QuerySet[Any]") -> Iterator[AuditFault]:
    """Yield the fault of a row that seems to differ.

    It is read again under its subject's lock: an approval may just have come.
    """
    with transaction.atomic():
        Subject.objects.select_for_update(of=("self",), no_key=True).get(pk=history.whose(row)["subject_id"] or 0)
        row = rows.get(pk=row.pk)
        version = history.newest(row)
        names = differing(row, version) if version else []
    if names:
        what = _("differs from the latest version in the register's history: %(names)s")
        yield AuditFault(0, row._meta.db_table, row.pk, what % {"names": ", ".join(names)})


def differing(row: Row, version: RegisterVersion) -> list[str]:
    """Return the names of the facts in which a row differs from its newest version."""
    names = [] if row.live == version.live else ["live"]
    columns = history.columns_say(row)
    if isinstance(row, Subject):
        # A subject may have several certificates; its version names one of them.
        named = version.facts["subject"]
        if any(
            (one.cert_type, one.number) == (named["cert_type"], named["cert_number"]) for one in row.certificates.all()
        ):
            columns["subject"] |= {"cert_type": named["cert_type"], "cert_number": named["cert_number"]}
    return [*names, *_differing(columns, version.facts)]


def _differing(columns: dict[str, Any], facts: dict[str, Any]) -> Iterator[str]:
    """Yield the names of columns that differ from the facts. Facts may contain more; empty columns may be missing."""
    for name, value in columns.items():
        fact = facts.get(name)
        if isinstance(value, dict):
            yield from (f"{name}.{inner}" for inner in _differing(value, fact or {}))
        elif (value or None) != (fact or None):
            yield name


def _opened(rows: "QuerySet[Any]", start: int) -> list[Any]:
    """Return the next batch of rows, with a fault in place of each row that no key decrypts."""
    batch = rows.filter(pk__gte=start).order_by("pk")[:BATCH]
    try:
        return list(batch)
    except (InvalidToken, ValueError):
        return [_opened_one(rows, pk) for pk in list(batch.values_list("pk", flat=True))]


def _opened_one(rows: "QuerySet[Any]", pk: int) -> Any:
    try:
        return rows.get(pk=pk)
    except (InvalidToken, ValueError):
        return AuditFault(
            0, rows.model._meta.db_table, pk, _("no key opens the row: a key is missing, or the row was overwritten")
        )


def _key(row: Row) -> tuple[int | None, int | None, int | None]:
    probe = history.whose(row)
    return probe["subject_id"], probe["website_id"], probe["access_id"]


def _newest(rows: list[Row]) -> dict[tuple[int | None, int | None, int | None], Any]:
    """Return the newest versions of these rows, with a fault in place of each that no key decrypts. One query."""
    keys = {_key(row) for row in rows}
    found = RegisterVersion.objects.filter(subject__in={subject for subject, _website, _access in keys})
    newest = found.order_by("subject", "website", "access", "-pk").distinct("subject", "website", "access")
    try:
        return {(one.subject_id, one.website_id, one.access_id): one for one in newest}
    except (InvalidToken, ValueError):
        places = newest.values_list("pk", "subject_id", "website_id", "access_id")
        return {(row[1], row[2], row[3]): _opened_one(RegisterVersion.objects.all(), row[0]) for row in places}
