"""Read the province rules of a day, and save rules with a log of changes."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import JSONObject
from django.forms.models import model_to_dict

from accounts.models import User
from ministry.models.rules import EVERYWHERE, ProvinceRule, RuleChange
from ministry.reference.topic_terms import TOPICS, pattern_of
from ministry.reference.topics import Audience, Precedence, Topic
from ministry.rules import english

# Serialises writers: two operators adding the same rule at once would both see that there is none.
_WRITERS_LOCK: Final = 1_003_003


class Advice(NamedTuple):
    """A rule's advice at a field, in the language of the page; ``own``: of a province, not nationwide."""

    text: str
    source: str
    own: bool


@dataclass(frozen=True)
class RuleBook:
    """The rules in force in a province on a day, including nationwide ones."""

    province: str
    day: date
    rules: tuple[ProvinceRule, ...]

    @cached_property
    def _by_topic(self) -> dict[str, list[ProvinceRule]]:
        found: dict[str, list[ProvinceRule]] = {}
        for rule in self.rules:
            found.setdefault(rule.topic, []).append(rule)
        return found

    @cached_property
    def _advising(self) -> dict[str, list[ProvinceRule]]:
        """Return the rules with advice by field path, grouped once because a page looks up every field."""
        found: dict[str, list[ProvinceRule]] = {}
        for rule in self.rules:
            for place in rule.places if rule.advice else ():
                found.setdefault(place, []).append(rule)
        return found

    def of(self, topic: Topic, *, individual: bool, nature: int | None = None) -> tuple[ProvinceRule, ...]:
        """Return a topic's rules that apply to such a host; by the topic's precedence, narrower rules replace others.

        Without ``nature``, rules for some natures only are left out.
        """
        rules = [rule for rule in self._by_topic.get(topic, ()) if rule.concerns(individual=individual, nature=nature)]
        precedence = TOPICS[topic].precedence
        if precedence == Precedence.REPLACES:
            strongest = max(map(_rank, rules), default=None)
            return tuple(rule for rule in rules if _rank(rule) == strongest)
        if precedence == Precedence.BY_LINE:
            return tuple(rule for rule in rules if not _is_replaced(rule, rules))
        return tuple(rules)

    def one(self, topic: Topic, *, individual: bool, nature: int | None = None) -> ProvinceRule | None:
        """Return the rule of a topic that applies to such a host; None when there is none."""
        return next(iter(self.of(topic, individual=individual, nature=nature)), None)

    def for_line(self, topic: Topic, line: str, *, individual: bool) -> ProvinceRule | None:
        """Return the rule of a topic that names ``line`` (such as an approval's id) and applies to such a host.

        The narrowest wins: a province's before a nationwide one, one audience before everybody.
        """
        naming = [rule for rule in self.of(topic, individual=individual) if line in rule.lines]
        return max(naming, key=_rank, default=None)

    def advice_for(
        self, path: str, individual: bool, nature: int | None = None, judged: Collection[str] = ()
    ) -> list[Advice]:
        """Return the advice at a field, the province's own first; the same text from the same source once.

        Nationwide rules of the ``judged`` topics are left out, and a province's unless ``Terms.told_ahead`` is set:
        they are shown when they are broken. Nationwide plain advice is also left out at a field for which the
        province's own rule says what to choose (``Terms.replaces_advice``).
        """
        here = [
            rule for rule in self._advising.get(pattern_of(path), ()) if rule.speaks_at(path, individual=individual)
        ]
        province_says_what_to_choose = any(
            rule.province != EVERYWHERE
            and TOPICS[Topic(rule.topic)].replaces_advice
            and rule.concerns(individual=individual, nature=nature)
            for rule in here
        )
        not_told = {*judged, Topic.ADVICE} if province_says_what_to_choose else judged

        told_here = [
            rule
            for rule in here
            if rule.topic not in not_told or (rule.province != EVERYWHERE and TOPICS[Topic(rule.topic)].told_ahead)
        ]
        rules = [
            rule
            for topic in {rule.topic for rule in told_here}
            for rule in self.of(Topic(topic), individual=individual, nature=nature)
            if rule in told_here
        ]
        rules.sort(key=lambda rule: (_rank(rule), rule.pk or 0), reverse=True)
        advice: dict[tuple[str, str], Advice] = {}
        for rule in rules:
            told = Advice(english.rule_text(rule.advice), rule.source, own=rule.province != EVERYWHERE)
            advice.setdefault((rule.advice, rule.source), told)
        return list(advice.values())


_books: ContextVar[dict[tuple[str, date], RuleBook] | None] = ContextVar("books", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Read the rules of each province and day once inside, so that one piece of work is judged by the same rules."""
    token = _books.set({})
    try:
        yield
    finally:
        _books.reset(token)


def rules_on(province: str, day: date) -> RuleBook:
    """Return the rules in force on ``day`` in a province (GB/T 2260 code; empty: only nationwide ones).

    One query; none inside ``read_once`` for rules that were read there before.
    """
    books = _books.get()
    if books is None:
        return RuleBook(province, day, tuple(_in_force(province, day)))
    if (province, day) not in books:
        books[province, day] = RuleBook(province, day, tuple(_in_force(province, day)))
    return books[province, day]


def of_topic(topic: Topic, day: date) -> list[ProvinceRule]:
    """Return a topic's rules in force on ``day`` or later, nationwide ones first. One query."""
    rows = ProvinceRule.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), topic=topic)
    return list(rows.order_by("province", "valid_from", "pk"))


def _in_force(province: str, day: date) -> QuerySet[ProvinceRule]:
    return ProvinceRule.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day), province__in={EVERYWHERE, province}, valid_from__lte=day
    )


def amounts_on(topic: Topic, day: date) -> dict[str, int]:
    """Return the amounts of a topic's rules on ``day``, by province; under ``EVERYWHERE`` that of all others.

    Only for topics whose rules concern everybody. One query.
    """
    in_force = ProvinceRule.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), topic=topic, valid_from__lte=day)
    return {province: amount for province, amount in in_force.values_list("province", "amount") if amount is not None}


def rules_as_column(province: str, day: date, topics: Collection[Topic]) -> ArraySubquery:
    """Return the rules of some topics as a column of another query, to be read with ``rules_of_column``."""
    return ArraySubquery(_in_force(province, day).filter(topic__in=topics).values(rule=JSONObject(**_COLUMNS)))


def rules_of_column(province: str, day: date, rows: Iterable[dict[str, Any]]) -> RuleBook:
    """Return the rules from a column of ``rules_as_column``."""
    return RuleBook(province, day, tuple(map(_rule, rows)))


_COLUMNS: Final = {field.attname: field.attname for field in ProvinceRule._meta.concrete_fields}


def _rule(columns: dict[str, Any]) -> ProvinceRule:
    """Return an unsaved rule from its columns in JSON."""
    values = {name: value for name, value in columns.items() if name in _COLUMNS}
    for name in ("valid_from", "valid_to"):
        values[name] = values.get(name) and date.fromisoformat(values[name])
    return ProvinceRule(**values)


@dataclass(frozen=True, slots=True)
class RecordedRule:
    """A rule as worded at a point in time, and the change that made it so."""

    rule: ProvinceRule
    change: RuleChange


def as_worded(province: str, day: date, at: datetime) -> list[RecordedRule]:
    """Return the rules of ``day`` in a province, including nationwide ones, as worded at ``at``. One query.

    From the log of changes: later rewordings are ignored.
    """
    latest = RuleChange.objects.filter(at__lte=at).order_by("rule_id", "-pk").distinct("rule_id")
    found = []
    for change in latest:
        rule = _rule({**change.after, "id": change.rule_id})
        if rule.province in (EVERYWHERE, province) and rule.valid_from <= day <= (rule.valid_to or day):
            found.append(RecordedRule(rule, change))
    return sorted(found, key=lambda one: (one.rule.topic, one.rule.province, one.rule.pk))


def _rank(rule: ProvinceRule) -> tuple[bool, bool]:
    """Return the sort key of a rule's narrowness: a province's above a nationwide one, one audience above everybody."""
    return rule.province != EVERYWHERE, rule.audience != Audience.EVERYBODY


def _is_replaced(rule: ProvinceRule, rules: Iterable[ProvinceRule]) -> bool:
    """Return whether narrower rules name every line of this one."""
    narrower = {line for other in rules if _rank(other) > _rank(rule) for line in other.lines}
    return set(rule.lines) <= narrower


def save_rule(rule: ProvinceRule, by: User) -> ProvinceRule:
    """Save a new or changed rule and log the change; do nothing when nothing changes.

    Raise ValidationError by field.
    """
    with transaction.atomic():
        wait_for_turn()
        stored = ProvinceRule.objects.filter(pk=rule.pk).first() if rule.pk else None
        rule.full_clean()
        before, after = content(stored) if stored else None, content(rule)
        if before != after:
            rule.save()
            RuleChange.objects.create(rule=rule, by=by, before=before, after=content(rule))
    return rule


def content(rule: ProvinceRule) -> dict[str, Any]:
    """Return a rule's whole content as stored in a change: column → JSON value."""
    encoder = DjangoJSONEncoder()
    values = model_to_dict(rule, exclude=["id"])
    return {
        name: encoder.default(value) if isinstance(value, date) else value for name, value in sorted(values.items())
    }


def wait_for_turn() -> None:
    """Take the lock on writing rules until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITERS_LOCK])
