"""Cases about the cancellation of a record or the end of an open filing, with the statements of both sides.

Opened by a host whose filing is blocked by a record (release) or another filing (place), or by the bureau because
nothing is left of what was filed (shell).
"""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.signing import BadSignature, dumps, loads
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField
from filings.actors import Actor
from filings.models.documents import OfficialPaper
from filings.models.filing import Filing
from filings.states import Role
from ministry.models.audit import append_only, audited
from ministry.reference.domains import display_domain
from ministry.reference.numbers import FilingNumber
from ministry.register.search_statements import SUBJECT_COLUMNS, WEBSITE_COLUMNS
from records.models.order import Order

_SALT = "records.case"


class CaseKind(models.TextChoices):
    """The kind of a case."""

    RELEASE = "release", _("release requested")
    SHELL = "shell", _("shell")
    PLACE = "place", _("conflict claimed")


class CaseState(models.TextChoices):
    """The state of a case."""

    OPEN = "open", _("open")
    CANCELLED = "cancelled", _("record cancelled")
    FREED = "freed", _("filing ended, conflict resolved")
    KEPT = "kept", _("record stays")
    WITHDRAWN = "withdrawn", _("withdrawn")


CASE_EVENTS = {
    "open": _("Opened"),
    "object": _("Objection"),
    "prove": _("Further proof"),
    "withdraw": _("Withdrawn"),
    "cancel": _("Decided: the record is cancelled"),
    "keep": _("Decided: the record stays"),
    "free": _("Decided: the filing is ended, the conflict is resolved"),
    "over": _("Ended automatically: the record has changed"),
    "look": _("Proof viewed"),
    "remind": _("The bureau was reminded"),
}
# Other labels for shells and for claims against open filings.
SHELL_EVENTS = {"open": _("Published as a shell")}
PLACE_EVENTS = {
    "keep": _("Decided: the filing stays"),
    "over": _("Ended automatically: one of the two filings has ended"),
}
PLACE_STATES = {CaseState.KEPT: _("filing stays")}


PUBLIC = ("kind", "bureau_id", "subject_id", "website_id", "opened_at", "answer_by", "state")  # what anybody may read


class CaseQuerySet(models.QuerySet["CancellationCase"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the cases of the actor as applicant, as provider of the record or filing, or as bureau."""
        match actor.role:
            case Role.HOST if not actor.is_on_behalf:
                return self.filter(applicant_id=actor.user_id)
            case Role.PROVIDER:
                # the filing may have been transferred to another provider meanwhile
                of_record = Q(blocking_filing=None, provider_ids__contains=[actor.provider_id])
                return self.filter(of_record | Q(blocking_filing__provider=actor.provider_id))
            case Role.BUREAU:
                return self.filter(bureau_id=actor.bureau_id)
        return self.none()

    def open(self) -> Self:
        """Return those not decided yet."""
        return self.filter(state=CaseState.OPEN)

    def published(self) -> Self:
        """Return the open cases about shells, which are public."""
        return self.open().filter(kind=CaseKind.SHELL)

    def with_public_columns(self) -> Self:
        """Load only what anybody may see of a case and of its record."""
        records = [
            *(f"subject__{name}" for name in SUBJECT_COLUMNS),
            *(f"website__{name}" for name in WEBSITE_COLUMNS),
            *(f"website__subject__{name}" for name in SUBJECT_COLUMNS),
        ]
        return self.select_related("subject", "website__subject").only(*PUBLIC, *records)

    def unobjected(self) -> Self:
        """Return the publications that have expired without an objection, to be cancelled by order."""
        return self.published().filter(objected_at=None, answer_by__lt=timezone.localdate())


class CancellationCase(models.Model):
    """A case about a record (a subject, or one website of it) or an open filing. Written only by ``records.orders``."""

    kind = models.CharField(_("kind"), max_length=8, choices=CaseKind)
    bureau = models.ForeignKey("bureaus.Bureau", on_delete=models.PROTECT, related_name="cancellation_cases")
    # None for a claim against a filing.
    subject = models.ForeignKey(
        "ministry.Subject", on_delete=models.PROTECT, null=True, related_name="cancellation_cases"
    )
    website = models.ForeignKey(
        "ministry.Website", on_delete=models.PROTECT, null=True, related_name="cancellation_cases"
    )
    # For a claim: the other open filing, and the domain in question; empty for its certificate.
    blocking_filing = models.ForeignKey(
        Filing, on_delete=models.PROTECT, null=True, related_name="claims", db_column="rival_id"
    )
    domain = models.CharField(max_length=128, blank=True)
    # The blocked filing and its host; None for a shell.
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="cancellation_cases")
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # The providers that serve the record, or served it last; for a claim that of the other filing.
    provider_ids = ArrayField(models.BigIntegerField())
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    answer_by = models.DateField(_("objections until"))
    decide_by = models.DateField(_("to be decided by"))
    objected_at = models.DateTimeField(_("objected"), null=True)
    reminded_level = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(_("state"), max_length=10, choices=CaseState, default=CaseState.OPEN)
    decided_at = models.DateTimeField(_("decided"), null=True)
    # Read by both sides.
    reason = SealedTextField(_("reason"), blank=True)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, null=True, related_name="cancellation_case")

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="matter_state_known"),
            models.CheckConstraint(
                condition=Q(
                    kind=CaseKind.SHELL, subject__isnull=False, blocking_filing=None, filing=None, applicant=None
                )
                | Q(kind=CaseKind.RELEASE, subject__isnull=False, blocking_filing=None, filing__isnull=False)
                & Q(applicant__isnull=False)
                | Q(
                    kind=CaseKind.PLACE, subject=None, website=None, blocking_filing__isnull=False, filing__isnull=False
                )
                & Q(applicant__isnull=False),
                name="matter_has_its_sides",
            ),
            models.CheckConstraint(
                condition=Q(state=CaseState.OPEN, decided_at=None) | (~Q(state=CaseState.OPEN) & ~Q(decided_at=None)),
                name="matter_open_or_decided",
            ),
            models.UniqueConstraint(
                fields=["subject", "website"],
                condition=Q(state=CaseState.OPEN, subject__isnull=False),
                nulls_distinct=False,
                name="one_open_matter_per_record",
            ),
            # Several hosts may claim against one filing: an unfounded claim must not block the owner's.
            models.UniqueConstraint(
                fields=["blocking_filing", "filing"],
                condition=Q(state=CaseState.OPEN, blocking_filing__isnull=False),
                name="one_open_claim_of_a_filing",
            ),
        ]
        indexes = [
            models.Index(fields=["bureau", "state", "decide_by", "id"], name="matters_of_bureau"),
            models.Index(fields=["applicant", "-id"], condition=Q(applicant__isnull=False), name="matters_of_host"),
        ]
        triggers = audited()

    @property
    def number(self) -> FilingNumber | str:
        """Return the record's number, or the filing's id in words, for the bureau and the holder."""
        if self.subject is None:
            return str(_("filing %(id)d") % {"id": self.blocking_filing_id})
        return self.website.number if self.website else self.subject.number

    @property
    def shown_domain(self) -> str:
        """Return the domain in display form; empty if the certificate or a whole record is in question."""
        return self.website.shown_domain if self.website else display_domain(self.domain)

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # Django steps back for our own
        """Return the state in words."""
        state = CaseState(self.state)
        return str(PLACE_STATES.get(state, state.label) if self.kind == CaseKind.PLACE else state.label)

    @property
    def token(self) -> str:
        """Return the signed token for the holder's link, which works without an account."""
        return dumps(self.pk, salt=_SALT)

    @property
    def is_open(self) -> bool:
        """Return whether it has not ended."""
        return self.state == CaseState.OPEN

    def is_answerable(self) -> bool:
        """Return whether both sides may still add text and proof."""
        return self.is_open and timezone.localdate() <= self.answer_by

    def is_ripe(self) -> bool:
        """Return whether the bureau may decide: the other side has objected, or its deadline has passed."""
        return self.is_open and (self.objected_at is not None or not self.is_answerable())


def case_id_of(token: str) -> int | None:
    """Return the case's id for a holder's token; None if it is invalid."""
    try:
        return int(loads(token, salt=_SALT))
    except (BadSignature, ValueError):
        return None


class CaseEvent(models.Model):
    """An event of a case. ``provider``: the author's provider; only bureau and author see ``text`` and ``paper``."""

    # The column keeps its name, which entries of the audit log and a release before this one know.
    case = models.ForeignKey(CancellationCase, on_delete=models.PROTECT, related_name="events", db_column="matter_id")
    name = models.CharField(max_length=16, choices=CASE_EVENTS)
    role = models.CharField(max_length=8, choices=Role)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=128)
    text = SealedTextField(blank=True)
    paper = models.ForeignKey(OfficialPaper, on_delete=models.PROTECT, null=True, related_name="case_events")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        triggers = append_only("matter_event_append_only")

    def get_name_display(self) -> str:  # type: ignore[no-redef]  # Django steps back for our own
        """Return the event in words."""
        own = {CaseKind.SHELL: SHELL_EVENTS, CaseKind.PLACE: PLACE_EVENTS}.get(CaseKind(self.case.kind), {})
        return str(own.get(self.name, CASE_EVENTS[self.name]))
