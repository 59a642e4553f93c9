"""The schemas of the messages, written by us from the facts of V3.0: element names, order, limits.

``strict`` has the letter of V3.0 with its defects, ``lenient`` corrects them: ``differences.xsd`` in each says which.
All other definitions are in files that both include.
"""

from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree

FOLDER = Path(__file__).parent
UPLOAD, DOWNLOAD = "UploadData", "DownloadData"
OPERATIONS = (
    "isp_upload",
    "isp_download",
    "isp_downloadack",
    "isp_querypreviousupload",
    "isp_querybeianstatus",
    "isp_verifybamm",
)
# What has a schema: the two messages, and what each operation returns
MESSAGES = (UPLOAD, DOWNLOAD, *OPERATIONS)
# Names of all schemas below ``FOLDER``
FILES = frozenset(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.xsd"))

_RECORD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:include schemaLocation="{message}.xsd"/>
  <xs:element name="{name}" type="{type}"/>
</xs:schema>"""
# lxml keeps the errors of the last validation in the schema
_VALIDATING = Lock()


def file_of(message: str, *, lenient: bool) -> Path:
    """Return the schema file of one of ``MESSAGES``."""
    return FOLDER / ("lenient" if lenient else "strict") / f"{message}.xsd"


@cache
def schema_of(message: str, *, lenient: bool) -> Any:
    """Return the schema of a whole message."""
    return etree.XMLSchema(etree.parse(file_of(message, lenient=lenient)))


@cache
def schema_of_record(message: str, name: str, type_name: str, *, lenient: bool) -> Any:
    """Return the schema of an element ``name`` of a type of the message's schema, on its own."""
    text = _RECORD.format(message=message, name=name, type=type_name)
    base = file_of(message, lenient=lenient).with_name("record.xsd").as_uri()
    return etree.XMLSchema(etree.fromstring(text, base_url=base))


def first_error(schema: Any, element: Any) -> Any | None:
    """Return lxml's entry for the first thing that is wrong with an element; None for a valid one."""
    return next(iter(errors(schema, element)), None)


def errors(schema: Any, element: Any) -> list[Any]:
    """Return lxml's entry for each thing that is wrong with an element; none for a valid one."""
    with _VALIDATING:
        return [] if schema.validate(element) else [*schema.error_log]
