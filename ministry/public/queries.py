"""The public query of the register: the search, a page for every number and every domain, and the certificate question.

No session, no personal data; no cookie but that of the question's form.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import NamedTuple
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import throttle
from accounts.throttle import address_of, too_often
from ministry.models import Subject, Website
from ministry.public import certificate_questions, too_many
from ministry.public.forms import PAST_DAY, CertificateQuestionForm, DayForm
from ministry.reference import code_tables, domains, lookups
from ministry.reference.lookups import LookUp, Sought
from ministry.register import public_records, public_search
from ministry.register.public_search import SERVICES, Match, SearchScope
from ministry.register.record_types import PublicRecord, PublicService, RecordState, suspended_since

QUERIES_A_MINUTE = 60
SUGGESTIONS_A_MINUTE = 120  # one for each pause in typing
SUGGESTIONS_STAY = 60  # seconds in a browser
CERTIFICATES_AN_HOUR = 10


@dataclass(frozen=True, slots=True)
class ScopeTab:
    """A tab of the search in ``components/tabs.html``."""

    label: str
    url: str
    current: bool
    count: None = None


class RecordStatus(NamedTuple):
    """The status of a record in ``components/page_head.html``; ``tone`` as ``components/status_pill.html`` has it."""

    label: str
    tone: str


def seconds_to_wait(address: str) -> int:
    """Count a query from a network address; return 0, or beyond ``QUERIES_A_MINUTE`` how long to wait."""
    return throttle.seconds_to_wait("query", address, tries=QUERIES_A_MINUTE, seconds=too_many.WINDOW)


def _limited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse a visitor's queries beyond ``QUERIES_A_MINUTE``; the empty form doesn't count."""

    @wraps(view)
    def limited(request: HttpRequest, **what: str) -> HttpResponse:
        typed = what.get("what") or request.GET.get("q", "").strip()
        wait = seconds_to_wait(address_of(request)) if typed else 0
        if not wait:
            return view(request, **what)
        return too_many.page(
            request,
            wait,
            action=reverse("query"),
            label=_("Number, domain, IP address or name"),
            typed=typed,
            most=QUERIES_A_MINUTE,
            programs=True,
        )

    return limited


@require_safe
@never_cache
@_limited
def search(request: HttpRequest) -> HttpResponse:
    """Look up a number, a domain, an address or a name: the whole name first, then any part of an organisation's.

    One query, two more for a part of a name. With a past day: redirect to the record of that day.
    """
    text, typed_day = request.GET.get("q", "").strip(), request.GET.get(PAST_DAY, "")
    context: dict[str, object] = {"text": text[: lookups.LONGEST], "typed_day": typed_day[: lookups.LONGEST]}
    if text and typed_day:
        form, day = _day(request)
        try:
            return redirect(_address_on_day(text, form, day))
        except ValidationError as refusal:
            context |= {"refusal": refusal.messages[0], "is_day_refused": day is None}
    elif text:
        context |= _found(text, _scope(request), by_part="part" in request.GET)
    return render(request, "ministry/query.html", context)


def _address_on_day(text: str, form: DayForm, day: date | None) -> str:
    """Return the address of a record on a past day; raise ValidationError for a wrong day or text, or a name."""
    if day is None:
        error = {"label": form[PAST_DAY].label, "message": form.errors[PAST_DAY][0]}
        raise ValidationError(_("%(label)s: %(message)s") % error)
    asked = lookups.understand(text)
    if asked.sought == Sought.NAME:
        words = _("Names are looked up as of today. For a past day, enter a number, a domain or an IP address.")
        raise ValidationError(words)
    return f"{reverse('record', args=[asked.text])}?{urlencode({PAST_DAY: day})}"


@require_safe
def names(request: HttpRequest) -> JsonResponse:
    """Return names of units that contain what has been typed so far, as JSON; none for a number or a domain.

    None either for what can't be understood, and beyond ``SUGGESTIONS_A_MINUTE``: the search itself says why. Browsers
    keep the answer for ``SUGGESTIONS_STAY``, unless it is empty because of the limit.
    """
    suggested = _suggested(request)
    kept = "no-store" if suggested is None else f"max-age={SUGGESTIONS_STAY}"
    return JsonResponse({"names": suggested or []}, headers={"Cache-Control": kept})


def _suggested(request: HttpRequest) -> list[str] | None:
    """Return the names to suggest; None beyond ``SUGGESTIONS_A_MINUTE``."""
    try:
        asked = lookups.understand(request.GET.get("q", "").strip())
    except ValidationError:
        return []
    if asked.sought != Sought.NAME:
        return []
    if too_often("suggestions", address_of(request), tries=SUGGESTIONS_A_MINUTE, seconds=60):
        return None
    return public_search.names_with_part(asked.text)


def _scope(request: HttpRequest) -> SearchScope:
    chosen = request.GET.get("kind", "")
    return SearchScope(chosen) if chosen in set(SearchScope) else SearchScope.ALL


def _found(text: str, scope: SearchScope, *, by_part: bool) -> dict[str, object]:
    """Return what was understood and found, or why nothing was understood."""
    try:
        asked = lookups.understand(text)
        by_part = by_part and asked.sought == Sought.NAME
        found = [] if by_part else public_search.found(asked, scope)
    except ValidationError as refusal:
        return {"refusal": refusal.messages[0]}
    if asked.sought == Sought.NAME and not found:
        found, by_part = public_search.with_part(asked.text, scope), True
    return {
        "asked": asked,
        "rows": [_row(one) for one in found[: public_search.MOST]],
        "more": len(found) > public_search.MOST,
        "by_part": by_part,
        "too_short": by_part and len(asked.text) < public_search.SHORTEST_PART,
        "is_name": asked.sought == Sought.NAME,
        "is_whole_name": asked.sought == Sought.NAME and not by_part,
        "scope": scope,
        "is_of_violations": scope == SearchScope.VIOLATING,
        "is_of_cancelled": scope == SearchScope.CANCELLED,
        "listed_since": _listed_since(asked.domain) if scope == SearchScope.VIOLATING and asked.domain else None,
        "tabs": list(_tabs(text, scope, by_part=by_part)),
        "kind": str(code_tables.name_of(code_tables.SERVICE_TYPES, SERVICES[scope])) if scope in SERVICES else "",
        "elsewhere_url": _elsewhere(text, scope),
    }


def _elsewhere(text: str, scope: SearchScope) -> str:
    """Return the query string of a wider search: all kinds after one, cancelled records after all kinds; or ""."""
    if scope in SERVICES:
        return f"?{urlencode({'q': text})}"
    return f"?{urlencode({'q': text, 'kind': SearchScope.CANCELLED})}" if scope == SearchScope.ALL else ""


def _listed_since(domain: str) -> date | None:
    """Return since when a domain has been on the blacklist; None if it is not on it today. One query."""
    return public_search.listed_since([domain], timezone.localdate()).get(domain)


def _tabs(text: str, scope: SearchScope, *, by_part: bool) -> Iterator[ScopeTab]:
    """Yield the tabs of the search, which keep what was asked."""
    labels = {
        SearchScope.ALL: _("All in force"),
        **{one: code_tables.name_of(code_tables.SERVICE_TYPES, kind) for one, kind in SERVICES.items()},
        SearchScope.CANCELLED: _("Cancelled"),
        SearchScope.VIOLATING: _("Violations"),
    }
    for one, label in labels.items():
        kept = {"q": text, **({"kind": one.value} if one else {}), **({"part": 1} if by_part else {})}
        yield ScopeTab(label, f"?{urlencode(kept)}", one == scope)


def _row(match: Match) -> dict[str, object]:
    """Return the public data of a service on record or cancelled, or of a host without services."""
    subject, website = match.subject, match.website
    one: Subject | Website = website or subject
    number = one.number
    has_domain = website is not None and website.is_website
    return {
        "number": number,
        "province": number.province,
        "name": public_records.shown_name(subject),
        "nature": code_tables.name_of(code_tables.NATURES, subject.nature),
        "website": website.name if website else "",
        "service": "" if website is None or has_domain else website.get_service_display(),
        "domain": website.shown_domains if website and has_domain else "",
        "providers": match.providers if website else None,
        "approved_on": one.approved_on,
        "cancelled_on": one.cancelled_on,
        "suspended_on": suspended_since(one.suspended_on, subject.suspended_on, one.cancelled_on),
    }


@require_safe
@never_cache
@_limited
def record(request: HttpRequest, what: str) -> HttpResponse:
    """Show the record of a number or a domain at its one address; other spellings are redirected there.

    404 when nothing is on record, with the same words for what never was and what can't be.
    """
    try:
        asked = lookups.understand(what)
    except ValidationError as refusal:
        return _missing(request, what, refusal.messages[0])
    if asked.sought == Sought.NAME:
        return redirect(f"{reverse('query')}?{urlencode({'q': asked.text})}")
    if what != asked.text:
        kept = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(reverse("record", args=[asked.text]) + kept, permanent=True)
    return _of_number(request, asked) if asked.number else _of_domain(request, asked)


def _of_number(request: HttpRequest, asked: LookUp) -> HttpResponse:
    assert asked.number is not None  # noqa: S101 — the caller has looked
    if (now := public_records.of_number(asked.number)) is None:
        return _missing(request, asked.text)
    form, day = _day(request)
    shown = public_records.on_day(now, day) if day else now
    status = None if day else _status(now.services[0] if asked.number.sequence else now)
    context = {
        "record": shown,
        "now": now,
        "day": day,
        "form": form,
        "asked": asked.number,
        "status": status,
        "listed": _listed(shown, day) if shown else [],
    }
    return render(request, "ministry/record.html", context)


def _listed(record: PublicRecord, day: date | None) -> list[tuple[str, date]]:
    """Return the record's domains that are on the blacklist today or were that day, and since when. One query."""
    found = public_records.listed(record.services, day).values()
    rows = sorted({one for names in found for one in names.items()})
    return [(domains.display_domain(name), since) for name, since in rows]


def _day(request: HttpRequest) -> tuple[DayForm, date | None]:
    """Return the form with the day that was asked for, and that day; None without one or with a wrong one."""
    form = DayForm(request.GET if PAST_DAY in request.GET else None)
    return form, form.cleaned_data[PAST_DAY] if form.is_bound and form.is_valid() else None


def _of_domain(request: HttpRequest, asked: LookUp) -> HttpResponse:
    form, day = _day(request)
    found = public_records.of_domain(asked.domain, day)
    if found is None and (day is None or public_records.of_domain(asked.domain) is None):
        return _missing(request, asked.text, form=form if public_search.given_up([asked.domain]) else None, day=day)
    status = _status(found.services[0]) if found and found.services and not day else None
    context = {"text": asked.text, "found": found, "day": day, "form": form, "status": status}
    return render(request, "ministry/domain.html", context)


@never_cache
def certificate(request: HttpRequest) -> HttpResponse:
    """Ask by e-mail whether a certificate is on record. The response is the same whether it is or not."""
    form = CertificateQuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if too_often("certificate", address_of(request), tries=CERTIFICATES_AN_HOUR, seconds=3600):
            form.add_error(None, _("Too many questions from this network address. Try again in an hour."))
        else:
            certificate_questions.ask(**form.cleaned_data)
            return redirect("query_certificate_asked")
    return render(request, "ministry/certificate.html", {"form": form})


@require_safe
@never_cache
def certificate_asked(request: HttpRequest) -> HttpResponse:
    """Show that the answer comes by e-mail; the same page for every certificate."""
    return render(request, "ministry/certificate_asked.html", {"most": certificate_questions.ANSWERS_A_DAY})


def _status(one: PublicRecord | PublicService) -> RecordStatus:
    """Return the state of a record or a service as a page shows it."""
    states = {
        RecordState.ON_RECORD: RecordStatus(_("on record"), "done"),
        RecordState.SUSPENDED: RecordStatus(_("access suspended"), "attention"),
        RecordState.CANCELLED: RecordStatus(_("cancelled"), "neutral"),
    }
    return states[one.state]


def _missing(
    request: HttpRequest, text: str, refusal: str = "", *, form: DayForm | None = None, day: date | None = None
) -> HttpResponse:
    """Show that nothing is on record; with a form for another day where a website gave this domain up."""
    context = {"text": text[: lookups.LONGEST], "refusal": refusal, "form": form, "day": day}
    return render(request, "ministry/record_missing.html", context, status=404)
