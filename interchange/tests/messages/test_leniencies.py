"""What the lenient reader accepts and counts, each refused by the strict one."""

import codecs
import re

import pytest

from interchange.messages.faults import MessageFault
from interchange.messages.reading import read_download, read_upload
from interchange.tests.messages.samples import DATA, FRAME, RECORD, SMALLEST, UPLOADS, gbk, message_of, text_of

XZBA = text_of("upload_icp_xzba")


def strictly(data):
    with pytest.raises(MessageFault) as found:
        read_upload(data)
    return found.value.code, found.value.rule


def fields_of(data, *, lenient):
    checked = read_upload(data, lenient=lenient)
    return [record.fields for record in checked.records()], dict(checked.leniencies)


def utf8(text, declared="UTF-8"):
    return text.replace("GBK", declared).encode()


@pytest.mark.parametrize(
    ("data", "counted"),
    [
        (codecs.BOM_UTF8 + utf8(XZBA), {"bom": 1, "charset": 1}),
        (codecs.BOM_UTF8 + utf8(XZBA, "GBK"), {"bom": 1, "charset": 1}),
        (codecs.BOM_UTF8 + utf8(XZBA).partition(b"?>\n")[2], {"bom": 1, "charset": 1}),
        (utf8(XZBA), {"charset": 1}),
        (utf8(XZBA, "utf8"), {"charset": 1}),
        (utf8(XZBA, "GBK"), {"charset": 1}),  # UTF-8 that says it is GBK
        (gbk(XZBA.replace("GBK", "UTF-8")), {"charset": 1}),  # GBK that says it is UTF-8
        (gbk(XZBA.replace("GBK", "GB2312")), {"charset": 1}),
        (gbk(XZBA.replace("GBK", "gb18030")), {"charset": 1}),
        (gbk(XZBA).partition(b"?>\n")[2], {"charset": 1}),
        (utf8(XZBA).partition(b"?>\n")[2], {"charset": 1}),
    ],
)
def test_another_charset_is_recognised_and_counted(data, counted):
    expected, _none = fields_of(gbk(XZBA), lenient=False)

    assert strictly(data) == (5008, "charset")
    assert fields_of(data, lenient=True) == (expected, counted)


def test_a_charset_in_small_letters_is_gbk():
    assert fields_of(gbk(XZBA.replace("GBK", "gbk").replace('"', "'")), lenient=False)[1] == {}


@pytest.mark.parametrize("name", ["联通", "鹅", "中国联通", "胶州", "拢漏", "一丁七万丈三上下", "é", "Ω"])
def test_gbk_that_could_be_read_as_utf8_is_still_gbk(name):
    text = re.sub("[^\x00-\x7f]+", "", text_of("upload_icp_zxba")).replace("<Zxlybz>", f"<Zxlybz>{name}")
    for lenient in (False, True):
        ((fields,), counted) = fields_of(gbk(text), lenient=lenient)
        assert (fields["Zxlybz"], counted) == (name, {})


def test_a_character_beyond_gbk_is_read_leniently_as_gb18030():
    text = XZBA.replace("GBK", "GB18030").replace("示例甲", "\U00020000", 1)
    ((fields,), counted) = fields_of(text.encode("gb18030"), lenient=True)

    assert (fields["Zt_xx"]["Fzr"]["Fzr_xm"], counted) == ("\U00020000", {"charset": 1})
    assert strictly(text.replace("GB18030", "GBK").encode("gb18030")) == (5008, "charset")


@pytest.mark.parametrize("file", DATA, ids=lambda file: file.stem)
def test_names_in_other_case_are_read_and_counted(file):
    text = file.read_text("gbk")
    lower = re.sub(r"<(/?)(\w+)", lambda tag: f"<{tag[1]}{tag[2].lower()}", text)
    changed = sum(tag != tag.lower() for tag in re.findall(r"<(\w+)", text))
    read = read_upload if file in UPLOADS else read_download
    expected, found = read(gbk(text)), read(gbk(lower), lenient=True)

    assert list(found.records()) == list(expected.records())
    assert (found.family, found.reporter, found.counts) == (expected.family, expected.reporter, expected.counts)
    assert found.leniencies == {"case": changed}
    with pytest.raises(MessageFault) as refused:
        read(gbk(lower))
    assert (refused.value.code, refused.value.rule) == (5001, "content")


def test_empty_elements_are_left_out_and_counted():
    text = XZBA.replace("</Fzr_dzyj>", "</Fzr_dzyj><Msn></Msn><Qq/>", 1)
    text = re.sub(r"</Qq>\s*<Msn>.*?</Qq>", "</Qq>", re.sub("<Msn>s.*?</Msn>|<Qq>1.*?</Qq>", "", text, count=2))
    text = re.sub("<Nrlx>.*</Nrlx>", "<Nrlx><Nrlx_xx> </Nrlx_xx></Nrlx>", text, flags=re.DOTALL)
    text = text.replace("</XZBA>", "</XZBA><XZWZ></XZWZ>")
    ((fields,), counted) = fields_of(gbk(text), lenient=True)

    assert strictly(gbk(text)) == (5001, "minLength")
    assert list(fields["Zt_xx"]["Fzr"]) == ["Fzr_xm", "Fzr_dhhm", "Fzr_sjhm", "Fzr_dzyj", "Fzr_zjlx", "Fzr_zjhm"]
    assert "Nrlx" not in fields["Wz_xx"][0]
    assert counted == {"empty": 5}


def test_an_empty_element_that_is_needed_is_missing():
    with pytest.raises(MessageFault) as found:
        read_upload(gbk(SMALLEST.replace("<Zxly>1<", "<Zxly> <")), lenient=True)

    assert (found.value.rule, found.value.element, found.value.expected) == ("content", "Zx_xx", "Zxly")


def test_text_after_an_empty_element_is_not_left_out_with_it():
    with pytest.raises(MessageFault) as found:
        read_upload(gbk(SMALLEST.replace("</Zxly>", "</Zxly><Zxlybz/>示例")), lenient=True)

    assert found.value.code == 5001


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026/1/5", "2026-01-05"),
        ("2026/01/05", "2026-01-05"),
        ("2026-1-5", "2026-01-05"),
        ("2026.1.5", "2026-01-05"),
        ("2026年1月5日", "2026-01-05"),
        ("2026年01月05日", "2026-01-05"),
        (" 2026-01-05", "2026-01-05"),
    ],
)
def test_a_local_date_is_read_and_counted(said, meant):
    text = text_of("upload_icp_hsjg").replace("<Hssj>2026-01-05", f"<Hssj>{said}")
    ((fields,), counted) = fields_of(gbk(text), lenient=True)

    assert (fields["Hssj"], counted) == (meant, {"date": 1})


@pytest.mark.parametrize("said", ["2026/1/5", "2026-1-5", "2026年1月5日", "1/5/2026", "5.1.2026", "26-1-5"])
def test_a_date_of_another_length_is_refused_strictly_and_an_unclear_one_always(said):
    data = gbk(text_of("upload_icp_hsjg").replace("<Hssj>2026-01-05", f"<Hssj>{said}"))

    assert strictly(data) == (5001, "length")
    if not said.startswith("2026"):
        with pytest.raises(MessageFault) as found:
            read_upload(data, lenient=True)
        assert (found.value.code, found.value.rule, found.value.element) == (5001, "length", "Hssj")


def test_a_time_after_a_local_date_stays():
    text = text_of("download_icp_basj").replace("2026-02-05 10:00:00", "2026/2/5 10:00:00")
    checked = read_download(gbk(text), lenient=True)

    assert [one.fields["Zt_xx"]["Zjxgsj"] for one in checked.records()] == ["2026-02-05 10:00:00"]
    assert checked.leniencies == {"date": text.count("2026/2/5")}


def test_leniencies_are_counted_once_over_all_records():
    records = "".join(RECORD % number for number in range(1, 4)).replace("</Zxly>", "</Zxly><Zxlybz/>")
    checked = read_upload(gbk(FRAME % records), lenient=True)

    assert len([*checked.records(), *checked.records()]) == 6
    assert checked.leniencies == {"empty": 3}


def test_message_names_in_other_case_are_known_too():
    assert message_of("upload_x") == "UploadData"
    assert read_upload(gbk(SMALLEST.replace("UploadData", "uploaddata")), lenient=True).leniencies == {"case": 1}
