"""Data of records as a bureau's own system has published them (``BASJ``), to be compared with the register.

Only elements that the message has are kept: in V3.0 most of them are optional.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from django.db.models import Q

from interchange.mapping import reading
from interchange.mapping.record_parts import Record
from interchange.models import KnownRow, OfficialId
from ministry.models import Access, Subject, Website
from records.comparison.expected import ACCESS, CERTIFICATE
from records.comparison.gathering import Copied, StatedElsewhere

_Places = Mapping[str, tuple[str, ...]]
# Path of a fact → path of its element
PERSON: Final[_Places] = {"name": ("Fzr_xm",), "mobile": ("Fzr_sjhm",), "email": ("Fzr_dzyj",)}
SUBJECT: Final[_Places] = {
    "subject.name": ("Dwmc",),
    "subject.nature": ("Dwxz",),
    "subject.province": ("Txdz", "Shengid"),
    "subject.address": ("Txdz", "Xxdz"),
    **{f"responsible.{name}": ("Fzr", *place) for name, place in PERSON.items()},
}
WEBSITE: Final[_Places] = {
    "websites.0.name": ("Wzmc",),
    "websites.0.home_url": ("Syurl",),
    "websites.0.services": ("Fwnr", "Fwnr_id"),
    "websites.0.languages": ("Yylb", "Yylb_id"),
    **{f"websites.0.responsible.{name}": ("Wz_Fzr", *place) for name, place in PERSON.items()},
}
NUMBERS: Final = frozenset({"subject.nature", "websites.0.services", "websites.0.languages"})
MODELS: Final = {KnownRow.SUBJECT: Subject, KnownRow.WEBSITE: Website, KnownRow.ACCESS: Access}


def of_subject(element: Record) -> dict[str, Any]:
    """Return the values of a ``Zt_xx`` by path."""
    values = dict(_values(element, SUBJECT))
    if division := element["Txdz"].get("Xianid") or element["Txdz"].get("Shiid"):
        values["subject.division"] = division
    certificate = element["Zj"]
    if certificate.get("Zjlx") and certificate.get("Zjhm"):
        values[CERTIFICATE] = f"{certificate['Zjlx']} {certificate['Zjhm']}"
    return values


def of_website(element: Record) -> dict[str, Any]:
    """Return the values of a ``Wz_xx`` by path; the domain only if there is exactly one."""
    values = dict(_values(element, WEBSITE))
    if len(element["Ym_xx"]) == 1:
        values["websites.0.domain"] = element["Ym_xx"][0]["Ym"]
    return values


def of_access(elements: Sequence[Record]) -> dict[str, Any]:
    """Return the values of all ``Jr_xx`` of one provider together, by path."""
    values = reading.joined_access(elements)
    values["ip_ranges"] = values["ip_ranges"].splitlines()
    return {path: values[column] for column, path in ACCESS.items()}


def _values(element: Record, places: _Places) -> Iterator[tuple[str, Any]]:
    for path, place in places.items():
        found: Any = element
        for name in place:
            found = (found or {}).get(name)
        if found:
            yield path, _number(found) if path in NUMBERS else found


def _number(found: str | Sequence[str]) -> int | list[int]:
    return int(found) if isinstance(found, str) else [int(one) for one in found]


def forget(subject: Subject) -> None:
    """Delete the published copy of a record that has changed since; the next publication stores a new one."""
    accesses = Access.objects.filter(website__subject=subject)
    of_record = Q(what=KnownRow.SUBJECT, row=subject.pk)
    of_record |= Q(what=KnownRow.WEBSITE, row__in=subject.websites.values("pk"))
    of_record |= Q(what=KnownRow.ACCESS, row__in=accesses.values("pk"))
    OfficialId.objects.filter(of_record, bureau=subject.province).update(published=None)


def elsewhere(records: Collection[Copied]) -> Mapping[int, StatedElsewhere]:
    """Return what is kept of these records, by primary key of their subjects. One query."""
    owners: dict[tuple[type[Any], int], int] = {}
    for one in records:
        owners |= {(type(row), row.pk): one.subject.pk for row in (one.subject, *one.websites, *one.accesses)}
    asked = Q(pk=None)
    for what, model in MODELS.items():
        asked |= Q(what=what, row__in=[key for kind, key in owners if kind is model])
    rows = OfficialId.objects.filter(asked, bureau__in={one.subject.province for one in records})
    found: dict[int, dict[tuple[type[Any], int], Mapping[str, Any]]] = {}
    for row in rows.filter(published__isnull=False):
        place = (MODELS[KnownRow(row.what)], row.row)
        found.setdefault(owners[place], {})[place] = row.published
    return found
