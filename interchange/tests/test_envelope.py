"""The envelope: known vectors, both profiles, and every way in which one can be wrong."""

import base64
import hashlib
import io
import struct
import tracemalloc
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interchange import legacy
from interchange.envelope import (
    AES_CBC,
    AES_GCM,
    MAX_XML,
    MD5,
    MODERN,
    PLAIN,
    PROFILES,
    SHA256,
    STRICT,
    ZIP,
    Algorithms,
    Keys,
    new_keys,
    pack,
    password_hash,
    unpack,
)
from interchange.result_codes import CallRefused, MsgCode

XML = '<?xml version="1.0" encoding="GBK"?><UploadData version="V.3.0">示例</UploadData>'.encode("gbk")
KEYS = Keys("1234567890", "0123456789abcdef", "0102030405060708")
OTHER = replace(KEYS, secret="fedcba9876543210")
UNENCRYPTED = Algorithms(PLAIN, MD5, ZIP)
MODERN_KEYS = Keys("1234567890", "0123456789abcdef0123456789abcdef", "", MODERN)


def code_of(content, digest, keys=KEYS, algorithms=UNENCRYPTED):
    with pytest.raises(CallRefused) as refused:
        unpack(content, digest, keys, algorithms)
    return refused.value.code


def in_envelope(data):
    """Return the unencrypted content and the right digest of any bytes in place of a zip."""
    return base64.b64encode(data).decode(), base64.b64encode(hashlib.md5(data).digest()).decode()


def zipped(*entries, compression=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return target.getvalue()


# --- Vectors of public documents and clients ----------------------------------------------------------------


def test_the_hash_of_the_documents_example_password():
    assert password_hash("1234567890", "abcdefghij", MD5) == "9fq6VgG8bDFoWECeX62u2Q=="


def test_the_known_encryption_of_a_known_text():
    text = b'<UploadData version="V.3.0"/>'

    assert base64.b64encode(legacy.encrypt_cbc(text, b"0123456789abcdef", b"0102030405060708")).decode() == (
        "pocJa9l4RYwJxyMY2RfdQGhFntHQLKzcGPg9UOpd0IE="
    )
    assert base64.b64encode(legacy.md5(text)).decode() == "vuFcHTyN5+i3TrRu1EshAg=="


def test_an_envelope_is_what_the_document_says_step_by_step():
    packed = pack(XML, "beianinfo.xml", KEYS, UNENCRYPTED)
    data = base64.b64decode(packed.content)

    assert packed.digest == base64.b64encode(hashlib.md5(data).digest()).decode()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["beianinfo.xml"]
        assert archive.read("beianinfo.xml") == XML


def test_the_hash_is_of_the_zip_before_encryption():
    plain, encrypted = (pack(XML, "a.xml", KEYS, Algorithms(one, MD5, ZIP)) for one in (PLAIN, AES_CBC))

    assert plain.digest == encrypted.digest
    assert len(base64.b64decode(encrypted.content)) % 16 == 0


# --- There and back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "algorithms"),
    [(KEYS, UNENCRYPTED), (KEYS, STRICT.usual), (MODERN_KEYS, MODERN.usual)],
    ids=["plain", "strict", "modern"],
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_what_is_packed_is_unpacked(keys, algorithms, wrapped):
    packed = pack(XML, "a.xml", keys, algorithms, wrapped=wrapped)

    assert unpack(packed.content, packed.digest, keys, algorithms) == XML


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_new_keys_work_and_are_new(profile):
    keys, others = new_keys(profile), new_keys(profile)
    packed = pack(XML, "a.xml", keys, profile.usual)

    assert unpack(packed.content, packed.digest, keys, profile.usual) == XML
    assert not {keys.password, keys.secret, keys.iv} & {others.password, others.secret, others.iv}


def test_wrapped_base64_has_lines_of_76_characters():
    lines = pack(XML * 20, "a.xml", KEYS, UNENCRYPTED, wrapped=True).content.splitlines()

    assert {len(line) for line in lines[:-1]} == {76}
    assert pack(XML, "a.xml", KEYS, UNENCRYPTED).content.split() == [pack(XML, "a.xml", KEYS, UNENCRYPTED).content]


def test_base64_may_be_wrapped_with_carriage_returns_and_be_bytes():
    packed = pack(XML, "a.xml", KEYS, STRICT.usual, wrapped=True)

    assert unpack(packed.content.replace("\n", "\r\n").encode(), f" {packed.digest}\n", KEYS, STRICT.usual) == XML


def test_the_same_xml_has_the_same_digest_on_another_day():
    data = base64.b64decode(pack(XML, "a.xml", KEYS, UNENCRYPTED).content)

    assert zipfile.ZipFile(io.BytesIO(data)).infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_no_two_modern_envelopes_have_the_same_nonce():
    first, second = (pack(XML, "a.xml", MODERN_KEYS, MODERN.usual) for _ in range(2))

    assert first.digest == second.digest
    assert base64.b64decode(first.content)[:12] != base64.b64decode(second.content)[:12]


class Pipe(io.RawIOBase):
    """A target that can't be rewound, so that zipfile writes sizes after the data (flag 0x8), as Node clients do."""

    def __init__(self):
        self.data = b""

    def writable(self):
        return True

    def write(self, piece):
        self.data += bytes(piece)
        return len(piece)


def test_a_zip_with_a_data_descriptor_is_read():
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("beianinfo.xml", XML)

    assert zipfile.ZipFile(io.BytesIO(pipe.data)).infolist()[0].flag_bits & 0x8
    assert unpack(*in_envelope(pipe.data), KEYS, UNENCRYPTED) == XML


def test_exactly_50_megabytes_pass():
    letters = bytes(48 + byte % 64 for byte in range(256))
    xml = b"<a>" + hashlib.shake_128(b"x").digest(MAX_XML - 7).translate(letters) + b"</a>"
    packed = pack(xml, "a.xml", KEYS, STRICT.usual)

    assert len(xml) == MAX_XML
    assert unpack(packed.content, packed.digest, KEYS, STRICT.usual) == xml


# --- Refusals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "algorithms", "code"),
    [
        (KEYS, Algorithms(2, MD5, ZIP), MsgCode.WRONG_ENCRYPTION),
        (KEYS, Algorithms(AES_GCM, MD5, ZIP), MsgCode.WRONG_ENCRYPTION),
        (KEYS, Algorithms(-1, 9, 9), MsgCode.WRONG_ENCRYPTION),
        (KEYS, Algorithms(AES_CBC, SHA256, ZIP), MsgCode.WRONG_HASH_TYPE),
        (KEYS, Algorithms(AES_CBC, 1, 1), MsgCode.WRONG_HASH_TYPE),
        (KEYS, Algorithms(AES_CBC, MD5, 1), MsgCode.WRONG_COMPRESSION),
        (MODERN_KEYS, Algorithms(PLAIN, SHA256, ZIP), MsgCode.WRONG_ENCRYPTION),
        (MODERN_KEYS, Algorithms(AES_CBC, SHA256, ZIP), MsgCode.WRONG_ENCRYPTION),
        (MODERN_KEYS, Algorithms(AES_GCM, MD5, ZIP), MsgCode.WRONG_HASH_TYPE),
    ],
)
def test_an_algorithm_outside_the_profile_is_refused_both_ways(keys, algorithms, code):
    assert code_of("", "", keys, algorithms) == code
    with pytest.raises(CallRefused) as refused:
        pack(XML, "a.xml", keys, algorithms)
    assert refused.value.code == code


def test_an_unknown_hash_of_a_password_is_refused():
    with pytest.raises(CallRefused) as refused:
        password_hash("1234567890", "a" * 20, 7)
    assert refused.value.code == MsgCode.WRONG_HASH_TYPE


def test_a_random_value_beyond_gbk_is_refused():
    with pytest.raises(CallRefused) as refused:
        password_hash("1234567890", "😀" * 20, MD5)
    assert refused.value.code == MsgCode.NOT_AUTHENTICATED


@pytest.mark.parametrize("content", ["%%%", "abc", "示例", "YQ==YQ==", "YQ"])
def test_what_is_not_base64_is_code_6(content):
    assert code_of(content, "") == MsgCode.NOT_DECRYPTED


@pytest.mark.parametrize("content", ["", "YWJj", base64.b64encode(b"x" * 40).decode()])
@pytest.mark.parametrize(("keys", "algorithms"), [(KEYS, STRICT.usual), (MODERN_KEYS, MODERN.usual)])
def test_what_was_never_encrypted_is_code_6(content, keys, algorithms):
    assert code_of(content, "", keys, algorithms) == MsgCode.NOT_DECRYPTED


@pytest.mark.parametrize(
    ("keys", "other", "algorithms"),
    [(KEYS, OTHER, STRICT.usual), (MODERN_KEYS, replace(MODERN_KEYS, secret="f" * 32), MODERN.usual)],
)
def test_another_key_is_code_6(keys, other, algorithms):
    packed = pack(XML, "a.xml", keys, algorithms)

    assert code_of(packed.content, packed.digest, other, algorithms) == MsgCode.NOT_DECRYPTED


def test_a_changed_byte_is_code_6_in_the_modern_profile_and_7_in_the_strict_one():
    for keys, algorithms, code in (
        (MODERN_KEYS, MODERN.usual, MsgCode.NOT_DECRYPTED),
        (KEYS, STRICT.usual, MsgCode.WRONG_HASH),
    ):
        packed = pack(XML, "a.xml", keys, algorithms)
        data = bytearray(base64.b64decode(packed.content))
        data[20] ^= 1

        assert code_of(base64.b64encode(data), packed.digest, keys, algorithms) == code


@pytest.mark.parametrize("digest", ["", "示例", "vuFcHTyN5+i3TrRu1EshAg==", "f5faba5601bc6c316858409e5fadaed9"])
def test_another_hash_is_code_7(digest):
    content, _right = in_envelope(zipped(("a.xml", XML)))

    assert code_of(content, digest) == MsgCode.WRONG_HASH


@pytest.mark.parametrize("data", [b"", b"PK", XML, b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_zip_is_code_8(data):
    assert code_of(*in_envelope(data)) == MsgCode.NOT_UNZIPPED


def test_a_zip_cut_off_anywhere_is_code_8():
    data = zipped(("a.xml", XML))

    assert {code_of(*in_envelope(data[:length])) for length in range(len(data))} == {MsgCode.NOT_UNZIPPED}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_method_of_compression_inside_the_zip_is_code_8(method):
    assert code_of(*in_envelope(zipped(("a.xml", XML), compression=method))) == MsgCode.NOT_UNZIPPED


def test_a_zip_with_a_password_is_code_8():
    data = bytearray(zipped(("a.xml", XML)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1

    assert code_of(*in_envelope(bytes(data))) == MsgCode.NOT_UNZIPPED


@pytest.mark.parametrize("entries", [(), (("a.xml", XML), ("b.xml", XML)), (("folder/", b""),)])
def test_other_than_one_file_is_code_17(entries):
    assert code_of(*in_envelope(zipped(*entries))) == MsgCode.NOT_ONE_FILE


def test_more_than_50_megabytes_are_code_18_both_ways():
    xml = b"x" * (MAX_XML + 1)

    assert code_of(*in_envelope(zipped(("a.xml", xml)))) == MsgCode.TOO_LARGE
    assert code_of(*in_envelope(zipped(("a.xml", xml), compression=zipfile.ZIP_STORED))) == MsgCode.TOO_LARGE
    with pytest.raises(CallRefused) as refused:
        pack(xml, "a.xml", KEYS, UNENCRYPTED)
    assert refused.value.code == MsgCode.TOO_LARGE


def test_more_base64_than_50_megabytes_need_is_code_18_undecoded():
    assert code_of("%" * 80_000_000, "") == MsgCode.TOO_LARGE


def test_a_compression_beyond_what_xml_has_is_code_8():
    assert code_of(*in_envelope(zipped(("a.xml", b"<a>" + b" " * 10_000_000 + b"</a>")))) == MsgCode.NOT_UNZIPPED


def test_a_thousand_equal_records_are_no_bomb():
    xml = b"<ICP>" + b"<Baxx><Ym>example.cn</Ym></Baxx>" * 100_000 + b"</ICP>"

    assert unpack(*in_envelope(zipped(("a.xml", xml))), KEYS, UNENCRYPTED) == xml


def forged(data, size, packed=None):
    """Change the sizes that a zip of one entry declares: uncompressed and, if given, compressed."""
    data, directory = bytearray(data), data.index(b"PK\x01\x02")
    for place in (18, directory + 20):
        (old, _size) = struct.unpack_from("<2I", data, place)
        struct.pack_into("<2I", data, place, packed or old, size)
    return bytes(data)


def test_a_bomb_behind_a_small_declared_size_is_not_inflated():
    content, digest = in_envelope(forged(zipped(("a.xml", b" " * 40_000_000)), 10_000))
    tracemalloc.start()
    try:
        assert code_of(content, digest) == MsgCode.NOT_UNZIPPED
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_a_bomb_behind_a_large_declared_compressed_size_stays_below_50_megabytes():
    content, digest = in_envelope(forged(zipped(("a.xml", b" " * 200_000_000)), MAX_XML, MAX_XML))

    assert code_of(content, digest) == MsgCode.NOT_UNZIPPED


@given(st.binary(max_size=200))
def test_any_bytes_get_a_refusal(data):
    assert code_of(*in_envelope(data)) in (MsgCode.NOT_UNZIPPED, MsgCode.NOT_ONE_FILE)


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_changed_byte_of_a_zip_gets_a_refusal_or_the_same_xml(place, value):
    data = bytearray(zipped(("a.xml", XML)))
    data[place % len(data)] = value
    try:
        outcome = unpack(*in_envelope(bytes(data)), KEYS, UNENCRYPTED)
    except CallRefused as refused:
        outcome = refused.code

    assert outcome in (XML, MsgCode.NOT_UNZIPPED, MsgCode.NOT_ONE_FILE, MsgCode.TOO_LARGE)


def test_keys_are_not_shown():
    assert "1234567890" not in repr(KEYS)
    assert "0102030405060708" not in repr(KEYS)
