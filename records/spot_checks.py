"""Compare domains with the register for a bureau, ask providers about those not on record, store their answers."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.links import link_to
from filings.actors import Actor, portal
from filings.errors import MoveRefused
from filings.mail import notices
from filings.rules import ownership
from filings.states import Role
from ministry.calendar import workdays
from ministry.models import LiveDomain, Website
from records.models import CheckedDomain, DomainStanding, SpotAnswer, SpotCheck, SpotEvent, SpotQuestion

if TYPE_CHECKING:
    from providers.models import Provider
    from providers.models.provider import ProviderQuerySet

# Limits and terms are our own choice: no public source sets them.
MOST_DOMAINS = 200  # of one check
DAYS = (1, 2, 3, 5, 10)  # working days to answer
USUAL_DAYS = 5


def compare(actor: Actor, occasion: str, domains: Iterable[str]) -> SpotCheck:
    """Store the register's current state of these domains (A-labels or addresses); raise MoveRefused."""
    if actor.role != Role.BUREAU:
        raise MoveRefused(_("Only a bureau makes spot checks."))
    wanted = list(dict.fromkeys(domains))
    if not 0 < len(wanted) <= MOST_DOMAINS:
        raise MoveRefused(_("Enter 1 to %(limit)d domains.") % {"limit": MOST_DOMAINS})
    with transaction.atomic():
        rows = LiveDomain.objects.filter(domain__in=wanted).select_related("website__subject")
        known = {row.domain: row.website for row in rows}
        check = SpotCheck.objects.create(
            bureau_id=actor.bureau_id, occasion=occasion, made_by_id=actor.person_id, actor_name=actor.name
        )
        CheckedDomain.objects.bulk_create(_checked(check, domain, known.get(domain)) for domain in wanted)
    return check


def _checked(check: SpotCheck, domain: str, website: Website | None) -> CheckedDomain:
    if website is None:
        standing = DomainStanding.UNFILED
    else:
        standing = DomainStanding.FILED if website.subject.province == check.bureau_id else DomainStanding.ELSEWHERE
    return CheckedDomain(check_of=check, domain=domain, standing=standing, website=website)


def providers() -> "ProviderQuerySet":
    """Return the active providers, whom a bureau may ask."""
    return ownership.all_providers().filter(is_active=True).order_by("name", "pk")


def ask(
    check_id: int, actor: Actor, domain_ids: Collection[int], of: "Iterable[Provider]", days: int, text: str = ""
) -> int:
    """Ask these providers about domains of the check that are not on record; return the number of questions.

    Nobody is asked twice about the same domain of a check.
    Raises SpotCheck.DoesNotExist if the actor may not see it, MoveRefused
    when there is nothing to ask.
    """
    if days not in DAYS:
        raise MoveRefused(_("Choose in how many working days the answer is due."))
    with transaction.atomic():
        check = SpotCheck.objects.visible_to(actor).select_for_update(no_key=True).get(pk=check_id)
        domains = list(check.domains.filter(pk__in=domain_ids, standing=DomainStanding.UNFILED))
        asked = set(SpotQuestion.objects.filter(domain__in=domains).values_list("domain_id", "provider_id"))
        pairs = [(domain, one) for one in of for domain in domains if (domain.pk, one.pk) not in asked]
        if not pairs:
            raise MoveRefused(_("Choose a domain not on record and a provider that has not been asked about it yet."))
        due = workdays.nth_working_day(timezone.localdate(), days)
        questions = SpotQuestion.objects.bulk_create(
            SpotQuestion(domain=domain, provider=one, text=text, answer_by=due) for domain, one in pairs
        )
        _note(questions, "ask", actor, text)
        _write("spot_check_provider", questions, {"bureau": check.bureau, "answer_by": due, "text": text})
    return len(questions)


def answer(
    question_id: int, actor: Actor, chosen: SpotAnswer, words: str, ended_on: date | None = None
) -> SpotQuestion:
    """Store a provider's answer.

    Raises SpotQuestion.DoesNotExist if the actor may not see it, MoveRefused when it is answered.
    """
    with transaction.atomic():
        rows = SpotQuestion.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)
        question = rows.get(pk=question_id)
        if actor.role != Role.PROVIDER:
            raise MoveRefused(_("Only the provider can answer."))
        if question.answered_at:
            raise MoveRefused(_("%(name)s has already answered this question.") % {"name": question.answered_by})
        if (chosen == SpotAnswer.ENDED) != (ended_on is not None):
            raise MoveRefused(_("Enter the day on which access ended."))
        if ended_on and ended_on > timezone.localdate():
            raise MoveRefused(_("Access has not ended yet on this day."))
        question.answer, question.words, question.ended_on = chosen, words, ended_on
        question.answered_at, question.answered_by = timezone.now(), actor.name
        question.save(update_fields=["answer", "words", "ended_on", "answered_at", "answered_by"])
        day = date_format(ended_on, "DATE_FORMAT") if ended_on else ""
        _note([question], "answer", actor, " · ".join(filter(None, (str(chosen.label), day, words))))
    return question


def remind(today: date | None = None) -> int:
    """Remind each provider once of questions whose day has passed, on a working day; return how many providers."""
    today = today or timezone.localdate()
    if not workdays.is_working_day(today):
        return 0
    late = SpotQuestion.objects.open().filter(answer_by__lt=today, reminded_on=None)
    owing = list(late.values_list("provider_id", flat=True).order_by("provider_id").distinct())
    return sum(_remind(late.filter(provider_id=provider_id), today) for provider_id in owing)


def _remind(late: QuerySet[SpotQuestion], today: date) -> bool:
    with transaction.atomic():
        rows = late.select_related("provider", "domain").select_for_update(of=("self",), no_key=True)
        questions = list(rows.order_by("pk"))
        if not questions:
            return False
        SpotQuestion.objects.filter(pk__in=[question.pk for question in questions]).update(reminded_on=today)
        _note(questions, "remind", portal())
        _write("spot_check_reminder_provider", questions, {})
    return True


def _note(questions: Iterable[SpotQuestion], name: str, actor: Actor, note: str = "") -> None:
    who = {"role": actor.role, "user_id": actor.user_id, "actor_name": actor.name}
    SpotEvent.objects.bulk_create(SpotEvent(question=question, name=name, note=note, **who) for question in questions)


def _write(template: str, questions: Iterable[SpotQuestion], context: dict[str, Any]) -> None:
    """Write one mail to each provider, with all its questions."""
    by_contact: dict[str, list[SpotQuestion]] = {}
    for question in questions:
        by_contact.setdefault(question.provider.contact_email, []).append(question)
    url = link_to("provider_desk:spot_questions")
    notices.write_all(
        (template, to, {**context, "questions": asked, "count": len(asked), "url": url})
        for to, asked in by_contact.items()
    )
