"""Keep the XML of uploads and downloads encrypted on disk, and read it again.

Each file has a random key of its own, sealed in its row; the row's table and primary key are authenticated with the
content (AES-256-GCM), so a file put in the place of another one can't be read.
"""

import secrets
from base64 import b64decode, b64encode
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.base import ContentFile

from accounts.sealed import Misplaced, next_keys
from filings.evidence.files import content_of
from interchange.models.files import SealedFile

_NONCE: Final = 12  # bytes, at the beginning of the file


def add(row: SealedFile, xml: bytes) -> None:
    """Encrypt and store the XML of a new row and insert the row; call it inside ``filings.evidence.files.kept``."""
    row.pk = row.pk or next_keys(type(row), 1)[0]
    key, nonce = AESGCM.generate_key(bit_length=256), secrets.token_bytes(_NONCE)
    row.file_key, row.size = b64encode(key).decode(), len(xml)
    row.content = ContentFile(nonce + AESGCM(key).encrypt(nonce, xml, _place(row)), name="xml")
    row.save(force_insert=True)


def read(row: SealedFile) -> bytes:
    """Return the XML of a row.

    Raise FileMissing if the file is gone, Misplaced (an InvalidToken) if it was changed or is another row's.
    """
    kept = content_of(row.content)
    try:
        return AESGCM(b64decode(row.file_key)).decrypt(kept[:_NONCE], kept[_NONCE:], _place(row))
    except InvalidTag as error:
        raise Misplaced(f"the file of {row._meta.db_table} {row.pk} was changed") from error


def _place(row: SealedFile) -> bytes:
    return f"{row._meta.db_table}.content.{row.pk}".encode()
