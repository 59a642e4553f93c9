"""Compare subjects of the files with those of the register that have the same number.

Everything of the files must be there with the same values; the register may have more, entered since.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from ministry.imports.checking import fault
from ministry.imports.columns import TABLES
from ministry.imports.records import RecordVersion, RowFault, SubjectRecord, Values, VersionedRecord
from ministry.models import Access, Subject, Website
from ministry.reference.typed_text import DASHES
from ministry.register.history import Facts

Place = tuple[int | None, int | None, date]  # website, access, first day of a version
Versions = Mapping[Place, Facts]


def differences(subjects: Mapping[int, SubjectRecord]) -> dict[int, list[RowFault]]:
    """Return what differs from the register, by the primary key that each subject has there. Five queries."""
    rows = Subject.objects.filter(pk__in=subjects).prefetch_related("certificates", "websites__accesses", "versions")
    return {row.pk: list(_differing(subjects[row.pk], row)) for row in rows}


def _differing(subject: SubjectRecord, row: Subject) -> Iterator[RowFault]:
    # Of several versions of one day the last one counts
    versions: Versions = {
        (version.website_id, version.access_id, version.valid_from): version.facts
        for version in sorted(row.versions.all(), key=lambda one: one.pk)
        if version.live
    }
    yield from _compared("subjects", subject, _of_subject(row))
    yield from _compared_versions("subjects", subject, (None, None), versions)
    websites = {website.sequence: website for website in row.websites.all()}
    for website in subject.websites:
        found = websites.get(website.sequence)
        if found is None or found.service != website.service:
            yield _not_there("websites", website, website.number)
            continue
        yield from _compared("websites", website, _of_website(found))
        yield from _compared_versions("websites", website, (found.pk, None), versions)
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
            yield from _compared_versions("accesses", access, (found.pk, there[0].pk), versions)


def _compared(table: str, record: VersionedRecord, there: Values) -> Iterator[RowFault]:
    """Yield a fault for each column that differs; a column that the file leaves empty is empty in the register."""
    yield from _differing_columns(table, record.versions[-1], there)


def _differing_columns(table: str, version: RecordVersion, there: Values) -> Iterator[RowFault]:
    for column in TABLES[table]:
        mine, theirs = version.values.get(column.name), there.get(column.name)
        if column.name in there and _plain(mine) != _plain(theirs):
            shown = "" if mine is None else _text(mine)
            yield fault(table, version.row, column.name, shown, _("The register has another value. It is not changed."))


def _not_there(table: str, record: VersionedRecord, number: str) -> RowFault:
    message = _("The register has the subject without this. Enter it by a filing.")
    return fault(table, record.row, "number", number, message)


def _compared_versions(
    table: str, record: VersionedRecord, whose: tuple[int | None, int | None], versions: Versions
) -> Iterator[RowFault]:
    """Yield a fault for each earlier version that the register's history doesn't have, or has with another value."""
    for version in record.versions[:-1]:
        facts = versions.get((*whose, version.valid_from))
        if facts is None:
            message = _("The register has the record without this version.")
            yield fault(table, version.row, "valid_from", _text(version.valid_from), message)
        else:
            yield from _differing_columns(table, version, _OF_FACTS[table](facts))


def _plain(value: Any) -> Any:
    """Return a value for comparison: a text in one width and with one kind of hyphen; None for an empty one."""
    if isinstance(value, str):
        value = unicodedata.normalize("NFKC", value).translate(DASHES)
    return value or None


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


# --- Versions: the columns of the files that their facts say; a filing's facts say more -----------------------


def _of_subject_facts(facts: Facts) -> Values:
    columns = {name: facts["subject"][name] for name in ("name", "division", "address", "cert_number")}
    codes = {name: int(facts["subject"][name]) for name in ("nature", "cert_type")}
    return {**columns, **codes, **_of_person(facts)}


def _of_website_facts(facts: Facts) -> Values:
    columns = {name: facts.get(name, "") for name in ("name", "domain", "home_url")}
    kept = str(facts.get("kept_domains", "")).split()
    further = [domain for domain in kept if domain != columns["domain"]]
    codes = {name: list(map(int, facts.get(name, []))) for name in ("services", "languages")}
    return {**columns, **codes, "further_domains": further, **_of_person(facts)}


def _of_access_facts(facts: Facts) -> Values:
    codes = {name: list(map(int, facts[name])) for name in ("ways", "places")}
    return {**codes, "ip_ranges": facts["ip_ranges"].split()}


def _of_person(facts: Facts) -> Values:
    return {f"responsible_{name}": facts["responsible"].get(name, "") for name in ("name", "mobile", "email")}


_OF_FACTS: Final = {"subjects": _of_subject_facts, "websites": _of_website_facts, "accesses": _of_access_facts}
_PERSON = ("responsible_name", "responsible_mobile", "responsible_email")
_DAYS = ("approved_on", "suspended_on", "cancelled_on")
