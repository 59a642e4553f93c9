"""The three services with their six operations and the parts of each, as data.

Paths, operations and the order of parts are those of the document (V3.0). It has no WSDL: names of ports and bindings
are our own choice, and the namespace is a setting. The spelling of ispID and ispId is that of a known client; both are
accepted.
"""

from dataclasses import dataclass
from typing import Final

CONTENT: Final = "beianInfo"  # the one part without a limit of its own
ISP_ID: Final = "ispId"
MB: Final = 1024 * 1024
# Of a request's body. A file has at most 50 MB of XML, which a zip may not make smaller; base64 makes four bytes of
# three and may be wrapped into lines. The other calls are a few hundred bytes. The limits are our own choice.
LONGEST_UPLOAD: Final = 72 * MB
LONGEST_QUERY: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class MessagePart:
    """A parameter of an operation and its type in XML Schema."""

    name: str
    type: str = "string"


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation; ``parts`` in the document's order."""

    name: str
    parts: tuple[MessagePart, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """A service at an address; ``longest`` is the limit of a request's body in bytes.

    ``has_files``: its calls bring or fetch files, which takes a thread of the web server for seconds.
    """

    name: str
    path: str
    operations: tuple[Operation, ...]
    longest: int
    has_files: bool = False


def _named(isp_id: str) -> tuple[MessagePart, ...]:
    return (MessagePart(isp_id, "long"), MessagePart("userName"), MessagePart("randVal"), MessagePart("pwdHash"))


_HASH: Final = MessagePart("hashAlgorithm", "int")
_COMMON: Final = (*_named("ispID"), _HASH)

UPLOAD: Final = Operation(
    "isp_upload",
    (
        *_named("ispID"),
        *(MessagePart(CONTENT), MessagePart("beianInfoHash"), MessagePart("dataSequence", "long")),
        *(MessagePart("encryptAlgorithm", "int"), _HASH, MessagePart("compressionFormat", "int")),
    ),
)
DOWNLOAD: Final = Operation("isp_download", _COMMON)
ACKNOWLEDGE: Final = Operation("isp_downloadack", (*_COMMON, MessagePart("fileName")))
PREVIOUS: Final = Operation("isp_querypreviousupload", (*_named("ispId"), _HASH))
STATUS: Final = Operation(
    "isp_querybeianstatus", (*_COMMON, MessagePart("queryConditionType", "int"), MessagePart("queryCondition"))
)
VERIFY: Final = Operation("isp_verifybamm", (*_COMMON, MessagePart("baxh"), MessagePart("bamm")))

FILES: Final = Service(
    "upDownLoad",
    "ISPWebService/upDownLoad",
    (UPLOAD, DOWNLOAD, ACKNOWLEDGE, PREVIOUS),
    LONGEST_UPLOAD,
    has_files=True,
)
STATUS_OF_FILINGS: Final = Service(
    "queryBeianStatus", "BeianStatusWebService/queryBeianStatus", (STATUS,), LONGEST_QUERY
)
PASSWORDS: Final = Service("verifyBamm", "BeianStatusWebService/verifyBamm", (VERIFY,), LONGEST_QUERY)
SERVICES: Final = (FILES, STATUS_OF_FILINGS, PASSWORDS)
