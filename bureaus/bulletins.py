"""The monthly bulletin in the form bureaus publish: records in the province, decisions, and their reasons.

``draft`` counts; publishing stores what was counted then, with what the chief typed. Page, workbook and PDF are made
from that content and from nothing else.

Shape of the content (JSON)::

    {"bureau", "month", "made_on",
     "subjects": {nature: {"all", "new"}}, "websites": {"all", "new"},
     "services": {service type: {"all", "new"}} beside websites, "accesses", "providers",
     "decisions": [{"kind", "approved", "returned", "in_time"}], "deciding_for", "overdue",
     "year": [[month, approved, returned]], "orders": {"act scope": number},
     "codes": {code: remarks}, "typed": {name: number or null}, "remark"}
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, Max, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureaus.models import Bulletin
from bureaus.rechecks import is_chief
from desks.staff import charts
from desks.staff.charts import Columns
from desks.staff.tables import percent
from filings import reasons
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.figures import decisions
from filings.figures.provider_work import MONTHS, Span
from filings.models import Filing, Kind
from filings.states import Status
from ministry.audit.documents import sha256_of
from ministry.models import Access, RegisterVersion
from ministry.reference import code_tables, provinces
from ministry.register import sizes
from records.legal_grounds import Act, Scope
from records.models import Order

Content = dict[str, Any]
Cell = str | int

# Figures that the portal does not count; the chief may type them.
TYPED: dict[str, Promise] = {
    "unfiled": gettext_lazy("Unfiled websites found"),
    "shell_subjects": gettext_lazy("Shell subjects cancelled"),
    "shell_websites": gettext_lazy("Shell websites cancelled"),
    "illegal": gettext_lazy("Illegal websites dealt with"),
}
# Orders: act and scope → label in the bulletin.
ORDERED: dict[str, Promise] = {
    f"{Act.CANCEL} {Scope.SUBJECT}": gettext_lazy("Subjects cancelled by order"),
    f"{Act.CANCEL} {Scope.WEBSITE}": gettext_lazy("Websites cancelled by order"),
    f"{Act.CANCEL} {Scope.ACCESS}": gettext_lazy("Accesses cancelled by order"),
    f"{Act.SUSPEND} {Scope.SUBJECT}": gettext_lazy("Subjects suspended by order"),
    f"{Act.SUSPEND} {Scope.WEBSITE}": gettext_lazy("Websites suspended by order"),
}
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class BulletinPart:
    """A table of the bulletin."""

    id: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


# --- Counting -----------------------------------------------------------------------------------------


def draft(bureau_id: str, month: dt.date) -> Content:
    """Return the figures of a month, counted now. Nine queries, at any size."""
    span = Span.of(month)
    counted = decisions.decisions(bureau_id, span)
    services = sizes.services([bureau_id], span.first, span.end).get(bureau_id, {})
    return {
        "bureau": bureau_id,
        "month": f"{month:%Y-%m}",
        "made_on": timezone.localdate().isoformat(),
        "subjects": sizes.subjects([bureau_id], span.first, span.end).get(bureau_id, {}),
        "websites": services.pop(str(code_tables.WEBSITE), {"all": 0, "new": 0}),
        "services": services,
        **_accesses(bureau_id, span),
        "decisions": counted,
        "deciding_for": decisions.providers_decided_for(bureau_id, span),
        "overdue": Filing.objects.filter(
            bureau=bureau_id, status=Status.WITH_BUREAU, due_on__lt=timezone.localdate()
        ).count(),
        "year": _year(bureau_id, month),
        "codes": decisions.codes(bureau_id, span),
        "orders": _orders(bureau_id, span),
        "typed": {},
        "remark": "",
    }


def _year(bureau_id: str, month: dt.date) -> list[list[Any]]:
    """Return [month, approved, returned] for the twelve months up to this one."""
    counted = decisions.by_month(bureau_id, Span.of(month, MONTHS))
    return [[f"{first:%Y-%m}", score.decided - score.returned, score.returned] for first, score in counted]


def _orders(bureau_id: str, span: Span) -> dict[str, int]:
    """Return the number of orders in the month, by act and scope."""
    rows = Order.objects.filter(bureau=bureau_id, on__gte=span.first, on__lt=span.end).order_by()
    counted = rows.values_list("act", "scope").annotate(count=Count("pk")).order_by("act", "scope")
    return {f"{act} {scope}": count for act, scope, count in counted}


def _accesses(bureau_id: str, span: Span) -> dict[str, int]:
    """Return the accesses in force at the end of the month, and of how many providers.

    An access dates from its first version; one without versions, from the approval of its website.
    """
    versions = RegisterVersion.objects.filter(subject=OuterRef("website__subject"), access=OuterRef("pk"))
    rows = Access.objects.filter(
        sizes.still(span.end),
        sizes.still(span.end, "website__"),
        Exists(versions.filter(valid_from__lt=span.end)) | ~Exists(versions),
        website__subject__province=bureau_id,
        website__approved_on__lt=span.end,
    )
    return rows.aggregate(accesses=Count("pk"), providers=Count("provider", distinct=True))


# --- Publishing ---------------------------------------------------------------------------------------


def publish(actor: Actor, month: dt.date, *, version: int, typed: Mapping[str, int | None], remark: str) -> Bulletin:
    """Publish the month's figures as they stand; a correction is the next version. ``version``: the one seen last."""
    if not is_chief(actor):
        raise MoveRefused(_("The bulletin is published by the chief."))
    if Span.of(month).end > timezone.localdate():
        raise MoveRefused(_("The month is not over yet."))
    content = draft(actor.bureau_id, month)
    content |= {"typed": {name: typed.get(name) for name in TYPED}, "remark": remark.strip()}
    try:
        with transaction.atomic():
            if latest_version(actor.bureau_id, month) != version:
                raise MoveRefused(_("The bulletin of this month has been published in the meantime. Look at it first."))
            return Bulletin.objects.create(
                bureau_id=actor.bureau_id,
                month=month,
                version=version + 1,
                content=content,
                sha256=sha256_of(content),
                published_by_id=actor.person_id,
            )
    except IntegrityError as error:
        raise MoveRefused(
            _("The bulletin of this month has been published in the meantime. Look at it first.")
        ) from error


def latest_version(bureau_id: str, month: dt.date) -> int:
    """Return the newest version of a month; 0 before the first. One query."""
    found = Bulletin.objects.filter(bureau=bureau_id, month=month).aggregate(latest=Max("version"))["latest"]
    return int(found or 0)


# --- In words -----------------------------------------------------------------------------------------


def title(content: Content) -> str:
    """Return the title: 北京市通信管理局 · 2026年10月 …"""
    month = dt.date.fromisoformat(f"{content['month']}-01")
    return _("%(bureau)s: ICP filing in %(month)s") % {
        "bureau": provinces.by_code(content["bureau"]).shown_bureau,
        "month": date_format(month, "YEAR_MONTH_FORMAT"),
    }


def parts(content: Content) -> list[BulletinPart]:
    """Return every table of the bulletin."""
    made = [_overview(content), _decided(content), _natures(content), _reasons(content), _typed(content)]
    return [part for part in made if part.rows]


def drawings(content: Content) -> list[tuple[str, Columns]]:
    """Return the charts of the bulletin over twelve months: title and drawing."""
    year = [
        (date_format(dt.date.fromisoformat(f"{month}-01"), "n"), approved, returned)
        for month, approved, returned in content["year"]
    ]
    shares = [
        (label, share, percent(share))
        for label, approved, returned in year
        for share in [returned / (approved + returned) if approved + returned else None]
    ]
    return [
        (_("Approved, by month"), charts.columns([(label, count, str(count)) for label, count, _returned in year])),
        (_("Returned, by month"), charts.columns([(label, count, str(count)) for label, _approved, count in year])),
        (_("Share returned, by month"), charts.columns(shares, least=0.1)),
    ]


def _sums(content: Content) -> tuple[int, int]:
    """Return how many were decided, and how many of them returned."""
    returned = sum(row["returned"] for row in content["decisions"])
    return sum(row["approved"] for row in content["decisions"]) + returned, returned


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else NOTHING


def _overview(content: Content) -> BulletinPart:
    subjects = content["subjects"]
    individuals = subjects.get(str(code_tables.PERSON), {"all": 0, "new": 0})
    units = {name: sum(counts[name] for counts in subjects.values()) - individuals[name] for name in ("all", "new")}
    websites = content["websites"]
    rows: list[Sequence[Cell]] = [
        [_("Subjects: organisations"), units["all"], units["new"]],
        [_("Subjects: individuals"), individuals["all"], individuals["new"]],
        [_("Websites"), websites["all"], websites["new"]],
        *(
            [code_tables.name_of(code_tables.SERVICE_TYPES, int(service)), counts["all"], counts["new"]]
            for service, counts in content.get("services", {}).items()
        ),
        [_("Accesses"), content["accesses"], NOTHING],
        [_("Access providers with websites on record"), content["providers"], NOTHING],
    ]
    return BulletinPart("record", _("On record in the province"), ["", _("At the end of the month"), _("New")], rows)


def _decided(content: Content) -> BulletinPart:
    names = dict(Kind.choices)
    rows: list[Sequence[Cell]] = []
    for row in content["decisions"]:
        every = row["approved"] + row["returned"]
        label = capfirst(str(names.get(row["kind"], row["kind"])))
        rows.append([label, every, row["approved"], row["returned"], _share(row["returned"], every), row["in_time"]])
    every, returned = _sums(content)
    if len(rows) != 1:
        in_time = sum(row["in_time"] for row in content["decisions"])
        rows.append([_("Total"), every, every - returned, returned, _share(returned, every), in_time])
    head = ["", _("Decided"), _("Approved"), _("Returned"), _("Share returned"), _("Within the time limit")]
    return BulletinPart("decided", _("Decided in the month"), head, rows)


def _natures(content: Content) -> BulletinPart:
    rows = [
        [code_tables.name_of(code_tables.NATURES, int(nature)), counts["all"], counts["new"]]
        for nature, counts in content["subjects"].items()
    ]
    head = [_("Type of site host"), _("At the end of the month"), _("New")]
    return BulletinPart("natures", _("Subjects by nature"), head, rows)


def _reasons(content: Content) -> BulletinPart:
    used = sorted(content["codes"].items(), key=lambda row: (-row[1], row[0]))
    rows = [
        [code, str(reasons.BY_CODE[code].text), str(reasons.CLASSES[reasons.class_of(code)]), count]
        for code, count in used
        if code in reasons.BY_CODE
    ]
    return BulletinPart(
        "reasons", _("Why filings were returned"), [_("Official code"), _("Reason"), _("Class"), _("Remarks")], rows
    )


def _typed(content: Content) -> BulletinPart:
    return BulletinPart("other", _("Further figures of the bureau"), ["", _("Count")], list(_further(content)))


def _further(content: Content) -> Iterator[Sequence[Cell]]:
    yield _("Access providers with filings decided this month"), content["deciding_for"]
    yield _("Overdue on the date of this bulletin"), content["overdue"]
    for name, label in ORDERED.items():
        yield str(label), content["orders"].get(name, 0)
    for name, label in TYPED.items():
        if content["typed"].get(name) is not None:
            yield str(label), content["typed"][name]
    if content["typed"].get("unfiled") is not None:
        yield _("Filing rate"), _filing_rate(content["websites"]["all"], content["typed"]["unfiled"])


def _filing_rate(filed: int, unfiled: int) -> str:
    """Return the share of known websites that are on record; rounded down, so that 100 % means all of them."""
    known = filed + unfiled
    return f"{filed * 10_000 // known / 100:.2f}%" if known else NOTHING
