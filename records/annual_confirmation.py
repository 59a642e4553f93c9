"""The yearly confirmation (Order 33 Art. 20), in provinces that require it and during the days of their rule."""

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from filings.actors import Actor
from filings.errors import MoveRefused
from ministry.models import ProvinceRule, Subject
from ministry.models.rules import EVERYWHERE
from ministry.reference import code_tables
from ministry.reference.topics import Topic
from records import visibility
from records.models import Confirmation, YearlyAnswer


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


def confirm(website_id: int, actor: Actor, answer: YearlyAnswer) -> Confirmation:
    """Store the host's answer; idempotent.

    Raises Website.DoesNotExist if the website is not the actor's, MoveRefused when no confirmation is required now.
    """
    with transaction.atomic():
        website = visibility.websites(actor).get(pk=website_id, live=True, subject__live=True)
        rule = rule_for(website.subject, rules_on(timezone.localdate()))
        if rule is None:
            raise MoveRefused(_("Your bureau is not asking for a confirmation at this time."))
        try:
            with transaction.atomic():
                return Confirmation.objects.create(
                    website=website, rule=rule, answer=answer, user_id=actor.person_id, actor_name=actor.name
                )
        except IntegrityError:
            return Confirmation.objects.get(website=website, rule=rule)
