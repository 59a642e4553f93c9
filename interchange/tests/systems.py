"""A provider's own system as a test plays it: its connection, its calls by zeep and by hand, what it gets.

Calls go over HTTP to a running server (``Http``), or without one through Django's client (``InProcess``).
"""

import secrets
import string
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
import zeep
from django.test import Client
from lxml import etree

from filings.actors import Actor
from icp_portal.tests.builders import chief, provider
from interchange import connections, envelope
from interchange.connections import ConnectionWritten
from interchange.envelope import Algorithms
from interchange.messages.reading import read_return
from interchange.models import Connection
from providers.models import Provider

PATHS = {
    "upDownLoad": "ISPWebService/upDownLoad",
    "queryBeianStatus": "BeianStatusWebService/queryBeianStatus",
    "verifyBamm": "BeianStatusWebService/verifyBamm",
}
XML = '<?xml version="1.0" encoding="GBK"?>\n<UploadData version="V.3.0"><ICP><Qqdwid>1</Qqdwid></ICP></UploadData>'
LETTERS = string.ascii_letters + string.digits


def settings_of(**changes: Any) -> ConnectionWritten:
    written = ConnectionWritten(
        profile="strict",
        is_lenient=True,
        networks=["127.0.0.0/8"],
        reports_from=None,
        reports_until=None,
        may_report=True,
        waiting_limit=20,
    )
    return written | changes


def random_value() -> str:
    return "".join(secrets.choice(LETTERS) for _i in range(20))


@dataclass(frozen=True)
class Returned:
    """What an operation returned: the document, the code, the text."""

    document: Any

    @classmethod
    def of(cls, text: str, operation: str) -> "Returned":
        """Read what an operation returned; it must conform to the schema."""
        read_return(text, operation)
        return cls(etree.fromstring(text.split("?>", 1)[-1]))

    @property
    def code(self) -> int:
        return int(self.text("msg_code"))

    @property
    def msg(self) -> str:
        return self.text("msg")

    def text(self, path: str) -> str:
        return self.document.findtext(path) or ""

    def texts(self, path: str) -> list[str]:
        return [element.text or "" for element in self.document.findall(path)]


@dataclass(frozen=True)
class Answer:
    """A response, as zeep reads it."""

    status_code: int
    content: bytes
    headers: dict[str, str]
    encoding: str = "utf-8"

    @property
    def text(self) -> str:
        return self.content.decode()


class Http:
    """Requests to a running server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str) -> Answer:
        return self._answer(requests.get(f"{self.url}/{path}", timeout=30))

    def post(self, path: str, content: Any, headers: dict[str, str]) -> Answer:
        return self._answer(requests.post(f"{self.url}/{path}", data=content, headers=headers, timeout=30))

    @staticmethod
    def _answer(got: requests.Response) -> Answer:
        return Answer(got.status_code, got.content, dict(got.headers))


class InProcess:
    """Requests without a server."""

    def get(self, path: str) -> Answer:
        return self._answer(Client().get(f"/{path}"))

    def post(self, path: str, content: Any, headers: dict[str, str]) -> Answer:
        kind = headers.pop("Content-Type", "text/xml; charset=utf-8")
        headers.pop("Content-Length", None)
        return self._answer(Client().generic("POST", f"/{path}", content, content_type=kind, headers=headers))

    @staticmethod
    def _answer(got: Any) -> Answer:
        return Answer(got.status_code, got.content, dict(got.headers))


class Carrier(zeep.Transport):
    """What zeep sends and loads, on one of the ways above."""

    def __init__(self, web: Any) -> None:
        super().__init__()
        self.web = web

    def load(self, url: str) -> bytes:
        parts = urlsplit(url)
        return self.web.get(f"{parts.path.lstrip('/')}?{parts.query}").content

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> Answer:
        return self.web.post(urlsplit(address).path.lstrip("/"), message, dict(headers))


class System:
    """A provider's system with a connection to a bureau."""

    def __init__(self, web: Any = None, of: Provider | None = None, by: Actor | None = None, **changes: Any) -> None:
        self.web, self.chief = web or InProcess(), by or chief()
        self.provider = of or provider()
        self.row, self.keys = connections.open_for(self.chief, self.provider.pk, settings_of(**changes))
        self.profile = self.keys.profile

    def reload(self) -> Connection:
        self.row.refresh_from_db()
        return self.row

    def change(self, **changes: Any) -> None:
        self.reload()
        connections.change(self.chief, self.row.pk, settings_of(**changes), version=self.row.version)

    def pause(self, *columns: str) -> None:
        self.reload()
        connections.pause(self.chief, self.row.pk, columns, version=self.row.version)

    # --- Calls ----------------------------------------------------------------------------------------

    def common(self, **changes: Any) -> dict[str, Any]:
        """The parts that every call has; ``ispId`` as in the document's prose."""
        value = changes.get("randVal", random_value())
        algorithm = self.profile.usual.hash
        parts = {
            "ispId": self.row.isp_id,
            "userName": self.row.user_name,
            "randVal": value,
            "pwdHash": envelope.password_hash(self.keys.password, value, algorithm),
            "hashAlgorithm": algorithm,
        }
        return parts | changes

    def of_upload(self, xml: bytes | str = XML, sequence: int = 0, **changes: Any) -> dict[str, Any]:
        """The parts of an upload; by default the next one."""
        content = xml.encode("gbk") if isinstance(xml, str) else xml
        used = self.profile.usual
        packed = envelope.pack(content, "beianinfo.xml", self.keys, used)
        parts = {
            "beianInfo": packed.content,
            "beianInfoHash": packed.digest,
            "dataSequence": sequence or self.reload().last_sequence + 1,
            "encryptAlgorithm": used.encrypt,
            "compressionFormat": used.compression,
        }
        return self.common() | parts | changes

    def by_zeep(self, service: str, operation: str, parts: dict[str, Any]) -> Returned:
        """Call by zeep, with the names of the WSDL."""
        client = zeep.Client(f"http://portal.example/{PATHS[service]}?wsdl", transport=Carrier(self.web))
        known = {name for name, _element in client.service._binding.get(operation).input.body.type.elements}
        named = {(name if name in known else "ispID"): value for name, value in parts.items()}
        return Returned.of(client.service[operation](**named), operation)

    def call(self, service: str, operation: str, parts: dict[str, Any]) -> Returned:
        """Call by hand: everything in one body, ispId in the prose's spelling."""
        return Returned.of(returned(self.post(service, body(operation, parts))), operation)

    def post(self, service: str, content: Any, **headers: str) -> Answer:
        sent = {"Content-Type": "text/xml; charset=utf-8"} | {name.replace("_", "-"): v for name, v in headers.items()}
        return self.web.post(PATHS[service], content, sent)

    def upload(self, xml: bytes | str = XML, sequence: int = 0, **changes: Any) -> Returned:
        return self.call("upDownLoad", "isp_upload", self.of_upload(xml, sequence, **changes))

    def download(self, **changes: Any) -> Returned:
        return self.call("upDownLoad", "isp_download", self.common(**changes))

    def acknowledge(self, name: str, **changes: Any) -> Returned:
        return self.call("upDownLoad", "isp_downloadack", self.common(fileName=name, **changes))

    def previous(self, **changes: Any) -> Returned:
        return self.call("upDownLoad", "isp_querypreviousupload", self.common(**changes))

    def status(self, kind: int | str, condition: str, **changes: Any) -> Returned:
        parts = self.common(queryConditionType=kind, queryCondition=condition, **changes)
        return self.call("queryBeianStatus", "isp_querybeianstatus", parts)

    def verify(self, number: str, password: str, **changes: Any) -> Returned:
        return self.call("verifyBamm", "isp_verifybamm", self.common(baxh=number, bamm=password, **changes))

    def opened(self, got: Returned) -> bytes:
        """The XML of a file that was handed out."""
        found = {name: got.text(f"fileInfos/{name}") for name in ("beianInfo", "beianInfoHash")}
        used = Algorithms(
            *(int(got.text(f"fileInfos/{name}")) for name in ("encryptAlgorithm", "hashAlgorithm", "compressionFormat"))
        )
        return envelope.unpack(found["beianInfo"], found["beianInfoHash"], self.keys, used)


def escaped(text: Any) -> str:
    return str(text).replace("&", "&amp;").replace("<", "&lt;")


def body(operation: str, parts: dict[str, Any]) -> bytes:
    """A SOAP 1.1 request."""
    inner = "".join(f"<{name}>{escaped(value)}</{name}>" for name, value in parts.items())
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:q="urn:q"><soapenv:Header/>'
        f"<soapenv:Body><q:{operation}>{inner}</q:{operation}></soapenv:Body></soapenv:Envelope>"
    ).encode()


def returned(response: Answer) -> str:
    """The string in a SOAP response."""
    assert response.status_code == 200, (response.status_code, response.text[:500])
    return etree.fromstring(response.content).findtext(".//return")


def fault(response: Answer) -> tuple[int, str, str]:
    """Status, code and text of a SOAP 1.1 fault."""
    found = etree.fromstring(response.content).find(".//{http://schemas.xmlsoap.org/soap/envelope/}Fault")
    return response.status_code, found.findtext("faultcode"), found.findtext("faultstring")
