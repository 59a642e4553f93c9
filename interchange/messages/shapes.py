"""The shape of a message, derived from its schema: which elements an element contains, in which order, how often."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from interchange import schemas

_XS = "{http://www.w3.org/2001/XMLSchema}"
_Definitions = dict[tuple[str, str], Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """An element of a message. ``children`` by name, in the order of the schema; empty for an element of text."""

    name: str
    type: str
    repeats: bool
    is_number: bool
    children: dict[str, "Shape"]

    def child(self, tag: object, *, lenient: bool) -> "Shape | None":
        """Return the shape of a child by its tag, a lenient reader also by one in other case."""
        if tag in self.children or not lenient:
            return self.children.get(str(tag))
        return next((child for name, child in self.children.items() if name.lower() == str(tag).lower()), None)


@cache
def shape_of(message: str) -> Shape:
    """Return the shape of one of ``schemas.MESSAGES``. Strict and lenient schemas differ in limits only."""
    known = _definitions(schemas.file_of(message, lenient=False))
    (root,) = (found for (kind, _name), found in known.items() if kind == "element")
    return _shape(root, known)


def _definitions(file: Path) -> _Definitions:
    """Return what a schema file and those it includes define, by kind and name."""
    found: _Definitions = {}
    files = [file.resolve()]
    for path in files:
        for one in etree.parse(path).getroot().iterchildren(etree.Element):
            if one.tag == f"{_XS}include":
                included = (path.parent / one.get("schemaLocation")).resolve()
                files += [included] if included not in files else []
            else:
                found[one.tag.removeprefix(_XS), one.get("name")] = one
    return found


def _shape(element: Any, known: _Definitions) -> Shape:
    type_name = element.get("type", "")
    inside = known.get(("complexType", type_name), element)
    children = {child.name: child for child in _children(inside, known)}
    is_number = _is_number(known.get(("simpleType", type_name)))
    return Shape(element.get("name"), type_name, element.get("maxOccurs", "1") != "1", is_number, children)


def _is_number(simple_type: Any) -> bool:
    """Return whether one of our simple types is numeric: each restricts xs:long or xs:string, or is a union of such."""
    return simple_type is not None and simple_type.find(f"{_XS}restriction[@base='xs:string']") is None


def _children(inside: Any, known: _Definitions) -> Iterator[Shape]:
    """Yield the shapes of the elements of a complex type, a group or an element with a type of its own."""
    for one in inside.iterchildren(etree.Element):
        if one.tag == f"{_XS}element":
            yield _shape(one, known)
        elif one.tag == f"{_XS}group":
            yield from _children(known["group", one.get("ref")], known)
        else:
            yield from _children(one, known)


@cache
def names_of(message: str) -> frozenset[str]:
    """Return the names of all elements of a message."""

    def names(shape: Shape) -> Iterator[str]:
        yield shape.name
        for child in shape.children.values():
            yield from names(child)

    return frozenset(names(shape_of(message)))


def records_of(shape: Shape, path: str = "") -> Iterator[str]:
    """Yield the paths below an element at which its records are: the outermost elements that repeat."""
    for child in shape.children.values():
        here = f"{path}/{child.name}" if path else child.name
        if child.repeats:
            yield here
        else:
            yield from records_of(child, here)
