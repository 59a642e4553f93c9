"""Split a filing when the bureau approves some of its websites and returns the others.

The submitted filing keeps its rounds, pictures and sheets; it ends approved and stores which of its websites were
returned (``Filing.withheld``). Those continue as a new filing ("new website") under the number just issued, with the
papers, photos, verification and receipt date of the old one; it is returned to the provider at once, with the remarks.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy, deepcopy
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import languages
from filings import clock, facts, kinds
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.evidence import pictures
from filings.facts import Facts
from filings.fields import attachments
from filings.kinds import Kind
from filings.lookup import search, shared_traits
from filings.mail import notices
from filings.mail.notices import Letter
from filings.models import Evidence, EvidenceKind, Filing, Snapshot, Verification
from filings.moves import assignment
from filings.moves.moving import record
from filings.reading import requests
from filings.rules import corrections, ownership, reservations
from filings.services import RemarkDraft, approve, return_to_provider
from filings.states import APPROVE, RETURN, Status
from filings.verification import photographs
from ministry.models import Subject
from ministry.reference.english import joined

_OF_WEBSITE = re.compile(r"websites\.(\d+)\.")


def returned(filing: Filing, remarks: Sequence[RemarkDraft]) -> list[int]:
    """Return the websites, counted from 0, that these remarks return; the others are approved.

    Raises MoveRefused when a remark concerns all websites, or when all or none would be returned.
    """
    if of_all := [remark.path for remark in remarks if _is_about_host(filing.facts, remark.path)]:
        raise MoveRefused(
            _("%(fields)s concerns the host and so every website. Return the whole filing.")
            % {"fields": corrections.named(of_all)}
        )
    found = sorted({website for remark in remarks for website in _concerned(filing.facts, remark.path)})
    if len(found) == facts.count(filing.facts):
        raise MoveRefused(_("Every website has a remark. Return the whole filing."))
    if not found:
        raise MoveRefused(_("Write a remark for each website you return."))
    return found


def _is_about_host(values: Facts, path: str) -> bool:
    """Return whether the path concerns the host's own data or papers; those of a website's person may be the host's."""
    return not all(map(_OF_WEBSITE.match, corrections.concerned(path, values)))


def _concerned(values: Facts, path: str) -> set[int]:
    """Return the websites a remark returns; for a photo or certificate, all websites of that responsible person."""
    website = int(path.split(".")[1])
    of_person = (EvidenceKind.PHOTO, *attachments.MANAGER)
    person = facts.person_key(facts.manager(values, website))
    if path not in {attachments.of_website(website, kind).path for kind in of_person} or not all(person):
        return {website}
    return {other for other in range(facts.count(values)) if facts.person_key(facts.manager(values, other)) == person}


def approve_in_part(
    filing_id: int, actor: Actor, *, version: int | None, remarks: Sequence[RemarkDraft], opinion: str = ""
) -> Subject:
    """Approve the websites without a remark and return the others to the provider, in one transaction.

    Raises MoveRefused as ``approve``, ``return_to_provider`` and ``returned`` do.
    """
    with transaction.atomic():
        # The version check under the lock ensures that the remarks are about these facts.
        websites = returned(Filing.objects.visible_to(actor).get(pk=filing_id), remarks)
        subject = approve(filing_id, actor, version=version, opinion=opinion, withheld=websites, sent=remarks)
        source = Filing.objects.get(pk=filing_id)
        rest = split_off(source, subject, actor)
        return_to_provider(
            rest.pk,
            actor,
            version=rest.version,
            remarks=moved(remarks, websites),
            opinion=opinion,
        )
        record_split(source, rest, actor)
    return subject


def foreseen(filing: Filing, remarks: Sequence[RemarkDraft]) -> list[Letter]:
    """Return the mails that such a decision would cause now, as ``notices.foreseen`` writes them."""
    decided, rest = as_decided(filing, remarks), copy(filing)
    rest.facts = {**filing.facts, "websites": [filing.facts["websites"][number] for number in decided.withheld]}
    reservations.repeat_for_lists(rest)
    return [*notices.foreseen(decided, APPROVE), *notices.foreseen(rest, RETURN, moved(remarks, decided.withheld))]


def as_decided(filing: Filing, remarks: Sequence[RemarkDraft]) -> Filing:
    """Return the filing as it would be after this decision, not to be saved; raise MoveRefused as ``returned`` does."""
    decided = copy(filing)
    decided.withheld = returned(filing, remarks)
    return decided


def moved(remarks: Sequence[RemarkDraft], websites: Sequence[int]) -> list[RemarkDraft]:
    """Return the remarks with their paths in the filing of the returned ``websites``."""
    places = _places(websites)
    return [replace(remark, path=_moved(remark.path, places)) for remark in remarks]


def continuation_of(filing: Filing) -> Filing | None:
    """Return the filing that continues the returned websites of this one. One query; none when nothing was returned."""
    return filing.copies.get(kind=Kind.NEW_WEBSITE) if filing.withheld else None


def whole_of(filing: Filing) -> Filing | None:
    """Return the filing from which this one was split off. One query; none when it is not a copy."""
    return filing.copied_from if filing.copied_from and filing.copied_from.withheld else None


def record_split(source: Filing, rest: Filing, actor: Actor) -> None:
    """Record the split on the timeline of the source; ``split_off`` records it on the new filing's."""
    values = {"old": source.pk, "new": rest.pk}
    words = languages.stored(
        lambda: (
            _("from filing %(old)d into filing %(new)d: %(what)s") % {**values, "what": joined(source.shown_withheld)}
        )
    )
    record(source, "split", actor, note=words)


def _places(websites: Sequence[int]) -> dict[int, int]:
    """Return a map of old to new index for the returned websites."""
    return {old: new for new, old in enumerate(websites)}


def _moved(path: str, places: Mapping[int, int]) -> str:
    return _OF_WEBSITE.sub(lambda match: f"websites.{places[int(match[1])]}.", path, count=1)


# --- The filing of the returned websites ----------------------------------------------------------------------


def split_off(source: Filing, subject: Subject, actor: Actor) -> Filing:
    """Create the filing of the returned websites, with the bureau and claimed by the actor, as the source was.

    Nobody claims it where the bureau's own system decides.
    """
    taken_over: dict[str, Any] = {
        column: getattr(source, column) for column in ("received_at", "due_on", "due_is_provisional", "submitted_at")
    }
    rest = Filing(
        host_id=source.host_id,
        mandate_id=source.mandate_id,
        provider_id=source.provider_id,
        bureau_id=source.bureau_id,
        kind=Kind.NEW_WEBSITE,
        entrance=source.entrance,
        status=Status.WITH_BUREAU,
        round=1,
        received_round=1,
        about_subject=subject,
        copied_from=source,
        claimed_by_id=actor.user_id,
        claimed_until=timezone.now() + assignment.LEASE if actor.user_id else None,
        **taken_over,
    )
    rest.facts = _facts(source, subject)
    rest.arrived_at = rest.received_at or rest.arrived_at
    reservations.repeat_for_lists(rest)
    rest.save(force_insert=True)
    numbers = {"old": source.pk, "new": rest.pk}
    record(rest, "split", actor, note=languages.stored(lambda: _("from filing %(old)d into filing %(new)d") % numbers))
    _take_pictures_along(source, rest)
    _hand_on(source, rest)
    clock.go_on(rest)
    reservations.take(rest)
    search.enter(rest)
    shared_traits.enter(rest)
    return rest


def _facts(source: Filing, subject: Subject) -> Facts:
    """Return the facts of the returned websites, with the host's data as the register has them now."""
    head: Facts = source.facts
    if source.law.is_first and (now := ownership.now(subject.pk)):
        head = ownership.initial_facts(kinds.KINDS[Kind.NEW_WEBSITE], now)
    websites = [source.facts["websites"][number] for number in source.withheld]
    return {**deepcopy(head), "websites": deepcopy(websites)}


def _take_pictures_along(source: Filing, rest: Filing) -> None:
    """Copy the host's pictures and those of the returned websites; photos get a new seal."""
    kept = {one.path: one for one in source.evidence.filter(replaced_at=None) if not attachments.is_photo(one.path)}
    for path, evidence in _with_places(source, rest, kept):
        pictures.copied(evidence, rest, path=path)
    requests.order_all(rest)
    photographs.go_along(source, rest)


def _with_places(source: Filing, rest: Filing, kept: Mapping[str, Evidence]) -> Iterator[tuple[str, Evidence]]:
    """Yield (new path, picture). A person's certificate may be stored with another website of the same person."""
    places = _places(source.withheld)
    found = {
        _moved(path, places): one
        for path, one in kept.items()
        if (match := _OF_WEBSITE.match(path)) is None or int(match[1]) in places
    }
    for paper in attachments.needed(rest.facts):
        if paper.path not in found and (elsewhere := _of_same_person(source, rest, paper.path, kept)):
            found[paper.path] = elsewhere
    yield from found.items()


def _of_same_person(source: Filing, rest: Filing, path: str, kept: Mapping[str, Evidence]) -> Evidence | None:
    match = _OF_WEBSITE.match(path)
    if match is None:
        return None
    person = facts.person_key(facts.manager(rest.facts, int(match[1])))
    for website in range(facts.count(source.facts)):
        there = _OF_WEBSITE.sub(f"websites.{website}.", path, count=1)
        if there in kept and facts.person_key(facts.manager(source.facts, website)) == person:
            return kept[there]
    if facts.person_key(source.facts["responsible"]) != person:
        return None
    hosts_own = dict(zip(attachments.MANAGER, attachments.RESPONSIBLE, strict=True))
    return next((kept.get(f"papers.{own}") for kind, own in hosts_own.items() if path.endswith(f".{kind}")), None)


def _hand_on(source: Filing, rest: Filing) -> None:
    """Create snapshot and verification of the new filing's first round from those of the source, already signed."""
    current = rest.evidence.filter(replaced_at=None)
    Snapshot.objects.create(
        filing=rest, round=rest.round, facts=rest.facts, papers=dict(current.values_list("path", "sha256"))
    )
    was = Verification.objects.get(filing=source, round=source.round)
    notes: Any = _notes(was, current.values_list("sha256", "path"))
    verification = Verification.objects.create(
        filing=rest,
        round=rest.round,
        answers=was.answers,
        notes=notes,
        place=was.place,
        verifier_id=was.verifier_id,
        verified_at=was.verified_at,
    )
    verification.photos.set(current.filter(path__in=[paper.path for paper in attachments.photos(rest.facts)]))


def _notes(was: Verification, current: Any) -> dict[str, Any]:
    """Return the notes of the answers, with the pictures that were copied, at their new paths."""
    there = dict(current)
    return {
        item: {
            **{name: text for name, text in noted.items() if name != "filled"},  # its snapshot has that
            "evidence": [
                {**picture, "path": there[picture["sha256"]]}
                for picture in noted.get("evidence", ())
                if picture["sha256"] in there
            ],
        }
        for item, noted in was.notes.items()
    }
