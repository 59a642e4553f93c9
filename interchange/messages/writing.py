"""Write messages from plain values: in the order of the schema, as GBK, and checked by the reader."""

import io
import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from interchange import schemas
from interchange.messages.reading import VERSION, read_download, read_return, read_upload
from interchange.messages.shapes import Shape, shape_of

_DECLARATION = '<?xml version="1.0" encoding="GBK"?>'
# What XML can't contain
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Unwritable(ValueError):
    """A value that a message can't contain; ``path`` says where it is, ``rule`` is "GBK", "character" or "unknown"."""

    def __init__(self, path: str, rule: str) -> None:
        super().__init__(f"{path}: {rule}")
        self.path, self.rule = path, rule


def write_upload(tree: Mapping[str, Any], *, lenient: bool = False) -> bytes:
    """Return the message UploadData with this content, as GBK.

    ``tree``: as the reader yields it, such as ``{"ICP": {"ZXBA": {"Zx_xx": [{"Zxlb": 2, …}]}, "Qqdwid": 1}}``. Elements
    may be in any order, None is left out, and those that repeat may come from any iterable, one at a time. ``lenient``:
    it need only conform to the lenient schema. Raise Unwritable for what GBK or the schema doesn't have, MessageFault
    for a message that doesn't conform.
    """
    xml = _written(schemas.UPLOAD, tree).encode("gbk")
    read_upload(xml, lenient=lenient)
    return xml


def write_download(tree: Mapping[str, Any], *, lenient: bool = False) -> bytes:
    """Return the message DownloadData with this content, as ``write_upload`` does."""
    xml = _written(schemas.DOWNLOAD, tree).encode("gbk")
    read_download(xml, lenient=lenient)
    return xml


def write_return(operation: str, tree: Mapping[str, Any], *, declaration: bool = True) -> str:
    """Return what an operation returns, as the text of a SOAP reply; errors as of ``write_upload``.

    ``declaration``: begin with an XML declaration that says GBK, as bureaus' systems do.
    """
    text = _written(operation, tree)
    read_return(text, operation)
    return text if declaration else text.removeprefix(_DECLARATION)


def _written(message: str, tree: Mapping[str, Any]) -> str:
    target, shape = io.BytesIO(), shape_of(message)
    with etree.xmlfile(target, encoding="utf-8") as file, file.element(shape.name, version=VERSION):
        _write_children(file, tree, shape, "")
    return _DECLARATION + target.getvalue().decode()


def _write_children(file: Any, tree: Mapping[str, Any], shape: Shape, path: str) -> None:
    """Write the parts of an element outside of records; each record is an element of its own, written at once."""
    for child, value, here in _parts(tree, shape, path):
        if child.repeats:
            for position, one in enumerate(value, 1):
                file.write(_element(one, child, f"{here}[{position}]"))
        elif child.children:
            with file.element(child.name):
                _write_children(file, value, child, here)
        else:
            file.write(_element(value, child, here))


def _element(value: Any, shape: Shape, path: str) -> Any:
    element = etree.Element(shape.name)
    if not shape.children:
        element.text = _checked(str(value), path)
        return element
    for child, inside, here in _parts(value, shape, path):
        if child.repeats:
            element.extend(_element(one, child, f"{here}[{position}]") for position, one in enumerate(inside, 1))
        else:
            element.append(_element(inside, child, here))
    return element


def _parts(tree: Mapping[str, Any], shape: Shape, path: str) -> list[tuple[Shape, Any, str]]:
    """Return shape, value and path of each part of an element that has a value, in the order of the schema."""
    for name in tree.keys() - shape.children.keys():
        raise Unwritable(f"{path}/{name}".lstrip("/"), "unknown")
    found = ((child, tree.get(name), f"{path}/{name}".lstrip("/")) for name, child in shape.children.items())
    return [(child, value, here) for child, value, here in found if value is not None]


def _checked(text: str, path: str) -> str:
    if _FORBIDDEN.search(text):
        raise Unwritable(path, "character")
    try:
        text.encode("gbk")
    except UnicodeEncodeError:
        raise Unwritable(path, "GBK") from None
    return text
