"""The public pages about the interface: what engineers find there, and the check of a message on the page."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.urls import reverse

from interchange import schemas
from interchange.conformance import forms, samples, views
from interchange.messages import faults
from interchange.result_codes import RESULTS, MsgCode
from interchange.soap.services import SERVICES
from interchange.tests.messages.samples import FILES, RECORD, SMALLEST, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def page(name: str, *args: str) -> str:
    response = Client().get(reverse(f"interface:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def checked(text: str = "", kind: str = schemas.UPLOAD, schema: str = "strict", **more: Any) -> Any:
    return Client().post(reverse("interface:check"), {"kind": kind, "schema": schema, "text": text, **more})


def rows(response: Any) -> list[tuple[str, list[tuple[int, str, str]]]]:
    assert response.status_code == 200
    return [
        (place, [(row.fault.code, row.fault.element, row.fault.rule) for row in found])
        for place, found in response.context["rows"]
    ]


def test_every_address_on_the_page_answers():
    links = set(
        re.findall(r'href="(/(?:interface|ISPWebService)/[^"#]*|http://testserver/[^"]*\?wsdl)"', page("index"))
    )

    assert {url: Client().get(url).status_code for url in links} == dict.fromkeys(links, 200)
    assert len([url for url in links if url.endswith("?wsdl")]) == len(SERVICES)
    assert {url.partition("/schemas/")[2] for url in links if url.endswith(".xsd")} == schemas.FILES


def test_every_sample_is_there_in_gbk_and_to_be_read():
    assert {f"{name}.xml" for name in samples.SAMPLES} == {file.name for file in FILES}
    for file in FILES:
        got = Client().get(reverse("interface:sample_file", args=[file.stem]))
        assert (got.content, got["Content-Type"]) == (file.read_bytes(), "text/xml; charset=gbk")
    assert "&lt;IspZtid&gt;" in page("sample", "upload_icp_xzba")
    assert [Client().get(f"/interface/samples/{name}").status_code for name in ("none/", "none.xml")] == [404, 404]


def test_every_code_is_there_in_both_languages():
    text = page("codes")

    found = [int(code) for code in re.findall(r"<td [^>]+><code>(\d+)</code></td>", text)]
    assert found == [*MsgCode.values, *RESULTS]
    assert "域名已报备" in text
    assert "Domain name already reported" in text


def test_a_message_that_conforms_is_listed_record_by_record():
    text = SMALLEST.replace(RECORD % 9001, "".join(RECORD % number for number in (1, 2)))

    assert rows(checked(text)) == [("ICP/ZXBA/Zx_xx[1]", []), ("ICP/ZXBA/Zx_xx[2]", [])]
    content = text.encode("gbk")
    assert rows(checked(file=SimpleUploadedFile("a.xml", content))) == rows(checked(text))


def test_every_fault_of_every_record_is_named_and_no_value_is_shown():
    text = text_of("upload_icp_xzba").replace("<Dwmc>", f"<Dwmc>{'啊' * 300}", 1).replace("<Zjlx>1<", "<Zjlx>秘密<", 1)

    got = checked(text)
    assert rows(got) == [
        ("ICP/XZBA/Baxx[1]", [(5001, "Dwmc", "maxLength"), (5001, "Zjlx", "type")]),
    ]
    shown = got.content.decode()
    table = shown[shown.index("<tbody>") : shown.index("</tbody>")]
    for words in ("不符合XSD", "Doesn&#x27;t conform to the XSD", "The text is too long.", "文本过长。"):
        assert words in table
    assert "秘密" not in table


OUTSIDE = {
    "not well-formed": (SMALLEST[:-3], (5001, "", "well-formed")),
    "a DTD": (SMALLEST.replace("<UploadData", "<!DOCTYPE a><UploadData"), (5001, "", "DTD")),
    "another version": (SMALLEST.replace("V.3.0", "V.2.1"), (5004, "UploadData", "version")),
    "no GBK": (SMALLEST.replace("<ICP>", "<ICP><!-- 𠮷 -->"), (5008, "", "charset")),
    "no record": (SMALLEST.replace(RECORD % 9001, ""), (5001, "ZXBA", "content")),
}


@pytest.mark.parametrize("case", OUTSIDE)
def test_what_is_wrong_around_the_records_stands_alone(case: str):
    text, expected = OUTSIDE[case]

    assert rows(checked(text))[0] == ("", [expected])


def test_the_lenient_schema_takes_what_the_strict_one_refuses():
    text = SMALLEST.replace("<Zxly>", "<Zxlybz></Zxlybz><Zxly>").replace("ICP>", "icp>")

    assert rows(checked(text, schema="strict"))[0][1][0][0] == 5001
    wrong = SMALLEST.replace("ICP>", "icp>")
    assert rows(checked(wrong, schema="lenient")) == [("ICP/ZXBA/Zx_xx[1]", [])]


def test_a_return_is_checked_by_the_schema_of_its_operation():
    text = text_of("return_isp_upload")

    assert rows(checked(text, kind="isp_upload", schema="lenient")) == []
    assert rows(checked(text, kind="isp_upload", schema="strict"))[0][1] == [(5001, "msg", "length")]
    assert rows(checked(text, kind="isp_verifybamm", schema="lenient"))[0][1][0][0] == 5001


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({}, "text", "Paste a message or choose a file, one of both."),
        ({"text": "<a/>", "file": SimpleUploadedFile("a.xml", b"<a/>")}, "text", "one of both"),
        ({"text": "a" * (forms.LARGEST + 1)}, "text", "at most 1 MB"),
        ({"file": SimpleUploadedFile("a.xml", b"a" * (forms.LARGEST + 1))}, "file", "at most 1 MB"),
        ({"text": "a\0"}, "text", "Null characters are not allowed."),
        ({"text": "<a/>", "kind": "other"}, "kind", "Select a valid choice."),
        ({"text": "<a/>", "schema": "modern"}, "schema", "Select a valid choice."),
    ],
)
def test_what_is_sent_wrong_is_said_at_its_field(sent: dict[str, Any], field: str, words: str):
    got = checked(**sent)

    assert words in " ".join(got.context["form"].errors[field])
    assert got.context["found"] is None


def test_many_faults_are_shown_up_to_a_limit():
    many = "".join(RECORD % "none" for _n in range(views.MOST_SHOWN + 50))

    got = checked(SMALLEST.replace(RECORD % 9001, many + RECORD % 1))
    assert sum(len(found) for _place, found in rows(got)) == views.MOST_SHOWN
    assert "Of 251 records the first 200 are shown" in got.content.decode()


def test_an_address_checks_only_so_often():
    codes = [checked(SMALLEST).status_code for _n in range(views.CHECKS_A_MINUTE + 1)]

    assert codes == [200] * views.CHECKS_A_MINUTE + [429]


def test_the_check_keeps_nothing(django_assert_num_queries: Any):
    with django_assert_num_queries(0):
        checked(SMALLEST)


def test_every_rule_has_words():
    facets = {"length", "minLength", "maxLength", "enumeration", "minInclusive", "maxInclusive"}
    found = {
        name for file in schemas.FOLDER.rglob("*.xsd") for name in re.findall(r"<xs:(\w+) value=", file.read_text())
    }

    assert found == facets
    own = {value for name, value in vars(faults).items() if name.isupper() and isinstance(value, str)}
    assert facets | own == set(faults.RULES)
    assert issubclass(views.CodeGroup, models.IntegerChoices)
    assert {code // 1000 for code in RESULTS} == set(views.CodeGroup.values)
