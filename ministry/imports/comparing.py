"""Compare subjects of the files with those of the register that have the same number.

Everything of the files must be there with the same values; the register may have more, entered since.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ministry.imports.checking import fault
from ministry.imports.columns import TABLES
from ministry.imports.records import RowFault, SubjectRecord, Values, VersionedRecord
from ministry.models import Access, Subject, Website

Place = tuple[int | None, int | None, date]  # website, access, first day of a version


def differences(subjects: Mapping[int, SubjectRecord]) -> dict[int, list[RowFault]]:
    """Return what differs from the register, by the primary key that each subject has there. Five queries."""
    rows = Subject.objects.filter(pk__in=subjects).prefetch_related("certificates", "websites__accesses", "versions")
    return {row.pk: list(_differing(subjects[row.pk], row)) for row in rows}


def _differing(subject: SubjectRecord, row: Subject) -> Iterator[RowFault]:
    versions: set[Place] = {
        (version.website_id, version.access_id, version.valid_from) for version in row.versions.all() if version.live
    }
    yield from _compared("subjects", subject, _of_subject(row))
    yield from _missing_versions("subjects", subject, (None, None), versions)
    websites = {website.sequence: website for website in row.websites.all()}
    for website in subject.websites:
        found = websites.get(website.sequence)
        if found is None or found.service != website.service:
            yield _not_there("websites", website, website.number)
            continue
        yield from _compared("websites", website, _of_website(found))
        yield from _missing_versions("websites", website, (found.pk, None), versions)
        accesses = list(found.accesses.all())
        for access in website.accesses:
            there = [
                one
                for one in accesses
                if one.provider_id == access.provider_id and one.cancelled_on == access.cancelled_on
            ]
            if not there:
                yield _not_there("accesses", access, website.number)
                continue
            yield from _compared("accesses", access, _of_access(there[0]))
            yield from _missing_versions("accesses", access, (found.pk, there[0].pk), versions)


def _compared(table: str, record: VersionedRecord, there: Values) -> Iterator[RowFault]:
    """Yield a fault for each column that differs; a column that the file leaves empty is empty in the register."""
    for column in TABLES[table]:
        mine, theirs = record.values.get(column.name), there.get(column.name)
        if column.name in there and (mine or None) != (theirs or None):
            shown = "" if mine is None else _text(mine)
            yield fault(table, record.row, column.name, shown, _("The register has another value. It is not changed."))


def _not_there(table: str, record: VersionedRecord, number: str) -> RowFault:
    message = _("The register has the subject without this. Enter it by a filing.")
    return fault(table, record.row, "number", number, message)


def _missing_versions(
    table: str,
    record: VersionedRecord,
    whose: tuple[int | None, int | None],
    versions: set[Place],
) -> Iterator[RowFault]:
    """Yield a fault for each earlier version that the register's history doesn't have."""
    for version in record.versions[:-1]:
        if (*whose, version.valid_from) not in versions:
            message = _("The register has the record without this version.")
            yield fault(table, version.row, "valid_from", _text(version.valid_from), message)


def _text(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ";".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _of_subject(row: Subject) -> Values:
    newest = sorted(row.certificates.all(), key=lambda one: one.pk, reverse=True)
    named = [(one.cert_type, one.number) for one in newest]
    first = named[0] if named else (None, None)
    return {
        **{name: getattr(row, name) for name in ("name", "nature", "division", "address", *_PERSON, *_DAYS)},
        "cert_type": first[0],
        "cert_number": first[1],
        "further_certificates": named[1:],
    }


def _of_website(row: Website) -> Values:
    names = ("name", "domain", "further_domains", "home_url", "services", "languages", *_PERSON, *_DAYS)
    return {name: getattr(row, name) for name in names}


def _of_access(row: Access) -> Values:
    return {name: getattr(row, name) for name in ("ways", "places", "ip_ranges", "cancelled_on")}


_PERSON = ("responsible_name", "responsible_mobile", "responsible_email")
_DAYS = ("approved_on", "suspended_on", "cancelled_on")
