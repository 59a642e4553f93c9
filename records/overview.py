"""Prepare a host's records for its pages: subjects, websites, accesses, and the to-dos of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from filings.actors import Actor
from filings.deadlines import reminder_levels
from filings.models import Filing
from filings.states import OPEN
from ministry.models import Access, ProvinceRule, Subject, Website
from records import annual_confirmation
from records.models import ExpiryDate, YearlyAnswer


@dataclass(frozen=True, slots=True)
class Todo:
    """One to-do of a record: text, page, due date, and urgency as a pill's tone; empty for a mere question."""

    words: str
    url: str
    by: date | None = None
    tone: str = "attention"


def with_contents(subjects: QuerySet[Subject]) -> QuerySet[Subject]:
    """Return the subjects with related rows prefetched for the page, live accesses only: four queries in total."""
    accesses = Access.objects.filter(live=True).select_related("provider").order_by("pk")
    websites = (
        Website.objects.select_related("upkeep")
        .prefetch_related(Prefetch("accesses", accesses))
        .order_by("-live", "sequence")
    )
    return subjects.select_related("upkeep").prefetch_related(
        Prefetch("websites", websites), Prefetch("watches", ExpiryDate.objects.order_by("ends_on", "pk"))
    )


def shown(subjects: Sequence[Subject], actor: Actor) -> list[dict[str, Any]]:
    """Return subjects loaded ``with_contents`` as data for the host's pages. Two more queries."""
    today = timezone.localdate()
    rules = annual_confirmation.rules_on(today)
    found = under_way(subjects, actor)
    return [_subject(subject, rules, found.get(subject.pk), today) for subject in subjects]


def under_way(subjects: Sequence[Subject], actor: Actor) -> dict[int | None, Filing]:
    """Return the actor's open filing about each subject. One query."""
    rows = Filing.objects.visible_to(actor).filter(about_subject__in=subjects, status__in=OPEN)
    return {filing.about_subject_id: filing for filing in rows}


def _subject(subject: Subject, rules: Sequence[ProvinceRule], under_way: Filing | None, today: date) -> dict[str, Any]:
    websites, watches = list(subject.websites.all()), list(subject.watches.all())
    rule = annual_confirmation.rule_for(subject, rules)
    live = [website for website in websites if website.live and subject.live]
    rows = [
        {
            "website": website,
            "accesses": list(website.accesses.all()),
            "todo": [*_of_confirmation(website, rule, under_way), *_of_website(website, watches, today)],
        }
        for website in live
    ]
    return {
        "subject": subject,
        "rows": rows,
        "cancelled": [website for website in websites if website not in live],
        "watches": watches,
        "under_way": under_way,
        "todo": list(_of_subject(subject, live, watches, today)),
    }


def _of_subject(
    subject: Subject, websites: Sequence[Website], watches: Sequence[ExpiryDate], today: date
) -> Iterator[Todo]:
    if not subject.live:
        return
    if not websites:
        yield Todo(
            _(
                "There is no website on record any more, so the bureau will cancel the record. File a website, "
                "or cancel the record."
            ),
            reverse("records:subject", args=[subject.pk]),
            tone="wrong",
        )
    yield from _of_watches((watch for watch in watches if watch.website_id is None), today)


def _of_website(website: Website, watches: Sequence[ExpiryDate], today: date) -> Iterator[Todo]:
    if not website.accesses.all():
        yield Todo(
            _(
                "There is no access provider any more, so the bureau will cancel the record. File a new access, "
                "or cancel it."
            ),
            reverse("records:website", args=[website.pk]),
            tone="wrong",
        )
    if website.upkeep.police_done_at is None:
        yield _of_police(website, today)
    yield from _of_watches((watch for watch in watches if watch.website_id == website.pk), today)


def _of_confirmation(website: Website, rule: ProvinceRule | None, under_way: Filing | None) -> Iterator[Todo]:
    """Yield the to-do for the yearly confirmation, or for the cancellation that the answer announces."""
    if rule is None:
        return
    answer = website.upkeep.yearly_answer if website.upkeep.yearly_rule_id == rule.pk else ""
    url = reverse("records:confirm", args=[website.pk])
    if not answer:
        yield Todo(_("Confirm that the data on record are still correct"), url, rule.valid_to)
    elif answer == YearlyAnswer.CANCELLED and under_way is None:
        yield Todo(_("You have answered that it is no longer used: cancel it, or correct the answer"), url)


def _of_police(website: Website, today: date) -> Todo:
    """Return the to-do for the police filing with its due date, or a question if the opening date is unknown."""
    due_on, url = website.upkeep.police_due_on, reverse("records:police", args=[website.pk])
    if due_on is None:
        return Todo(_("Is it filed with the police? Enter the number, or the opening date"), url, tone="")
    tone = "wrong" if due_on < today else "attention"
    return Todo(_("File with the police and enter the number here"), url, due_on, tone)


def _of_watches(watches: Iterator[ExpiryDate], today: date) -> Iterator[Todo]:
    """Yield to-dos for dates that are near: from the first reminder on."""
    for watch in watches:
        if watch.ends_on > today + timedelta(days=reminder_levels.WATCHED[0]):
            continue
        url = reverse("records:watch", args=[watch.pk])
        if watch.ends_on < today:
            yield Todo(_("Expired: %(what)s") % {"what": watch.words}, url, watch.ends_on, "wrong")
        else:
            yield Todo(_("Renew it: %(what)s") % {"what": watch.words}, url, watch.ends_on)
