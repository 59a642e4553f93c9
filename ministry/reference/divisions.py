"""Provinces, cities and counties of the mainland (GB/T 2260), from the snapshot in ``divisions.tsv``.

Three shapes occur: province, city and county; a city without counties (东莞); and a county directly under its
province, as in the four municipalities and sometimes in other provinces (仙桃).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ministry.reference import provinces
from ministry.reference.typed_text import without_spaces

MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})


@dataclass(frozen=True, slots=True)
class Division:
    """A row of the snapshot; ``parent`` is the code above, empty for a province."""

    code: str
    name: str
    parent: str


def name_of(code: str) -> str:
    """Return the full name, ``广东省 深圳市 南山区``; the code itself when it is unknown."""
    names = []
    division = _divisions().get(code)
    while division:
        names.append(division.name)
        division = _divisions().get(division.parent)
    return " ".join(reversed(names)) or code


def grouped_choices(province_code: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the places of a province as grouped Django choices, in the order of their codes.

    Each city is a group in which the city itself comes first, since naming a county is optional. Counties
    directly under the province are in a group with the province's name. Empty for an unknown province.
    """
    province = _divisions().get(province_code)
    if province is None or province.parent:
        return []
    below = _children()[province.code]
    if province.code in MUNICIPALITIES:
        return [_group(province, below)]
    groups = [_group(place, _children()[place.code]) for place in below if _is_city(place)]
    direct = [place for place in below if not _is_city(place)]
    return [*groups, (province.name, _named(direct))] if direct else groups


def is_known(code: str) -> bool:
    """Return whether a place has this code."""
    return code in _divisions()


def is_province(code: str) -> bool:
    """Return whether a code is that of a province."""
    division = _divisions().get(code)
    return division is not None and not division.parent


def is_within(code: str, province_code: str) -> bool:
    """Return whether a code names a city or county (or a municipality as a whole) of the province."""
    division = _divisions().get(code)
    if division is None or code[:2] != province_code[:2]:
        return False
    return bool(division.parent) or code in MUNICIPALITIES


def check_division(code: str, province_code: str) -> str:
    """Return the code of a city or county of the province; raise ValidationError otherwise.

    Error codes: ``unknown``, ``no_city`` (only a province is named) or ``other_province``.
    """
    division = _divisions().get(code)
    if division is None:
        raise ValidationError(_("Choose a city or county from the list."), code="unknown")
    if not division.parent and code not in MUNICIPALITIES:
        raise ValidationError(_("Choose at least the city, not only the province."), code="no_city")
    if not is_within(code, province_code):
        raise ValidationError(
            _("%(place)s is in another province. Choose a place in %(province)s."),
            code="other_province",
            params={"place": name_of(code), "province": name_of(province_code)},
        )
    return code


def place_in(address: str) -> str:
    """Return the code of the province, city or county that an address begins with; empty when it names none.

    Without a province it is recognised by the name of its city, or of a county whose name no other has.
    """
    place, _rest = _split(address)
    return place.code if place else ""


def is_place(address: str) -> bool:
    """Return whether an address is nothing but the name of a province, city or county, also a province's short name."""
    bare = without_spaces(address)
    place, rest = _split(bare)
    return (place is not None and not rest) or any(bare == province.name for province in provinces.PROVINCES)


def _split(address: str) -> tuple[Division | None, str]:
    """Return the smallest place that an address begins with, and what follows it."""
    rest = without_spaces(address).removeprefix("中华人民共和国").removeprefix("中国")
    rest = _with_full_province(rest)
    place = _beginning(rest, _unmistakable())
    while place and (below := _beginning(rest := rest.removeprefix(place.name), _children_by_name(place.code))):
        place = below
    return place, rest


def agree(one: str, other: str) -> bool:
    """Return whether two codes are the same place or one is inside the other."""
    one, other = _significant(one), _significant(other)
    return one.startswith(other) or other.startswith(one)


def _significant(code: str) -> str:
    """Return a code without the empty levels at its end: ``44`` of 440000, ``4403`` of 440300."""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def _with_full_province(address: str) -> str:
    """Return an address such as 广东深圳市… with the full name of its province."""
    for province in provinces.PROVINCES:
        full, rest = _divisions()[province.code].name, address.removeprefix(province.name)
        if rest != address and not address.startswith(full) and _beginning(rest, _children_by_name(province.code)):
            return full + rest
    return address


def _beginning(text: str, places: Mapping[str, Division]) -> Division | None:
    """Return the place with the longest name that the text begins with."""
    lengths = range(min(len(text), _longest_name()), 0, -1)
    return next((place for length in lengths if (place := places.get(text[:length]))), None)


@cache
def _longest_name() -> int:
    return max(len(division.name) for division in _divisions().values())


@cache
def _children_by_name(code: str) -> dict[str, Division]:
    return _by_name(_children()[code])


def _by_name(places: Iterable[Division]) -> dict[str, Division]:
    """Return the places by name; the first where several share a name."""
    return {place.name: place for place in reversed([*places])}


@cache
def _unmistakable() -> dict[str, Division]:
    """Return the provinces, and the cities and counties whose name is unique; districts need their city."""
    named = Counter(division.name for division in _divisions().values())
    return _by_name(
        division
        for division in _divisions().values()
        if not division.parent or (named[division.name] == 1 and not division.name.endswith("区"))
    )


def _group(city: Division, counties: list[Division]) -> tuple[str, list[tuple[str, str]]]:
    itself = (city.code, _("%(city)s (no county named)") % {"city": city.name} if counties else city.name)
    return city.name, [itself, *_named(counties)]


def _named(divisions: list[Division]) -> list[tuple[str, str]]:
    return [(division.code, division.name) for division in divisions]


def _is_city(division: Division) -> bool:
    """Return whether a place directly under a province is a city: its code ends in 00, unlike a county's."""
    return division.code.endswith("00")


@cache
def _divisions() -> dict[str, Division]:
    """Read the snapshot, once per process; about 3200 rows in the order of their codes."""
    text = files("ministry.reference").joinpath("divisions.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {code: Division(code, name, parent) for code, name, parent in rows}


@cache
def _children() -> dict[str, list[Division]]:
    children: dict[str, list[Division]] = {code: [] for code in _divisions()}
    for division in _divisions().values():
        if division.parent:
            children[division.parent].append(division)
    return children
