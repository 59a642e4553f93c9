"""A report for a person with an account: the data kept, until when, and who has looked at them; also as a file.

Looks name the office and the purpose, not the member of staff: the office answers for its staff.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, cast

from django.contrib.auth.decorators import login_required
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Party, User
from desks import access
from desks.casefile.looks import looked_at
from desks.files import JSON, file_response
from filings import clock
from filings.models import Evidence, Export, Filing, FilingMail, Look
from filings.states import Status
from icp_portal import own_rows
from ministry import retention
from ministry.models import Subject
from ministry.retention import DataKind
from records import visibility
from records.models import CaseEvent, CounterLook

MOST: Final = 1_000  # filings, and looks, on the page and in the file, the newest ones; our own choice


@dataclass(frozen=True, slots=True)
class KeptThing:
    """Something that is kept: what it is, what it contains, and until when."""

    what: str
    contains: str
    until: str


@dataclass(frozen=True, slots=True)
class LookAtData:
    """A look at personal data: when, by which office, at what, and in which filing or record."""

    at: datetime
    office: str
    what: str
    about: str


@require_safe
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Show the report, or return it as a file (``?as=file``).

    Ten queries at most, and one for each table of ``own_rows``.
    """
    user = cast(User, request.user)
    actor = access.host(user) if user.party == Party.HOST else None
    filings = list(_filings(Filing.objects.visible_to(actor))[:MOST]) if actor else []
    subjects = list(visibility.subjects(actor)) if actor else []
    kept = [*_account(user), *map(_filing, filings), *map(_record, subjects), *_further(user)]
    looks = sorted(_looks(filings, subjects), key=lambda look: look.at, reverse=True)[:MOST]
    if request.GET.get("as") == "file":
        return file_response(_as_file(user, kept, looks), JSON, f"personal-data-{timezone.localdate():%Y-%m-%d}.json")
    context = {"kept": kept, "looks": looks, "most": MOST, "looks_kept": retention.shown(DataKind.LOOKS)}
    context["is_host"] = actor is not None
    return render(request, "accounts/personal_data.html", context)


def _as_file(user: User, kept: list[KeptThing], looks: list[LookAtData]) -> bytes:
    report = {
        "account": user.email,
        "made_at": timezone.now().isoformat(),
        "kept": [asdict(one) for one in kept],
        "looks": [asdict(one) | {"at": one.at.isoformat()} for one in looks],
        "looks_kept": retention.shown(DataKind.LOOKS),
    }
    return json.dumps(report, ensure_ascii=False, indent=2).encode()


# --- What is kept -----------------------------------------------------------------------------------------


def _account(user: User) -> Iterator[KeptThing]:
    as_long = _("as long as the account exists")
    yield KeptThing(
        _("Your account"),
        _("E-mail address %(email)s, name “%(name)s”, language, password and second step (not readable), since %(day)s")
        % {"email": user.email, "name": user.name, "day": _day(user.created_at)},
        as_long,
    )
    keys = list(user.api_keys.order_by("pk"))
    if keys:
        names = _("API keys: %(names)s; the key itself is not kept") % {"names": ", ".join(map(str, keys))}
        yield KeptThing(_("Programs"), names, as_long)
    changes = user.address_changes.count()
    if changes:
        yield KeptThing(_("Changes of your address"), _("%(count)d with both addresses") % {"count": changes}, as_long)


def _further(user: User) -> Iterator[KeptThing]:
    """Yield what other tables keep about the user. One query a table."""
    for rows, count in own_rows.counted(user):
        contains = _("%(count)d, each with %(what)s") % {"count": count, "what": rows.contains}
        yield KeptThing(str(rows.what), contains, str(rows.until))


def _filings(rows: QuerySet[Filing]) -> QuerySet[Filing]:
    """Return the filings, the newest first, with the number of their pictures and mails. Two queries."""
    pictures = Evidence.objects.filter(filing=OuterRef("pk")).order_by().values("filing").annotate(n=Count("pk"))
    mails = FilingMail.objects.filter(filing=OuterRef("pk")).order_by().values("filing").annotate(n=Count("pk"))
    counted: QuerySet[Filing] = rows.annotate(
        pictures=Subquery(pictures.values("n")), mails_written=Subquery(mails.values("n"))
    )
    return counted.defer("facts").prefetch_related("verifications").order_by("-pk")


def _filing(filing: Any) -> KeptThing:
    words = _("Form data about host and responsible persons, pictures: %(pictures)d, e-mails: %(mails)d")
    contains = words % {"pictures": filing.pictures or 0, "mails": filing.mails_written or 0}
    if filing.erased_at is not None:
        contains = _("Only that the filing existed, its moves and their times")
    return KeptThing(_filing_name(filing), contains, _until(filing))


def _filing_name(filing: Filing) -> str:
    return _("Filing %(id)d (%(topic)s)") % {"id": filing.pk, "topic": filing.topic}


def _until(filing: Filing) -> str:
    if filing.erased_at is not None:
        return _("erased on %(day)s") % {"day": _day(filing.erased_at)}
    if filing.status == Status.FILED:
        return _("for good: it led to a record")
    day = clock.kept_until(filing)
    return date_format(day) if day else _("while it is under way")


def _record(subject: Subject) -> KeptThing:
    return KeptThing(
        _("Record %(number)s") % {"number": subject.number},
        _("Host, certificate, responsible persons, websites and services, with every earlier version"),
        _("for good: a number is never assigned again"),
    )


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment))


# --- Who has looked ---------------------------------------------------------------------------------------


def _looks(filings: list[Filing], subjects: list[Subject]) -> Iterator[LookAtData]:
    """Yield the newest looks of each kind, without erased ones. Four queries, none without filings or records."""
    names = {filing.pk: _filing_name(filing) for filing in filings}
    numbers = {subject.pk: str(subject.number) for subject in subjects}
    for look in _newest(Look.objects.filter(filing__in=names, user__isnull=False)) if names else ():
        yield LookAtData(look.at, _office(look), looked_at(look.what), names[look.filing_id])
    for export in _newest(Export.objects.filter(filing_ids__overlap=list(names))) if names else ():
        what = _("case file downloaded") if export.query.startswith("case file ") else _("list exported")
        about = (names[pk] for pk in export.filing_ids if pk in names)
        yield LookAtData(export.at, _office(export), what, "; ".join(about))
    if numbers:
        for counter in _newest(CounterLook.objects.filter(reset__subject__in=numbers).select_related("reset")):
            what = _("proof shown for a new filing password")
            yield LookAtData(counter.at, _office(counter), what, numbers[counter.reset.subject_id])
        cases = CaseEvent.objects.filter(case__subject__in=numbers, name="look").select_related("case")
        for event in _newest(cases):
            what = _("proof in a case about the record")
            yield LookAtData(event.at, _office(event), what, numbers[event.case.subject_id])


def _newest(rows: QuerySet[Any]) -> Iterable[Any]:
    return rows.select_related("user__provider_staff__provider", "user__reviewer__bureau").order_by("-pk")[:MOST]


def _office(row: Any) -> str:
    """Return the organisation whose staff has looked."""
    if staff := getattr(row.user, "provider_staff", None):
        return str(staff.provider.name)
    if reviewer := getattr(row.user, "reviewer", None):
        return str(reviewer.bureau.name)
    return str(Party(row.user.party).label)
