"""The filing model and its queryset."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedJSONField
from filings import facts, kinds
from filings.actors import Actor
from filings.checklist import items_for
from filings.checklist_items import CANCELLATION_ITEMS, PHOTO_TAKEN, Item
from filings.kinds import Kind, Law, entries
from filings.models import filing_table
from filings.models.mandate import Mandate
from filings.models.offer import Offer
from filings.models.webhook import WebhookEndpoint
from filings.states import (
    EDITABLE,
    HOLDERS,
    WITH_HOST,
    Entrance,
    Move,
    Role,
    Status,
    moves_from,
)
from ministry.reference import code_tables, domains, service_words


class FilingQuerySet(models.QuerySet["Filing"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return what ``actor`` may see: a host its own, a provider those submitted to it, a bureau those received."""
        match actor.role:
            case Role.HOST if actor.is_on_behalf:
                return self.on_behalf_of(actor.provider_id or 0)
            case Role.HOST:
                return self.filter(host_id=actor.user_id)
            case Role.PROVIDER:
                return self.filter(provider_id=actor.provider_id, round__gt=0)
            case Role.BUREAU:
                return self.filter(bureau_id=actor.bureau_id, received_at__isnull=False)
            case Role.SYSTEM:
                return self
        return self.none()

    def with_listening(self) -> Self:
        """Set ``is_listened_to``: whether a system of the filing's provider receives messages. In the same query."""
        listening = WebhookEndpoint.objects.live().filter(provider=OuterRef("provider"))
        return self.annotate(is_listened_to=Exists(listening))

    def on_behalf_of(self, provider_id: int) -> Self:
        """Return the filings started by the provider on behalf of hosts with a mandate in force today.

        It may be a newer mandate than the one under which they were started.
        """
        rows = self.filter(provider_id=provider_id, mandate__isnull=False)
        in_force = Mandate.objects.in_force().filter(
            provider_id=provider_id, host_email=OuterRef("mandate__host_email")
        )
        return rows.filter(Exists(in_force))

    def kept(self) -> Self:
        """Return the filings whose data have not been erased; only a filing's own page shows one of the others."""
        return self.filter(erased_at=None)

    def resting_with(self, host_id: int) -> Self:
        """Return the filings the host has to fill in or correct, last changed first, with data for its to-do list."""
        rows = self.filter(host_id=host_id, status__in=WITH_HOST).select_related("provider")
        return rows.defer("facts").order_by("-touched_at", "-pk")


class Filing(models.Model):
    """One filing, from draft to decision: the aggregate root.

    Written only by ``filings.services`` and ``filings.deadlines.sweeps``, through ``filings.moves.moving``.
    ``facts`` is the content (see ``filings.facts``); ``subject_name``, ``subject_nature``, ``subject_province``,
    ``domain`` (the first website's), ``subject_digest`` and ``prior_approvals`` are copies of it for lists and
    constraints. ``Reservation`` has the other values that must not conflict between open filings, ``SearchEntry`` the
    keys of a desk's search.
    """

    # None while there is no account with the mandate's e-mail address, and for a reported filing.
    host = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="filings", db_index=False
    )
    # The mandate under which a provider started it on behalf of the host (interface element Bbfs = 1); None for the
    # host's own, and for a reported filing.
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="filings", db_index=False)
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="filings")
    # The bureau that has received it; its primary key is a province's GB/T 2260 code. None before receipt: a bureau
    # must not see a filing because its host has typed its province.
    bureau = models.ForeignKey(
        "bureaus.Bureau", on_delete=models.PROTECT, related_name="filings", null=True, db_index=False
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.NEW_FILING)
    entrance = models.CharField(_("entrance"), max_length=8, choices=Entrance)
    status = models.CharField(_("status"), max_length=24, choices=Status, default=Status.DRAFT)
    # Incremented by each submission and resubmission; snapshots, verifications and remarks belong to a round.
    round = models.PositiveSmallIntegerField(_("round"), default=0)
    version = models.PositiveIntegerField(default=1)

    facts = SealedJSONField(default=facts.blank)
    subject_name = models.CharField(_("subject"), max_length=255, blank=True)
    # official ids: see ministry.reference.code_tables and ministry.reference.provinces
    subject_nature = models.PositiveSmallIntegerField(_("type of site host"), null=True)
    subject_province = models.CharField(_("province"), max_length=6, blank=True)
    domain = models.CharField(_("domain"), max_length=128, blank=True)
    subject_digest = models.CharField(max_length=64, blank=True)
    # official ids of the prior approvals its websites need
    prior_approvals = ArrayField(models.PositiveSmallIntegerField(), default=list)

    # For a returned filing: whether its host has chosen to edit everything, and draft answers to the remarks (remark's
    # primary key → text). Both are reset with each round.
    unlocked = models.BooleanField(default=False)
    answers_draft = SealedJSONField(default=dict)

    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("claimed by"),
        db_index=False,
    )
    claimed_until = models.DateTimeField(_("claimed until"), null=True)
    # The day on which a provider's hold ends by itself. Internal to the provider; no clock stops. The event has the
    # reason.
    paused_until = models.DateField(_("on hold until"), null=True)
    # The due date of the bureau's open question. No clock stops.
    question_due_on = models.DateField(_("question to be answered by"), null=True)
    # A copy of its booked appointment's start, so that moves and lists of filings cost no query; None without one.
    meets_at = models.DateTimeField(_("appointment"), null=True)
    # The last day on which the provider's staff reminded the host.
    nudged_on = models.DateField(_("host reminded"), null=True)

    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    touched_at = models.DateTimeField(_("last change"), default=timezone.now)
    # When it reached its current holder; provider queues are in this order.
    arrived_at = models.DateTimeField(_("received"), default=timezone.now)
    received_at = models.DateTimeField(_("received by the bureau"), null=True)
    # The latest round the bureau has received; a later one may be waiting for the responsible persons.
    received_round = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(_("due date"), null=True)
    due_is_provisional = models.BooleanField(_("due date is provisional"), default=False)
    reminded_level = models.PositiveSmallIntegerField(default=0)
    # Days without change of which the host has been reminded since its last change.
    host_reminded = models.PositiveSmallIntegerField(default=0)
    # The last day before it lapses, and the lowest of ``reminder_levels.WAITING`` notified; both None until that day is
    # near, and again as soon as somebody acts.
    waits_until = models.DateField(null=True)
    wait_told = models.PositiveSmallIntegerField(null=True)
    # Its websites (counted from 0) that the bureau returned when it approved the others. They continue in a new filing,
    # which is among ``copies``: see ``filings.services.splitting``.
    withheld = ArrayField(models.PositiveSmallIntegerField(), default=list)
    # The number after the dash of the first service its approval registered; the others follow it.
    first_sequence = models.PositiveIntegerField(null=True)
    # Those numbers one by one where a bureau's own system has issued them: it may leave some out, in any order.
    outside_sequences = ArrayField(models.PositiveIntegerField(), default=list, db_default=[])
    # The number of rounds with former providers: see ``filings.services.transfers``.
    former_rounds = models.PositiveSmallIntegerField(default=0)
    # The filing whose facts and pictures it started with.
    copied_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="copies", db_index=False)
    # When facts, names, words and pictures were erased, see ``deadlines.erasing``; the row and its events stay.
    erased_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    # The first submission, which decides the rules that apply: see ``judged_on``.
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    subject = models.ForeignKey(
        "ministry.Subject", on_delete=models.PROTECT, null=True, related_name="filings", db_index=False
    )
    # The register rows it is about: none for a first filing; for a migration the new host's subject (None while that is
    # not on record) and the offered website.
    about_subject = models.ForeignKey(
        "ministry.Subject", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    about_website = models.ForeignKey(
        "ministry.Website", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    about_access = models.ForeignKey(
        "ministry.Access", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # For a new access: the access to end once this one is on record, because the website moves.
    moves_from = models.ForeignKey(
        "ministry.Access", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # For a migration: the offer of the website's host.
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, related_name="filings", db_index=False)
    # When its host gave the filing password, if its kind needs that.
    proved_at = models.DateTimeField(null=True)

    objects = FilingQuerySet.as_manager()

    # No columns: state of ``filings.webhooks.writing`` while the row is locked.
    is_listened_to = True  # False if ``with_listening`` found no endpoint of its provider
    happened: tuple[Any, ...] = ()  # events for which messages are still to be written

    class Meta:
        verbose_name = _("filing")
        verbose_name_plural = _("filings")
        constraints = filing_table.CONSTRAINTS
        indexes = filing_table.INDEXES

    def __str__(self) -> str:
        return f"{self.pk} {self.subject_name or self.domain}"

    def get(self, path: str) -> Any:
        """Return the fact at ``path`` ("websites.0.domain"); an empty text when there is none."""
        return facts.read(self.facts, path)

    @property
    def law(self) -> Law:
        """Return the rules of its kind."""
        return kinds.KINDS[self.kind]

    def get_kind_display(self) -> str:  # type: ignore[no-redef]  # Django's hashes every choice, translated, each time
        """Return the kind in words."""
        return str(Kind(self.kind).label)

    def get_status_display(self) -> str:  # type: ignore[no-redef]  # Django steps back for our own
        """Return the status in words; an approved cancellation is "cancelled", not "filed"."""
        if self.status == Status.FILED and self.law.cancels:
            return str(_("Cancelled as requested"))
        return str(Status(self.status).label)

    @property
    def status_to_host(self) -> str:
        """Return the status in words addressed to its host."""
        if self.status == Status.RETURNED_TO_HOST:
            return pgettext("to the host", "returned for changes")
        return self.get_status_display()

    @property
    def kind_name(self) -> str:
        """Return the kind's name for its types of service: change of the website, of the app."""
        return self.law.named(facts.services(self.facts))

    @property
    def effect(self) -> str:
        """Return its kind's effect in words."""
        return self.law.effect_on(facts.services(self.facts))

    @property
    def word(self) -> Promise:
        """Return the word for its types of service in sentences."""
        return service_words.word(facts.services(self.facts))

    @property
    def is_individual(self) -> bool:
        """Return whether the subject is a natural person (unit nature 5)."""
        return facts.is_individual(self.facts)

    @property
    def makes_subject(self) -> bool:
        """Return whether its approval creates a new subject."""
        return self.about_subject_id is None

    @property
    def records(self) -> list[int]:
        """Return the ids of the subjects about which no other filing may be open. One query at most."""
        of_giver = self.about_website.subject_id if self.offer_id and self.about_website else None
        return sorted({*filter(None, (self.about_subject_id, of_giver))})

    @property
    def sheet_items(self) -> tuple[Item, ...]:
        """Return the items of its verification sheet, for its kind of host and province on ``judged_on``."""
        return self.sheet_items_for(facts.services(self.facts))

    def sheet_items_for(self, services: Collection[int]) -> tuple[Item, ...]:
        """Return the items of a sheet about some of its services, by their types; worded for a website if none."""
        if self.law.cancels:
            return CANCELLATION_ITEMS
        asked = items_for(self.is_individual, self.get("subject.province"), self.judged_on)
        photographed = any(kinds.is_photographed(self.facts, website) for website in range(facts.count(self.facts)))
        words = services or [code_tables.WEBSITE]
        return tuple(
            item.worded(words)
            for item in asked
            if item.block in self.law.blocks
            and (photographed or item.id != PHOTO_TAKEN)
            and (code_tables.WEBSITE in services or not item.of_websites)
        )

    @property
    def approved(self) -> list[str]:
        """Return the domain or name of each entry, without those the bureau has returned separately."""
        return [facts.known_by(self.facts, number) for number in entries.approved(self)]

    @property
    def sequences(self) -> Sequence[int]:
        """Return the numbers after the dash issued by its approval, as ``approved`` is ordered; empty if none."""
        return self.outside_sequences or range(first := self.first_sequence or 0, first and first + len(self.approved))

    @property
    def shown_withheld(self) -> list[str]:
        """Return the domain (display form) or name of each entry returned separately."""
        return [domains.display_domain(facts.known_by(self.facts, number)) for number in self.withheld]

    @property
    def shown_domain(self) -> str:
        """Return the domain in display form: 示例.中国, not xn--…"""
        return domains.display_domain(self.domain)

    @property
    def title(self) -> str:
        """Return the title on the host's pages: the domain, or "Filing 7" of a filing without one."""
        return self.shown_domain or gettext("Filing %(id)s") % {"id": self.pk}

    @property
    def topic(self) -> str:
        """Return the domain, or the kind of a filing without one; for lists that also show the number."""
        return self.shown_domain or str(self.get_kind_display())

    @property
    def holder(self) -> Role | None:
        """Return the role that has to act; None once ended."""
        return HOLDERS[Status(self.status)]

    @property
    def judged_on(self) -> date:
        """Return the day whose rules apply: that of the first submission, or today before it."""
        return timezone.localdate(self.submitted_at or timezone.now())

    @property
    def received_on(self) -> date | None:
        """Return the day of the bureau's receipt, in China time."""
        return self.received_at and timezone.localdate(self.received_at)

    def changes_received(self, since: date, until: date | None) -> int:
        """Return how many other changes of its record the provider has sent in this period."""
        days = {"received_at__date__gte": since} | ({"received_at__date__lte": until} if until else {})
        rows = Filing.objects.filter(about_subject=self.about_subject_id, provider=self.provider_id)
        return rows.filter(kind__in=kinds.changing(), **days).exclude(pk=self.pk).count()

    def handed_to(self, role: str) -> int:
        """Return the latest round submitted to this party."""
        return self.received_round if role == Role.BUREAU else self.round

    def verified_elsewhere(self, role: str) -> int:
        """Return the last round verified by a former provider, for a provider's desk; 0 for others."""
        return self.former_rounds if role == Role.PROVIDER else 0

    @property
    def awaits_access(self) -> bool:
        """Return whether it was transferred and the new provider still has to give the access."""
        return self.status == Status.WITH_PROVIDER and 0 < self.round == self.former_rounds

    @property
    def is_draft(self) -> bool:
        """Return whether it has never been submitted."""
        return self.status == Status.DRAFT

    @property
    def is_returned_to_host(self) -> bool:
        """Return whether its host has to correct it."""
        return self.status == Status.RETURNED_TO_HOST

    @property
    def is_editable(self) -> bool:
        """Return whether its holder may edit all or some of its facts."""
        return self.status in EDITABLE or self.awaits_access

    @property
    def is_on_behalf(self) -> bool:
        """Return whether a provider has started it on behalf of the host (代为报备)."""
        return self.mandate_id is not None

    @property
    def is_reported(self) -> bool:
        """Return whether the provider's own system has verified and reported it, so that it has no host here."""
        return self.entrance == Entrance.SYSTEM

    def claimant_id(self) -> int | None:
        """Return the user who has claimed the filing; None if the lease has expired."""
        return self.claimed_by_id if self.claimed_until and self.claimed_until > timezone.now() else None

    @property
    def is_paused(self) -> bool:
        """Return whether the provider has it on hold today."""
        return self.paused_until is not None and self.paused_until > timezone.localdate()

    def moves_for(self, actor: Actor) -> tuple[Move, ...]:
        """Return the moves this actor can make now, for the buttons."""
        return moves_from(self.status, actor.role, on_behalf=actor.is_on_behalf, reported=self.is_reported)
