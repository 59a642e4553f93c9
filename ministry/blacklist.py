"""The only writer of the blacklist. Entries are put on it and ended; each time a change row says who and why."""

from datetime import date
from typing import TypeAlias

from django.db import transaction

from accounts.models import User
from ministry import digests
from ministry.models import BlacklistChange, BlacklistedDomain, BlacklistedSubject

Entry: TypeAlias = BlacklistedSubject | BlacklistedDomain


@transaction.atomic
def enter(entry: Entry, by: User) -> None:
    """Put a new entry (number or domain in normal form) on the blacklist."""
    if isinstance(entry, BlacklistedSubject):
        _digest(entry)
    entry.save(force_insert=True)
    _record(entry, by, entry.source)


@transaction.atomic
def end(entry: Entry, until: date | None, by: User, why: str) -> None:
    """Set the last day of an entry, or take it away again with None."""
    entry.until = until
    entry.save(update_fields=["until"])
    _record(entry, by, why)


def derive_digests() -> None:
    """Derive all digests of the blacklist anew with the present DIGEST_KEY, in the caller's transaction."""
    for entry in BlacklistedSubject.objects.select_for_update(of=("self",)).iterator():
        _digest(entry)
        entry.save(update_fields=["digest", "unit_digest"])


def _digest(entry: BlacklistedSubject) -> None:
    entry.digest = digests.of_certificate(entry.number)
    entry.unit_digest = digests.of_unit(entry.cert_type, entry.number)


def _record(entry: Entry, by: User, why: str) -> None:
    of = {"subject": entry} if isinstance(entry, BlacklistedSubject) else {"domain": entry}
    BlacklistChange.objects.create(user=by, until=entry.until, why=why, **of)
