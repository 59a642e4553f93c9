"""The writer: what it writes reads back as the same values, and what can't be written is named by its place."""

import pytest

from interchange import schemas
from interchange.messages.faults import MessageFault
from interchange.messages.reading import read_download, read_return, read_upload
from interchange.messages.writing import Unwritable, write_download, write_return, write_upload
from interchange.tests.messages.samples import DATA, SMALLEST, UPLOADS, gbk, text_of

CANCELLATION = {"Zxlb": 2, "Jlid": 9001, "Zxly": 1}


def upload(*records, **others):
    return {"ICP": {"ZXBA": {"Zx_xx": list(records)}, "Qqdwid": 1, **others}}


def tree_of(checked):
    """Return the tree that a message was written from."""
    tree = {}
    for record in checked.records():
        *containers, last = record.path.split("/")
        inside = tree
        for name in containers:
            inside = inside.setdefault(name, {})
        inside.setdefault(last, []).append(record.fields)
    if checked.reporter:
        tree[checked.family]["Qqdwid"] = checked.reporter
    return tree


@pytest.mark.parametrize("file", DATA, ids=lambda file: file.stem)
def test_every_kind_of_message_is_written_as_it_was_read(file):
    read, write = (read_upload, write_upload) if file in UPLOADS else (read_download, write_download)
    checked = read(file.read_bytes())
    written = write(tree_of(checked))

    assert written.startswith(b'<?xml version="1.0" encoding="GBK"?><')
    assert list(read(written).records()) == list(checked.records())
    assert "".join(written.decode("gbk").split()) == "".join(file.read_text("gbk").split()).replace(
        "<!--样例：单位、人员、域名、号码均为虚构-->", ""
    )


def test_the_smallest_upload_is_written_to_the_byte():
    assert write_upload(upload(CANCELLATION)) == gbk(SMALLEST)


def test_the_order_is_the_schemas_and_none_is_left_out():
    mixed = {"Zxly": 1, "Zxlybz": None, "Jlid": "9001", "Zxlb": 2}

    assert write_upload({"ICP": {"Qqdwid": 1, "ZXBA": {"Zx_xx": (one for one in [mixed])}}}) == gbk(SMALLEST)


@pytest.mark.parametrize("text", ["<&>\"' ]]>", "a\r\nb\tc", "示例·镕", "&amp;", "￥"])
def test_any_text_of_gbk_reads_back_as_it_was(text):
    written = write_upload(upload({**CANCELLATION, "Zxlybz": text}))

    assert [record.fields["Zxlybz"] for record in read_upload(written).records()] == [text]


@pytest.mark.parametrize(
    ("text", "rule"),
    [("\U00020000", "GBK"), ("😀", "GBK"), ("é\u0301", "GBK"), ("\0", "character"), ("\x1b", "character")],
)
def test_a_character_that_can_not_be_written_is_named_by_its_place(text, rule):
    with pytest.raises(Unwritable) as refused:
        write_upload(upload(CANCELLATION, {**CANCELLATION, "Zxlybz": f"示例{text}"}))

    assert (refused.value.path, refused.value.rule) == ("ICP/ZXBA/Zx_xx[2]/Zxlybz", rule)
    assert str(refused.value) == f"ICP/ZXBA/Zx_xx[2]/Zxlybz: {rule}"


def test_a_place_is_named_through_all_that_repeats():
    checked = read_upload(gbk(text_of("upload_icp_xzba")))
    tree = tree_of(checked)
    tree["ICP"]["XZBA"]["Baxx"][0]["Wz_xx"][0]["Ym_xx"].append({"IspYmid": 2, "Ym": "示例\U00020000.cn"})

    with pytest.raises(Unwritable) as refused:
        write_upload(tree)
    assert refused.value.path == "ICP/XZBA/Baxx[1]/Wz_xx[1]/Ym_xx[2]/Ym"


@pytest.mark.parametrize("name", ["Other", "zxly"])
def test_a_name_that_the_schema_lacks_is_refused(name):
    with pytest.raises(Unwritable) as refused:
        write_upload(upload({**CANCELLATION, name: 1}))
    assert (refused.value.path, refused.value.rule) == (f"ICP/ZXBA/Zx_xx[1]/{name}", "unknown")

    with pytest.raises(Unwritable) as refused:
        write_upload(upload(CANCELLATION, **{name: 1}))
    assert (refused.value.path, refused.value.rule) == (f"ICP/{name}", "unknown")


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (upload({**CANCELLATION, "Zxlb": 5}), (5001, "maxInclusive", "Zxlb")),
        (upload({**CANCELLATION, "Zxlybz": ""}), (5001, "minLength", "Zxlybz")),
        (upload({"Zxlb": 2}), (5001, "content", "Zx_xx")),
        (upload(), (5001, "content", "ZXBA")),
        (upload(*[CANCELLATION] * 1001), (5999, "1000 records", "")),
        ({"ICP": {"Qqdwid": 1}}, (5001, "one kind", "ICP")),
        ({}, (5001, "content", "UploadData")),
    ],
)
def test_what_does_not_conform_is_not_written(tree, expected):
    with pytest.raises(MessageFault) as found:
        write_upload(tree)

    assert (found.value.code, found.value.rule, found.value.element) == expected


def test_the_defects_can_be_written_around_leniently_only():
    result = {"ICP": {"BAJG": {"Jg_xx": [{"Jgxx": [{"Jgdm": 1060}], "Czlx": 35, "Bs": "1"}]}}}

    assert read_download(write_download(result, lenient=True), lenient=True).counts == {"ICP/BAJG/Jg_xx": 1}
    with pytest.raises(MessageFault) as found:
        write_download(result)
    assert (found.value.rule, found.value.element) == ("maxInclusive", "Czlx")


# --- Returns ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", schemas.OPERATIONS)
def test_every_return_is_written_as_it_was_read(operation):
    fields = read_return(text_of(f"return_{operation}"), operation)

    assert read_return(write_return(operation, fields), operation) == fields


def test_a_return_is_text_with_or_without_a_declaration():
    fields = {"msg_code": 0, "msg": "成功"}
    body = '<return version="V.3.0"><msg_code>0</msg_code><msg>成功</msg></return>'

    assert write_return("isp_upload", fields) == f'<?xml version="1.0" encoding="GBK"?>{body}'
    assert write_return("isp_upload", fields, declaration=False) == body


def test_a_return_before_the_first_upload_has_empty_texts():
    file = {"hashAlgorithm": 0, "compressionFormat": 0, "encryptAlgorithm": 0, "dataSequence": 0}
    nothing = {**file, "return_FileName": "", "beianInfo": "", "beianInfoHash": ""}
    text = write_return("isp_querypreviousupload", {"msg_code": 0, "msg": "成功", "fileInfos": nothing})

    found = read_return(text, "isp_querypreviousupload")
    assert found["fileInfos"] == {name: str(value) for name, value in nothing.items()}


def test_a_return_with_a_wrong_code_is_not_written():
    with pytest.raises(MessageFault) as found:
        write_return("isp_upload", {"msg_code": 1000, "msg": "成功"})

    assert (found.value.rule, found.value.element) == ("maxInclusive", "msg_code")
