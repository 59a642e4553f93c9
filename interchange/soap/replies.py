"""Write what a call returns: the document ``<return>`` as one string inside the SOAP response, and SOAP faults.

The string has a declaration of GBK although it travels as Unicode, as real bureaus' do; characters that GBK lacks are
references, so that it can be written in GBK. The attribute ``version`` is demanded by the document's schema.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from lxml import etree

from interchange.result_codes import MsgCode, official
from interchange.soap.requests import SOAP_11, SOAP_12

VERSION: Final = "V.3.0"
TYPES: Final = {SOAP_11: "text/xml; charset=utf-8", SOAP_12: "application/soap+xml; charset=utf-8"}
# Fault codes of SOAP 1.2 for those of 1.1
_CODES_12: Final = {"Client": "Sender"}

# Element name → text, or the elements below it; a list is an element for each entry
Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SoapReply:
    """What an operation returns: a code of the document, what is added to its text, and what comes after both."""

    code: MsgCode
    more: str = ""
    body: Tree = field(default_factory=dict)

    @property
    def msg(self) -> str:
        """Return the text, in Chinese."""
        text = official(self.code.label)
        return f"{text}：{self.more}" if self.more else text


def written(reply: SoapReply) -> str:
    """Return the document of a reply as the string that travels."""
    root = etree.Element("return", version=VERSION)
    _add(root, {"msg_code": str(reply.code.value), "msg": reply.msg, **reply.body})
    if settings.INTERCHANGE_DECLARES_GBK:
        text: bytes = etree.tostring(root, encoding="GBK", xml_declaration=True)
        return text.decode("GBK")
    return str(etree.tostring(root, encoding="unicode"))


def _add(parent: etree._Element, tree: Tree) -> None:
    for name, value in tree.items():
        for one in value if isinstance(value, list) else [value]:
            child = etree.SubElement(parent, name)
            if isinstance(one, dict):
                _add(child, one)
            else:
                child.text = one


def response(operation: str, reply: SoapReply, soap: str) -> bytes:
    """Return the SOAP response of an operation."""
    body = _body(soap)
    wrapper = etree.SubElement(body, f"{{{settings.INTERCHANGE_NAMESPACE}}}{operation}Response")
    etree.SubElement(wrapper, "return").text = written(reply)
    return _sent(body)


def fault(code: str, why: str, soap: str) -> bytes:
    """Return a SOAP fault for a request that is not a valid call; ``code`` is one of SOAP 1.1."""
    body = _body(soap)
    found = etree.SubElement(body, f"{{{soap}}}Fault")
    if soap == SOAP_12:
        value = etree.SubElement(etree.SubElement(found, f"{{{soap}}}Code"), f"{{{soap}}}Value")
        value.text = f"soap:{_CODES_12.get(code, code)}"
        text = etree.SubElement(etree.SubElement(found, f"{{{soap}}}Reason"), f"{{{soap}}}Text")
        text.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
        text.text = why
    else:
        etree.SubElement(found, "faultcode").text = f"soap:{code}"
        etree.SubElement(found, "faultstring").text = why
    return _sent(body)


def _body(soap: str) -> etree._Element:
    return etree.SubElement(etree.Element(f"{{{soap}}}Envelope", nsmap={"soap": soap}), f"{{{soap}}}Body")


def _sent(body: etree._Element) -> bytes:
    sent: bytes = etree.tostring(body.getroottree(), encoding="UTF-8", xml_declaration=True)
    return sent
