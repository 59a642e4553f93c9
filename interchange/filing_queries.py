"""Answer whether a domain or a certificate is on record (``isp_querybeianstatus``), and log each question."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sealed import digest
from interchange.models import Connection, StatusLook
from interchange.result_codes import CallRefused, MsgCode, official
from ministry.models import SubjectCertificate, Website
from ministry.reference import lookups
from ministry.reference.certificates import check_certificate
from ministry.register import digests, public_search

DOMAIN: Final = 0  # queryConditionType; the others are official ids of certificate types
HOUR: Final = timedelta(hours=1)
SHORTEST, LONGEST = 4, 255  # characters of queryCondition


@dataclass(frozen=True, slots=True)
class OnRecord:
    """The answer to a question. ``website`` is set for domains only; for a certificate the answer is yes or no."""

    is_filed: bool
    website: Website | None = None


def find(connection: Connection, condition_type: int | None, condition: str) -> OnRecord:
    """Return whether a domain or a certificate is on record and log the question; raise CallRefused (999) for neither.

    A unit's certificate is also on record if another one with the same organisation code is. 999 is also returned when
    the connection has used up its questions for the hour, for which the document has no code.
    """
    if condition_type is None or not SHORTEST <= len(condition) <= LONGEST:
        raise CallRefused(MsgCode.OTHER)
    try:
        asked, found = _domain(condition) if condition_type == DOMAIN else _certificate(condition_type, condition)
    except ValidationError as error:
        raise CallRefused(MsgCode.OTHER) from error
    _log(connection, condition_type, digest(f"status:{condition_type}:{asked}"), is_filed=found.is_filed)
    return found


@transaction.atomic
def _log(connection: Connection, condition_type: int, digest_asked: str, *, is_filed: bool) -> None:
    """Log a question; raise CallRefused if it is one too many. The connection is locked, so the count is exact."""
    Connection.objects.select_for_update(of=("self",), no_key=True).get(pk=connection.pk)
    most = settings.INTERCHANGE_QUESTIONS_AN_HOUR
    if connection.looks.filter(at__gt=timezone.now() - HOUR).count() >= most:
        raise CallRefused(MsgCode.OTHER, official(_("at most %(most)d questions an hour")) % {"most": most})
    StatusLook.objects.create(
        connection=connection, condition_type=condition_type, digest=digest_asked, is_filed=is_filed
    )


def _domain(text: str) -> tuple[str, OnRecord]:
    asked = lookups.understand(text)
    if not asked.domain:
        raise ValidationError("no domain", code="invalid")
    match = next(iter(public_search.found(asked)), None)
    website = match.website if match else None
    return asked.domain, OnRecord(website is not None, website)


def _certificate(cert_type: int, text: str) -> tuple[str, OnRecord]:
    number = check_certificate(cert_type, text)
    same = Q(cert_type=cert_type, digest=digests.of_certificate(number))
    if unit := digests.of_unit(cert_type, number):
        same |= Q(unit_digest=unit, unit_digest__gt="")
    rows = SubjectCertificate.objects.filter(same, live=True, subject__live=True)
    return number, OnRecord(rows.exists())
