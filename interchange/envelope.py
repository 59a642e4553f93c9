"""The envelope of a file on its way: zip, hash, encryption and base64, and the hash of a password.

XML → zip with one entry → hash of the zip → encrypted zip → base64, as V3.0 says. Ids of algorithms are those of the
interface; ids from 101 on, for which the document has none, are the portal's own.
"""

import base64
import binascii
import hashlib
import hmac
import io
import secrets
import string
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from interchange import legacy, result_codes
from interchange.result_codes import CallRefused, MsgCode

if TYPE_CHECKING:
    from interchange.models import Connection, ReportingConnection

# Ids of encryptions, hashes and compressions
PLAIN, AES_CBC, AES_GCM = 0, 1, 101
MD5, SHA256 = 0, 101
ZIP = 0

# That the document's megabytes are binary is our reading, the larger of the two.
MAX_XML = result_codes.MAX_XML_MB * 1024 * 1024
# Uncompressed XML in a zip has this many bytes more, at most; our own choice.
_ZIP_FRAME = 64 * 1024
# Our own choice: 1,000 equal records compress up to 1:340, blanks 1:1000.
MAX_RATIO = 500
_PIECE = 256 * 1024
_NONCE = 12
# An entry's date in every zip, the earliest possible: the same XML always gives the same digest, also when sent again.
_DATE = (1980, 1, 1, 0, 0, 0)
_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Algorithms:
    """Ids of the algorithms of one envelope, as they stand beside it."""

    encrypt: int = AES_CBC
    hash: int = MD5
    compression: int = ZIP


@dataclass(frozen=True, slots=True)
class Profile:
    """What a connection may use; ``usual`` is what we send."""

    name: str
    encryptions: frozenset[int]
    hashes: frozenset[int]
    usual: Algorithms

    def check(self, algorithms: Algorithms) -> None:
        """Raise CallRefused with code 9, 10 or 11 for an algorithm outside the profile."""
        if algorithms.encrypt not in self.encryptions:
            raise CallRefused(MsgCode.WRONG_ENCRYPTION)
        if algorithms.hash not in self.hashes:
            raise CallRefused(MsgCode.WRONG_HASH_TYPE)
        if algorithms.compression != ZIP:
            raise CallRefused(MsgCode.WRONG_COMPRESSION)


# The letter of V3.0
STRICT = Profile("strict", frozenset({PLAIN, AES_CBC}), frozenset({MD5}), Algorithms())
# Our own choice: for systems that can do better than V3.0, over TLS with client certificates
MODERN = Profile("modern", frozenset({AES_GCM}), frozenset({SHA256}), Algorithms(AES_GCM, SHA256, ZIP))
PROFILES = {profile.name: profile for profile in (STRICT, MODERN)}


@dataclass(frozen=True, slots=True)
class Keys:
    """What a bureau issues to a provider for one connection, as text.

    ``secret``: 16, 24 or 32 ASCII characters, of which each is a byte of the AES key; in the modern profile 32.
    ``iv``: 16 ASCII characters; unused in the modern profile, which takes a new nonce for each envelope.
    """

    password: str = field(repr=False)
    secret: str = field(repr=False)
    iv: str = field(repr=False)
    profile: Profile = STRICT


def keys_of(connection: "Connection | ReportingConnection") -> Keys:
    """Return the secrets of a connection with its algorithms."""
    return Keys(connection.password, connection.secret, connection.iv, PROFILES[connection.profile])


def new_keys(profile: Profile) -> Keys:
    """Return fresh random keys: of 16 characters in the strict profile, as clients of V3.0 have, else of 32."""

    def chosen(length: int) -> str:
        return "".join(secrets.choice(_LETTERS) for _ in range(length))

    return Keys(chosen(20), chosen(16 if profile is STRICT else 32), chosen(16), profile)


@dataclass(frozen=True, slots=True)
class Packed:
    """A packed file: ``beianInfo`` and ``beianInfoHash``."""

    content: str = field(repr=False)
    digest: str


def password_hash(password: str, random_value: str, algorithm: int) -> str:
    """Return ``pwdHash``: base64 of the hash of password and random value, as GBK bytes one after the other.

    Raise CallRefused: code 10 for an unknown algorithm, 12 for characters that GBK lacks.
    """
    try:
        return _base64(_hash(algorithm)((password + random_value).encode("gbk")))
    except UnicodeEncodeError:
        raise CallRefused(MsgCode.NOT_AUTHENTICATED) from None


def password_md5(password: str) -> str:
    """Return a filing password as uploads contain it (``ICPmm``): MD5 as hex, in lower case."""
    return legacy.md5(password.encode()).hex()


def pack(xml: bytes, name: str, keys: Keys, algorithms: Algorithms, *, wrapped: bool = False) -> Packed:
    """Pack an XML file as the zip's entry ``name``; ``wrapped`` breaks the base64 into lines of 76 characters.

    Raise CallRefused: code 9, 10 or 11 for algorithms outside the profile of the keys, 18 for more than 50 MB of XML.
    """
    keys.profile.check(algorithms)
    if len(xml) > MAX_XML:
        raise CallRefused(MsgCode.TOO_LARGE)
    zipped = _zipped(xml, name)
    content = _ENCRYPTIONS[algorithms.encrypt][0](zipped, keys)
    encode = base64.encodebytes if wrapped else base64.b64encode
    return Packed(encode(content).decode(), _base64(_hash(algorithms.hash)(zipped)))


def unpack(content: str | bytes, digest: str, keys: Keys, algorithms: Algorithms) -> bytes:
    """Return the XML of ``beianInfo``, checked against ``beianInfoHash``. Base64 may be broken into lines.

    Raise CallRefused, in this order: 9, 10, 11 algorithm outside the profile of the keys; 18 more bytes than a zip of
    50 MB of XML has; 6 not base64 or not decrypted; 7 another hash; 8 no zip, or damaged; 17 not exactly one file;
    18 more than 50 MB of XML; 8 compressed more than 1:500. Order and ratio are our own choice. Inflating stops at
    50 MB.
    """
    keys.profile.check(algorithms)
    if len(content) > (MAX_XML + _ZIP_FRAME) * 3 // 2:
        raise CallRefused(MsgCode.TOO_LARGE)
    zipped = _decrypted(content, keys, algorithms)
    expected = _decoded(digest, MsgCode.WRONG_HASH)
    if not hmac.compare_digest(_hash(algorithms.hash)(zipped), expected):
        raise CallRefused(MsgCode.WRONG_HASH)
    return _unzipped(zipped)


# --- Hash and encryption ------------------------------------------------------------------------------------


def _hash(algorithm: int) -> Callable[[bytes], bytes]:
    if algorithm not in _HASHES:
        raise CallRefused(MsgCode.WRONG_HASH_TYPE)
    return _HASHES[algorithm]


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


_HASHES = {MD5: legacy.md5, SHA256: _sha256}


def _encrypt_gcm(data: bytes, keys: Keys) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(keys.secret.encode()).encrypt(nonce, data, None)


def _decrypt_gcm(data: bytes, keys: Keys) -> bytes:
    return AESGCM(keys.secret.encode()).decrypt(data[:_NONCE], data[_NONCE:], None)


# Id → encrypt, decrypt
_ENCRYPTIONS: dict[int, tuple[Callable[[bytes, Keys], bytes], Callable[[bytes, Keys], bytes]]] = {
    PLAIN: (lambda data, _keys: data, lambda data, _keys: data),
    AES_CBC: (
        lambda data, keys: legacy.encrypt_cbc(data, keys.secret.encode(), keys.iv.encode()),
        lambda data, keys: legacy.decrypt_cbc(data, keys.secret.encode(), keys.iv.encode()),
    ),
    AES_GCM: (_encrypt_gcm, _decrypt_gcm),
}


def _decrypted(content: str | bytes, keys: Keys, algorithms: Algorithms) -> bytes:
    data = _decoded(content, MsgCode.NOT_DECRYPTED)
    try:
        return _ENCRYPTIONS[algorithms.encrypt][1](data, keys)
    except (ValueError, InvalidTag):
        raise CallRefused(MsgCode.NOT_DECRYPTED) from None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str | bytes, code: MsgCode) -> bytes:
    """Decode base64 that may contain whitespace; raise CallRefused with ``code`` for anything else."""
    try:
        raw = text.encode("ascii") if isinstance(text, str) else text
        return binascii.a2b_base64(raw.translate(None, b" \t\r\n"), strict_mode=True)
    except ValueError:
        raise CallRefused(code) from None


# --- Zip ----------------------------------------------------------------------------------------------------


def _zipped(xml: bytes, name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name, _DATE)
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, xml)
    return target.getvalue()


@contextmanager
def _refusing_damage() -> Iterator[None]:
    """Turn whatever zipfile raises for a damaged or unsupported archive into code 8."""
    try:
        yield
    except (
        *(zipfile.BadZipFile, zlib.error, EOFError, struct.error, OSError),
        *(ValueError, NotImplementedError, RuntimeError, OverflowError),
    ):
        raise CallRefused(MsgCode.NOT_UNZIPPED) from None


def _unzipped(zipped: bytes) -> bytes:
    with _refusing_damage(), zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        entries = archive.infolist()
        if len(entries) != 1 or entries[0].is_dir():
            raise CallRefused(MsgCode.NOT_ONE_FILE)
        _check_sizes(entries[0])
        with archive.open(entries[0]) as source:
            return _inflated(source)


def _check_sizes(entry: zipfile.ZipInfo) -> None:
    """Raise CallRefused for what an entry's header already shows: a method other than deflate, its size, its ratio."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise CallRefused(MsgCode.NOT_UNZIPPED)
    if entry.file_size > MAX_XML:
        raise CallRefused(MsgCode.TOO_LARGE)
    if entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise CallRefused(MsgCode.NOT_UNZIPPED)


def _inflated(source: IO[bytes]) -> bytes:
    """Return what an entry contains; zipfile stops at the size in the header and compares the checksum."""
    target = io.BytesIO()
    while piece := source.read(_PIECE):
        target.write(piece)
        if target.tell() > MAX_XML:
            raise CallRefused(MsgCode.TOO_LARGE)
    return target.getvalue()
