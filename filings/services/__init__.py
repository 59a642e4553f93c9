"""The moves people make with a filing: host, provider, bureau.

Each function: one transaction, the filing's row locked, refusals in words, the change, an event, mails as rows,
jobs queued on commit. Callers give ids, the actor, and the version they saw; see ``filings.moves.moving``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.sealed import keyed
from filings import checklist, facts, fields, reasons, states
from filings.actors import Actor
from filings.agreements import migration_offers
from filings.errors import FactsClash, FactsRefused, MoveRefused
from filings.evidence import pictures, quality, scans
from filings.evidence.limited import turns
from filings.fields import attachments, merging
from filings.kinds import About, Kind, Numbers, identity
from filings.lookup import phrase_bank, search
from filings.mail import notices, other_providers
from filings.models import (
    Answer,
    Entrance,
    Event,
    Evidence,
    EvidenceKind,
    Export,
    Filing,
    Handover,
    Look,
    Mandate,
    Remark,
    Sheet,
    SheetScan,
    Snapshot,
    Verdict,
    Verification,
)
from filings.moves import assignment, endings
from filings.moves.moving import changing, claim_refusal, locked, making, receive, record, who_was_faster
from filings.moves.remarks import refuse_unsent
from filings.review import opinions
from filings.rules import checks, conflicts, corrections, ownership, required_codes, reservations
from filings.states import Role, Status
from filings.verification import photographs, sheets, worksheets
from ministry.models import Access, Subject
from ministry.passwords import passwords
from ministry.reference import code_tables
from ministry.register.writer import RegisterConflict


@dataclass(frozen=True, slots=True)
class RemarkDraft:
    """A remark as a desk writes it: path of the field, official code, what was seen, what is expected."""

    path: str
    code: str
    seen: str
    expected: str


# --- The host fills in ----------------------------------------------------------------------------


def start(actor: Actor, *, provider_id: int, entrance: Entrance) -> Filing:
    """Start a draft with one provider; it remembers the way the host came."""
    with transaction.atomic():
        filing = Filing.objects.create(host_id=actor.person_id, provider_id=provider_id, entrance=entrance)
        record(filing, "start", actor, target=Status.DRAFT)
    return filing


def begun_with(actor: Actor, provider_id: int) -> QuerySet[Filing]:
    """Return the host's own drafts of first filings with a provider, the newest first."""
    own = Filing.objects.filter(host_id=actor.person_id, provider_id=provider_id, mandate=None)
    return own.filter(status=Status.DRAFT, kind=Kind.NEW_FILING).order_by("-pk")


def start_once(actor: Actor, *, provider_id: int, entrance: Entrance, another: bool = False) -> Filing | None:
    """Start a draft with a provider; None where one lies there already and ``another`` is not asked for.

    Two presses at once start one: the host's row is locked meanwhile.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=actor.person_id)
        if not another and begun_with(actor, provider_id).exists():
            return None
        return start(actor, provider_id=provider_id, entrance=entrance)


def start_on_behalf(mandate_id: int, actor: Actor, values: Mapping[str, Any] | None = None) -> Filing:
    """Start a draft in the place of the host of a mandate of the actor's own provider.

    ``values`` (path → value) is what is known already.
    Of a mandate the host has not answered yet a draft may be prepared; it comes to nobody before the consent.
    """
    with transaction.atomic():
        mandates = Mandate.objects.current().filter(provider_id=actor.provider_id or 0)
        mandate = mandates.select_for_update(of=("self",), no_key=True).filter(pk=mandate_id).first()
        if mandate is None or not actor.is_on_behalf:
            raise MoveRefused(_("The host's mandate is not in force (any more). Ask the host for a new one."))
        filing = Filing(
            host_id=mandate.host_id if mandate.granted_at else None,
            provider_id=mandate.provider_id,
            mandate=mandate,
            entrance=Entrance.PROVIDER,
        )
        if values:
            filing.facts = checks.normalised(fields.without_others(facts.written(filing.facts, dict(values))))
            reservations.repeat_for_lists(filing)
        filing.save(force_insert=True)
        record(filing, "start", actor, target=Status.DRAFT)
    return filing


def copy(filing_id: int, actor: Actor) -> Filing:
    """Start a new draft with the facts and pictures of a filing that ended without a number; same provider.

    The face-to-face photo stays where it is: it belongs to one check. Asked twice, it answers the draft it has made.
    """
    with locked(filing_id, actor) as source:
        if made := source.copies.filter(status=Status.DRAFT).first():
            return made
        if refusal := copy_refusal(source, actor):
            raise MoveRefused(refusal)
        filing = Filing(
            host_id=source.host_id, provider_id=source.provider_id, entrance=source.entrance, copied_from=source
        )
        filing.facts = checks.normalised(source.facts)
        reservations.repeat_for_lists(filing)
        filing.save(force_insert=True)
        for evidence in source.evidence.filter(replaced_at=None):
            if not attachments.is_photo(evidence.path):
                pictures.copied_if_there(evidence, filing)
        note = _("from filing %(old)d into filing %(new)d") % {"old": source.pk, "new": filing.pk}
        record(filing, "start", actor, target=Status.DRAFT)
        record(filing, "copy", actor, note=note)
        record(source, "copy", actor, note=note)
    return filing


def copy_refusal(filing: Filing, actor: Actor) -> str:
    """Why this filing's data can't begin a new one; empty when they can."""
    if actor.role != Role.HOST or actor.is_on_behalf or filing.status not in states.ENDED_EMPTY_HANDED:
        return _("Only a filing that was withdrawn or has lapsed can be filled in again.")
    if filing.kind != Kind.NEW_FILING:
        return _("Begin this filing anew from your record: what stands on record may have changed meanwhile.")
    if filing.erased_at is not None:
        return _("The data of this filing have been erased. Start a new filing.")
    if not filing.provider.is_listed:
        return _("%(provider)s takes no new filings at present. Choose another provider and start a new filing.") % {
            "provider": filing.provider
        }
    return ""


def save_facts(
    filing_id: int,
    actor: Actor,
    values: dict[str, Any],
    *,
    version: int | None,
    seen: merging.Seen | None = None,
    answers: Mapping[int, str] | None = None,
) -> Filing:
    """Write facts (path → value) into the paper, complete or not; good values take their normal form.

    The host writes on drafts and on what is open of a returned filing, the provider on what the bureau returned
    to it. ``answers`` (remark's key → text) are kept as drafts until the filing is submitted again.
    ``seen``, what the page has shown, takes the place of the version: only facts that somebody else has changed since
    are refused (FactsClash); it is renewed for what has been written.
    """
    with changing(filing_id, actor, None if seen else version) as filing:
        _refuse_unless_editable(filing, actor)
        before = filing.facts
        if seen:
            values = _own_changes(filing, actor, values, seen)
        after = checks.normalised(fields.without_others(facts.written(before, values)))
        _refuse_closed(filing, _written_paths(before, after, values))
        if facts.services(before) != facts.services(after):
            _refuse_unless_all_open(filing)  # other questions are asked of another service
        filing.facts = after
        if filing.status == Status.DRAFT:
            reservations.repeat_for_lists(filing)
        _retire_pictures_of_others(filing, actor, before)
        _retire_pictures_of_services(filing, before)
        _note_amendment(filing, actor, facts.changed_paths(before, after))
        _keep_answers(filing, answers or {})
    if seen:
        seen.renew(after, values)
    return filing


def _own_changes(filing: Filing, actor: Actor, values: dict[str, Any], seen: merging.Seen) -> dict[str, Any]:
    """Return the values that the page has changed; the others stay as they are saved, whoever has changed them."""
    if seen.has_lost_a_website(filing.facts):
        raise MoveRefused(who_was_faster(filing, actor))
    typed = checks.normalised(fields.without_others(facts.written(filing.facts, values)))
    untouched = seen.untouched(typed, values)
    if clashing := seen.clashing(filing.facts, typed, values):
        raise FactsClash(who_was_faster(filing, actor), clashing, untouched)
    return {path: value for path, value in values.items() if path not in untouched}


def _refuse_unless_editable(filing: Filing, actor: Actor) -> None:
    if not filing.is_editable or filing.holder != actor.role:
        raise MoveRefused(
            _("This filing is “%(status)s” now and can't be edited.") % {"status": filing.get_status_display()}
        )
    if actor.role == Role.PROVIDER and filing.claimant_id() != actor.user_id:
        raise MoveRefused(claim_refusal(filing))


def _written_paths(before: facts.Facts, after: facts.Facts, values: Iterable[str]) -> list[str]:
    """The paths that the caller has changed; what only took its normal form anew is not among them."""
    written = corrections.Opening(frozenset(values))
    return [path for path in facts.changed_paths(before, after) if written.covers(path)]


def _refuse_closed(filing: Filing, paths: Sequence[str]) -> None:
    if refusal := corrections.refusal(filing, paths):
        raise MoveRefused(refusal)


def _refuse_unless_all_open(filing: Filing) -> None:
    if corrections.opening(filing).paths is not None:
        raise MoveRefused(_("Only what the remarks name is open now. Choose “Edit everything” first."))


def unlock(filing_id: int, actor: Actor, *, version: int | None) -> None:
    """Open everything of a returned filing for its host, on purpose and on record; it holds for this round."""
    with changing(filing_id, actor, version) as filing:
        _refuse_unless_editable(filing, actor)
        if filing.status != Status.RETURNED_TO_HOST:
            raise MoveRefused(_("Only a returned filing has closed fields."))
        if not filing.unlocked:
            filing.unlocked = True
            record(filing, "unlock", actor)


def _keep_answers(filing: Filing, answers: Mapping[int, str]) -> None:
    """Draft answers to the remarks of this return; others are not kept."""
    asked = {remark.pk for remark in corrections.open_remarks(filing)} if answers else set()
    kept = {str(pk): text.strip() for pk, text in answers.items() if pk in asked}
    filing.answers_draft = {**filing.answers_draft, **kept}


def _retire_pictures_of_others(filing: Filing, actor: Actor, before: facts.Facts) -> None:
    """Pictures of a person who is not named any more do not count.

    The photo goes whenever the person who answers for the website has changed. Certificates go only with a round
    that has been handed on and when the host names somebody else: a slip of the pen in a draft does not cost an
    upload, and a provider that corrects a number has the certificate before it.
    """
    for website in range(facts.count(filing.facts)):
        if identity(facts.manager(before, website)) != identity(facts.manager(filing.facts, website)):
            pictures.retire(filing, path=attachments.of_website(website, EvidenceKind.PHOTO).path)
    if actor.role != Role.HOST or not filing.round:
        return
    for person, pictures_of_person in attachments.of_people(filing.facts):
        was, now = (facts.read(values, person) or {} for values in (before, filing.facts))
        if any(identity(was)) and identity(was) != identity(now):
            pictures.retire(filing, path__in=pictures_of_person)


def _retire_pictures_of_services(filing: Filing, before: facts.Facts) -> None:
    """The icon of an entry that is no APP any more does not count."""
    now = {paper.path for paper in attachments.of_services(filing.facts)}
    if gone := [paper.path for paper in attachments.of_services(before) if paper.path not in now]:
        pictures.retire(filing, path__in=gone)


def _note_amendment(filing: Filing, actor: Actor, paths: Sequence[str]) -> None:
    """A provider's change to a host's paper is marked as the provider's."""
    if actor.role == Role.PROVIDER and paths:
        worksheets.reopen(filing, paths)
        record(filing, "amend", actor, note=_labels(filing, paths))
    _note_behalf(filing, actor, _labels(filing, paths))


def _note_behalf(filing: Filing, actor: Actor, what: str) -> None:
    """Each act of a provider in a host's place stands on record, also those that leave none of a host's own."""
    if actor.is_on_behalf and what:
        record(filing, "fill", actor, note=what)


def _labels(filing: Filing, paths: Iterable[str]) -> str:
    found = [(path, fields.find_in(filing.facts, path)) for path in paths]
    return "、".join(dict.fromkeys(str(one[1].label if one else attachments.label(path)) for path, one in found))


def add_website(filing_id: int, actor: Actor, *, version: int | None, service: int = code_tables.WEBSITE) -> Filing:
    """One more website, or other service, in this filing; refused beyond ``facts.MOST_WEBSITES``."""
    with changing(filing_id, actor, version) as filing:
        _refuse_unless_editable(filing, actor)
        _refuse_unless_all_open(filing)
        if not filing.law.several_websites:
            raise MoveRefused(_("This filing is about one website on record. File others on their own."))
        if facts.count(filing.facts) >= facts.MOST_WEBSITES:
            raise MoveRefused(
                _("A filing takes at most %(most)d websites. File the others after this one.")
                % {"most": facts.MOST_WEBSITES}
            )
        filing.facts["websites"].append(facts.blank_website(service))
        _note_behalf(filing, actor, _("website %(number)d added") % {"number": facts.count(filing.facts)})
    return filing


def remove_website(filing_id: int, actor: Actor, website: int, *, version: int | None) -> Filing:
    """Take a website (counted from 0) out of the filing, with its pictures; the last one stays."""
    with changing(filing_id, actor, version) as filing:
        _refuse_unless_editable(filing, actor)
        _refuse_unless_all_open(filing)
        if facts.count(filing.facts) == 1 or not 0 <= website < facts.count(filing.facts):
            raise MoveRefused(_("A filing names at least one website."))
        del filing.facts["websites"][website]
        pictures.retire(filing, path__startswith=f"websites.{website}.")
        _close_ranks(filing, website)
        _note_behalf(filing, actor, _("website %(number)d taken out") % {"number": website + 1})
        if filing.status == Status.DRAFT:
            reservations.repeat_for_lists(filing)
    return filing


def _close_ranks(filing: Filing, removed: int) -> None:
    """What belongs to the websites behind a removed one moves up with them: pictures, and phones on their way."""
    filing.handovers.filter(closed_at=None, path__startswith=f"websites.{removed}.").update(closed_at=timezone.now())
    pictures_now = filing.evidence.filter(replaced_at=None, path__startswith="websites.").order_by("path")
    phones_now = filing.handovers.filter(closed_at=None, path__startswith="websites.").order_by("path")
    for row in (*pictures_now, *phones_now):
        website = cast(int, fields.website_of(row.path))
        if website > removed:
            row.path = row.path.replace(f"websites.{website}.", f"websites.{website - 1}.", 1)
            row.save(update_fields=["path"])


def add_evidence(
    filing_id: int,
    actor: Actor,
    path: str,
    upload: UploadedFile[bytes],
    *,
    version: int | None = None,
    seen: str | None = None,
) -> Evidence:
    """Keep a picture as the current one at its path; raise ValidationError when it is none.

    The host adds certificates while it holds the filing. Face-to-face photos are taken (``photographs.take``).
    ``seen`` is the key of the picture that the page has shown there, empty for none: it is refused when another one
    has come meanwhile, whatever else has changed.
    """
    picture = pictures.accept(upload, quality.use_of(path))  # slow, so before the lock
    with changing(filing_id, actor, version) as filing:
        _refuse_evidence(filing, actor, path)
        if seen is not None and seen != pictures.keys(filing).get(path, ""):
            raise MoveRefused(_("Another picture of it has come meanwhile, so this one has not been kept."))
        _note_behalf(filing, actor, _labels(filing, [path]))
        if actor.role == Role.PROVIDER and not attachments.is_photo(path):
            worksheets.reopen(filing, [path])
        return pictures.keep(filing, actor.person_id, path, picture)


def receive_evidence(handover: Handover, actor: Actor, upload: UploadedFile[bytes]) -> Evidence:
    """Keep a picture that came through a handover (see ``handovers``); a good one closes it.

    Whether the handover still stands, and where its picture goes, is judged under the filing's lock: meanwhile
    another phone may have been faster, the desktop may have filled a place, a website may have moved up.
    """
    with turns.of(lambda: turns.account(actor.person_id)):  # the phone is not signed in
        picture = pictures.accept(upload, quality.use_of(handover.path))
    with changing(handover.filing_id, actor, None) as filing:
        usable = filing.handovers.usable().filter(pk=handover.pk)
        if (now := usable.first()) is None:
            raise MoveRefused(_("This code has been used or has expired."))
        path = _place(filing, now)
        _refuse_evidence(filing, actor, path)
        if not picture.advice:
            usable.update(closed_at=timezone.now())
        _note_behalf(filing, actor, _labels(filing, [path]))
        return pictures.keep(filing, actor.person_id, path, picture, now)


def _place(filing: Filing, handover: Handover) -> str:
    """Instead of the picture that came the same way, or where the paper has room."""
    came = dict(filing.evidence.filter(replaced_at=None).values_list("path", "handover"))
    if own := next((path for path, way in came.items() if way == handover.pk), ""):
        return own
    paper = attachments.at(handover.path)
    if paper is None or not (free := attachments.free_places(paper, came)):
        raise MoveRefused(_("There is no room for another picture of this paper."))
    return free[0]


def remove_evidence(filing_id: int, actor: Actor, path: str, *, version: int | None) -> None:
    """Put a picture aside that does not belong; the record keeps it."""
    with changing(filing_id, actor, version) as filing:
        _refuse_evidence(filing, actor, path)
        _note_behalf(filing, actor, _("%(paper)s put aside") % {"paper": _labels(filing, [path])})
        pictures.retire(filing, path=path)


def _refuse_evidence(filing: Filing, actor: Actor, path: str) -> None:
    if not attachments.is_paper(path):
        raise MoveRefused(_("The portal knows no such paper."))
    if (website := fields.website_of(path)) is not None and website >= facts.count(filing.facts):
        raise MoveRefused(_("The portal knows no such paper."))
    if attachments.is_photo(path):
        raise MoveRefused(_("The photo is taken by the provider during the face-to-face check."))
    _refuse_unless_editable(filing, actor)
    _refuse_closed(filing, [path])


def submit(filing_id: int, actor: Actor, *, version: int | None) -> None:
    """Hand the filing to the provider; raise FactsRefused while anything in it needs mending.

    A returned filing goes with an answer to each remark; the drafts become part of the record.
    """
    with _rivals_named(), making(states.SUBMIT, filing_id, actor, version) as filing:
        remarks = corrections.open_remarks(filing)
        _refuse_closed_provider(filing)
        _refuse_findings(filing)
        _refuse_unanswered(filing)
        _close_round(filing)
        _hand_answers_on(filing, actor, remarks)


def _refuse_closed_provider(filing: Filing) -> None:
    """Nobody would ever work on it. One query."""
    if not filing.provider.is_active:
        raise MoveRefused(
            _("%(provider)s has closed. Choose another access provider first; what you filled in stays.")
            % {"provider": filing.provider}
        )


def _refuse_unanswered(filing: Filing) -> None:
    if missing := corrections.unanswered(filing):
        raise MoveRefused(
            _("Write an answer to each remark first. Still without one: %(fields)s.")
            % {"fields": corrections.named(remark.path for remark in missing)}
        )


def _hand_answers_on(filing: Filing, actor: Actor, remarks: Iterable[Remark]) -> None:
    """The drafts become rows of the round that begins; its fields are closed again should it come back."""
    Answer.objects.bulk_create(
        keyed(
            Answer(
                remark=remark,
                text=filing.answers_draft[str(remark.pk)],
                round=filing.round,
                author_id=actor.person_id,
            )
            for remark in remarks
        )
    )
    filing.answers_draft, filing.unlocked = {}, False


def _refuse_findings(filing: Filing) -> None:
    if found := [finding for finding in checks.findings(filing) if finding.blocks]:
        raise FactsRefused(
            ngettext("One thing has to be mended first.", "%(count)d things have to be mended first.", len(found))
            % {"count": len(found)},
            found,
        )


def _close_round(filing: Filing) -> None:
    """Begin the next round, keep its facts and papers as they are now, and hold what must not collide."""
    filing.facts = fields.without_unasked(filing.facts)
    reservations.repeat_for_lists(filing)
    reservations.take(filing)
    search.enter(filing)
    filing.round += 1
    filing.submitted_at = filing.submitted_at or timezone.now()
    Snapshot.objects.create(
        filing=filing,
        round=filing.round,
        facts=filing.facts,
        papers=dict(filing.evidence.filter(replaced_at=None).values_list("path", "sha256")),
    )


@contextmanager
def _rivals_named() -> Iterator[None]:
    """Two were handed on at once and the database let one through: say to the other what the checks would have."""
    try:
        yield
    except IntegrityError as error:
        if "one_open_filing_per_record" in str(error):
            raise MoveRefused(_("Another filing about the same record was submitted a moment ago.")) from error
        if "one_open_filing_per_subject" in str(error):
            raise MoveRefused(_("Another filing with this certificate was submitted a moment ago.")) from error
        if "one_open_filing_per_domain" in str(error):
            raise MoveRefused(_("Another filing with this domain was submitted a moment ago.")) from error
        raise


# Ending without a number: see ``filings.moves.endings``.
withdraw, close = endings.withdraw, endings.close


# --- Desks take filings into work ------------------------------------------------------------------


def claim(filing_id: int, actor: Actor) -> Filing:
    """Take the filing into work for ``work.LEASE``, or prolong one's own lease; refused while somebody else has it.

    What an absent colleague has is taken over by whoever covers for them. What was on hold is so no longer.
    """
    with locked(filing_id, actor) as filing:
        assignment.refuse_unless_held(filing, actor)
        holder_id = filing.claimant_id()
        if holder_id not in (None, actor.user_id, *actor.covers):
            raise MoveRefused(claim_refusal(filing))
        assignment.end_pause(filing, actor)
        if holder_id is None:
            record(filing, "claim", actor)
        if holder_id in actor.covers:
            record(filing, "cover", actor, note=_("from %(name)s") % {"name": filing.claimed_by})
        assignment.lease(filing, actor, timezone.now() + assignment.LEASE)
    return filing


def release(filing_id: int, actor: Actor) -> None:
    """Put a filing one has taken back into the queue; also when one's time has run out and nobody has taken it."""
    with locked(filing_id, actor) as filing:
        if filing.claimed_by_id != actor.user_id:
            raise MoveRefused(claim_refusal(filing))
        _let_go(filing, actor)


def put_back_all(user_id: int, actor: Actor) -> int:
    """Put back whatever a colleague has taken, because they may not go on with it; answer how many filings.

    In the actor's name: the events say who did it. The caller's transaction holds them together.
    """
    taken = Filing.objects.visible_to(actor).filter(claimed_by_id=user_id).order_by("pk")
    filing_ids = list(taken.values_list("pk", flat=True))
    for filing_id in filing_ids:
        with locked(filing_id, actor) as filing:
            if filing.claimed_by_id == user_id:
                _let_go(filing, actor)
    return len(filing_ids)


def _let_go(filing: Filing, actor: Actor) -> None:
    record(filing, "release", actor)
    filing.claimed_by = filing.claimed_until = None
    filing.save(update_fields=["claimed_by", "claimed_until"])


# --- The provider verifies ------------------------------------------------------------------------


def verify(
    filing_id: int,
    actor: Actor,
    *,
    version: int | None,
    answers: dict[str, str],
    place: str,
    entries: Mapping[str, worksheets.Entry] | None = None,
) -> None:
    """Pass the filing to the bureau with this round's sheet and photo; the twenty working days start.

    Where the province asks for it the filing goes to the responsible persons first, and the days start when all of
    them have proved it (``filings.rules.required_codes``). ``entries`` hold what was noted beside the answers.

    After the bureau's return this is the resubmission: a new round, and the clock starts anew.
    Raises RemarksUnsent while remarks are typed that would be lost.
    """
    note = _filled_in_by_verifier(filing_id, actor)
    move = required_codes.passing_move(Filing.objects.visible_to(actor).get(pk=filing_id))
    with _rivals_named(), making(move, filing_id, actor, version, note=note) as filing:
        _refuse_incomplete_sheet(filing, answers, place)
        if required_codes.passing_move(filing) != move:
            raise MoveRefused(_("What proves this filing has changed at this moment. Try again."))
        _refuse_findings(filing)
        refuse_unsent(worksheets.unsent(filing))
        worksheets.close(filing)
        if filing.is_editable:  # by the provider: what it has written begins a round
            _close_round(filing)
        photos = photographs.for_passing(filing)
        verification = Verification.objects.create(
            filing=filing,
            round=filing.round,
            answers=answers,
            notes=worksheets.on_record(filing, entries or {}),
            place=place,
            verifier_id=actor.person_id,
        )
        verification.photos.set(photos)
        sheets.issue(verification, filing)
        if move == states.ASK_PERSONS:
            required_codes.ask(filing)
        else:
            receive(filing)


def _filled_in_by_verifier(filing_id: int, actor: Actor) -> str:
    """That the verifier has acted in the host's place before: no rule forbids it, so the record says it.

    Nothing is filled in while the provider holds the filing, so the lock need not be waited for.
    """
    own = Event.objects.filter(filing_id=filing_id, user_id=actor.person_id).exclude(on_behalf_of="")
    return _("The verifier has also filled in this filing in the host's place.") if own.exists() else ""


def _refuse_incomplete_sheet(filing: Filing, answers: dict[str, str], place: str) -> None:
    if open_items := checklist.unanswered(answers, filing.sheet_items):
        raise MoveRefused(
            ngettext(
                "One item of the sheet has no answer.",
                "%(count)d items of the sheet have no answer.",
                len(open_items),
            )
            % {"count": len(open_items)}
        )
    if checklist.said_no(answers, filing.sheet_items):
        raise MoveRefused(_("An item is answered with “no”, so the filing can't pass. Return it to the host."))
    if not place.strip():
        raise MoveRefused(_("Say where the face-to-face check took place."))


def add_scan(filing_id: int, actor: Actor, sheet_id: int, uploads: Sequence[UploadedFile[bytes]]) -> None:
    """Keep the signed copy of a sheet as its newest version; raise ValidationError when the files are none.

    Its own row says who brought it and when; older versions stay. The filing itself does not change.
    """
    pages = scans.accept(uploads)  # slow, so before the lock
    with locked(filing_id, actor) as filing:
        if actor.role != Role.PROVIDER:
            raise MoveRefused(_("The signed copy is brought by the provider."))
        sheet = Sheet.objects.get(pk=sheet_id, verification__filing=filing)
        kept = list(sheet.scans.all())
        newest = kept[0].version if kept else 0
        if [page.original_sha256 for page in pages] == [
            scan.original_sha256 for scan in kept if scan.version == newest
        ]:
            raise MoveRefused(_("This is the copy that is kept already."))
        for number, page in enumerate(pages, start=1):
            _keep_page(sheet, actor, newest + 1, number, page)


def _keep_page(sheet: Sheet, actor: Actor, version: int, number: int, page: scans.Page) -> None:
    scan = SheetScan(
        sheet=sheet,
        version=version,
        page=number,
        sha256=page.picture.sha256,
        original_sha256=page.original_sha256,
        width=page.picture.width,
        height=page.picture.height,
        advice=list(page.picture.advice),
        uploaded_by_id=actor.person_id,
    )
    scan.file.save("", ContentFile(page.picture.content), save=False)
    scan.official.save("", ContentFile(page.picture.official), save=True)


def send_back(filing_id: int, actor: Actor, *, version: int | None, remarks: Sequence[RemarkDraft]) -> None:
    """Return the filing to its host with at least one remark."""
    with making(states.SEND_BACK, filing_id, actor, version) as filing:
        _write_remarks(filing, actor, remarks)


# --- The bureau decides ---------------------------------------------------------------------------


def return_to_provider(
    filing_id: int, actor: Actor, *, version: int | None, remarks: Sequence[RemarkDraft], opinion: str = ""
) -> None:
    """Return the filing to its provider with reasons (Order 33 Art. 12); never straight to the host."""
    with making(states.RETURN, filing_id, actor, version) as filing:
        _write_remarks(filing, actor, remarks)
        opinions.write(filing, actor, Verdict.RETURN, opinion)


def _write_remarks(filing: Filing, actor: Actor, remarks: Sequence[RemarkDraft]) -> None:
    if not remarks:
        raise MoveRefused(_("A return names at least one field, with a code, what was seen and what is expected."))
    for remark in remarks:
        if remark.code not in reasons.BY_CODE or not remark.seen.strip() or not remark.expected.strip():
            raise MoveRefused(_("Each remark needs a field, a code, what was seen and what is expected."))
        Remark.objects.create(
            filing=filing,
            round=filing.round,
            stage=actor.role,
            author_id=actor.person_id,
            path=remark.path,
            code=remark.code,
            seen=remark.seen.strip(),
            expected=remark.expected.strip(),
        )
    phrase_bank.learn(filing, actor, remarks)


# Called with each approved filing and its subject, in the approval's transaction. Apps above add to it when they load.
AFTER_APPROVAL: list[Callable[[Filing, Subject], None]] = []


def approve(
    filing_id: int, actor: Actor, *, version: int | None, opinion: str = "", withheld: Sequence[int] = ()
) -> Subject:
    """Approve: register rows, number, event and mails in one transaction; then the password is sent.

    ``withheld``: websites, counted from 0, that are returned instead (``filings.services.splitting``).
    Raises MoveRefused when the register holds the subject or the domain by now, RemarksUnsent while remarks are typed
    that would be lost.
    """
    try:
        with making(states.APPROVE, filing_id, actor, version) as filing:
            opinions.refuse_alone(filing, actor)
            if not withheld:
                refuse_unsent(opinions.unsent(filing))
            _refuse_by_now(filing)
            opinions.write(filing, actor, Verdict.APPROVE, opinion)
            if withheld:
                filing.withheld = sorted(withheld)
                reservations.repeat_for_lists(filing)
            filing.decided_at = timezone.now()
            subject = filing.law.apply(filing, timezone.localdate(filing.decided_at))
            filing.subject = subject
            filing.first_sequence = _first_sequence(filing, subject)
            if filing.law.told:
                other_providers.tell_others(filing, timezone.localdate(filing.decided_at))
            if filing.makes_subject:
                passwords.want(subject.pk)
            migration_offers.use_up(filing)
            for begin in AFTER_APPROVAL:
                begin(filing, subject)
    except RegisterConflict as conflict:
        raise MoveRefused(_conflict_words(conflict)) from conflict
    return subject


def _first_sequence(filing: Filing, subject: Subject) -> int | None:
    """The number after the dash of the first service just entered; the others follow it. None where none was."""
    if filing.law.numbers != Numbers.ISSUED:
        return None
    last = Subject.objects.values_list("last_sequence", flat=True).get(pk=subject.pk)
    return last - len(filing.approved) + 1


def _refuse_by_now(filing: Filing) -> None:
    """What stands against a filing about a record now, judged under the lock of its subject, or of both hosts'.

    Since it was submitted an order may have ended what it is about, and another filing changed what its paper repeats.
    """
    if filing.law.about == About.NOTHING:
        return
    list(Subject.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=filing.records).order_by("pk"))
    for found in filing.law.refuse(filing):
        if found.blocks:
            raise MoveRefused(f"{found.code}: {found.message}")
    if stopped := conflicts.no_consent(filing):
        raise MoveRefused(f"{stopped.code}: {stopped.message}")
    if filing.host_id and filing.about_subject_id and not ownership.is_own(filing.host_id, filing.about_subject_id):
        raise MoveRefused(_("1016: this record is not in the host's account any more. Return the filing."))
    if required_codes.lacks_proof(filing):
        raise MoveRefused(
            _("1018: nobody has proved this filing. Return it; its host gives the filing password on its page.")
        )
    if ownership.has_moved_on(filing):
        raise MoveRefused(
            _("The record has changed since this paper was begun. Return the filing; its host begins it anew.")
        )


CONFLICT_WORDS = {
    1003: gettext_lazy("1003: this certificate is on record already. Return the filing."),
    1005: gettext_lazy("1005: this domain is on record already. Return the filing."),
    1029: gettext_lazy("1029: this provider serves the website already. Return the filing."),
    1032: gettext_lazy("1032: this access has been cancelled meanwhile. Return the filing."),
    1049: gettext_lazy("1049: this record has been cancelled meanwhile. Return the filing."),
    1050: gettext_lazy("1050: this website has been cancelled meanwhile. Return the filing."),
}


def _conflict_words(conflict: RegisterConflict) -> str:
    return str(CONFLICT_WORDS[conflict.code])


# --- After the decision ---------------------------------------------------------------------------

PASSWORD_EVERY = timedelta(days=1)


def order_password(filing_id: int, actor: Actor) -> None:
    """Have a new filing password sent to the e-mail on record, which the provider never sees; at most one a day.

    Both rows are locked, the subject's too: another provider of the same subject may ask at the same moment.
    """
    with locked(filing_id, actor) as filing:
        if actor.role != Role.PROVIDER or filing.subject_id is None:
            raise MoveRefused(_("A filing password exists once the filing has been approved."))
        rows = Subject.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=filing.subject_id)
        if (subject := rows.first()) is None:
            raise MoveRefused(_("A filing password is being sent at this moment. Try again in a minute."))
        if refusal := _password_refusal(filing, subject):
            raise MoveRefused(refusal)
        passwords.want(subject.pk)
        notices.tell(record(filing, "password", actor))


def _password_refusal(filing: Filing, subject: Subject) -> str:
    accesses = Access.objects.filter(website__subject=subject, provider=filing.provider_id, live=True)
    if not subject.live or not accesses.exists():
        return _("This host's record is not with you any more.")
    if subject.password_wanted_at is not None:
        return _("A filing password is on its way to the host already.")
    asked = Event.objects.filter(filing__subject=subject, name="password", at__gt=timezone.now() - PASSWORD_EVERY)
    if asked.exists():
        return _("A filing password was asked for within the last day. The host finds it in the mail on record.")
    return ""


# --- Looking --------------------------------------------------------------------------------------


def look(filing: Filing, actor: Actor, what: str) -> None:
    """Put on record that staff looked at masked data or a picture. Hosts look at their own papers unrecorded."""
    if actor.user_id is not None and (actor.role != Role.HOST or actor.is_on_behalf):
        role = Role.PROVIDER if actor.is_on_behalf else actor.role
        Look.objects.create(filing=filing, user_id=actor.user_id, role=role, what=what)


def export_case_file(filing: Filing, actor: Actor, what: str) -> None:
    """Put on record that a case file has left the portal; ``what`` names its form and its digest."""
    Export.objects.create(
        user_id=actor.person_id, role=actor.role, query=f"case file {what}", count=1, filing_ids=[filing.pk]
    )
