"""Messages made to harm the reader: each is refused as any other, and soon."""

import subprocess
import sys
import time

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import strategies as st

from interchange.messages.faults import MessageFault
from interchange.messages.reading import MAX_ELEMENTS, read_upload
from interchange.tests.messages.refusals import fault_of, refusal_of
from interchange.tests.messages.samples import (
    DATA,
    DECLARATION,
    FRAME,
    RECORD,
    SMALLEST,
    ZXBA,
    gbk,
    message_of,
    text_of,
)

DEPTH = 100_000
XZBA = text_of("upload_icp_xzba")

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = {
    "billion laughs": f'<!DOCTYPE UploadData [<!ENTITY l0 "ha">{LAUGHS}]>',
    "external entity": '<!DOCTYPE UploadData [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "parameter entity": '<!DOCTYPE UploadData [<!ENTITY % x SYSTEM "http://203.0.113.1/x.dtd"> %x;]>',
    "external DTD": '<!DOCTYPE UploadData SYSTEM "http://203.0.113.1/x.dtd">',
    "bare": "<!DOCTYPE UploadData>",
}


@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES)
@pytest.mark.parametrize("lenient", [False, True], ids=["strict", "lenient"])
def test_a_dtd_is_refused_before_it_is_read(doctype, lenient):
    text = SMALLEST.replace("?>", "?>" + doctype, 1)
    for entity in ("l9", "x"):
        assert refusal_of(text.replace("9001", f"&{entity};"), lenient=lenient) == (5001, "DTD", "")
    assert refusal_of(text.replace("?>", "?><!--" + "x" * 200_000 + "-->", 1), lenient=lenient) == (5001, "DTD", "")


@pytest.mark.parametrize("size", [1, 5, 9, 10, 11, 64 * 1024])
def test_a_dtd_is_refused_wherever_a_piece_ends(monkeypatch, size):
    monkeypatch.setattr("interchange.messages.charsets.PIECE", size)

    for before in ("", " ", "<!-- <a> -->", "<?x <a> ?>", "<!--><a -->" * 20):
        assert refusal_of(SMALLEST.replace("?>", f"?>{before}<!DOCTYPE UploadData>", 1)) == (5001, "DTD", "")


def test_a_dtd_is_refused_after_a_comment_whose_second_piece_looks_like_the_first_element(monkeypatch):
    monkeypatch.setattr("interchange.messages.charsets.PIECE", 64)
    comment = "<!--" + " " * 60 + "<a -->"

    assert refusal_of(SMALLEST.replace("?>", f"?>{comment}<!DOCTYPE UploadData>", 1)) == (5001, "DTD", "")


def test_the_word_of_a_dtd_in_a_text_is_only_a_word():
    text = text_of("upload_icp_zxba").replace("<Zxlybz>样例", "<Zxlybz><![CDATA[<!DOCTYPE html>]]>")

    assert [record.fields["Zxlybz"] for record in read_upload(gbk(text)).records()] == ["<!DOCTYPE html>"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (DECLARATION + "<a>" * DEPTH, {5001}),
        (FRAME % ("<Zx_xx>" * DEPTH), {5001}),
        (FRAME % (RECORD % ("<Jlid>" * DEPTH)), {5001}),
        (FRAME % f"<Zx_xx a='{'x' * 20_000_000}'>", {5999}),
        (SMALLEST.replace("V.3.0", "x" * 5_000_000), {5999}),
        (FRAME % (RECORD % ("9" * 20_000_000)), {5999}),
        (FRAME % "<Zx_xx {}>".format(" ".join(f"a{n}='1'" for n in range(DEPTH))), {5999}),
        (FRAME % f"<{'x' * 1_000_000}/>", {5001}),
        (FRAME % ("<Zx_xx/>" * DEPTH), {5001}),
        (SMALLEST.replace("<ICP>", "<ICP>" + "<ZXBA/>" * DEPTH), {5999}),
        (XZBA.replace("<Ym_xx>", "<Ym_xx>" * 2 + "</Ym_xx>" + "<Ym_xx></Ym_xx>" * DEPTH, 1), {5001, 5999}),
        (XZBA.replace("<Ym_xx>", "<Ym_xx></Ym_xx>" * DEPTH + "<Ym_xx>", 1), {5999}),
    ],
    ids=[
        *("deep", "deep records", "deep text", "long attribute", "long version", "long number", "many attributes"),
        *("long name", "many empty records", "many kinds", "deep and many", "many parts of a record"),
    ],
)
@pytest.mark.parametrize("lenient", [False, True], ids=["strict", "lenient"])
def test_depth_and_size_are_refused_quickly(text, codes, lenient):
    begun = time.monotonic()

    assert {refusal_of(text, lenient=lenient)[0]} <= codes
    assert time.monotonic() - begun < 20


def test_a_text_may_be_long_up_to_a_limit():
    fits, exceeds = (XZBA.replace("<Fjnr>", "<Fjnr>" + "A" * length, 1) for length in (1_000_000, 1_200_000))

    assert read_upload(gbk(fits)).counts == {"ICP/XZBA/Baxx": 1}
    assert refusal_of(exceeds) == (5999, "size", "")


def test_a_record_may_have_many_parts_up_to_a_limit():
    domain = "<Ym_xx><IspYmid>1</IspYmid><Ym>example.cn</Ym></Ym_xx>"
    fits, exceeds = (XZBA.replace("<Ym_xx>", domain * count + "<Ym_xx>", 1) for count in (5_000, MAX_ELEMENTS // 3))

    assert read_upload(gbk(fits)).counts == {"ICP/XZBA/Baxx": 1}
    assert refusal_of(exceeds) == (5999, "size", "")
    assert fault_of(exceeds).record == "ICP/XZBA/Baxx[1]"


@pytest.mark.parametrize("lenient", [False, True], ids=["strict", "lenient"])
@pytest.mark.parametrize("file", DATA, ids=lambda file: file.stem)
def test_a_message_cut_off_anywhere_is_refused(file, lenient):
    data, message = file.read_bytes(), message_of(file.stem)

    for length in range(0, len(data.rstrip()), 50):
        assert refusal_of(data[:length], message, lenient=lenient)[0] in (5001, 5008)


@pytest.mark.parametrize(
    "declared", ["UTF-16", "UTF-16LE", "UTF-7", "BIG5", "ISO-8859-1", "EBCDIC-CP-US", "HZ-GB-2312", "nonsense"]
)
@pytest.mark.parametrize("charset", ["gbk", "utf-8", "utf-16", "utf-32", "utf-7", "big5", "cp037"])
@pytest.mark.parametrize("lenient", [False, True], ids=["strict", "lenient"])
def test_a_charset_of_another_name_is_refused_whatever_the_bytes_are(declared, charset, lenient):
    data = XZBA.replace("GBK", declared).encode(charset, errors="replace")

    assert refusal_of(data, lenient=lenient)[0] in (5001, 5008)


@pytest.mark.parametrize("charset", ["utf-16", "utf-32", "utf-8-sig", "cp037"])
@pytest.mark.parametrize("lenient", [False, True], ids=["strict", "lenient"])
def test_other_bytes_than_a_message_says_are_refused(charset, lenient):
    data = XZBA.encode(charset, errors="ignore")
    if (lenient, charset) == (True, "utf-8-sig"):
        assert read_upload(data, lenient=True).leniencies == {"bom": 1, "charset": 1}
    else:
        assert refusal_of(data, lenient=lenient)[0] in (5001, 5008)


def outcome(data, *, lenient=True):
    """Return the fields of an upload's records, or its fault; any other exception fails the test."""
    try:
        return [record.fields for record in read_upload(data, lenient=lenient).records()]
    except MessageFault as fault:
        return fault.code


@given(st.binary(max_size=300))
@example(b"")
def test_any_bytes_are_refused(data):
    for lenient in (False, True):
        assert outcome(data, lenient=lenient) in (5001, 5008)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=4)), min_size=1, max_size=4), st.booleans())
def test_a_message_with_changed_bytes_is_read_or_refused(changes, lenient):
    data = bytearray(gbk(XZBA))
    for place, piece in changes:
        data[place % len(data) : place % len(data) + 2] = piece
    found = outcome(bytes(data), lenient=lenient)

    assert isinstance(found, list) or found in (5001, 5002, 5004, 5008)


TAGS = st.sampled_from(["<ZXBA>", "</ZXBA>", RECORD % 1, "<Zx_xx>", "</Zx_xx>", "<Zxlb>2</Zxlb>", "<Zxlb/>", " ", "x"])


@given(st.lists(TAGS, max_size=12), st.booleans())
def test_any_order_of_tags_is_read_as_the_schema_says_or_refused(tags, lenient):
    text = SMALLEST.replace(ZXBA, "".join(tags))
    found = outcome(gbk(text), lenient=lenient)

    if isinstance(found, list):
        assert found == [{"Zxlb": "2", "Jlid": "1", "Zxly": "1"}] * text.count(RECORD % 1)
    else:
        assert found == 5001


CHILD = """
import resource, sys
from interchange.messages.reading import read_upload
xml = open(sys.argv[1], "rb").read()
read_upload(xml[:xml.index(b"</Baxx>") + 7] + b"</XZBA><Qqdwid>1</Qqdwid></ICP></UploadData>")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
records = sum(1 for _ in read_upload(xml).records())
print(records, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_memory_stays_flat_over_a_thousand_records(tmp_path):
    start, end = XZBA.index("<Baxx>"), XZBA.index("</Baxx>") + len("</Baxx>")
    picture = XZBA[XZBA.index("<Fjnr>") : XZBA.index("</Fjnr>")]
    record = XZBA[start:end].replace(picture, picture + "A" * 30_000)
    (file := tmp_path / "large.xml").write_bytes(gbk(XZBA[:start] + record * 1000 + XZBA[end:]))

    child = [sys.executable, "-c", CHILD, file]
    run = subprocess.run(child, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True)
    records, megabytes = map(int, run.stdout.split())
    assert records == 1000
    assert megabytes < 16  # of 32 MB of XML, which as a tree would be more
