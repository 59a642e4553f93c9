"""Start, copy, fill in and reopen a host's draft."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import languages
from accounts.models import User
from filings import facts, fields, states
from filings.actors import Actor
from filings.errors import FactsClash, MoveRefused
from filings.evidence import pictures
from filings.fields import attachments, derived, merging
from filings.kinds import Kind, identity
from filings.models import (
    Entrance,
    EvidenceKind,
    Filing,
    Mandate,
)
from filings.moves.moving import changing, claim_refusal, locked, record, saving, who_was_faster
from filings.reading import requests
from filings.rules import asked_certificates, checks, corrections, reservations, usual_access
from filings.states import Role, Status
from filings.verification import worksheets
from ministry.reference import certificates, code_tables
from ministry.reference.english import joined


def start(actor: Actor, *, provider_id: int, entrance: Entrance, values: Mapping[str, Any] | None = None) -> Filing:
    """Start a draft with a provider; store the entrance through which the host came.

    ``values`` (path → value) is what the host has said already, in the guide.
    """
    with transaction.atomic():
        filing = Filing(host_id=actor.person_id, provider_id=provider_id, entrance=entrance)
        _begin(filing, actor, values)
    return filing


def _begin(filing: Filing, actor: Actor, values: Mapping[str, Any] | None) -> None:
    """Save a new draft with what is known already."""
    if values:
        filing.facts = checks.normalised(fields.without_others(facts.written(filing.facts, dict(values))))
        reservations.repeat_for_lists(filing)
    filing.facts = usual_access.completed(filing.facts, filing)
    filing.save(force_insert=True)
    record(filing, "start", actor, target=Status.DRAFT)


def begun_with(actor: Actor, provider_id: int) -> QuerySet[Filing]:
    """Return the host's own drafts of first filings with a provider, newest first."""
    own = Filing.objects.filter(host_id=actor.person_id, provider_id=provider_id, mandate=None)
    return own.filter(status=Status.DRAFT, kind=Kind.NEW_FILING).order_by("-pk")


def start_once(
    actor: Actor,
    *,
    provider_id: int,
    entrance: Entrance,
    another: bool = False,
    values: Mapping[str, Any] | None = None,
) -> Filing | None:
    """Start a draft with a provider, as ``start``; None if there is one already, unless ``another``.

    Locks the host's row, so that a double click starts one draft.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=actor.person_id)
        if not another and begun_with(actor, provider_id).exists():
            return None
        return start(actor, provider_id=provider_id, entrance=entrance, values=values)


def start_on_behalf(mandate_id: int, actor: Actor, values: Mapping[str, Any] | None = None) -> Filing:
    """Start a draft on behalf of the host of a mandate of the actor's own provider.

    ``values`` (path → value) is what is known already.
    A draft may be prepared before the host has granted the mandate; until then it belongs to no host.
    """
    with transaction.atomic():
        mandates = Mandate.objects.current().filter(provider_id=actor.provider_id or 0)
        mandate = mandates.select_for_update(of=("self",), no_key=True).filter(pk=mandate_id).first()
        if mandate is None or not actor.is_on_behalf:
            raise MoveRefused(_("The host's mandate is not in force. Ask the host for a new one."))
        filing = Filing(
            host_id=mandate.host_id if mandate.granted_at else None,
            provider_id=mandate.provider_id,
            mandate=mandate,
            entrance=Entrance.PROVIDER,
        )
        _begin(filing, actor, values)
    return filing


def copy(filing_id: int, actor: Actor) -> Filing:
    """Start a new draft with the facts and pictures of a filing that ended without a number; same provider.

    Doesn't copy the face-to-face photo: it belongs to one check. Called twice, it returns the same draft.
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
        requests.order_all(filing)
        numbers = {"old": source.pk, "new": filing.pk}
        note = languages.stored(lambda: _("from filing %(old)d into filing %(new)d") % numbers)
        record(filing, "start", actor, target=Status.DRAFT)
        record(filing, "copy", actor, note=note)
        record(source, "copy", actor, note=note)
    return filing


def copy_refusal(filing: Filing, actor: Actor) -> str:
    """Return why this filing's data can't begin a new one; empty when they can."""
    if actor.role != Role.HOST or actor.is_on_behalf or filing.status not in states.ENDED_EMPTY_HANDED:
        return _("Only a withdrawn or lapsed filing can be filled in again.")
    if not filing.law.is_first:
        return _("Start this filing again from your record: the data on record may have changed.")
    if filing.erased_at is not None:
        return _("The data of this filing have been erased. Start a new filing.")
    if not filing.provider.is_listed:
        return _(
            "%(provider)s is not accepting new filings at present. Choose another provider and start a new filing."
        ) % {"provider": filing.provider}
    return ""


def save_facts(
    filing_id: int,
    actor: Actor,
    values: dict[str, Any],
    *,
    version: int | None,
    seen: merging.Seen | None = None,
    answers: Mapping[int, str] | None = None,
    open_now: corrections.Opening | None = None,
) -> Filing:
    """Save facts (path → value), complete or not; valid values are normalised.

    The host may edit drafts and the open fields of a returned filing, the provider what the bureau returned to it.
    ``answers`` (remark's primary key → text) are kept as drafts until the filing is submitted again.
    ``seen``, what the page has shown, replaces the version check: only facts that somebody else has changed since
    raise FactsClash; it is renewed for what has been written.
    ``open_now``: what may be edited, if the caller has it; it is computed under the lock if it is not of the version
    found there.
    """
    with filling_in(filing_id, actor) as filing:
        save_typed(filing, actor, values, version=version, seen=seen, answers=answers, open_now=open_now)
    return filing


def filling_in(filing_id: int, actor: Actor) -> AbstractContextManager[Filing]:
    """Lock the filing for ``save_typed``, which thus reads it only once; raise Filing.DoesNotExist for strangers."""
    return locked(filing_id, actor, read_with=("provider",))


def save_typed(
    filing: Filing,
    actor: Actor,
    values: dict[str, Any],
    *,
    version: int | None,
    seen: merging.Seen | None = None,
    answers: Mapping[int, str] | None = None,
    open_now: corrections.Opening | None = None,
) -> None:
    """Save facts of the filing locked by ``filling_in``, as ``save_facts`` does."""
    with saving(filing, actor, None if seen else version):
        refuse_unless_editable(filing, actor)
        before = filing.facts
        if seen:
            values = _own_changes(filing, actor, values, seen)
        after = checks.normalised(fields.without_others(facts.written(before, values)))
        open_now = corrections.of_version(filing, open_now)
        followed = _home_pages(filing, after, open_now)
        after = facts.written(after, followed)
        refuse_closed(filing, _written_paths(before, after, values), open_now)
        if facts.services(before) != facts.services(after):
            _refuse_unless_all_open(open_now)  # other questions are asked of another service
        _refuse_many_certificates(actor, before, after)
        filing.facts = after
        if filing.status == Status.DRAFT:
            reservations.repeat_for_lists(filing)
        _retire_pictures_of_others(filing, actor, before)
        _retire_pictures_of_services(filing, before)
        _note_amendment(filing, actor, facts.changed_paths(before, after))
        _keep_answers(filing, answers or {})
    if seen:
        seen.renew(after, [*values, *followed])


def _home_pages(filing: Filing, after: facts.Facts, open_now: corrections.Opening) -> dict[str, str]:
    """Return the home pages that follow a changed domain, by path, as far as they may be edited now."""
    followed = derived.following(filing.facts, after)
    return {path: page for path, page in followed.items() if open_now.covers(path)}


def _own_changes(filing: Filing, actor: Actor, values: dict[str, Any], seen: merging.Seen) -> dict[str, Any]:
    """Return the values that the user changed on the page; raise FactsClash where somebody else changed them too."""
    if seen.has_lost_a_website(filing.facts):
        raise MoveRefused(who_was_faster(filing, actor))
    typed = checks.normalised(fields.without_others(facts.written(filing.facts, values)))
    untouched = seen.untouched(typed, values)
    if clashing := seen.clashing(filing.facts, typed, values):
        raise FactsClash(who_was_faster(filing, actor), clashing, untouched)
    return {path: value for path, value in values.items() if path not in untouched}


def _refuse_many_certificates(actor: Actor, before: facts.Facts, after: facts.Facts) -> None:
    """Raise MoveRefused when a host names one certificate too many a day: the findings say whether it is on record."""
    cert_type, number = (facts.read(after, f"subject.{name}") for name in ("cert_type", "cert_number"))
    if actor.role == Role.HOST and number and number != facts.read(before, "subject.cert_number"):
        with suppress(ValidationError):  # a number that is not complete is on no record
            asked_certificates.refuse_many(actor, certificates.check_certificate(cert_type, number))


def refuse_unless_editable(filing: Filing, actor: Actor) -> None:
    if not filing.is_editable or filing.holder != actor.role:
        raise MoveRefused(
            _("This filing is “%(status)s” now and can't be edited.") % {"status": filing.get_status_display()}
        )
    if actor.role == Role.PROVIDER and filing.claimant_id() != actor.user_id:
        raise MoveRefused(claim_refusal(filing))


def _written_paths(before: facts.Facts, after: facts.Facts, values: Iterable[str]) -> list[str]:
    """Return the paths that the caller has changed, without values changed only by normalisation."""
    written = corrections.Opening(frozenset(values))
    return [path for path in facts.changed_paths(before, after) if written.covers(path)]


def refuse_closed(filing: Filing, paths: Sequence[str], open_now: corrections.Opening | None = None) -> None:
    """Raise MoveRefused if one of the paths can't be edited now; ``open_now`` if the caller has it."""
    if refusal := corrections.refusal(filing, paths, open_now):
        raise MoveRefused(refusal)


def _refuse_unless_all_open(open_now: corrections.Opening) -> None:
    if open_now.paths is not None:
        raise MoveRefused(_("Only the items in the remarks can be changed now. Choose “Edit everything” first."))


def unlock(filing_id: int, actor: Actor, *, version: int | None) -> None:
    """Open all fields of a returned filing for its host, for this round; recorded as an event."""
    with changing(filing_id, actor, version) as filing:
        refuse_unless_editable(filing, actor)
        if filing.status != Status.RETURNED_TO_HOST:
            raise MoveRefused(_("Only a returned filing has locked fields."))
        if not filing.unlocked:
            filing.unlocked = True
            record(filing, "unlock", actor)


def _keep_answers(filing: Filing, answers: Mapping[int, str]) -> None:
    """Store draft answers to the remarks of this return; ignore others."""
    asked = {remark.pk for remark in corrections.open_remarks(filing)} if answers else set()
    kept = {str(pk): text.strip() for pk, text in answers.items() if pk in asked}
    filing.answers_draft = {**filing.answers_draft, **kept}


def _retire_pictures_of_others(filing: Filing, actor: Actor, before: facts.Facts) -> None:
    """Retire pictures of persons who are no longer named.

    The photo is retired whenever the website's responsible person has changed. Certificates are retired only after
    the first submission and when the host names somebody else: a typo in a draft must not cost an upload, and a
    provider who corrects a number has the certificate at hand.
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
    """Retire the icons of entries that are no longer APPs."""
    now = {paper.path for paper in attachments.of_services(filing.facts)}
    if gone := [paper.path for paper in attachments.of_services(before) if paper.path not in now]:
        pictures.retire(filing, path__in=gone)


def _note_amendment(filing: Filing, actor: Actor, paths: Sequence[str]) -> None:
    """Record a provider's change to a host's filing as the provider's."""
    if actor.role == Role.PROVIDER and paths:
        worksheets.reopen(filing, paths)
        record(filing, "amend", actor, note=labels(filing, paths))
    note_behalf(filing, actor, labels(filing, paths))


def note_behalf(filing: Filing, actor: Actor, what: str) -> None:
    """Record each action of a provider on behalf of a host, also those that leave no event when a host does them."""
    if actor.is_on_behalf and what:
        record(filing, "fill", actor, note=what)


def labels(filing: Filing, paths: Iterable[str]) -> str:
    """Return the labels of fields and papers, for an event."""
    found = [(path, fields.find_in(filing.facts, path)) for path in paths]

    def words() -> str:
        return joined(dict.fromkeys(str(one[1].label if one else attachments.label(path)) for path, one in found))

    return languages.stored(words)


def add_website(filing_id: int, actor: Actor, *, version: int | None, service: int = code_tables.WEBSITE) -> Filing:
    """Add a website, or another service, to this filing; MoveRefused beyond ``facts.MOST_WEBSITES``."""
    with changing(filing_id, actor, version) as filing:
        refuse_unless_editable(filing, actor)
        _refuse_unless_all_open(corrections.opening(filing))
        if not filing.law.several_websites:
            raise MoveRefused(_("This filing is about one website on record. File others separately."))
        if facts.count(filing.facts) >= facts.MOST_WEBSITES:
            raise MoveRefused(
                _("A filing can have at most %(most)d websites. File the others after this one.")
                % {"most": facts.MOST_WEBSITES}
            )
        filing.facts["websites"].append(facts.blank_website(service))
        filing.facts = usual_access.completed(derived.completed(filing.facts), filing)
        number = facts.count(filing.facts)
        note_behalf(filing, actor, languages.stored(lambda: _("website %(number)d added") % {"number": number}))
    return filing


def remove_website(filing_id: int, actor: Actor, website: int, *, version: int | None) -> Filing:
    """Remove a website (counted from 0) and its pictures; MoveRefused for the only one."""
    with changing(filing_id, actor, version) as filing:
        refuse_unless_editable(filing, actor)
        _refuse_unless_all_open(corrections.opening(filing))
        if facts.count(filing.facts) == 1 or not 0 <= website < facts.count(filing.facts):
            raise MoveRefused(_("A filing needs at least one website."))
        del filing.facts["websites"][website]
        pictures.retire(filing, path__startswith=f"websites.{website}.")
        _close_ranks(filing, website)
        number = website + 1
        note_behalf(filing, actor, languages.stored(lambda: _("website %(number)d removed") % {"number": number}))
        if filing.status == Status.DRAFT:
            reservations.repeat_for_lists(filing)
    return filing


def _close_ranks(filing: Filing, removed: int) -> None:
    """Close the handovers of a removed website; renumber pictures and open handovers of the websites after it."""
    filing.handovers.filter(closed_at=None, path__startswith=f"websites.{removed}.").update(closed_at=timezone.now())
    pictures_now = filing.evidence.filter(replaced_at=None, path__startswith="websites.").order_by("path")
    phones_now = filing.handovers.filter(closed_at=None, path__startswith="websites.").order_by("path")
    for row in (*pictures_now, *phones_now):
        website = cast(int, fields.website_of(row.path))
        if website > removed:
            row.path = row.path.replace(f"websites.{website}.", f"websites.{website - 1}.", 1)
            row.save(update_fields=["path"])
