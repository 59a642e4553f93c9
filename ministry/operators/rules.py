"""Admin of province rules: list, add, change and end them, never delete. Each topic has its own form."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ministry.models import ProvinceRule, RuleChange
from ministry.operators.site import OperatorsAdmin, site
from ministry.reference import code_tables, english
from ministry.reference.rule_lines import choices_of
from ministry.reference.topic_terms import TOPICS, Terms
from ministry.reference.topics import Demand, Topic
from ministry.rules import rules
from ministry.rules.sources import CODES


class RuleForm(forms.ModelForm[ProvinceRule]):
    """Form of the columns that a topic uses, with its labels, names instead of ids, and its demands only."""

    topic: Topic

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.topic = self.topic
        if "source" in self.fields:
            self.fields["source"].help_text = _(
                "Who published it, where and when. Hosts see it beside the advice if it is a law or a notice of the "
                "ministry, a bureau or the government; otherwise they are told that their access provider requires it."
            )
        terms = TOPICS[self.topic]
        if "audience" in self.fields:
            self._choose("audience", [(audience.value, audience.label) for audience in terms.audiences])
        else:
            self.instance.audience = terms.audiences[0]
        if terms.demands:
            self._choose("demand", [("", "—"), *((demand.value, demand.label) for demand in terms.demands)])
        if terms.amount:
            self._say("amount", terms.amount.label, terms.amount.help)
        if terms.list:
            self._say("words", terms.list.label, terms.list.help)
        self._names_for_ids(terms)

    def _names_for_ids(self, terms: Terms) -> None:
        if terms.list and (names := choices_of(terms.list.lines)):
            self.fields["words"] = _boxes(self.fields["words"], list(names.items()))
            self.initial["words"] = list(self.instance.lines)
        if terms.by_nature:
            self.fields["natures"] = _boxes(
                self.fields["natures"], code_tables.choices(code_tables.NATURES), coerce=int
            )
        if terms.amount and terms.amount.is_approval:
            self.fields["amount"] = forms.TypedChoiceField(
                label=self.fields["amount"].label,
                help_text=self.fields["amount"].help_text,
                choices=[("", "—"), *code_tables.choices(code_tables.PRIOR_APPROVALS)],
                coerce=int,
                empty_value=None,
            )

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def _say(self, name: str, label: Any, help_text: Any) -> None:
        self.fields[name].label, self.fields[name].help_text = label, help_text

    def clean_words(self) -> str:
        words = self.cleaned_data["words"]
        return words if isinstance(words, str) else "\n".join(words)

    def clean(self) -> dict[str, Any] | None:
        """Lock the rules until the end of the request, so that what is validated is what is saved."""
        rules.wait_for_turn()
        return super().clean()


def _boxes(
    field: forms.Field, choices: list[tuple[Any, Any]], coerce: Callable[[Any], Any] = str
) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=field.label,
        help_text=field.help_text,
        choices=choices,
        coerce=coerce,
        required=field.required,
        widget=forms.CheckboxSelectMultiple,
    )


class Validity(admin.SimpleListFilter):
    """Filter rules in force today, ended, or to come."""

    title = _("validity")
    parameter_name = "validity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("today", _("in force today")), ("ended", _("ended")), ("coming", _("not yet in force"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ProvinceRule]) -> QuerySet[ProvinceRule]:
        today = timezone.localdate()
        if self.value() == "today":
            return queryset.filter(Q(valid_to=None) | Q(valid_to__gte=today), valid_from__lte=today)
        if self.value() == "ended":
            return queryset.filter(valid_to__lt=today)
        if self.value() == "coming":
            return queryset.filter(valid_from__gt=today)
        return queryset


def says(rule: ProvinceRule) -> str:
    """Return a rule in one line: number, demand, list; for advice its text and fields."""
    advice = rule.advice if rule.topic == Topic.ADVICE else ""
    return " · ".join(filter(None, (_amount(rule), rule.get_demand_display(), _listed(rule), advice)))


def _amount(rule: ProvinceRule) -> str:
    if rule.amount is None or rule.terms.amount is None:
        return ""
    if rule.terms.amount.is_approval:
        return code_tables.name_of(code_tables.PRIOR_APPROVALS, rule.amount)
    return f"{rule.amount} {rule.terms.amount.unit}"


def _listed(rule: ProvinceRule) -> str:
    return english.joined(rule.named_lines())


def columns(content: dict[str, Any]) -> dict[str, str]:
    """Return a rule's stored content as label → text, without empty values."""
    rule = ProvinceRule(**content)
    texts = {
        "province": rule.get_province_display(),
        "audience": rule.get_audience_display(),
        "natures": english.joined(code_tables.name_of(code_tables.NATURES, nature) for nature in rule.natures),
        "amount": _amount(rule),
        "demand": rule.get_demand_display(),
        "words": _listed(rule),
        "severity": rule.get_severity_display(),
        "advice": rule.advice,
        "source": rule.source,
        "unverified": _("Yes") if rule.unverified else "",
        "valid_from": content["valid_from"],
        "valid_to": content["valid_to"],
    }
    return {str(_label(rule, name)): str(text) for name, text in texts.items() if text}


def _label(rule: ProvinceRule, name: str) -> Any:
    own = {"amount": rule.terms.amount, "words": rule.terms.list}.get(name)
    return own.label if own else ProvinceRule._meta.get_field(name).verbose_name  # type: ignore[union-attr]


def history(changes: Iterable[RuleChange]) -> list[dict[str, Any]]:
    """Return each change with what it changed, as (label, before, after)."""
    return [{"change": change, "lines": _differences(change)} for change in changes]


def _differences(change: RuleChange) -> list[tuple[str, str, str]]:
    before, after = columns(change.before) if change.before else {}, columns(change.after)
    return [
        (label, before.get(label, ""), after.get(label, ""))
        for label in dict.fromkeys([*after, *before])
        if before.get(label, "") != after.get(label, "")
    ]


@admin.register(ProvinceRule, site=site)
class ProvinceRuleAdmin(OperatorsAdmin):
    """Admin of rules. Adding starts with choosing the topic, because it decides which fields there are."""

    form = RuleForm
    list_display = ("topic", "province", "audience", "terms", "severity", "valid_from", "valid_to", "doubt")
    list_filter = (Validity, "topic", "severity", "unverified", "audience", "province")
    search_fields = ("words", "advice", "source")
    list_per_page = 50

    @admin.display(description=_("content"))
    def terms(self, rule: ProvinceRule) -> str:
        return says(rule)

    @admin.display(description=_("not verified"), ordering="unverified")
    def doubt(self, rule: ProvinceRule) -> str:
        return str(_("Yes")) if rule.unverified else ""

    @admin.display(description=_("topic"))
    def topic_name(self, rule: ProvinceRule) -> str:
        return str(rule.get_topic_display())

    @admin.display(description=_("Description"))
    def about(self, rule: ProvinceRule) -> str:
        return str(rule.terms.about)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("topic_name", "about")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        terms = TOPICS[_topic(request, obj)]
        whom = ["province"]
        whom += ["audience"] if len(terms.audiences) > 1 else []
        whom += ["natures"] if terms.by_nature else []
        used = {"demand": terms.demands, "amount": terms.amount, "words": terms.list}
        asked = [name for name, use in used.items() if use]
        return [
            (None, {"fields": ["topic_name", "about", *whom]}),
            *([(_("Requirement"), {"fields": asked})] if asked else []),
            (_("Effect and advice"), {"fields": ["severity", "advice", "source", "unverified"]}),
            (
                _("Validity"),
                {
                    "fields": ["valid_from", "valid_to"],
                    "description": _(
                        "If a rule changes, end the old one and add a new one: filings are judged by the rules of the "
                        "day of submission. Change a rule in force only to correct a mistake."
                    ),
                },
            ),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.topic = _topic(request, obj)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the known source for the first rule about verification codes; the day stays to be chosen."""
        known = {"demand": Demand.CODE, "source": CODES.name} if request.GET.get("topic") == Topic.CODES else {}
        return known | super().get_changeform_initial_data(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Show the form of the topic in the query string; without one, the topics to choose from."""
        if request.GET.get("topic") in Topic.values:
            return super().add_view(request, form_url, extra_context)
        context = {
            "title": _("Add a province rule"),
            "opts": self.opts,
            "topics": [(topic, TOPICS[topic].about) for topic in Topic],
        }
        return self._page(request, "ministry/rule_topics.html", context)

    def save_model(self, request: HttpRequest, obj: ProvinceRule, form: Any, change: bool) -> None:
        rules.save_rule(obj, cast(User, request.user))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show every change of the rule: who, when, before and after."""
        rule = self.get_object(request, unquote(object_id))
        if rule is None:
            raise Http404
        context = {
            "title": _("Changes of the rule"),
            "opts": self.opts,
            "object": rule,
            "history": history(rule.changes.select_related("by")),
        }
        return self._page(request, "ministry/rule_history.html", context)

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        """Return a page without a form; ``admin:`` in its URLs resolves to this site."""
        request.current_app = self.admin_site.name
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **context})


def _topic(request: HttpRequest, rule: ProvinceRule | None) -> Topic:
    """Return the rule's topic, or for a new rule that of the query string, which the view has checked."""
    return Topic(rule.topic if rule else request.GET["topic"])
