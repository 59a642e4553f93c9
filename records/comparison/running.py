"""Compare records night by night: first those changed since the last comparison, then a share of all.

Which records have changed is read from the audit log, which any change of the register enters, also one past the
portal's code. A full pass is spread over ``NIGHTS`` nights and finds what the log doesn't have: changed filings,
imported records. Each piece is a transaction that stores how far it came, so a killed run resumes; a finished one only
compares what has changed since.
"""

import logging
import time
from collections.abc import Collection, Iterator
from math import ceil
from typing import Final

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from ministry import audit
from ministry.models import Access, AuditEntry, AuditShape, Subject, SubjectCertificate, Website
from records.comparison import recording
from records.comparison.comparing import Found, differences
from records.comparison.gathering import gather
from records.models import Copies, CopyComparison

log = logging.getLogger(__name__)

# Records of a piece, and nights of a full pass; our own choice.
PIECE: Final = 100
NIGHTS: Final = 28
UNREADABLE: Final = "unreadable"
# Tables of the register → path from their rows to the subject
TABLES: Final = {Subject: "pk", SubjectCertificate: "subject", Website: "subject", Access: "website__subject"}


def run(seconds: float) -> CopyComparison:
    """Run tonight's comparison, or the rest of it, for about ``seconds``; return how far it has come.

    Eight queries when nothing has changed.
    """
    end = time.monotonic() + seconds
    night = _tonight()
    while _piece(night.pk):
        if time.monotonic() > end:
            log.warning("comparison of the copies: stopped at the time limit, continues tomorrow")
            break
    night.refresh_from_db()
    return night


def _tonight() -> CopyComparison:
    """Return today's comparison; begin it where the last one ended."""
    today, last = timezone.localdate(), CopyComparison.objects.first()
    if last and last.on >= today:
        return last
    top = Subject.objects.aggregate(top=Max("pk"))["top"] or 0
    goes_on = last is not None and last.place < top
    place = last.place if last and goes_on else 0
    began = {
        "entry": last.entry if last else audit.last().number,
        "place": place,
        "until": min(top, place + max(PIECE, ceil(top / NIGHTS))),
        "pass_began_on": last.pass_began_on if last and goes_on else today,
        "pass_ended_on": last.pass_ended_on if last else None,
    }
    return CopyComparison.objects.get_or_create(on=today, defaults=began)[0]


def _piece(night_id: int) -> bool:
    """Compare the next records; return whether there may be more. Waits for another run of this night."""
    with transaction.atomic():
        night = CopyComparison.objects.select_for_update().get(pk=night_id)
        subject_ids, night.entry = _changed(night)
        if not subject_ids:
            subject_ids = _next(night)
            if not subject_ids:
                _finish(night)
                return False
            night.place = subject_ids[-1]
        compare(subject_ids)
        night.compared += len(subject_ids)
        night.save()
    return True


def _changed(night: CopyComparison) -> tuple[list[int], int]:
    """Return the records that the next audit entries are about, and the number of the last entry covered."""
    end = audit.last().number
    names = {model._meta.db_table: model for model in TABLES}
    shapes = dict(AuditShape.objects.filter(name__in=names).values_list("pk", "name"))
    rows = AuditEntry.objects.filter(number__gt=night.entry, shape__in=shapes).order_by("number")
    found = list(rows.values_list("number", "shape", "row")[:PIECE])
    subject_ids: set[int] = set()
    for model, path in TABLES.items():
        keys = {row for _number, shape, row in found if names[shapes[shape]] is model}
        if keys:
            subject_ids.update(model._default_manager.filter(pk__in=keys).values_list(path, flat=True))
    return sorted(subject_ids), found[-1][0] if len(found) == PIECE else max(end, night.entry)


def _next(night: CopyComparison) -> list[int]:
    """Return the next records of tonight's share of the full pass."""
    rows = Subject.objects.filter(pk__gt=night.place, pk__lte=night.until).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:PIECE])


def _finish(night: CopyComparison) -> None:
    """Store that the night is done, and the full pass if this was its last share."""
    if not night.finished_at:
        night.finished_at, night.place = timezone.now(), night.until
        if not Subject.objects.filter(pk__gt=night.until).exists():
            night.pass_ended_on = night.on
    night.save()


def compare(subject_ids: Collection[int]) -> None:
    """Compare these records in the caller's transaction and record what differs, read again under its lock.

    An approval may have come in between: it holds the lock of its subject until it is committed.
    """
    now = dict(_compared(subject_ids))
    if differing := sorted(key for key, found in now.items() if found):
        rows = Subject.objects.filter(pk__in=differing).order_by("pk").values_list("pk")
        list(rows.select_for_update(of=("self",), no_key=True))
        now |= dict(_compared(differing))
    for key, found in now.items():
        if any(one.field == UNREADABLE for one in found):
            log.critical("comparison of the copies: no key opens a copy of record %d", key)
    recording.record(now)


def _compared(subject_ids: Collection[int]) -> Iterator[tuple[int, list[Found]]]:
    """Yield each record with its differences; for a record that can't be decrypted, only that fault."""
    try:
        copies = gather(subject_ids)
    except (InvalidToken, ValueError):
        if len(subject_ids) > 1:
            for key in subject_ids:
                yield from _compared([key])
        else:
            for key in subject_ids:
                yield key, [Found(Copies.REGISTER, "subject", UNREADABLE, ("", ""))]
        return
    for copied in copies:
        yield copied.subject.pk, differences(copied)
