"""The life of a batch: read, checked in pieces, then written in pieces, each piece one transaction.

The batch's row lock keeps two workers from one batch; the second one returns at once. A filing is made in the
transaction that marks its row, so a batch that was killed resumes where it stopped and makes nothing twice.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.sealed import digest, keyed
from filings import actors, services
from filings.actors import Actor
from filings.agreements import mandates
from filings.errors import MoveRefused
from filings.evidence import documents
from filings.models import Filing, Mandate, MandateWay
from filings.states import Role, Status
from ministry import retention
from ministry.mail.outbox import after_commit
from ministry.retention import DataKind
from providers.imports.columns import HOST_EMAIL, by_key
from providers.imports.judging import JudgedRow, JudgedSheet
from providers.imports.reading import read
from providers.models import Import, ImportMode, ImportRow, ImportState

CHECKED_A_PIECE, WRITTEN_A_RUN = 20, 50
# A batch that has not been touched for so long has lost its worker.
STALLED = timedelta(minutes=1)
# Rows that were not written are personal data of people who are not hosts yet; they are erased after this time.
ERASED_AT_ONCE = 500

S = ImportState


def begin(actor: Actor, file_name: str, content: bytes) -> Import:
    """Read a file and queue its check; raise ValidationError if it can't be read, MoveRefused if it was imported."""
    found = read(content, file_name)
    with transaction.atomic():
        sha256 = hashlib.sha256(content).hexdigest()
        _refuse_again(actor, sha256)
        batch = Import.objects.create(
            provider_id=actor.provider_id or 0,
            made_by_id=actor.person_id,
            file_name=file_name[:255],
            sha256=sha256,
            columns=[column.key for column in found.columns],
        )
        rows: list[tuple[int, Any]] = [*found.rows]
        ImportRow.objects.bulk_create(
            keyed(ImportRow(batch=batch, number=number, cells=cells) for number, cells in rows)
        )
        after_commit("providers.check_import", batch.pk)
    return batch


def _refuse_again(actor: Actor, sha256: str) -> None:
    """Raise MoveRefused if the same file was imported before: it would make every filing twice."""
    same = Import.objects.visible_to(actor).filter(sha256=sha256, state__in=[S.WRITING, S.DONE]).first()
    if same:
        raise MoveRefused(
            _("This file was already imported on %(date)s; see import %(id)d.")
            % {"date": date_format(timezone.localtime(same.made_at)), "id": same.pk}
        )


# --- Checking ---------------------------------------------------------------------------------------------


def check_some(import_id: int) -> bool:
    """Check the next rows of a batch, in their order; return whether there are more."""
    with transaction.atomic():
        if (batch := _taken(import_id, S.CHECKING)) is None:
            return False
        sheet = _sheet(batch)
        rows = list(batch.rows.filter(checked_at=None)[:CHECKED_A_PIECE])
        for row in rows:
            _check(batch, sheet, row)
        if len(rows) < CHECKED_A_PIECE:
            batch.state = S.CHECKED
        _touch(batch)
    return batch.state == S.CHECKING


def _check(batch: Import, sheet: JudgedSheet, row: ImportRow) -> None:
    judged = sheet.judge(row.cells)
    row.problems = [*judged.problems, *_conflicts(batch, sheet, row, judged)]
    row.is_faulty = bool(row.problems)
    row.keys = [*judged.keys, *_names(judged)]
    row.checked_at = timezone.now()
    row.save(update_fields=["problems", "is_faulty", "keys", "checked_at"])


def _names(judged: JudgedRow) -> tuple[str, ...]:
    """Return the digests that match the rows of one host: of the e-mail address, and of address and name."""
    if not judged.email:
        return ()
    name = judged.values.get("subject.name", "")
    return f"e{digest(judged.email)}", f"n{digest(f'{judged.email} {name}')}"


def _conflicts(batch: Import, sheet: JudgedSheet, row: ImportRow, judged: JudgedRow) -> list[dict[str, str]]:
    """Return the conflicts with earlier rows of the file, or with a draft begun before. At most three queries."""
    problems = []
    earlier = batch.rows.filter(number__lt=row.number)
    if judged.keys:
        met = earlier.filter(keys__overlap=list(judged.keys)).values_list("number", "keys").first()
        if met:
            number, keys = met
            path = next(place for key, place in judged.keys.items() if key in keys)
            problems.append(sheet.problem(path, _TWICE[path], _("Same as row %(row)d.") % {"row": number}))
    if names := _names(judged):
        other = earlier.filter(keys__contains=[names[0]]).exclude(keys__contains=[names[1]])
        if (first := other.values_list("number", flat=True).first()) is not None:
            words = _("Row %(row)d gives this address for another host. Each host needs its own.") % {"row": first}
            problems.append(sheet.problem(HOST_EMAIL, "1009", words))
    if (begun := _begun_before(batch, judged)) is not None:
        words = _("There is already a draft for this certificate: filing %(id)d.") % {"id": begun}
        problems.append(sheet.problem("subject.cert_number", "P110", words))
    return problems


# path → code of a duplicate
_TWICE = {"subject.cert_number": "P110", "websites.0.domain": "1039", "websites.0.home_url": "1021"}


def _begun_before(batch: Import, judged: JudgedRow) -> int | None:
    """Return the draft on behalf with this certificate, from an earlier import or by hand."""
    own = next((key[1:] for key, path in judged.keys.items() if path == "subject.cert_number"), "")
    if not own:
        return None
    rows = Filing.objects.filter(provider_id=batch.provider_id, mandate__isnull=False, subject_digest=own)
    return rows.filter(status=Status.DRAFT).values_list("pk", flat=True).first()


# --- Deciding ---------------------------------------------------------------------------------------------


def decide(
    import_id: int,
    actor: Actor,
    *,
    mode: ImportMode,
    way: MandateWay,
    days: int | None = None,
    until: date | None = None,
    pages: Sequence[UploadedFile[bytes]] = (),
) -> None:
    """Store what is to be written and by which mandates; raise MoveRefused, or ValidationError for a bad scan."""
    if way == MandateWay.PAPER:
        mandates.refuse_last_day(until)
        paper = documents.accept(pages, actor.person_id)
    else:
        mandates.refuse_length(days)
        paper = None
    with transaction.atomic():
        batch = Import.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=import_id)
        _refuse_unless_writable(batch, mode)
        batch.mode, batch.way, batch.paper = mode, way, paper
        batch.days, batch.until = (None, until) if paper else (days, None)
        batch.decided_by_id, batch.refusal, batch.state = actor.person_id, "", S.WRITING
        batch.touched_at = timezone.now()
        batch.save()
        after_commit("providers.write_import", batch.pk)


def _refuse_unless_writable(batch: Import, mode: ImportMode) -> None:
    if batch.state != S.CHECKED:
        raise MoveRefused(
            _("This import is “%(state)s”, so this can't be done.") % {"state": batch.get_state_display()}
        )
    if not batch.rows.filter(is_faulty=False, filing=None).exists():
        raise MoveRefused(_("Every row has errors, so nothing can be written."))
    if mode == ImportMode.ALL and batch.rows.filter(is_faulty=True).exists():
        raise MoveRefused(
            _("Some rows have errors. Correct the file and upload it again, or write only the correct rows.")
        )
    if batch.made_at < timezone.now() - retention.days(DataKind.IMPORTS):
        raise MoveRefused(_("This file was read too long ago. Upload it again."))


# --- Writing ----------------------------------------------------------------------------------------------


def write_some(import_id: int) -> bool:
    """Write the next rows of a batch, or all of them at once; return whether there are more."""
    for _row in range(WRITTEN_A_RUN):
        with transaction.atomic():
            batch = _taken(import_id, S.WRITING)
            if batch is None:
                return False
            if batch.mode == ImportMode.ALL:
                _write_all(batch)
            elif not _write_next(batch):
                batch.state = S.DONE
            _touch(batch)
        if batch.state != S.WRITING:
            return False
    return True


def _write_all(batch: Import) -> None:
    """Write every row or none: if one is refused, all are rolled back."""
    sheet, actor = _sheet(batch), _actor(batch)
    try:
        with transaction.atomic():
            for row in batch.rows.filter(filing=None):
                _write(batch, sheet, actor, row)
    except MoveRefused as refusal:
        batch.refusal, batch.state = str(refusal)[:500], S.CHECKED
    else:
        batch.state = S.DONE


def _write_next(batch: Import) -> bool:
    """Write the next row without faults, or store why it is refused; return False if there is none left."""
    row = batch.rows.filter(is_faulty=False, filing=None, refusal="").first()
    if row is None:
        return False
    try:
        with transaction.atomic():
            _write(batch, _sheet(batch), _actor(batch), row)
    except MoveRefused as refusal:
        row.refusal = str(refusal)[:500]
        row.save(update_fields=["refusal"])
    return True


def _write(batch: Import, sheet: JudgedSheet, actor: Actor, row: ImportRow) -> None:
    email, values = sheet.values(row.cells)
    mandate = _mandate(batch, actor, email, str(values["subject.name"])[:128])
    standing_in = actors.on_behalf(actor, batch.provider.name)
    row.filing = services.start_on_behalf(mandate.pk, standing_in, values)
    row.cells = []
    row.save(update_fields=["filing", "cells"])


def _mandate(batch: Import, actor: Actor, email: str, name: str) -> Mandate:
    """Return the host's current mandate, or make one with the batch's values."""
    if found := mandates.current(actor, email):
        return found
    if batch.way == MandateWay.PAPER and batch.paper and batch.until:
        return mandates.bring_paper(actor, email, name, batch.until, batch.paper)
    return mandates.ask(actor, email, name, batch.days or 0, counted=False)


# --- Resuming and erasing ---------------------------------------------------------------------------------


def stalled() -> list[tuple[int, str]]:
    """Return (batch, state) of the batches that a killed worker or a dead broker has left."""
    rows = Import.objects.filter(state__in=[S.CHECKING, S.WRITING], touched_at__lt=timezone.now() - STALLED)
    return list(rows.order_by("touched_at").values_list("pk", "state"))


def erase_old() -> int:
    """Erase the cells of rows that were not written within their period; return how many."""
    old = ImportRow.objects.filter(batch__made_at__lt=timezone.now() - retention.days(DataKind.IMPORTS), filing=None)
    old = old.exclude(batch__state=S.WRITING).exclude(keys=["erased"]).defer("cells").order_by("pk")
    return sum(iter(partial(_erase_some, old[:ERASED_AT_ONCE]), 0))


@transaction.atomic
def _erase_some(rows: QuerySet[ImportRow]) -> int:
    """Erase the cells of these rows one by one, because each is sealed for its own row."""
    found = list(rows.select_for_update(of=("self",)))
    for row in found:
        row.cells, row.keys = [], ["erased"]
        row.save(update_fields=["cells", "keys"])
    return len(found)


def _taken(import_id: int, state: ImportState) -> Import | None:
    """Return the batch, locked; None if it does not exist, is in another state, or another worker has it."""
    rows = Import.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    return rows.select_related("provider", "decided_by").filter(pk=import_id, state=state).first()


def _touch(batch: Import) -> None:
    batch.touched_at = timezone.now()
    batch.save(update_fields=["touched_at", "state", "refusal"])


def _sheet(batch: Import) -> JudgedSheet:
    return JudgedSheet([by_key()[key] for key in batch.columns], batch.provider_id)


def _actor(batch: Import) -> Actor:
    """Return the person who decided to write the batch, in whose name the filings are begun."""
    return Actor(
        Role.PROVIDER, batch.decided_by_id, str(batch.decided_by), provider_id=batch.provider_id, staff_role=""
    )
