"""The file of a backup: a tar archive of small members with checksums, encrypted with age while it is written."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import IO, Any, Final

import pyrage

CHECKSUM: Final = "ICP.sha256"  # in the extended header of each member
Recipients = Sequence[pyrage.x25519.Recipient]
Identities = Sequence[pyrage.x25519.Identity]


class BackupBroken(Exception):
    """A backup can't be written, read or trusted; the text says why."""


class Hashed:
    """Write to a file, with the SHA-256 and the number of bytes of what was written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._sha256, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        """Write some bytes."""
        self._sha256.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Pass on what is buffered."""
        self._file.flush()

    @property
    def sha256(self) -> str:
        """Return the digest so far."""
        return self._sha256.hexdigest()


class ArchiveWriter:
    """Adds members to an archive."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, content: bytes) -> None:
        """Add a member with its checksum."""
        member = tarfile.TarInfo(name)
        member.size = len(content)
        member.pax_headers = {CHECKSUM: hashlib.sha256(content).hexdigest()}
        self._tar.addfile(member, io.BytesIO(content))

    def add_json(self, name: str, value: Any) -> None:
        """Add a value as JSON."""
        self.add(name, json.dumps(value, ensure_ascii=False, indent=1).encode())


@contextmanager
def writing(target: Any, recipients: Recipients) -> Iterator[ArchiveWriter]:
    """Open an encrypted archive; ``target`` has it when the block has ended without an error."""
    with (
        _piped(lambda pipe: pyrage.encrypt_io(pipe, target, recipients), "wb") as pipe,
        tarfile.open(fileobj=pipe, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        yield ArchiveWriter(tar)


@contextmanager
def reading(source: IO[bytes], identities: Identities) -> Iterator[Iterator[tuple[str, bytes]]]:
    """Decrypt an archive and return its members, name and content, each compared with its checksum.

    Raise BackupBroken when it is not complete, was changed, or is for another key.
    """
    with _piped(lambda pipe: pyrage.decrypt_io(source, pipe, identities), "rb") as pipe:
        yield _members(pipe)


def _members(pipe: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(fileobj=pipe, mode="r|", format=tarfile.PAX_FORMAT) as tar:
            for member in tar:
                file = tar.extractfile(member)
                content = file.read() if file else b""
                if hashlib.sha256(content).hexdigest() != member.pax_headers.get(CHECKSUM):
                    raise BackupBroken(f"{member.name} differs from its checksum.")
                yield member.name, content
    except tarfile.TarError as error:
        raise BackupBroken(f"The archive is not complete: {error}") from error


@contextmanager
def _piped(convert: Callable[[IO[bytes]], None], mode: str) -> Iterator[IO[bytes]]:
    """Convert one end of a pipe in a thread and yield the other; raise the thread's error before those it causes."""
    ends = dict(zip(("rb", "wb"), os.pipe(), strict=True))
    far = os.fdopen(ends[{"rb": "wb", "wb": "rb"}[mode]], {"rb": "wb", "wb": "rb"}[mode])
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(_converted, convert, far)
        try:
            with os.fdopen(ends[mode], mode) as near:
                yield near
        finally:
            # A broken pipe is the consequence of an error on the other side, which is raised itself.
            if (cause := done.exception()) and not isinstance(cause, BrokenPipeError):
                raise BackupBroken(f"The encrypted file can't be written or read: {cause}") from cause


def _converted(convert: Callable[[IO[bytes]], None], far: IO[bytes]) -> None:
    with far:
        convert(far)
