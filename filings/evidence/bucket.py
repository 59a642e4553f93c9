"""Evidence in a bucket of an S3-compatible server, for portals of several machines; needs requirements-s3.lock.

Files leave it only through the portal: they have no URL, and nothing makes them public. The server encrypts them. A
file is stored whole or not at all, because it is sent in one request.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any, Final

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

from filings.evidence.files import stored

MISSING: Final = frozenset({"404", "NoSuchKey", "NotFound"})
# A request waits for at most 2 + 10 seconds, three times. Checksums that only Amazon's servers know are left out.
_CLIENT: Final[dict[str, Any]] = {
    "connect_timeout": 2,
    "read_timeout": 10,
    "retries": {"total_max_attempts": 3, "mode": "standard"},
    "signature_version": "s3v4",
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}
_WHOLE: Final = TransferConfig(multipart_threshold=2**30, use_threads=False)


@contextmanager
def _errors(name: str) -> Iterator[None]:
    """Raise FileNotFoundError for a missing file, and OSError for any other failure of the server or the network."""
    try:
        yield
    except ClientError as error:
        kind = FileNotFoundError if error.response["Error"]["Code"] in MISSING else OSError
        raise kind(f"{name}: {error}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise OSError(f"{name}: {error}") from error


class EvidenceBucket(S3Storage):  # type: ignore[misc]
    """The bucket; its options come from ``icp_portal.deployment.storage``."""

    def __init__(self, **options: Any) -> None:
        """Open the bucket; nothing is overwritten. ``addressing_style``: how the server takes the bucket's name."""
        client = Config(s3={"addressing_style": options["addressing_style"]}, **_CLIENT)
        super().__init__(file_overwrite=False, client_config=client, transfer_config=_WHOLE, **options)

    def save(self, name: str, content: File[Any], max_length: int | None = None) -> str:
        return stored(partial(self._sent, name, content, max_length))

    def _sent(self, name: str, content: File[Any], max_length: int | None) -> str:
        with _errors(name):
            return str(super().save(name, content, max_length))

    def _open(self, name: str, mode: str = "rb") -> ContentFile[bytes]:
        if mode != "rb":
            raise ValueError("A stored file is never changed.")
        with _errors(name):
            found = self._client.get_object(Bucket=self.bucket_name, Key=self._key(name))
            return ContentFile(found["Body"].read(), name)

    def exists(self, name: str) -> bool:
        with _errors(name):
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with _errors(name):
            super().delete(name)

    def get_modified_time(self, name: str) -> Any:
        with _errors(name):
            return super().get_modified_time(name)

    def url(self, name: str, *_args: Any, **_options: Any) -> str:
        raise ValueError("Stored files have no URL.")

    def names_after(self, place: str, most: int) -> list[str]:
        """Return the next names of files after ``place`` in the server's order, at most so many."""
        wanted = {"Bucket": self.bucket_name, "Prefix": self._key(""), "StartAfter": self._key(place)}
        with _errors(place):
            pages = self._client.get_paginator("list_objects_v2").paginate(**wanted)
            keys = (found["Key"] for page in pages for found in page.get("Contents", ()))
            return [key.removeprefix(self._key("")) for key in islice(keys, most)]

    @property
    def _client(self) -> Any:
        return self.connection.meta.client

    def _key(self, name: str) -> str:
        return f"{self.location.strip('/')}/{name}".lstrip("/")
