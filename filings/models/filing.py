"""The filing: the paper that travels."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.functional import Promise
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
from filings.states import (
    EDITABLE,
    HOLDERS,
    WITH_HOST,
    Move,
    Role,
    Status,
    moves_from,
)
from ministry.reference import code_tables, domains, service_words


class Entrance(models.TextChoices):
    """The way a host came to its provider (official guide, three ways of signing in)."""

    MINISTRY = "ministry", _("the ministry's directory")
    BUREAU = "bureau", _("a bureau's directory")
    PROVIDER = "provider", _("the provider's own address")


class FilingQuerySet(models.QuerySet["Filing"]):
    def visible_to(self, actor: Actor) -> Self:
        """The filings ``actor`` may know of: a host its own, a provider those handed to it, a bureau its province's."""
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

    def on_behalf_of(self, provider_id: int) -> Self:
        """Return the filings begun by the provider in the place of hosts whose mandate is in force today.

        It need not be the mandate they were begun by: a host may give a new one.
        """
        rows = self.filter(provider_id=provider_id, mandate__isnull=False)
        in_force = Mandate.objects.in_force().filter(
            provider_id=provider_id, host_email=OuterRef("mandate__host_email")
        )
        return rows.filter(Exists(in_force))

    def resting_with(self, host_id: int) -> Self:
        """Return what the host has to fill in or mend, the last touched first, with what its to-do list shows of it."""
        rows = self.filter(host_id=host_id, status__in=WITH_HOST).select_related("provider")
        return rows.defer("facts").order_by("-touched_at", "-pk")


class Filing(models.Model):
    """One filing, from draft to decision: the aggregate root.

    Nothing writes it but ``filings.services`` and ``filings.deadlines.sweeps``, through ``filings.moves.moving``.
    ``facts`` is the paper itself (see ``filings.facts``);
    ``subject_name``, ``subject_nature``, ``subject_province``, ``domain`` (the first website's), ``subject_digest``
    and ``prior_approvals`` repeat what lists and constraints need of it; what else must not collide between open
    filings is in ``Hold``, what a desk's search looks through in ``SearchEntry``.
    """

    # None while nobody has an account with the address that its mandate names.
    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="filings")
    # The mandate by which a provider has begun it in the host's place (interface element Bbfs = 1); None for the
    # host's own.
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="filings")
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="filings")
    # The bureau that has received it; its key is a province's GB/T 2260 code. Not set before: a bureau must not
    # learn of a filing because its host is thinking of moving there.
    bureau = models.ForeignKey("bureaus.Bureau", on_delete=models.PROTECT, related_name="filings", null=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.NEW_FILING)
    entrance = models.CharField(_("entrance"), max_length=8, choices=Entrance)
    status = models.CharField(_("status"), max_length=24, choices=Status, default=Status.DRAFT)
    # Grows with each hand-over after a return; snapshots, verifications and remarks belong to a round.
    round = models.PositiveSmallIntegerField(_("round"), default=0)
    version = models.PositiveIntegerField(default=1)

    facts = SealedJSONField(default=facts.blank)
    subject_name = models.CharField(_("subject"), max_length=255, blank=True)
    # official ids: see ministry.reference.code_tables and ministry.reference.provinces
    subject_nature = models.PositiveSmallIntegerField(_("nature"), null=True)
    subject_province = models.CharField(_("province"), max_length=6, blank=True)
    domain = models.CharField(_("domain"), max_length=128, blank=True)
    subject_digest = models.CharField(max_length=64, blank=True)
    # official ids of what its websites need approval for beforehand
    prior_approvals = ArrayField(models.PositiveSmallIntegerField(), default=list)

    # Of a returned filing: whether its host has chosen to edit everything, and the answers to the remarks so far
    # (remark's key → text). Both begin anew with each round.
    unlocked = models.BooleanField(default=False)
    answers_draft = SealedJSONField(default=dict)

    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("taken by"),
    )
    claimed_until = models.DateTimeField(_("taken until"), null=True)
    # The provider has put it on hold: it is back in the queue by itself on this day. An affair inside the provider;
    # no clock stops for it. Why is in the event.
    paused_until = models.DateField(_("on hold until"), null=True)
    # While a question of the bureau's is open: by when the provider is to answer. No clock stops for it.
    question_due_on = models.DateField(_("question to be answered by"), null=True)
    # The last day on which the provider's staff reminded the host.
    nudged_on = models.DateField(_("host reminded"), null=True)

    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    touched_at = models.DateTimeField(_("last change"), default=timezone.now)
    # When it came to whoever holds it now: queues of the provider are in this order.
    arrived_at = models.DateTimeField(_("arrived"), default=timezone.now)
    received_at = models.DateTimeField(_("received by the bureau"), null=True)
    # The newest round the bureau has received: a later one may be verified and wait for the responsible persons.
    received_round = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(_("due date"), null=True)
    due_is_provisional = models.BooleanField(_("due date is provisional"), default=False)
    reminded_level = models.PositiveSmallIntegerField(default=0)
    # Days of rest of which the host has been reminded since it last touched the filing.
    host_reminded = models.PositiveSmallIntegerField(default=0)
    # The last day on which it waits for somebody to act, and the lowest of ``rungs.WAITING`` that was told of; both
    # empty until that day comes near, and again as soon as somebody acts.
    waits_until = models.DateField(null=True)
    wait_told = models.PositiveSmallIntegerField(null=True)
    # Its websites (counted from 0) that the bureau returned when it approved the others. They go on in a filing of
    # their own, which is among ``copies``: see ``filings.services.splitting``.
    withheld = ArrayField(models.PositiveSmallIntegerField(), default=list)
    # The number after the dash of the first service that its approval has entered; the others follow it.
    first_sequence = models.PositiveIntegerField(null=True)
    # The rounds it has gone through with former providers: see ``filings.services.transfers``.
    former_rounds = models.PositiveSmallIntegerField(default=0)
    # Whose facts and pictures it began with.
    copied_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="copies")
    # When facts, names and pictures went; the row and its events stay.
    erased_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    # The first hand-over: the day whose rules it is judged by, however long it travels.
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    subject = models.ForeignKey("ministry.Subject", on_delete=models.PROTECT, null=True, related_name="filings")
    # What of the register it is about; a first filing is about nothing yet, a migration about the taking subject (none
    # while that is not on record) and the website that is offered.
    about_subject = models.ForeignKey("ministry.Subject", on_delete=models.PROTECT, null=True, related_name="+")
    about_website = models.ForeignKey("ministry.Website", on_delete=models.PROTECT, null=True, related_name="+")
    about_access = models.ForeignKey("ministry.Access", on_delete=models.PROTECT, null=True, related_name="+")
    # Of a new access: the one that is to end once this one is on record, because the website moves.
    moves_from = models.ForeignKey("ministry.Access", on_delete=models.PROTECT, null=True, related_name="+")
    # Of a migration: that the website's host agrees.
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, null=True, related_name="filings")
    # When its host proved to know the filing password, where its kind asks for that.
    proved_at = models.DateTimeField(null=True)

    objects = FilingQuerySet.as_manager()

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
        """Return what its kind asks for and does."""
        return kinds.KINDS[self.kind]

    def get_status_display(self) -> str:  # type: ignore[no-redef]  # Django steps back for our own
        """Return the status in words; what an approved cancellation was about is not filed any more."""
        if self.status == Status.FILED and self.law.cancels:
            return str(_("Cancelled as asked"))
        return str(Status(self.status).label)

    @property
    def kind_name(self) -> str:
        """What it is called by what it is about: change of the website, of the app."""
        return self.law.named(facts.services(self.facts))

    @property
    def effect(self) -> str:
        """Return what its kind does to what it is about."""
        return self.law.effect_on(facts.services(self.facts))

    @property
    def word(self) -> Promise:
        """Return what sentences about it call what it is about."""
        return service_words.word(facts.services(self.facts))

    @property
    def is_individual(self) -> bool:
        """Return whether the subject is a natural person (unit nature 5)."""
        return facts.is_individual(self.facts)

    @property
    def makes_subject(self) -> bool:
        """Return whether its approval enters the host under a number of its own."""
        return self.about_subject_id is None

    @property
    def records(self) -> list[int]:
        """The subjects on record, by key, about which nothing else may be under way beside it. One query at most."""
        of_giver = self.about_website.subject_id if self.offer_id and self.about_website else None
        return sorted({*filter(None, (self.about_subject_id, of_giver))})

    @property
    def sheet_items(self) -> tuple[Item, ...]:
        """The lines of its verification sheet: for its kind of host, in its province, on the day it is judged by."""
        if self.law.cancels:
            return CANCELLATION_ITEMS
        asked = items_for(self.is_individual, self.get("subject.province"), self.judged_on)
        photographed = any(kinds.is_photographed(self.facts, website) for website in range(facts.count(self.facts)))
        sites = code_tables.WEBSITE in facts.services(self.facts)
        return tuple(
            item
            for item in asked
            if item.block in self.law.blocks
            and (photographed or item.id != PHOTO_TAKEN)
            and (sites or not item.of_websites)
        )

    @property
    def approved(self) -> list[str]:
        """By what its entries are known (domain, or name), without those the bureau has returned on their own."""
        return [facts.known_by(self.facts, number) for number in entries.approved(self)]

    @property
    def sequences(self) -> range:
        """The numbers after the dash of what its approval has entered; empty before, and where it brings no numbers."""
        return range(first := self.first_sequence or 0, first and first + len(self.approved))

    @property
    def shown_withheld(self) -> list[str]:
        """By what people know its entries that go on in a filing of their own."""
        return [domains.display_domain(facts.known_by(self.facts, number)) for number in self.withheld]

    @property
    def shown_domain(self) -> str:
        """Return the domain as people read it: 示例.中国, not xn--…"""
        return domains.display_domain(self.domain)

    @property
    def holder(self) -> Role | None:
        """Return whose turn it is."""
        return HOLDERS[Status(self.status)]

    @property
    def judged_on(self) -> date:
        """Return the day whose rules apply: that of the first submission, today while there has been none."""
        return timezone.localdate(self.submitted_at or timezone.now())

    @property
    def received_on(self) -> date | None:
        """Return the day of the bureau's receipt, in China's time."""
        return self.received_at and timezone.localdate(self.received_at)

    def changes_received(self, kinds: Collection[str], since: date, until: date | None) -> int:
        """Return how many other changes of this record, by kind, its provider has sent to the bureau in these days."""
        days = {"received_at__date__gte": since} | ({"received_at__date__lte": until} if until else {})
        rows = Filing.objects.filter(about_subject=self.about_subject_id, provider=self.provider_id, kind__in=kinds)
        return rows.filter(**days).exclude(pk=self.pk).count()

    def handed_to(self, role: str) -> int:
        """Return the newest round that this party's desk was handed."""
        return self.received_round if role == Role.BUREAU else self.round

    def verified_elsewhere(self, role: str) -> int:
        """Return up to which round the verifications are those of former providers, as far as this desk is one."""
        return self.former_rounds if role == Role.PROVIDER else 0

    @property
    def awaits_access(self) -> bool:
        """Whether it has come from a former provider, so that its present one still gives addresses of its own."""
        return self.status == Status.WITH_PROVIDER and 0 < self.round == self.former_rounds

    @property
    def is_editable(self) -> bool:
        """Return whether whoever holds it may write on its facts, or on some of them."""
        return self.status in EDITABLE or self.awaits_access

    @property
    def is_on_behalf(self) -> bool:
        """Return whether a provider has begun it in the host's place (代为报备)."""
        return self.mandate_id is not None

    def claimant_id(self, now: datetime | None = None) -> int | None:
        """Return who has taken the filing into work, while the lease runs."""
        if self.claimed_until is None or self.claimed_until <= (now or timezone.now()):
            return None
        return self.claimed_by_id

    @property
    def is_paused(self) -> bool:
        """Return whether the provider has it on hold today."""
        return self.paused_until is not None and self.paused_until > timezone.localdate()

    def moves_for(self, actor: Actor) -> tuple[Move, ...]:
        """The moves this actor has now; buttons are made from this."""
        return moves_from(self.status, actor.role, on_behalf=actor.is_on_behalf)
