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
from records.models import Confirmation, ExpiryDate


@dataclass(frozen=True, slots=True)
class Todo:
    """One to-do of a record: text, page, due date, and urgency as a pill's tone; empty for a mere question."""

    words: str
    url: str
    by: date | None = None
    tone: str = "attention"


def with_contents(subjects: QuerySet[Subject]) -> QuerySet[Subject]:
    """Return the subjects with related rows prefetched for the page: four queries in total."""
    accesses = Access.objects.filter(live=True).select_related("provider").order_by("pk")
    websites = (
        Website.objects.select_related("upkeep")
        .prefetch_related(Prefetch("accesses", accesses, "live_accesses"))
        .order_by("-live", "sequence")
    )
    return subjects.select_related("upkeep").prefetch_related(
        Prefetch("websites", websites), Prefetch("watches", ExpiryDate.objects.order_by("ends_on", "pk"))
    )


def shown(subjects: Sequence[Subject], actor: Actor) -> list[dict[str, Any]]:
    """Return subjects loaded ``with_contents`` as data for the host's pages. Three more queries at most."""
    today = timezone.localdate()
    rules = annual_confirmation.rules_on(today)
    confirmed = _confirmed(subjects, rules)
    rows = Filing.objects.visible_to(actor).filter(about_subject__in=subjects, status__in=OPEN)
    under_way = {filing.about_subject_id: filing for filing in rows}
    return [
        {**_subject(subject, rules, confirmed, today), "under_way": under_way.get(subject.pk)} for subject in subjects
    ]


def _confirmed(subjects: Sequence[Subject], rules: Sequence[ProvinceRule]) -> set[int]:
    """Return the ids of the websites already confirmed under these rules."""
    if not rules:
        return set()
    rows = Confirmation.objects.filter(website__subject__in=subjects, rule__in=rules)
    return set(rows.values_list("website_id", flat=True))


def _subject(subject: Subject, rules: Sequence[ProvinceRule], confirmed: set[int], today: date) -> dict[str, Any]:
    websites, watches = list(subject.websites.all()), list(subject.watches.all())
    rule = annual_confirmation.rule_for(subject, rules)
    for website in websites:
        website.subject = subject  # so that its number costs no query
    live = [website for website in websites if website.live and subject.live]
    rows = [
        {
            "website": website,
            "accesses": website.live_accesses,  # type: ignore[attr-defined]
            "todo": list(_of_website(website, None if website.pk in confirmed else rule, watches, today)),
        }
        for website in live
    ]
    return {
        "subject": subject,
        "rows": rows,
        "cancelled": [website for website in websites if website not in live],
        "watches": watches,
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


def _of_website(
    website: Website, rule: ProvinceRule | None, watches: Sequence[ExpiryDate], today: date
) -> Iterator[Todo]:
    if not website.live_accesses:  # type: ignore[attr-defined]
        yield Todo(
            _(
                "There is no access provider any more, so the bureau will cancel the record. File a new access, "
                "or cancel it."
            ),
            reverse("records:website", args=[website.pk]),
            tone="wrong",
        )
    if rule:
        yield Todo(
            _("Confirm that the data on record are still correct"),
            reverse("records:confirm", args=[website.pk]),
            rule.valid_to,
        )
    if website.upkeep.police_done_at is None:
        yield _of_police(website, today)
    yield from _of_watches((watch for watch in watches if watch.website_id == website.pk), today)


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
