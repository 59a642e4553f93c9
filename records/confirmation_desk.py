"""The yearly confirmation at the desks of bureaus and providers: who has answered what, reminders of the others.

Lists read ``Upkeep.yearly_rule`` and ``yearly_answer``, which have an index; no query counts a period's websites.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from filings.actors import Actor
from filings.errors import MoveRefused
from filings.rules import ownership
from filings.states import Role
from ministry.models import ProvinceRule
from ministry.models.rules import EVERYWHERE
from ministry.reference import provinces
from ministry.reference.topics import Topic
from records import addresses, reminders
from records.models import Confirmation, Upkeep, YearlyReminder

# How long the result of an ended period is shown, about until the next one; our own choice.
RESULT_DAYS = 366
# The most websites one press reminds of, so that a request stays short; our own choice. The next press reminds the
# rest.
MOST_AT_ONCE = 500

# Websites without an answer; a cancelled one needs none.
OPEN = Q(yearly_answer="", website__live=True, website__subject__live=True)


def periods(actor: Actor, today: date) -> list[ProvinceRule]:
    """Return the rules in force for each province of the actor, or else those that ended last. One query.

    A bureau's are those of its province and the nationwide ones; a provider's are all.
    """
    rows = ProvinceRule.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today - timedelta(days=RESULT_DAYS)),
        topic=Topic.YEARLY_CONFIRMATION,
        valid_from__lte=today,
    )
    if actor.role == Role.BUREAU:
        rows = rows.filter(province__in=(actor.bureau_id, EVERYWHERE))
    by_province: dict[str, list[ProvinceRule]] = {}
    for rule in rows.order_by("pk"):
        by_province.setdefault(rule.province, []).append(rule)
    return [rule for rules in by_province.values() for rule in _current(rules, today)]


def _current(rules: Collection[ProvinceRule], today: date) -> list[ProvinceRule]:
    if running := [rule for rule in rules if runs(rule, today)]:
        return running
    last = max(rule.valid_to for rule in rules if rule.valid_to)
    return [rule for rule in rules if rule.valid_to == last]


def runs(rule: ProvinceRule, today: date) -> bool:
    """Return whether the period of a rule that has begun is not over."""
    return rule.valid_to is None or rule.valid_to >= today


def listed(actor: Actor, rules: Iterable[ProvinceRule]) -> QuerySet[Upkeep]:
    """Return the websites of these periods that the actor may see."""
    return Upkeep.objects.visible_to(actor).filter(yearly_rule__in=[rule.pk for rule in rules])


def answers(rows: Collection[Upkeep]) -> dict[int, Confirmation]:
    """Return the answer that counts for each website. One query."""
    found = Confirmation.objects.filter(website__in=[row.pk for row in rows]).order_by("pk")
    rules = {row.pk: row.yearly_rule_id for row in rows}
    return {one.website_id: one for one in found if one.rule_id == rules[one.website_id]}


def reminded(rows: Collection[Upkeep]) -> dict[int, YearlyReminder]:
    """Return the latest reminder by a bureau or a provider for each website. One query."""
    found = YearlyReminder.objects.filter(website__in=[row.pk for row in rows]).order_by("pk")
    rules = {row.pk: row.yearly_rule_id for row in rows}
    return {one.website_id: one for one in found if one.rule_id == rules[one.website_id]}


@dataclass(frozen=True, slots=True)
class Reminded:
    """The result of one press: how many hosts were reminded, and whether more are left than one press reminds."""

    hosts: int
    more: bool


def remind(actor: Actor, rows: QuerySet[Upkeep]) -> Reminded:
    """Remind the hosts of these websites (a part of ``listed``) that have not answered, each once a day at most.

    A mail names every website of the host without an answer that the actor may see. Who reminds doesn't matter: a host
    that the portal, its bureau or another provider has reminded today is left out. Raises
    MoveRefused if nobody is left.
    """
    today = timezone.localdate()
    rules = [rule for rule in periods(actor, today) if runs(rule, today)]
    wanted = rows.filter(OPEN, yearly_rule__in=rules).exclude(yearly_told_on=today).order_by("pk")
    with transaction.atomic():
        found = list(wanted.values_list("website__subject", flat=True)[: MOST_AT_ONCE + 1])
        due = _locked(actor, rules, set(found[:MOST_AT_ONCE]), today)
        if not due:
            raise MoveRefused(_("Nobody is left to remind: they have answered, or been reminded today already."))
        _remind(due, actor, today)
    return Reminded(len({row.website.subject_id for row in due}), len(found) > MOST_AT_ONCE)


def _locked(actor: Actor, rules: Collection[ProvinceRule], subjects: Collection[int], today: date) -> list[Upkeep]:
    """Lock all websites of these subjects; return those to remind of, unless a subject was reminded today."""
    of_hosts = Upkeep.objects.filter(website__subject__in=subjects, yearly_rule__in=rules)
    rows = list(
        of_hosts.select_related("website__subject", "yearly_rule")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    told = {row.website.subject_id for row in rows if row.yearly_told_on == today}
    own = set(listed(actor, rules).filter(OPEN, website__subject__in=subjects).values_list("pk", flat=True))
    return [row for row in rows if row.pk in own and row.website.subject_id not in told]


def _remind(due: Collection[Upkeep], actor: Actor, today: date) -> None:
    Upkeep.objects.filter(pk__in=[row.pk for row in due]).update(yearly_told_on=today)
    who = {"role": actor.role, "provider_id": actor.provider_id, "user_id": actor.user_id, "actor_name": actor.name}
    YearlyReminder.objects.bulk_create(
        YearlyReminder(website_id=row.pk, rule_id=row.yearly_rule_id, **who) for row in due
    )
    lines = [
        reminders.line(row, "confirm", ends_on=row.yearly_rule.valid_to if row.yearly_rule else None) for row in due
    ]
    on_record = {row.website.subject_id: addresses.on_record(row.website.subject) for row in due}
    reminders.write("yearly_host", lines, today, otherwise=on_record, by=_name(actor))


def _name(actor: Actor) -> str:
    """Return the organisation that reminds."""
    if actor.role == Role.BUREAU:
        return provinces.by_code(actor.bureau_id).bureau
    return ownership.provider_names([actor.provider_id or 0])[actor.provider_id or 0]
