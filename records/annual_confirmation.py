"""The yearly confirmation (Order 33 Art. 20), in provinces that require it and during the days of their rule."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.races import faster
from filings.actors import Actor, portal
from filings.errors import MoveRefused
from ministry.models import ProvinceRule, Subject
from ministry.models.rules import EVERYWHERE
from ministry.reference import code_tables
from ministry.reference.topics import Topic
from records import visibility
from records.models import Confirmation, Upkeep, YearlyAnswer


def rules_on(day: date) -> list[ProvinceRule]:
    """Return the rules of confirmations that run on a day. One query."""
    rows = ProvinceRule.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day), topic=Topic.YEARLY_CONFIRMATION, valid_from__lte=day
    )
    return list(rows.order_by("pk"))


def rule_for(subject: Subject, rules: Iterable[ProvinceRule]) -> ProvinceRule | None:
    """Return the confirmation rule for a subject's websites: of its province, else nationwide, else None."""
    individual = subject.nature == code_tables.PERSON
    by_province = {
        place: [rule for rule in rules if rule.province == place] for place in (subject.province, EVERYWHERE)
    }
    for rule in by_province[subject.province] or by_province[EVERYWHERE]:
        if rule.concerns(individual=individual, nature=subject.nature):
            return rule
    return None


def latest(website_id: int, rule: ProvinceRule) -> Confirmation | None:
    """Return the answer that counts."""
    return Confirmation.objects.filter(website=website_id, rule=rule).order_by("pk").last()


def confirm(website_id: int, actor: Actor, answer: YearlyAnswer, seen: int | None = None) -> Confirmation:
    """Store the host's answer, or correct it while the period runs; idempotent.

    ``seen``: the primary key of the answer that the host was shown, 0 for none; None skips the check. Raises
    Website.DoesNotExist if the website is not the actor's, MoveRefused when no confirmation is required now or somebody
    else has answered meanwhile.
    """
    with transaction.atomic():
        website = visibility.websites(actor).get(pk=website_id, live=True, subject__live=True)
        upkeep = Upkeep.objects.select_for_update(no_key=True).get(pk=website_id)
        rule = rule_for(website.subject, rules_on(timezone.localdate()))
        if rule is None:
            raise MoveRefused(_("Your bureau is not asking for a confirmation at this time."))
        now = latest(website_id, rule)
        if now and now.answer == answer:
            return now
        if now and seen not in (None, now.pk):
            raise MoveRefused(
                _("%(name)s answered meanwhile: “%(answer)s”. Choose again if that is not correct.")
                % {
                    "name": faster(now.user_id, now.actor_name, reader_id=actor.user_id),
                    "answer": now.get_answer_display(),
                }
            )
        return _keep(upkeep, rule, answer, actor)


def _keep(upkeep: Upkeep, rule: ProvinceRule, answer: YearlyAnswer, actor: Actor) -> Confirmation:
    """Store an answer in the row locked by the caller."""
    if upkeep.yearly_rule_id != rule.pk:
        upkeep.yearly_rule, upkeep.yearly_told = rule, None
    upkeep.yearly_answer = answer
    upkeep.save(update_fields=["yearly_rule", "yearly_told", "yearly_answer"])
    return Confirmation.objects.create(
        website_id=upkeep.pk, rule=rule, answer=answer, user_id=actor.user_id, actor_name=actor.name
    )


def note_the_cancelled(today: date, batch: int, after: int) -> list[int]:
    """Enter the answer “cancelled” for websites cancelled in a period that runs or ended yesterday; return their keys.

    At most ``batch`` of those with a key above ``after``.
    """
    yesterday = today - timedelta(days=1)
    within = Q(website__cancelled_on__gte=F("yearly_rule__valid_from")) & (
        Q(yearly_rule__valid_to=None)
        | Q(yearly_rule__valid_to__gte=yesterday, website__cancelled_on__lte=F("yearly_rule__valid_to"))
    )
    rows = Upkeep.objects.filter(within, yearly_answer="", website__live=False, pk__gt=after)
    rows = rows.select_related("yearly_rule")
    with transaction.atomic():
        found = list(rows.select_for_update(of=("self",), skip_locked=True, no_key=True).order_by("pk")[:batch])
        for upkeep in found:
            if upkeep.yearly_rule:
                _keep(upkeep, upkeep.yearly_rule, YearlyAnswer.CANCELLED, portal())
    return [upkeep.pk for upkeep in found]
