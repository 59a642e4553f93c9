"""Remarks that have been typed and not sent stand in the way of a decision."""

import pytest

from filings.moves import remarks

ROW = {"path": "", "code": "", "seen": "", "expected": ""}


def test_empty_rows_stand_in_nobodys_way():
    remarks.refuse_unsent([ROW, {**ROW, "seen": "  "}, {}])


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ({"path": "subject.cert_number", "seen": "看不清"}, "（“证件号码”）"),
        ({"seen": "看不清"}, "（未选择填报项）"),
    ],
)
def test_what_was_typed_is_named_by_its_field_if_one_was_chosen(typed, named):
    with pytest.raises(remarks.RemarksUnsent, match="有 1 条退回意见已填写但尚未发出") as refused:
        remarks.refuse_unsent([{**ROW, **typed}, ROW])
    assert named in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "信息有误",
        "信息有误，请修改。",
        "填写错误",
        "资料不符合要求",
        "请核实后重新提交！",
        "  有 误 ",
        "Wrong information.",
    ],
)
def test_words_that_tell_nothing_are_found(text):
    assert remarks.is_vague(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "看不清",
        "重新上传",
        "与营业执照不一致",
        "信息与执照第3行不符",
        "名称少一个字",
        "按营业执照填写",
        "Name differs",
    ],
)
def test_words_that_tell_something_are_not(text):
    assert not remarks.is_vague(text)
