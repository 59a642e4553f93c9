"""Records of the bureau's review: questions to the provider, opinions; and traces of values shared between filings."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedTextField
from filings.models.documents import OfficialPaper
from filings.models.filing import Filing
from ministry.models.audit import append_only

LONGEST_TEXT = 1000


class QuestionManager(models.Manager["Question"]):
    """Questions with their replies, in the same query: a question is never shown without its reply."""

    def get_queryset(self) -> models.QuerySet["Question"]:
        return super().get_queryset().select_related("reply")


class Question(models.Model):
    """A reviewer's question to the provider without a return; the twenty working days continue.

    While it is open, the filing's ``question_due_on`` is its due date.
    """

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="questions")
    round = models.PositiveSmallIntegerField()
    # Sealed, because reviewers may write personal numbers here.
    text = SealedTextField(_("question"))
    due_on = models.DateField(_("to be answered by"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    objects = QuestionManager()

    class Meta:
        ordering = ["pk"]
        triggers = append_only("question_append_only", erasable={"text": ""})


class Reply(models.Model):
    """The provider's answer, optionally with a paper; one per question."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="replies")
    question = models.OneToOneField(Question, on_delete=models.PROTECT, related_name="reply")
    text = SealedTextField(_("answer"))
    paper = models.ForeignKey(OfficialPaper, on_delete=models.PROTECT, null=True, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        triggers = append_only("reply_append_only", erasable={"text": ""})


class HostQuestion(models.Model):
    """A question of the bureau that the provider has passed on to the host; the bureau does not see it."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="host_questions")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    text = SealedTextField(_("question"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        triggers = append_only("host_question_append_only", erasable={"text": ""})


class HostReply(models.Model):
    """The host's answer to its provider, optionally with a paper; one per question asked."""

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="host_replies")
    asked = models.OneToOneField(HostQuestion, on_delete=models.PROTECT, related_name="reply")
    text = SealedTextField(_("answer"))
    paper = models.ForeignKey(OfficialPaper, on_delete=models.PROTECT, null=True, related_name="host_replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        triggers = append_only("host_reply_append_only", erasable={"text": ""})


class Verdict(models.TextChoices):
    """A reviewer's verdict on a filing."""

    PROPOSE = "propose", _("proposes to approve")
    OBJECT = "object", _("objects to the proposal")
    APPROVE = "approve", _("approves")
    RETURN = "return", _("returns")


class Opinion(models.Model):
    """A reviewer's opinion with name, telephone and time (interface group Gjsh); one per decision.

    A decision made in a bureau's own system has no reviewer; ``source`` names the message that brought it.
    """

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="opinions")
    round = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=8, choices=Verdict)
    text = SealedTextField(_("opinion"))
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reviewer_name = models.CharField(max_length=128)
    reviewer_phone = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    # Of a decision made in the bureau's own system: what brought it here, and when it was made there.
    source = models.CharField(max_length=128, blank=True, default="", db_default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="opinion_verdict_known"),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=False, source="", decided_at=None)
                | (Q(reviewer=None, decided_at__isnull=False) & ~Q(source="")),
                name="opinion_of_reviewer_or_from_outside",
            ),
        ]
        triggers = append_only("opinion_append_only", erasable={"text": ""})


class TraceKind(models.TextChoices):
    """The kinds of values that filings may share."""

    MOBILE = "mobile", _("mobile")
    EMAIL = "email", _("e-mail")
    CERTIFICATE = "certificate", _("person's certificate")
    ADDRESS = "address", _("IP addresses")


class Trace(models.Model):
    """A keyed digest of one value of a filing received by a bureau; it stays when the filing ends.

    See ``filings.lookup.shared_traits``.
    """

    filing = models.ForeignKey(Filing, on_delete=models.CASCADE, related_name="traces")
    kind = models.CharField(max_length=16, choices=TraceKind)
    key = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["filing", "key"], name="one_trace_per_value")]
        indexes = [models.Index(fields=["key", "filing"], name="trace_key")]
