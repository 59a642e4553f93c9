"""The public pages of the bureaus: a list of all, and one of each.

That of a bureau shows its newest announcements, its contact, how long it takes, rules in force and bulletins.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bureaus.figures import reading
from bureaus.models import Bulletin, Bureau, BureauAnnouncement
from bureaus.models.bureau import PUBLIC
from filings.clock import WORKING_DAYS
from filings.figures.monthly import FEWEST
from ministry.models import ProvinceRule
from ministry.reference import english, provinces
from ministry.reference.provinces import Province
from ministry.reference.topics import Audience, Topic
from ministry.rules.english import rule_text
from ministry.rules.official import official
from ministry.rules.rules import rules_on

# The newest; the others are on pages of their own.
BULLETINS, ANNOUNCEMENTS = 6, 3


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List all bureaus with their telephone, and the newest announcements of the country. Two queries."""
    phones = dict(Bureau.objects.values_list("province", "contact_phone"))
    rows = [(province, phones.get(province.code, "")) for province in provinces.PROVINCES]
    announcements = BureauAnnouncement.objects.in_force()[:ANNOUNCEMENTS]
    context = {"rows": rows, "announcements": announcements, "working_days": WORKING_DAYS}
    return render(request, "bureaus/offices.html", context)


@require_safe
def office_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a bureau: contact, how long it takes, the rules of its province in force today. Six queries."""
    province = reading.SLUGS.get(slug)
    if province is None:
        raise Http404
    context = {
        "bureau": get_object_or_404(Bureau.objects.only(*PUBLIC), pk=province.code),
        "province": province,
        "announcements": BureauAnnouncement.objects.in_force().filter(bureau=province.code)[:ANNOUNCEMENTS],
        "topics": list(_topics(province)),
        "today": timezone.localdate(),
        "months": _bulletins(province),
        "working_days": WORKING_DAYS,
        "fewest": FEWEST,
        **_figures(slug),
    }
    return render(request, "bureaus/office_page.html", context)


def _bulletins(province: Province) -> Sequence[Any]:
    rows = Bulletin.objects.filter(bureau=province.code).order_by("-month")
    return list(rows.values_list("month", flat=True).distinct()[:BULLETINS])


def _figures(slug: str) -> dict[str, Any]:
    """Return the figures of the last whole month that was counted; none before the first. Two queries."""
    asked = reading.asked({"province": slug})
    return {"asked": asked, "count": reading.shown(asked.code, asked.month).count if asked.month else None}


def _topics(province: Province) -> Iterator[dict[str, Any]]:
    """Yield the province's own rules in force today by topic, in the order of the topics. One query."""
    own = [rule for rule in rules_on(province.code, timezone.localdate()).rules if rule.province == province.code]
    order = list(Topic)
    own.sort(key=lambda rule: (order.index(Topic(rule.topic)), rule.audience, rule.valid_from, rule.pk))
    for topic, rules in groupby(own, key=lambda rule: Topic(rule.topic)):
        yield {"title": topic.label, "rules": [_rule(rule) for rule in rules]}


def _rule(rule: ProvinceRule) -> dict[str, Any]:
    """Return a rule in words: what it asks, of whom, since when, by which document."""
    terms, details = rule.terms, []
    if terms.amount and rule.amount is not None and not terms.amount.is_approval:
        details.append(english.labelled(terms.amount.label, f"{rule.amount} {terms.amount.unit}".strip()))
    if terms.list and rule.lines:
        names = (english.named(str(name)) for name in rule.named_lines())
        details.append(english.labelled(terms.list.label, english.joined(names)))
    return {
        "text": rule_text(rule.advice),
        "details": [] if rule.advice else details,  # the advice says them in a sentence
        "audience": rule.get_audience_display() if rule.audience != Audience.EVERYBODY else "",
        "since": rule.valid_from,
        "until": rule.valid_to,
        "source": official(rule.source),
    }
