"""Transfer a filing under way to another access provider, when its own has closed or takes no more filings.

Papers are kept; what belongs to the former provider is removed: photo, worksheet, lease, addresses, mandate. The new
provider gives the addresses and verifies anew. A draft or a returned filing stays with its host, who gives them.
"""

from collections.abc import Collection
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from filings import facts, states
from filings.actors import Actor
from filings.agreements import mandates
from filings.errors import MoveRefused
from filings.evidence import pictures
from filings.lookup import search
from filings.mail import notices
from filings.models import Event, EvidenceKind, Filing, FilingMail, MovedDate
from filings.moves.moving import changing, claim_refusal, decided_elsewhere, making, record
from filings.rules import ownership, usual_access
from filings.states import Role, Status

# Filings locked per batch while mails to their hosts are created.
TOLD_AT_ONCE = 50
MOVES = {Role.HOST: states.TRANSFER, Role.BUREAU: states.TRANSFER_BY_BUREAU}


def may(filing: Filing, actor: Actor) -> bool:
    """Return whether the actor can transfer the filing now. No query when ``provider`` is loaded."""
    is_movable = actor.role in MOVES and not filing.is_reported
    sources = {*states.WITH_HOST, *MOVES[actor.role].sources} if is_movable else set()
    is_open = filing.status in sources and not decided_elsewhere(filing, actor)
    return is_open and not filing.provider.is_listed and not actor.is_on_behalf


def choices(filing: Filing) -> Any:
    """Return a queryset of the listed providers that can take the filing over.

    Empty where the filing is about the access of its own provider.
    """
    rows = ownership.providers(filing.law, filing.about_subject_id, filing.about_website_id, filing.about_access_id)
    return rows.listed().exclude(pk=filing.provider_id)


def transfer(filing_id: int, actor: Actor, provider_id: int, *, version: int | None) -> Filing:
    """Transfer the filing to another provider; notify host, new and former provider.

    Raises MoveRefused while its own provider takes filings, and for a provider that can't take it over. For a filing
    with the bureau the clock stops.
    """
    filing = Filing.objects.visible_to(actor).get(pk=filing_id)
    if filing.status in states.WITH_HOST:
        return _stay_with_host(filing_id, actor, provider_id, version)
    move = MOVES.get(actor.role, states.TRANSFER)
    with making(move, filing_id, actor, version, note=_note(filing, provider_id)) as filing:
        _refuse(filing, actor, provider_id)
        notices.tell_former_provider(filing)
        _change_provider(filing, actor, provider_id)
    return filing


def _stay_with_host(filing_id: int, actor: Actor, provider_id: int, version: int | None) -> Filing:
    """Change the provider of a filing with its host; no mails for a draft, which no provider has seen."""
    with changing(filing_id, actor, version) as filing:
        if filing.status not in states.WITH_HOST or actor.role not in MOVES:
            raise MoveRefused(_("This filing is not with you at the moment."))
        _refuse(filing, actor, provider_id)
        note = _note(filing, provider_id)
        if filing.status == Status.RETURNED_TO_HOST:
            notices.tell_former_provider(filing)
        _change_provider(filing, actor, provider_id)
        event = record(filing, states.TRANSFER.name, actor, note=note)
        if filing.status == Status.RETURNED_TO_HOST:
            notices.tell(event)
    return filing


def _note(filing: Filing, provider_id: int) -> str:
    """Return "old provider → new provider" for the event."""
    names = ownership.provider_names([filing.provider_id, provider_id])
    return f"{names[filing.provider_id]} → {names.get(provider_id, '')}"


def _refuse(filing: Filing, actor: Actor, provider_id: int) -> None:
    if actor.is_on_behalf:
        raise MoveRefused(_("The mandate does not cover this; only the host can do it."))
    if filing.is_reported:
        raise MoveRefused(
            _("%(provider)s has reported this filing from its own system. The host must file again elsewhere.")
            % {"provider": filing.provider}
        )
    if filing.provider.is_listed:
        raise MoveRefused(
            _("%(provider)s is accepting filings. To use another provider, withdraw the filing and file again there.")
            % {"provider": filing.provider}
        )
    if actor.role == Role.BUREAU and filing.holder == Role.BUREAU and filing.claimant_id() not in (None, actor.user_id):
        raise MoveRefused(claim_refusal(filing))
    if not choices(filing).filter(pk=provider_id).exists():
        raise MoveRefused(_("Choose one of the access providers listed."))


def _change_provider(filing: Filing, actor: Actor, provider_id: int) -> None:
    """Assign the locked filing to the provider and remove what belongs to the former one."""
    if filing.mandate is not None:
        mandates.end_by_transfer(filing.mandate, actor)
        filing.mandate = None if filing.host_id else filing.mandate
    filing.handovers.filter(closed_at=None, staff__isnull=False).update(closed_at=timezone.now())
    filing.worksheets.all().delete()
    pictures.retire(filing, path__endswith=f".papers.{EvidenceKind.PHOTO}")
    MovedDate.objects.filter(filing=filing).delete()
    if filing.law.names_access:
        filing.facts = facts.written(filing.facts, {path: {} for path in facts.accesses(filing.facts)})
    filing.provider_id, filing.former_rounds, filing.nudged_on = provider_id, filing.round, None
    filing.is_listened_to = True  # perhaps by the new provider
    filing.facts = usual_access.completed(filing.facts, filing)
    if filing.round:
        search.enter(filing, filing.snapshots.get(round=filing.round).facts)


def tell_hosts() -> int:
    """Notify hosts whose filing's provider has closed that they can choose another; return how many filings.

    Once per filing and provider. Skips rows locked by another worker.
    """
    return sum(iter(partial(_tell_some, ownership.closed_providers()), 0))


def _tell_some(closed: Collection[int]) -> int:
    with transaction.atomic():
        rows = (
            _of_closed_providers(closed)
            .select_related("host", "provider", "bureau")
            .defer("facts", "answers_draft")
            .order_by("pk")
        )
        filings = list(rows.select_for_update(of=("self",), skip_locked=True, no_key=True)[:TOLD_AT_ONCE])
        notices.tell_provider_closed(filings)
    return len(filings)


def _of_closed_providers(closed: Collection[int]) -> QuerySet[Filing]:
    """Return the filings of closed providers that their hosts can transfer and have not been notified about."""
    moved = Event.objects.filter(filing=OuterRef("filing"), name=states.TRANSFER.name, at__gt=OuterRef("at"))
    told = FilingMail.objects.filter(filing=OuterRef("pk"), name=f"{notices.STRANDED}_host").exclude(Exists(moved))
    movable = {*states.WITH_HOST, *states.TRANSFER.sources}
    return Filing.objects.filter(~Exists(told), status__in=movable, provider__in=closed, host__isnull=False)
