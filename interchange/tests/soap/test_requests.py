"""Requests as other libraries write them, recorded in ``recorded/``: whatever XML and HTTP leave open is read."""

import http.client
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from lxml import etree

from icp_portal.tests.web_server.serving import HOST, WebServer
from interchange.soap import services, views
from interchange.soap.requests import SOAP_12
from interchange.tests.systems import PATHS, XML, Http, InProcess, Returned, System, body, fault, returned

RECORDED = Path(__file__).parent / "recorded"
# The document's sample password
KEYS = {"password": "1234567890", "secret": "0123456789abcdef", "iv": "0102030405060708"}


def recorded(name: str) -> bytes:
    return (RECORDED / name).read_bytes()


def play(system: System) -> None:
    """Give the connection the identity of the recorded requests."""
    vars(system.row).update(KEYS, isp_id=110000000001, user_name="isp110000000001")
    system.row.save(update_fields=[*KEYS, "isp_id", "user_name"])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("java.xml", "text/xml; charset=UTF-8"),
        ("java.xml", 'text/xml;charset="utf-8"'),
        ("php.xml", "text/xml"),
        ("php.xml", "application/xml"),
        ("soap12.xml", 'application/soap+xml; action="isp_upload"'),
        ("soap12.xml", "application/soap+xml;charset=GBK"),
    ],
)
def test_a_recorded_request(system: System, name: str, kind: str):
    play(system)

    got = system.post("upDownLoad", recorded(name), Content_Type=kind, SOAPAction='"anything"')

    assert Returned.of(returned(got), "isp_upload").code == 0
    upload = system.row.uploads.get()
    assert (upload.sequence, upload.size) == (1, len(XML))
    is_12 = name == "soap12.xml"
    assert got.headers["Content-Type"].startswith("application/soap+xml" if is_12 else "text/xml")
    assert (etree.fromstring(got.content).tag == f"{{{SOAP_12}}}Envelope") is is_12


def test_a_chunked_request_and_a_long_one_before_the_web_server(site: Http, tmp_path: Path):
    """By the web server of production, because the test server reads no chunks."""
    system = System(site)
    play(system)
    server = WebServer(tmp_path / "web.log", SITE_URL=f"http://{HOST}")
    try:
        sent, content = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30), recorded("java.xml")
        pieces = [content[place : place + 100] for place in range(0, len(content), 100)]
        headers = {"Host": HOST, "Content-Type": "text/xml", "Connection": "close"}
        sent.request("POST", f"/{PATHS['upDownLoad']}", iter(pieces), headers, encode_chunked=True)
        answer = sent.getresponse()
        text = etree.fromstring(answer.read()).findtext(".//return")
        sent.close()

        sent = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        many = (b" " * 65536 for _n in range(2))
        sent.request("POST", f"/{PATHS['verifyBamm']}", many, headers, encode_chunked=True)
        refused = sent.getresponse()
        refused.read()
        sent.close()
    finally:
        server.stop()

    assert (answer.status, Returned.of(text, "isp_upload").code) == (200, 0)
    assert system.row.uploads.count() == 1
    assert refused.status == 413


def test_the_encoding_of_the_header_precedes_that_of_the_document(system: System):
    content = body("isp_verifybamm", system.common(baxh="京ICP备2026000001号", bamm="a")).decode()
    declared = '<?xml version="1.0" encoding="UTF-8"?>'

    got = system.post("verifyBamm", f"{declared}{content}".encode("gbk"), Content_Type="text/xml; charset=GBK")
    assert Returned.of(returned(got), "isp_verifybamm").texts("VerifyRes") == ["1"]


def test_what_is_returned_is_declared_as_gbk_and_can_be_written_in_it(system: System, settings: Any):
    """The name has a character that GBK lacks."""
    parts = system.common(queryConditionType=0, queryCondition="𠮷.example.cn")
    text = returned(system.post("queryBeianStatus", body("isp_querybeianstatus", parts)))
    assert text.startswith("<?xml version='1.0' encoding='GBK'?>")
    assert text.encode("gbk")

    settings.INTERCHANGE_DECLARES_GBK = False
    assert returned(system.post("upDownLoad", body("isp_download", system.common()))).startswith("<return ")


def test_the_description_names_every_operation_and_where_it_is(system: System, settings: Any):
    settings.INTERCHANGE_NAMESPACE = "http://service.example.cn/"
    for service, path in PATHS.items():
        got = system.web.get(f"{path}?wsdl")
        root = etree.fromstring(got.content)
        assert (got.status_code, got.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
        assert root.get("targetNamespace") == "http://service.example.cn/"
        address = root.find(".//{http://schemas.xmlsoap.org/wsdl/soap/}address").get("location")
        assert address == f"{settings.SITE_URL}/{path}"
        assert urlsplit(address).path.endswith(service)
    assert system.web.get(PATHS["upDownLoad"]).headers["Location"] == f"/{PATHS['upDownLoad']}?wsdl"


class Served(etree.Resolver):
    """Loads what a schema includes from where it is served."""

    def resolve(self, url: str, _id: str, context: Any) -> Any:
        got = InProcess().get(urlsplit(url).path.lstrip("/"))
        assert (got.status_code, got.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
        return self.resolve_string(got.content, context, base_url=url)


@pytest.mark.parametrize("profile", ["strict", "lenient"])
def test_the_schemas_are_served_with_what_they_include(profile: str):
    site, parser = InProcess(), etree.XMLParser()
    parser.resolvers.add(Served())
    schema = etree.XMLSchema(
        etree.parse(f"http://portal.example/ISPWebService/schemas/{profile}/UploadData.xsd", parser)
    )
    sample = Path(views.schemas.FOLDER).parent / "samples" / "upload_icp_xzba.xml"

    assert schema.validate(etree.parse(sample))
    for name in ("", "__init__.py", "strict", "strict/../../envelope.py", "strict/no.xsd", "%2e%2e/codes.py"):
        assert site.get(f"ISPWebService/schemas/{name}").status_code == 404


NO_CALLS: dict[str, tuple[bytes, str]] = {
    "not XML": (b"hello", "The request is not well-formed XML."),
    "nothing": (b"", "The request is not well-formed XML."),
    "cut off": (body("isp_download", {"randVal": "a"})[:-9], "The request is not well-formed XML."),
    "NUL": (body("isp_download", {"randVal": "a\0b"}), "The request is not well-formed XML."),
    "another charset": (
        b'<?xml version="1.0" encoding="UTF-8"?>' + body("isp_download", {"randVal": "随机"}).decode().encode("gbk"),
        "The request is not well-formed XML.",
    ),
    "no SOAP": (b"<isp_download/>", "The request is not a SOAP envelope."),
    "no operation": (body("x", {}).replace(b"<q:x></q:x>", b""), "The SOAP body has no operation."),
    "another operation": (body("isp_getInitialPreviousUpload", {}), "This service has no such operation."),
    "another service's": (body("isp_verifybamm", {}), "This service has no such operation."),
    "two operations": (
        body("isp_download", {}).replace(b"</soapenv:Body>", b"<q:isp_download/></soapenv:Body>"),
        "A request calls one operation.",
    ),
    "a part twice": (
        body("isp_download", {"ispID": 1, "ispId": 2}),
        "A parameter was sent twice.",
    ),
    "too many parts": (body("isp_download", {f"a{n}": n for n in range(33)}), "The request has too many parameters."),
    "a long part": (body("isp_download", {"randVal": "a" * 4097}), "A parameter is too long."),
    "a part with elements": (
        body("isp_download", {"randVal": "X"}).replace(b">X<", b"><a/><"),
        "The request has elements that are not allowed.",
    ),
    "nested deeply": (
        body("isp_download", {}).replace(b"<soapenv:Header/>", b"<soapenv:Header>" + b"<a>" * 100_000),
        "The elements are nested too deeply.",
    ),
    "many elements": (
        body("isp_download", {}).replace(
            b"<soapenv:Header/>", b"<soapenv:Header>" + b"<a/>" * 99 + b"</soapenv:Header>"
        ),
        "The request has too many elements.",
    ),
    "much text outside the parameters": (
        body("isp_download", {}).replace(
            b"<soapenv:Header/>", b"<soapenv:Header>" + b"a " * 40_000 + b"</soapenv:Header>"
        ),
        "The request has too much text outside its parameters.",
    ),
    "a tag of many attributes": (
        body("isp_download", {}).replace(
            b"<soapenv:Header/>", b"<soapenv:Header%b/>" % b"".join(b' a%d=">"' % n for n in range(20_000))
        ),
        "The request has a tag that is too long.",
    ),
    "a header that must be understood": (
        body("isp_download", {}).replace(
            b"<soapenv:Header/>", b'<soapenv:Header><a soapenv:mustUnderstand="1"/></soapenv:Header>'
        ),
        "No header is understood here.",
    ),
    "a file of the server": (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + body("isp_download", {"randVal": "X"}),
        "A DTD is not allowed.",
    ),
    "a billion laughs": (
        b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>'
        + body("isp_download", {"randVal": "X"}).replace(b">X<", b">&y;<"),
        "A DTD is not allowed.",
    ),
    "an entity that nobody declared": (
        body("isp_download", {"randVal": "X"}).replace(b">X<", b">&y;<"),
        "The request is not well-formed XML.",
    ),
}


@pytest.mark.parametrize("what", NO_CALLS)
def test_what_is_no_call_gets_a_fault(db: None, what: str):
    content, words = NO_CALLS[what]
    got = System().post("upDownLoad", content)

    status, code, said = fault(got)
    codes = {"no SOAP": "soap:VersionMismatch", "a header that must be understood": "soap:MustUnderstand"}
    assert (status, code, said) == (400, codes.get(what, "soap:Client"), words)


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({"Content_Type": "text/xml; charset=klingon"}, 415, "The charset is not known."),
        ({"Content_Encoding": "gzip"}, 415, "The body may not be compressed."),
    ],
)
def test_what_is_not_read_at_all(db: None, headers: dict[str, str], status: int, words: str):
    assert fault(System().post("upDownLoad", b"x", **headers)) == (status, "soap:Client", words)


def test_a_long_content_may_be_a_cdata_section(db: None):
    """As it is read, up to the first part that is checked."""
    content = body("isp_upload", {"beianInfo": "X"}).replace(b">X<", b"><![CDATA[" + b"A" * 300_000 + b"]]><")

    assert System().post("upDownLoad", content).status_code == 200


@pytest.mark.parametrize(("service", "longest"), [("upDownLoad", 72 * 1024 * 1024), ("verifyBamm", 64 * 1024)])
def test_a_request_that_is_too_large_is_refused_before_it_is_read(rf: Any, service: str, longest: int):
    class Unread:
        def read(self, *_size: int) -> bytes:
            raise AssertionError("it was read")

    asked = next(one for one in services.SERVICES if one.name == service)
    request = rf.post("/", b"", content_type="text/xml")
    request.META |= {"CONTENT_LENGTH": str(longest + 1), "wsgi.input": Unread()}
    request._stream = Unread()

    got = views.service(request, asked)
    assert (got.status_code, "The request is too large." in got.content.decode()) == (413, True)


def test_a_get_of_a_service_changes_nothing_and_other_methods_are_refused(db: None):
    path = f"/{PATHS['upDownLoad']}"
    assert [Client().put(path).status_code, Client().delete(path).status_code] == [405, 405]
    assert Client(enforce_csrf_checks=True).post(path, b"x", content_type="text/xml").status_code == 400
