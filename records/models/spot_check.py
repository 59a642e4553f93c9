"""Spot checks of a bureau: domains compared with the register, and what providers answer about those not on record."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from filings.actors import Actor
from filings.states import Role
from ministry.models.audit import append_only, audited
from ministry.reference.domains import display_domain

LONGEST_WORDS = 500


class DomainStanding(models.TextChoices):
    """The state of a domain in the register when it was checked."""

    FILED = "filed", _("on record in this province")
    ELSEWHERE = "elsewhere", _("on record in another province")
    UNFILED = "unfiled", _("not on record")


class SpotAnswer(models.TextChoices):
    """A provider's answer about a domain that is not on record."""

    ENDED = "ended", _("Access has ended")
    NOT_OURS = "not_ours", _("Not served by us")
    UNDER_WAY = "under_way", _("A filing is under way")
    FILED = "filed", _("It is on record")


SPOT_EVENTS = {
    "ask": _("Provider asked"),
    "remind": _("Provider reminded of the answer"),
    "answer": _("Answered"),
}


class SpotCheckQuerySet(models.QuerySet["SpotCheck"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return a bureau's own checks; providers see the questions put to them only."""
        return self.filter(bureau_id=actor.bureau_id) if actor.role == Role.BUREAU else self.none()


class SpotCheck(models.Model):
    """A list of domains that a bureau has compared with the register."""

    bureau = models.ForeignKey("bureaus.Bureau", on_delete=models.PROTECT, related_name="spot_checks")
    occasion = models.CharField(_("occasion"), max_length=128)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=128)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = SpotCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("spot check")
        verbose_name_plural = _("spot checks")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["bureau", "-made_at", "-id"], name="spot_checks_of_bureau")]
        triggers = append_only("spot_check_append_only")

    def __str__(self) -> str:
        return f"{self.pk} {self.occasion}"


class CheckedDomain(models.Model):
    """A domain of a spot check; ``website`` has it on record, None if nothing has."""

    check_of = models.ForeignKey(SpotCheck, on_delete=models.PROTECT, related_name="domains")
    domain = models.CharField(_("domain"), max_length=128)
    standing = models.CharField(_("state"), max_length=16, choices=DomainStanding)
    website = models.ForeignKey("ministry.Website", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "domain"], name="one_row_per_checked_domain"),
            models.CheckConstraint(
                condition=Q(standing=DomainStanding.UNFILED, website=None)
                | Q(standing__in=[DomainStanding.FILED, DomainStanding.ELSEWHERE], website__isnull=False),
                name="checked_domain_names_its_record",
            ),
        ]
        triggers = append_only("checked_domain_append_only")

    def __str__(self) -> str:
        return self.domain

    @property
    def shown(self) -> str:
        """Return the domain for display."""
        return display_domain(self.domain)


class SpotQuestionQuerySet(models.QuerySet["SpotQuestion"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the questions put to a provider, or those of a bureau's checks."""
        match actor.role:
            case Role.PROVIDER:
                return self.filter(provider_id=actor.provider_id)
            case Role.BUREAU:
                return self.filter(domain__check_of__bureau_id=actor.bureau_id)
        return self.none()

    def open(self) -> Self:
        """Return those without an answer."""
        return self.filter(answered_at=None)


class SpotQuestion(models.Model):
    """A question to one provider about a domain that is not on record, and the answer."""

    domain = models.ForeignKey(CheckedDomain, on_delete=models.PROTECT, related_name="questions")
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="spot_questions")
    text = models.CharField(_("question"), max_length=LONGEST_WORDS, blank=True)
    answer_by = models.DateField(_("answer by"))
    asked_at = models.DateTimeField(auto_now_add=True)
    reminded_on = models.DateField(_("reminded on"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.CharField(_("by"), max_length=128, blank=True)
    answer = models.CharField(_("answer"), max_length=16, choices=SpotAnswer, blank=True)
    ended_on = models.DateField(_("access ended on"), null=True)
    words = models.CharField(_("explanation"), max_length=LONGEST_WORDS, blank=True)

    objects = SpotQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["domain", "provider"], name="one_question_per_domain_and_provider"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="spot_question_open_or_answered",
            ),
            models.CheckConstraint(
                condition=Q(answer=SpotAnswer.ENDED, ended_on__isnull=False)
                | (~Q(answer=SpotAnswer.ENDED) & Q(ended_on=None)),
                name="ended_access_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "-asked_at", "-id"], name="spot_questions_of_provider"),
            models.Index(fields=["answer_by", "id"], condition=Q(answered_at=None), name="spot_questions_open"),
        ]
        triggers = audited()

    def __str__(self) -> str:
        return f"{self.domain_id} {self.provider_id}"

    def is_late(self, today: date) -> bool:
        """Return whether the answer is still missing after its day."""
        return self.answered_at is None and self.answer_by < today


class SpotEvent(models.Model):
    """An event of a question."""

    question = models.ForeignKey(SpotQuestion, on_delete=models.PROTECT, related_name="events")
    name = models.CharField(max_length=16, choices=SPOT_EVENTS)
    role = models.CharField(max_length=8, choices=Role)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=128)
    note = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        triggers = append_only("spot_event_append_only")

    def __str__(self) -> str:
        return f"{self.question_id} {self.name}"
