"""Check that the responsible persons' certificates were valid on the day of submission."""

from collections.abc import Iterator
from datetime import date
from functools import cache, partial

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from filings.fields import validity
from filings.fields.findings import Finding, Severity
from filings.models import Filing
from filings.rules import reservations
from ministry.reference import certificates, code_tables

# Resident identity cards without an end are issued from this age (居民身份证法 第五条).
LONG_TERM_AGE = 46


def findings(filing: Filing) -> Iterator[Finding]:
    """Yield 1008 for certificates that have expired, and a hint at those that can't be long-term.

    An expired one blocks if it was expired on the day of submission; one that expired later only warns. One query if
    a submitted filing has an expired certificate, else none.
    """
    today = timezone.localdate()
    submitted_on = cache(partial(_submitted_on, filing))
    for path, person in reservations.people(filing.facts):
        ends = validity.ends_on(person.get("cert_until"))
        if ends and ends < today:
            yield _expired(f"{path}.cert_until", ends, submitted_on())
        elif person.get("cert_until") == validity.LONG_TERM and not _may_be_long_term(person, today):
            yield _too_young(f"{path}.cert_until")


def _submitted_on(filing: Filing) -> date:
    """Return the day of the submission of its round; today while it is still to be submitted, or if it never was."""
    if filing.is_editable:
        return timezone.localdate()
    taken = filing.snapshots.filter(round=filing.round).values_list("taken_at", flat=True)
    return timezone.localdate(taken.first())


def _expired(path: str, ends: date, submitted_on: date) -> Finding:
    if ends < submitted_on:
        return Finding(
            "1008",
            path,
            _("The certificate has expired."),
            _("Renew it and enter the date on the new certificate, or choose “long-term” if it has no end date."),
        )
    return Finding(
        "1008",
        path,
        _("The certificate has expired since the filing was submitted: it was valid until %(day)s.")
        % {"day": date_format(ends)},
        _("Have the renewed certificate shown."),
        Severity.WARNS,
    )


def _too_young(path: str) -> Finding:
    return Finding(
        "1008",
        path,
        _("A resident identity card issued before the age of %(age)d has an end date.") % {"age": LONG_TERM_AGE},
        _("Check the back of the card; enter the date printed there."),
        Severity.WARNS,
        "《居民身份证法》第五条",
    )


def _may_be_long_term(person: dict[str, object], today: date) -> bool:
    """Return whether the certificate may have no end: all but the identity card of somebody too young."""
    if person.get("cert_type") != code_tables.RESIDENT_ID:
        return True
    try:
        number = certificates.check_certificate(code_tables.RESIDENT_ID, str(person.get("cert_number") or ""))
    except ValidationError:
        return True  # the number has its own finding
    return certificates.age(number, today) >= LONG_TERM_AGE
