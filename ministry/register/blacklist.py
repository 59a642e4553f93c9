"""Add and end entries of the blacklist; its only writer. Each change is logged with who and why."""

from datetime import date
from typing import TypeAlias

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.races import faster
from ministry.models import BlacklistChange, BlacklistedDomain, BlacklistedSubject
from ministry.register import digests

Entry: TypeAlias = BlacklistedSubject | BlacklistedDomain


@transaction.atomic
def enter(entry: Entry, by: User) -> None:
    """Add an entry (number or domain in normal form) to the blacklist."""
    if isinstance(entry, BlacklistedSubject):
        _digest(entry)
    entry.save(force_insert=True)
    _record(entry, by, entry.source)


def version(entry: Entry) -> int:
    """Return the entry's version: the primary key of its latest change, 0 without one."""
    return entry.changes.order_by("-pk").values_list("pk", flat=True).first() or 0


def lock(entry: Entry, seen: int, reader_id: int | None) -> None:
    """Lock the entry in the caller's transaction; raise ValidationError (``changed``) if its version isn't ``seen``."""
    type(entry)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=entry.pk)
    last = entry.changes.select_related("user").order_by("-pk").first()
    if last is None or last.pk == seen:
        return
    raise ValidationError(
        _(
            "%(name)s changed it in the meantime; the last day is now %(until)s. What you typed has been kept; "
            "compare and send it again."
        )
        % {
            "name": faster(last.user_id, last.user, reader_id=reader_id),
            "until": date_format(last.until) if last.until else _("without an end date"),
        },
        code="changed",
    )


@transaction.atomic
def end(entry: Entry, until: date | None, by: User, why: str, *, seen: int) -> None:
    """Set the last day of an entry, or remove it with None; ``seen``: its ``version``. Raise as ``lock`` does."""
    lock(entry, seen, by.pk)
    entry.until = until
    entry.save(update_fields=["until"])
    _record(entry, by, why)


def derive_digests() -> None:
    """Recompute all digests of the blacklist with the current DIGEST_KEY, in the caller's transaction."""
    for entry in BlacklistedSubject.objects.select_for_update(of=("self",)).iterator():
        _digest(entry)
        entry.save(update_fields=["digest", "unit_digest"])


def _digest(entry: BlacklistedSubject) -> None:
    entry.digest = digests.of_certificate(entry.number)
    entry.unit_digest = digests.of_unit(entry.cert_type, entry.number)


def _record(entry: Entry, by: User, why: str) -> None:
    of = {"subject": entry} if isinstance(entry, BlacklistedSubject) else {"domain": entry}
    BlacklistChange.objects.create(user=by, until=entry.until, why=why, **of)
