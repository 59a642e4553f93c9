"""Storage of static files, and of evidence: a folder, or a bucket of an S3-compatible server.

s3://KEY:SECRET@HOST/BUCKET/FOLDER?region=REGION&encryption=aws:kms&kms_key=KEY&style=virtual&tls=false

Without KEY and SECRET they come from where Amazon's library looks for them. FOLDER and the options may be left out:
encryption is AES256, by keys of the server.
"""

from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FOLDER: Final = "filings.evidence.files.EvidenceStorage"
BUCKET: Final = "filings.evidence.bucket.EvidenceBucket"
ENCRYPTIONS: Final = ("AES256", "aws:kms")


def in_folder(folder: str) -> dict[str, Any]:
    """Return the storage of a folder."""
    return {"BACKEND": FOLDER, "OPTIONS": {"location": folder}}


def in_bucket(url: str, *, needs_tls: bool) -> dict[str, Any]:
    """Return the storage of a bucket; raise ImproperlyConfigured for an address that is incomplete or insecure."""
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    bucket, _slash, folder = parts.path.strip("/").partition("/")
    with_tls = asked.get("tls", "true") == "true"
    encryption = asked.get("encryption", "AES256")
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme != "s3" or not (host and bucket) or encryption not in ENCRYPTIONS:
        raise ImproperlyConfigured("EVIDENCE_STORAGE: s3://KEY:SECRET@HOST/BUCKET?region=REGION")
    if needs_tls and not with_tls:
        raise ImproperlyConfigured("EVIDENCE_STORAGE: without TLS, files and keys could be read on the network.")
    encrypted = {"ServerSideEncryption": encryption}
    if kms_key := asked.get("kms_key"):
        encrypted["SSEKMSKeyId"] = kms_key
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "location": folder,
        "endpoint_url": f"{'https' if with_tls else 'http'}://{host}",
        "region_name": asked.get("region"),
        "object_parameters": encrypted,
        "addressing_style": asked.get("style", "path"),
    }
    if parts.username:
        options |= {"access_key": unquote(parts.username), "secret_key": unquote(parts.password or "")}
    return {"BACKEND": BUCKET, "OPTIONS": options}


def of_static_files(*, are_collected: bool) -> dict[str, Any]:
    """Return the entry of ``STORAGES`` for static files: collected ones are compressed and named by their content."""
    return {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if are_collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
        # For whoever serves them: not as FILE_UPLOAD_PERMISSIONS, which is for evidence
        "OPTIONS": {"file_permissions_mode": 0o644},
    }
