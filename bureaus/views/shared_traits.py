"""What a filing has in common with others, as far as this bureau may know."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bureaus.access import actor_of
from desks.components import SummaryRow
from desks.pictures import show_as_handed_on
from desks.staff import filing_page
from filings.actors import Actor
from filings.evidence import pictures
from filings.fields import display
from filings.lookup import shared_traits
from filings.models import Filing, TraceKind
from ministry.reference import english, provinces

LABELS = {**dict(TraceKind.choices), shared_traits.PICTURE: gettext_lazy("pictures")}


@require_safe
def page(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Show, kind by kind, what is shared, masked, and with which filings."""
    actor = actor_of(request)
    filing = filing_page.visible(actor, filing_id)
    show_as_handed_on(filing, actor)
    met = shared_traits.met(filing, pictures.current(filing))
    shown = {pk for found in met.values() for pk in found[: shared_traits.MOST]}
    others = Filing.objects.select_related("subject").in_bulk(shown)
    context = {
        "filing": filing,
        "groups": [
            {
                "label": LABELS[kind],
                "shared": _shared(filing, kind),
                "others": [_other(others[pk], actor) for pk in found[: shared_traits.MOST]],
                "has_more": len(found) > shared_traits.MOST,
            }
            for kind, found in met.items()
        ],
    }
    return render(request, "bureaus/shared_traits.html", context)


def counts(met: dict[str, list[int]]) -> list[SummaryRow]:
    """Return how many filings have something in common, kind by kind, for the review page."""
    return [SummaryRow(LABELS[kind], count_words(len(found))) for kind, found in met.items()]


def count_words(count: int) -> str:
    """Return a count in words, capped at ``shared_traits.MOST``."""
    if count > shared_traits.MOST:
        return _("more than %(most)d filings") % {"most": shared_traits.MOST}
    return _("%(count)d filings") % {"count": count}


def _shared(filing: Filing, kind: str) -> str:
    """Return the filing's own values of the kind, masked."""
    paths: Iterable[str] = (one.path for one in shared_traits.values(filing.facts) if one.kind == kind)
    words = (english.labelled(display.label(path), display.words(path, filing.get(path))) for path in paths)
    return english.clauses(dict.fromkeys(words))


def _other(other: Filing, actor: Actor) -> dict[str, Any]:
    """Return a filing with its name if it is of this province, else with status, province and number only."""
    is_own = other.bureau_id == actor.bureau_id
    return {
        "pk": other.pk if is_own else None,
        "name": other.subject_name if is_own else "",
        "domain": other.shown_domain if is_own else "",
        "status": other.get_status_display(),
        "province": provinces.by_code(other.bureau_id or "").name,
        "number": other.subject.number if other.subject else "",
    }
