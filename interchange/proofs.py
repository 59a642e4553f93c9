"""Check whether the filing password in an upload is right.

The document has providers send its MD5 with a record (``ICPmm``), and check the password itself beforehand
(``isp_verifybamm``). The register has a slow salted hash, so the MD5 proves something only after such a check: it must
be of the password that the same connection checked for the same subject, at most ``VALID`` ago. That is our own choice.
"""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from accounts.sealed import digest
from interchange import envelope, sandbox
from interchange.models import Connection, ProvenPassword
from ministry.models import Subject

VALID: Final = timedelta(days=1)


def remember(connection: Connection, subject: Subject, password: str) -> None:
    """Record that the connection has just shown the subject's password."""
    shown = {"digest": _digest(connection, subject.pk, envelope.password_md5(password)), "at": timezone.now()}
    ProvenPassword.objects.update_or_create(connection=connection, subject=subject, defaults=shown)


def is_right(connection: Connection, subject_id: int, password_md5: str) -> bool:
    """Return whether ``password_md5`` (hex) is of the password shown lately. One query, none in a sandbox."""
    if connection.is_sandbox:
        return sandbox.is_password_md5(password_md5)
    rows = ProvenPassword.objects.filter(connection=connection, subject=subject_id, at__gt=timezone.now() - VALID)
    return rows.filter(digest=_digest(connection, subject_id, password_md5)).exists()


def forget() -> None:
    """Delete what has been shown too long ago."""
    ProvenPassword.objects.filter(at__lte=timezone.now() - VALID).delete()


def _digest(connection: Connection, subject_id: int, password_md5: str) -> str:
    return digest(f"proof:{connection.pk}:{subject_id}:{password_md5.lower()}")
