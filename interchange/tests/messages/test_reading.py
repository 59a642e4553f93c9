"""The reader: what a message becomes, what is refused and by which rule, and that nothing hostile does more."""

from collections import Counter

import pytest

from interchange import schemas
from interchange.messages.faults import MessageFault
from interchange.messages.reading import MAX_RECORDS, read_download, read_return, read_upload
from interchange.tests.messages.refusals import fault_of, read, refusal_of
from interchange.tests.messages.samples import DATA, FRAME, RECORD, SMALLEST, UPLOADS, ZXBA, gbk, message_of, text_of

XZBA = text_of("upload_icp_xzba")


# --- What a message becomes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("file", DATA, ids=lambda file: file.stem)
@pytest.mark.parametrize("lenient", [False, True], ids=["strict", "lenient"])
def test_a_sample_is_read_without_leniency(file, lenient):
    checked = read(file.read_bytes(), message_of(file.stem), lenient=lenient)
    records = list(checked.records())

    assert checked.family == file.stem.split("_")[1].upper()
    assert checked.reporter == (100000000001 if file in UPLOADS else None)
    assert checked.leniencies == Counter()
    assert checked.counts == Counter(record.path for record in records)


def test_a_record_is_plain_values_in_the_names_of_the_interface():
    checked = read_upload(gbk(XZBA))
    (record,) = checked.records()

    assert (record.kind, record.path, record.position) == ("XZBA", "ICP/XZBA/Baxx", 1)
    assert record.fields["Zt_xx"]["Dwmc"] == "示例科技有限公司"
    assert record.fields["Zt_xx"]["Fzr"]["Fzr_dzyj"] == "host@example.cn"
    (website,) = record.fields["Wz_xx"]
    assert website["Fwnr"] == {"Fwnr_id": ["8"]}
    assert website["Ym_xx"] == [{"IspYmid": "3001", "Ym": "example.cn"}]
    assert website["Jr_xx"][0]["Ip_xx"] == [{"IspIpid": "5001", "Qsip": "3405803777", "Zzip": "3405803786"}]
    assert record.fields["Fj"][0]["Fjxx"]["Fjssdx"] == {"Ssdxlx": "1", "Ssdxbs": "1001"}


def test_records_are_counted_and_numbered_by_path_in_their_order():
    checked = read_download(gbk(text_of("download_icp_bajg")))
    numbered = read_upload(gbk(FRAME % "".join(RECORD % number for number in range(9001, 9004))))

    assert checked.counts == {"ICP/BAJG/Jg_xx": 1, "ICP/BAJG/GJSHS/Gjsh": 1}
    assert [(one.position, one.fields["Jlid"]) for one in numbered.records()] == [(1, "9001"), (2, "9002"), (3, "9003")]
    assert [one.position for one in numbered.records()] == [1, 2, 3]


@pytest.mark.parametrize("size", [1, 7, 64])
def test_records_are_the_same_wherever_a_piece_ends(monkeypatch, size):
    whole = [record.fields for record in read_upload(gbk(XZBA)).records()]
    monkeypatch.setattr("interchange.messages.charsets.PIECE", size)

    assert [record.fields for record in read_upload(gbk(XZBA)).records()] == whole


def test_comments_instructions_and_cdata_do_not_divide_a_text():
    text = XZBA.replace("<Ym>example.cn</Ym>", "<Ym>exa<!-- x -->mp<?x y?>le<![CDATA[.cn]]></Ym>", 1)
    (record,) = read_upload(gbk(text)).records()

    assert record.fields["Wz_xx"][0]["Ym_xx"][0]["Ym"] == "example.cn"


def test_a_number_comes_without_the_blanks_that_the_schema_ignores_and_a_text_with_its_own():
    text = XZBA.replace("<IspZtid>1001<", "<IspZtid>\n 1001 <").replace("<Dwmc>示例", "<Dwmc> 示例", 1)
    (record,) = read_upload(gbk(text)).records()

    assert record.fields["Zt_xx"]["IspZtid"] == "1001"
    assert record.fields["Zt_xx"]["Dwmc"] == " 示例科技有限公司"


def test_the_place_of_a_schema_may_be_named_as_clients_do():
    named = SMALLEST.replace(
        'version="V.3.0"',
        "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' version='V.3.0' xsi:noNamespaceSchemaLocation='x.xsd'",
    )

    assert read_upload(gbk(named)).counts == {"ICP/ZXBA/Zx_xx": 1}


# --- What is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<Zxlb>2<", "<Zxlb>5<", (5001, "maxInclusive", "Zxlb")),
        ("<Zxlb>2<", "<Zxlb>示例<", (5001, "type", "Zxlb")),
        ("<Zxlb>2<", "<Zxlb><", (5001, "type", "Zxlb")),
        ("<Jlid>9001</Jlid>", "", (5001, "content", "Zxly")),
        ("<Zxly>1</Zxly>", "", (5001, "content", "Zx_xx")),
        ("<Zxly>1</Zxly>", "<示例>1</示例>", (5001, "content", "Zx_xx")),
        ("<Zxly>1</Zxly>", "<Zxly>1</Zxly>示例", (5001, "content", "Zx_xx")),
        ("<Zxly>", "<Zxly 示例='示例'>", (5001, "attribute", "Zxly")),
        ("<Zxly>", "<Zxly xmlns='urn:示例'>", (5001, "content", "Zx_xx")),
        ("</ZXBA>", "示例</ZXBA>", (5001, "content", "ZXBA")),
        ("<Qqdwid>1</Qqdwid>", "", (5001, "content", "ICP")),
        ("<Qqdwid>1</Qqdwid>", "<Qqdwid>0</Qqdwid>", (5001, "minInclusive", "Qqdwid")),
        ("<Qqdwid>", "<Qqdwid><示例/>", (5001, "content", "Qqdwid")),
        ("</ICP>", "</ICP><ICP><Qqdwid>1</Qqdwid></ICP>", (5001, "content", "ICP")),
        (ZXBA, "", (5001, "one kind", "ICP")),
        (ZXBA, "<ZXBA></ZXBA>", (5001, "content", "ZXBA")),
        (ZXBA, ZXBA + ZXBA, (5001, "content", "ZXBA")),
        (' version="V.3.0"', "", (5002, "version", "UploadData")),
        ("V.3.0", "V.2.1", (5004, "version", "UploadData")),
        ("V.3.0", "示例", (5004, "version", "UploadData")),
        ("UploadData", "DownloadData", (5001, "content", "")),
        ("GBK", "UTF-8", (5008, "charset", "")),
        ('<?xml version="1.0" encoding="GBK"?>', "", (5008, "charset", "")),
        ("<Zxly>1<", "<Zxly>1&示例;<", (5001, "well-formed", "")),
        ("<Zxly>1<", "<Zxly>1\x01<", (5008, "character", "")),
        ("<Zxly>1<", "<Zxly>1&#0;<", (5008, "character", "")),
        ("</UploadData>", "", (5001, "well-formed", "")),
        ("</UploadData>", "</UploadData>示例", (5001, "well-formed", "")),
        (SMALLEST, "", (5008, "charset", "")),
    ],
)
def test_a_fault_names_code_rule_and_element_and_nothing_of_the_message(old, new, expected):
    fault = fault_of(SMALLEST.replace(old, new))

    assert (fault.code, fault.rule, fault.element) == expected
    assert "示例" not in f"{fault} {fault!r} {vars(fault)}"
    assert fault.__cause__ is None


def test_two_kinds_in_one_file_are_refused():
    new_access = text_of("upload_icp_xzjr")
    inside = new_access[new_access.index("<XZJR>") : new_access.index("</XZJR>") + 7]

    for lenient in (False, True):
        two = SMALLEST.replace("<ZXBA>", inside + "<ZXBA>")
        assert refusal_of(two, lenient=lenient) == (5001, "one kind", "ICP")
    empty_beside_full = text_of("upload_ip_xzba").replace("</XZBA>", "</XZBA><SCBA></SCBA>")
    assert refusal_of(empty_beside_full) == (5001, "one kind", "IP")


def test_a_kind_without_records_is_none():
    for lenient in (False, True):
        empty = SMALLEST.replace("ICP>", "IP>").replace(ZXBA, "<XZBA></XZBA>")
        assert refusal_of(empty, lenient=lenient) == (5001, "one kind", "IP")


def test_a_fault_says_which_record_and_what_would_conform():
    records = RECORD % 1 + RECORD % 2 + (RECORD % 3).replace("<Zxly>1</Zxly>", "")
    fault = fault_of(FRAME % records)

    assert (str(fault), fault.record, fault.expected) == ("5001 Zx_xx: content", "ICP/ZXBA/Zx_xx[3]", "Zxly")


def test_what_stands_between_records_is_refused_wherever_it_stands():
    for between in ("示例", "<Zxly>1</Zxly>", "<XZBA/>"):
        for records in (between + RECORD * 3, RECORD + between + RECORD * 2, RECORD * 2 + between + RECORD):
            assert refusal_of(FRAME % records.replace("%s", "9001"))[:2] == (5001, "content")


def test_records_of_two_paths_may_not_mix():
    result = text_of("download_icp_bajg")
    row = result[result.index("<Jg_xx>") : result.index("</Jg_xx>") + 8]

    assert refusal_of(result.replace("</GJSHS>", "</GJSHS>" + row), schemas.DOWNLOAD) == (5001, "content", "BAJG")


def test_a_download_may_have_any_number_of_kinds_and_records():
    ending = text_of("download_icp_zxsj")
    row = ending[ending.index("<Zxxx>") : ending.index("</Zxxx>") + 7]

    assert read_download(gbk(ending.replace(row, row * 1001))).counts == {"ICP/ZXSJ/Zxxx": 1001}


def test_a_thousand_records_pass_and_one_more_does_not():
    records = [RECORD % number for number in range(1, MAX_RECORDS + 2)]

    assert read_upload(gbk(FRAME % "".join(records[:-1]))).counts == {"ICP/ZXBA/Zx_xx": 1000}
    assert refusal_of(FRAME % "".join(records)) == (5999, "1000 records", "")


def test_a_code_of_the_defects_is_refused_strictly_only():
    result = text_of("download_icp_bajg").replace("<Czlx>1<", "<Czlx>35<", 1)

    assert refusal_of(result, schemas.DOWNLOAD) == (5001, "maxInclusive", "Czlx")
    assert [one.fields.get("Czlx") for one in read_download(gbk(result), lenient=True).records()] == ["35", "1"]


# --- Returns ------------------------------------------------------------------------------------------------


def test_a_return_is_read_whatever_its_declaration_says():
    text = text_of("return_isp_querybeianstatus")
    expected = {
        "msg_code": "0",
        "msg": "成功",
        "StatusInfo": {
            "Cxtjlx": "0",
            "Cxtj": "example.cn",
            "Wzmc": "示例网站",
            "Ztbah": "京ICP备00000001号",
            "Wzbah": "京ICP备00000001号-1",
            "Bazt": "0",
        },
    }

    for same in (text, text.replace("GBK", "UTF-16"), text.partition("?>")[2], "\ufeff " + text):
        assert read_return(same, "isp_querybeianstatus") == expected


def test_a_returned_file_may_be_larger_than_any_other_text():
    text = text_of("return_isp_download")
    content = text[text.index("<beianInfo>") + 11 : text.index("</beianInfo>")]

    found = read_return(text.replace(content, "A" * 20_000_000), "isp_download")
    assert found["fileInfos"]["beianInfo"] == "A" * 20_000_000


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<msg_code>0<", "<msg_code>示例<", (5001, "type", "msg_code")),
        ("<return ", "<!DOCTYPE return><return ", (5001, "DTD", "")),
        ("</return>", "", (5001, "well-formed", "")),
        ("<VerifyRes>0</VerifyRes>", "<VerifyRes>2</VerifyRes>", (5001, "maxInclusive", "VerifyRes")),
        ("<VerifyRes>0</VerifyRes>", "<示例/>", (5001, "content", "")),
        ("<VerifyRes>0</VerifyRes>", "<VerifyRes>" * 100_000, (5001, "well-formed", "")),
        (text_of("return_isp_verifybamm"), "", (5001, "well-formed", "")),
        (text_of("return_isp_verifybamm"), "<?xml", (5001, "well-formed", "")),
        ("成功", "\ud800", None),
    ],
)
def test_a_return_is_checked(old, new, expected):
    text = text_of("return_isp_verifybamm").replace(old, new)
    if expected is None:
        assert read_return(text, "isp_verifybamm")["msg"] == "?"
        return
    with pytest.raises(MessageFault) as found:
        read_return(text, "isp_verifybamm")
    assert (found.value.code, found.value.rule, found.value.element) == expected
