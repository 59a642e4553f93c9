"""Take in filings verified by a provider's own system, and pass them to the bureau; host and desk have no part in it.

A second way to the bureau beside ``submitting`` and ``verifying``, by the same rules. What the official interface
(V3.0) has no element for may be empty (``Field.in_interface``); it must send the pictures that V3.0 names
(``attachments.reported``), and the signed sheet stands in place of our checklist. What the bureau returns, the system
corrects and reports again.

Such a filing (``Filing.is_reported``) has neither host nor mandate, and its provider only the moves ``REPORT`` and
``REPORT_TO_PERSONS``: staff see it at their desk without tools, so that it has one source. Its host takes the record
over by adoption.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.sealed import keys_together
from filings import facts, fields, states
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.evidence.files import kept
from filings.facts import Facts
from filings.fields import received
from filings.fields.findings import Finding
from filings.kinds import KINDS, About, Kind, Law
from filings.models import (
    CertificateReading,
    Entrance,
    Event,
    Filing,
    Photograph,
    Sheet,
    Snapshot,
    Verification,
)
from filings.moves.moving import making, receive
from filings.rules import checks, corrections, required_codes
from filings.services import starting, submitting
from filings.services.detection import RecordTarget
from filings.states import Move, Role
from filings.verification import reported
from filings.verification.reported import OpenedPapers, ReportedPapers

# Rows with sealed columns that a filing with one website comes with
SEALED_ROWS: dict[type[Model], int] = {
    **dict.fromkeys((Filing, Snapshot, Verification, Photograph, Sheet), 1),
    Event: 2,  # the photo sealed, the filing reported
    CertificateReading: 2,
}


def report(
    actor: Actor,
    values: Facts,
    papers: ReportedPapers,
    *,
    kind: Kind = Kind.NEW_FILING,
    target: RecordTarget | None = None,
    proven: bool = False,
) -> Filing:
    """Create a filing that the provider's own system has verified, pass it to the bureau, and return it.

    ``actor``: a Role.PROVIDER; its user is the technical account of the connection. ``values``: facts in the shape of
    ``filings.facts``; what the data dictionary lacks is left out. ``target``: the record that any kind but the first
    is about; the values are laid over what the kind opens of it. ``proven``: whether the caller has just checked the
    filing password, for the kinds that need it.

    One transaction, after the files have been decoded. Raises FactsRefused with every finding that blocks, TryLater
    while the machine is busy, NotKept when the storage is full, MoveRefused for any other reason, such as another
    filing that was a moment faster. Then neither row nor file is left.
    """
    law = _law(actor, kind)
    assert actor.provider_id is not None  # noqa: S101 — by the role
    begun = _begun(law, target, values)
    opened = reported.opened(papers, facts.count(begun))
    with kept(), keys_together(SEALED_ROWS), submitting.conflicts_refused():
        filing = Filing(
            provider_id=actor.provider_id,
            entrance=Entrance.SYSTEM,
            kind=kind,
            proved_at=timezone.now() if proven and law.proof else None,
            **(starting.pointers(law, target) if target else {}),
        )
        filing.facts, faults = _laid_over(law, begun, values)
        filing.save(force_insert=True)
        _hand_in(filing, actor, opened, faults)
        filing.save()  # so that its provider sees it
        move = required_codes.reporting_move(filing)
        with making(move, filing.pk, actor, None) as moved:
            _pass_on(moved, move)
    return moved


def report_again(
    filing_id: int, actor: Actor, values: Facts, papers: ReportedPapers, *, version: int | None = None
) -> Filing:
    """Report a returned filing to the bureau again: as a new round, with a new clock.

    ``values`` and ``papers`` are complete, as for ``report``: what they leave out is there no longer. Raises as
    ``report`` does, and Filing.DoesNotExist for another provider's filing.
    """
    known = Filing.objects.visible_to(actor).get(pk=filing_id)
    begun = _begun(known.law, _target(known), values)
    opened = reported.opened(papers, facts.count(begun))
    asked = Filing(kind=known.kind, submitted_at=known.submitted_at)
    asked.facts, faults = _laid_over(known.law, begun, values)
    move = required_codes.reporting_move(asked)
    with kept(), submitting.conflicts_refused(), making(move, filing_id, actor, version) as filing:
        filing.facts = asked.facts
        _hand_in(filing, actor, opened, faults)
        _pass_on(filing, move)
    return filing


def _law(actor: Actor, kind: Kind) -> Law:
    law = KINDS[kind]
    if actor.role != Role.PROVIDER or not law.is_reportable:
        raise MoveRefused(_("A provider's own system can't report this."))
    return law


def _hand_in(filing: Filing, actor: Actor, opened: OpenedPapers, faults: Iterable[Finding]) -> None:
    """Store the files, refuse what may not pass, and begin a round with its verification."""
    submitting.refuse_closed_provider(filing)
    reported.store_pictures(filing, actor, opened)
    lacking = reported.missing(filing.facts, opened, signed=bool(filing.law.blocks))
    found = [*faults, *opened.faults, *lacking, *checks.findings(filing)]
    submitting.refuse({(one.path, one.code): one for one in reversed(found)}.values())
    submitting.close_round(filing)
    reported.store_verification(filing, actor, opened)


def _pass_on(filing: Filing, move: Move) -> None:
    if move == states.REPORT:
        receive(filing)
    else:
        required_codes.ask(filing)


# --- Facts ------------------------------------------------------------------------------------------------


def _begun(law: Law, target: RecordTarget | None, values: Facts) -> Facts:
    """Return what the facts begin with: the record if there is one, and an entry for each new website.

    Raises MoveRefused: 1016 without a record, the code of what has ended, or for no website or too many.
    """
    if law.is_first:
        return {**facts.blank(), "websites": _entries(values)}
    if target is None:
        raise starting.no_record()
    record = starting.facts_of(law, target)
    return {**record, "websites": _entries(values)} if law.adds_website else record


def _target(filing: Filing) -> RecordTarget | None:
    if filing.law.about == About.NOTHING:
        return None
    return RecordTarget(filing.about_subject_id or 0, filing.about_website_id, filing.about_access_id)


def _entries(values: Facts) -> list[dict[str, Any]]:
    count = len(values.get("websites") or ())
    if not count:
        raise MoveRefused(_("A filing needs at least one website."))
    if count > facts.MOST_WEBSITES:
        raise MoveRefused(
            _("A filing can have at most %(most)d websites. File the others after this one.")
            % {"most": facts.MOST_WEBSITES}
        )
    return [facts.blank_website() for _n in range(count)]


def _laid_over(law: Law, begun: Facts, values: Facts) -> tuple[Facts, list[Finding]]:
    """Return ``begun`` with what the kind opens of the values; findings about what must stay as on record."""
    laid, found = received.laid_over(begun, values)
    stated = checks.normalised(fields.without_others(laid))
    kept_back = {path for path in facts.changed_paths(begun, stated) if law.closes(begun, path)}
    for path in sorted(kept_back & set(facts.changed_paths(checks.normalised(begun), stated))):
        code = corrections.NEVER[path][0] if path in corrections.NEVER else "P402"
        found.append(Finding(code, path, corrections.closed_words([path]), ""))
    return facts.written(stated, {path: facts.read(begun, path) for path in kept_back}), found
