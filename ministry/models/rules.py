"""Tables of province rules: what a bureau requires, from which day to which day, and the source.

Rows are written only by ``rules.save_rule``. They are ended, never deleted; every change is logged.
"""

import re
from typing import Any, Final

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ministry.models.audit import append_only, audited
from ministry.reference import code_tables, provinces
from ministry.reference.rule_lines import Lines, choices_of
from ministry.reference.topic_terms import TOPICS, Terms, pattern_of
from ministry.reference.topics import Audience, Demand, RuleSeverity, Topic
from ministry.reference.typed_text import shown

EVERYWHERE: Final = ""
MOST_LINES: Final = 300
LONGEST_LINE: Final = 64
_ENDING: Final = re.compile(r"!?(\?\?|[^\W_](?:[\w-]*\w)?(?:\.[^\W_](?:[\w-]*\w)?)*)")


class ProvinceRule(models.Model):
    """One rule of one province, or of every province when ``province`` is empty, with its period.

    ``ministry.reference.topic_terms.TOPICS`` defines which columns a topic uses; the others are empty.
    """

    province = models.CharField(
        _("province"), max_length=6, blank=True, choices=[(EVERYWHERE, _("Everywhere")), *provinces.CHOICES]
    )
    topic = models.CharField(_("topic"), max_length=32, choices=Topic)
    audience = models.CharField(_("applies to"), max_length=16, choices=Audience, default=Audience.EVERYBODY)
    natures = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("types of host"),
        blank=True,
        default=list,
        help_text=_("Only hosts of these types; if none is chosen, all of those concerned."),
    )
    amount = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    words = models.TextField(_("list"), blank=True)
    demand = models.CharField(_("requirement"), max_length=16, blank=True, choices=Demand)
    severity = models.CharField(
        _("if not met"),
        max_length=8,
        choices=RuleSeverity,
        default=RuleSeverity.WARNS,
        help_text=_("Let it block only where the portal can judge the facts with certainty."),
    )
    advice = models.TextField(
        _("advice"),
        max_length=500,
        blank=True,
        help_text=_("Shown to the host at the field, in Chinese. Say what the host must do."),
    )
    source = models.CharField(
        _("source"), max_length=255, help_text=_("Who published it, where and when. Shown beside the advice.")
    )
    unverified = models.BooleanField(
        _("not verified"), default=False, help_text=_("There is no public source; the bureau has to confirm it.")
    )
    valid_from = models.DateField(_("first day"), help_text=_("Applies to filings submitted from this day on."))
    valid_to = models.DateField(
        _("last day"),
        null=True,
        blank=True,
        help_text=_("Leave empty if no end date is known. A rule is ended, not deleted."),
    )

    class Meta:
        verbose_name = _("province rule")
        verbose_name_plural = _("province rules")
        ordering = ("topic", "province", "audience", "-valid_from", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="a_rule_ends_after_it_begins",
                violation_error_message=_("The last day of the rule is before its first day."),
            ),
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="rule_topic_known"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="rule_audience_known"),
            models.CheckConstraint(condition=Q(severity__in=RuleSeverity.values), name="rule_severity_known"),
            models.CheckConstraint(condition=~Q(source=""), name="a_rule_names_its_source"),
        ]
        indexes = [models.Index(fields=["province", "valid_from"], name="rules_of_province")]
        triggers = [*audited(), pgtrigger.Protect(name="rule_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_province_display()} · {self.get_topic_display()}"

    @property
    def terms(self) -> Terms:
        """Return the topic's definition of the rule's columns."""
        return TOPICS[Topic(self.topic)]

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the list, one line each, as stored."""
        return tuple(self.words.splitlines())

    @property
    def ids(self) -> frozenset[int]:
        """Return the list of official ids; only for topics whose lines are ids."""
        return frozenset(int(line) for line in self.lines)

    @property
    def places(self) -> frozenset[str]:
        """Return the paths of the fields that the rule is about, website paths as ``websites.*``."""
        if self.topic == Topic.ADVICE:
            return frozenset(self.lines)
        listed = self.terms.list
        documents = self.lines if listed and listed.lines == Lines.DOCUMENTS else ()
        return frozenset(self.terms.paths) | {code_tables.DOCUMENT_BY_ID[line].path("*") for line in documents}

    def concerns(self, *, individual: bool, nature: int | None = None) -> bool:
        """Return whether the rule applies to such a host; a rule for some natures only if ``nature`` is one of them."""
        others = Audience.UNITS if individual else Audience.INDIVIDUALS
        return self.audience != others and (not self.natures or nature in self.natures)

    def speaks_at(self, path: str, *, individual: bool) -> bool:
        """Return whether the rule is about the field at ``path``; fields such as age concern individuals only."""
        place = pattern_of(path)
        return place in self.places and (individual or place not in self.terms.of_individuals)

    def named_lines(self) -> list[Promise | str]:
        """Return the list with names instead of ids."""
        names = choices_of(self.terms.list.lines) if self.terms.list else {}
        return [names.get(line, line) for line in self.lines]

    # --- Validation ----------------------------------------------------------------------------------

    def clean(self) -> None:
        """Check the columns against the topic and the period against other rules; raise ValidationError by field."""
        if self.topic not in Topic.values:
            return  # the field's own error is enough
        faults: dict[str, Any] = {**self._terms_faults(), **self._list_faults()}
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            faults["valid_to"] = _("The last day of the rule is before its first day.")
        elif not faults and self.valid_from and (other := self._colliding().first()):
            faults["valid_from"] = _(
                "The rule “%(rule)s” from %(first)s covers the same for the same period. End that rule first, "
                "or choose other dates."
            ) % {"rule": other, "first": other.valid_from}
        if faults:
            raise ValidationError(faults)

    def _terms_faults(self) -> dict[str, Any]:
        terms = self.terms
        faults: dict[str, Any] = {}
        if (self.amount is None) != (terms.amount is None):
            faults["amount"] = _("This topic needs a number.") if terms.amount else _("This topic uses no number.")
        elif terms.amount and not terms.amount.least <= (self.amount or 0) <= terms.amount.most:
            faults["amount"] = _("Enter a number from %(least)d to %(most)d.") % {
                "least": terms.amount.least,
                "most": terms.amount.most,
            }
        elif terms.amount and terms.amount.is_approval and str(self.amount) not in choices_of(Lines.APPROVALS):
            faults["amount"] = _("There is no prior approval with this id.")
        if self.demand not in (terms.demands or ("",)):
            faults["demand"] = (
                _("Choose what the rule requires.") if terms.demands else _("This topic has no requirement to choose.")
            )
        if self.audience not in terms.audiences:
            faults["audience"] = _("This topic does not apply to them.")
        if self.natures and not terms.by_nature:
            faults["natures"] = _("This topic does not distinguish types of site host.")
        elif set(self.natures) - {nature.id for nature in code_tables.NATURES}:
            faults["natures"] = _("There is no such type of site host.")
        if self.topic == Topic.ADVICE and not self.advice.strip():
            faults["advice"] = _("Write the advice.")
        return faults

    def _list_faults(self) -> dict[str, Any]:
        self.words = "\n".join(dict.fromkeys(line.strip() for line in self.words.splitlines() if line.strip()))
        self.natures = sorted(set(self.natures))
        listed = self.terms.list
        if listed is None:
            return {"words": _("This topic has no list.")} if self.words else {}
        if not self.words and (listed.needed or self.demand == Demand.PERMIT):
            return {"words": _("This list must not be empty.")}
        if len(self.lines) > MOST_LINES:
            return {"words": _("A list has at most %(most)d lines.") % {"most": MOST_LINES}}
        wrong = [line for line in self.lines if not _fits(line, listed.lines)]
        return {"words": _("“%(line)s” is not allowed in this list.") % {"line": shown(wrong[0])}} if wrong else {}

    def _colliding(self) -> QuerySet["ProvinceRule"]:
        """Return rules about the same in an overlapping period; where several may coexist, those that share a line."""
        others = ProvinceRule.objects.exclude(pk=self.pk).filter(
            Q(valid_to=None) | Q(valid_to__gte=self.valid_from),
            province=self.province,
            topic=self.topic,
            audience=self.audience,
            natures=self.natures,
        )
        if self.valid_to:
            others = others.filter(valid_from__lte=self.valid_to)
        if self.topic == Topic.ADVICE:
            others = others.filter(advice=self.advice)  # a field may have several hints, each once
        if self.terms.several:
            mine = set(self.lines)
            others = others.filter(pk__in=[other.pk for other in others if mine & set(other.lines)])
        return others


def _fits(line: str, lines: Lines) -> bool:
    """Return whether a line is valid in a list of this kind."""
    if len(line) > LONGEST_LINE or not line.isprintable():
        return False
    if known := choices_of(lines):
        return line in known
    if lines == Lines.ENDINGS:
        return bool(_ENDING.fullmatch(line))
    return lines != Lines.FORMS or line.strip("*") != ""


class RuleChange(models.Model):
    """A change of a rule: its content before and after. ``by`` is empty for rules that came with the portal."""

    rule = models.ForeignKey(ProvinceRule, on_delete=models.PROTECT, related_name="changes", verbose_name=_("rule"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("time"), auto_now_add=True)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"))

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("change of a rule")
        verbose_name_plural = _("changes of rules")
        triggers = append_only("rule_change_append_only")
