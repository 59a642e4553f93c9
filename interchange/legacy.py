"""The old algorithms that V3.0 prescribes: MD5 and AES in CBC mode. Only ``envelope`` may import this module.

Neither protects against an attacker of today: MD5 digests can be forged, and CBC doesn't show that a content was
changed. They are here because systems that speak V3.0 know no others; such a connection needs TLS or a private line.
"""

import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7


def md5(data: bytes) -> bytes:
    """Return the MD5 of ``data``, 16 bytes."""
    return hashlib.md5(data, usedforsecurity=False).digest()


def encrypt_cbc(data: bytes, secret: bytes, iv: bytes) -> bytes:
    """Return ``data`` encrypted by AES/CBC/PKCS5Padding.

    ``secret`` has 16, 24 or 32 bytes and ``iv`` has 16; raise ValueError for others.
    """
    padder, encryptor = PKCS7(AES.block_size).padder(), Cipher(AES(secret), CBC(iv)).encryptor()
    return encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()


def decrypt_cbc(data: bytes, secret: bytes, iv: bytes) -> bytes:
    """Return what ``encrypt_cbc`` encrypted; raise ValueError for another length or padding."""
    decryptor, unpadder = Cipher(AES(secret), CBC(iv)).decryptor(), PKCS7(AES.block_size).unpadder()
    return unpadder.update(decryptor.update(data) + decryptor.finalize()) + unpadder.finalize()
