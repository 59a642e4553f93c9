"""The append-only record of a filing: rounds, events, remarks, verifications, access logs, exports."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import languages
from accounts.sealed import OptionalSealedTextField, SealedJSONField, SealedTextField
from filings import facts
from filings.facts import Facts
from filings.models.filing import Filing
from filings.states import DESK_EVENTS, EVENT_LABELS, Role, Status
from ministry.models.audit import append_only


class Snapshot(models.Model):
    """The facts and papers of one round, as submitted."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="snapshots")
    round = models.PositiveSmallIntegerField(_("round"))
    facts = SealedJSONField()
    papers = models.JSONField(help_text="kind → SHA-256")
    taken_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["filing", "round"], name="one_snapshot_per_round")]
        triggers = append_only("snapshot_append_only", erasable={"facts": facts.blank()})

    def with_filled_in(self) -> Facts:
        """Return its facts with those that the verifier of the round filled in on the sheet. One query."""
        verified = Verification.objects.filter(filing=self.filing_id, round=self.round).first()
        return facts.written(self.facts, verified.filled) if verified else self.facts


class Event(models.Model):
    """An event of a filing: a move, a claim, a change of the due date."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="events")
    # Denormalised to count a provider's months without joining filings.
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=16, choices=EVENT_LABELS)
    source = models.CharField(max_length=24, choices=Status, blank=True)
    target = models.CharField(max_length=24, choices=Status, blank=True)
    # For a move: when the filing arrived at ``source``.
    waited_since = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=8, choices=Role)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=128)
    # The host on whose behalf a provider's staff acted; empty otherwise.
    on_behalf_of = models.CharField(max_length=128, blank=True)
    note = SealedTextField(blank=True)
    note_english = OptionalSealedTextField(null=True)  # None where ``note`` is what somebody has typed
    # For a move that hands the filing over: digest of its facts (``filings.receipts``), and after an approval the
    # number of the record as stated to the parties. Empty for other events, and for those before receipts existed.
    handed = models.CharField(max_length=64, blank=True, default="", db_default="")
    record_number = models.CharField(max_length=32, blank=True, default="", db_default="")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["filing", "id"], name="events_of_filing"),
            models.Index(
                fields=["provider", "at"], condition=models.Q(waited_since__isnull=False), name="moves_of_provider"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(name__in=EVENT_LABELS), name="event_name_known"),
        ]
        triggers = append_only("event_append_only", erasable={"note": "", "note_english": ""})

    @property
    def shown_actor(self) -> str:
        """Return the name of who acted: of a person, or of the portal in the language of the page or mail."""
        is_named = self.user_id or (self.role == Role.BUREAU and self.name not in DESK_EVENTS)  # by its own system
        return self.actor_name if is_named else str(Role.SYSTEM.label)

    @property
    def shown_note(self) -> str:
        """Return the note in the language of the page or mail."""
        return (languages.is_english() and self.note_english) or self.note


class Remark(models.Model):
    """One reason for a return: field, official code, what was seen and what is expected."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="remarks")
    round = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=8, choices=Role)
    path = models.CharField(_("field"), max_length=64)
    code = models.CharField(_("code"), max_length=8)
    # Sealed, because reviewers may write personal numbers here.
    seen = SealedTextField(_("found"))
    expected = SealedTextField(_("expected"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        triggers = append_only("remark_append_only", erasable={"seen": "", "expected": ""})


def without_reworded(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Return the remarks of a round without those of the bureau that the provider has reworded."""
    every = list(remarks)
    passed_on = {(remark.path, remark.code) for remark in every if remark.stage == Role.PROVIDER}
    return tuple(
        remark for remark in every if remark.stage != Role.BUREAU or (remark.path, remark.code) not in passed_on
    )


class Answer(models.Model):
    """The host's answer to a remark, submitted with the next round."""

    remark = models.OneToOneField(Remark, on_delete=models.PROTECT, related_name="answer")
    # Sealed, because hosts may write personal numbers here.
    text = SealedTextField(_("answer"))
    round = models.PositiveSmallIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        triggers = append_only("answer_append_only", erasable={"text": ""})


class Verification(models.Model):
    """The provider's face-to-face check of one round: the sheet's answers, notes and photos."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="verifications")
    round = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    # Item → {"note", "evidence": [{"path", "sha256"}], "source", "filled": {path: value}}, if any; sealed like remarks.
    notes = SealedJSONField(default=dict)
    place = models.CharField(_("place"), max_length=255)
    photos = models.ManyToManyField("filings.Evidence", related_name="+")
    verifier = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["filing", "round"], name="one_verification_per_round")]
        triggers = append_only("verification_append_only", erasable={"notes": {}, "place": ""})

    @property
    def filled(self) -> dict[str, str]:
        """Return the facts that the verifier filled in on the sheet, which the round's snapshot lacks."""
        return {path: value for noted in self.notes.values() for path, value in noted.get("filled", {}).items()}


class Look(models.Model):
    """Access by a user to personal data that is masked by default; who and what are erased after their period."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="looks")
    # Empty once erased, as ``what``
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=8, choices=Role)
    what = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["at"], condition=models.Q(user__isnull=False), name="looks_to_erase")]
        triggers = append_only("look_append_only", erasable={"user": None, "what": ""})


class Export(models.Model):
    """An export of filings from the portal: who, when, which, how many."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=8, choices=Role)
    query = models.CharField(max_length=255, blank=True)
    count = models.PositiveIntegerField()
    filing_ids = ArrayField(models.BigIntegerField())
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        indexes = [GinIndex(fields=["filing_ids"], fastupdate=False, name="exports_of_filing")]
        triggers = append_only("export_append_only")
