"""Verification sheets: blank ones to print, issued ones, their signed copies, and the page behind the QR code.

Two copies are made of a sheet, one for the provider and one for the bureau, so both desks have it. The host signs it
at the meeting and gets none; whoever holds the paper can check by its code whether it is genuine.
"""

from itertools import groupby
from typing import Any, TypedDict

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_stubs_ext import WithAnnotations

from accounts import throttle
from accounts.throttle import address_of
from desks.components import SummaryRow
from desks.files import PDF, file_response, picture_response
from desks.pictures import EvidenceItem, fingerprint
from desks.refusals import refusals_at
from desks.scan_form import ScanForm
from desks.section_form import EMPTY
from desks.staff import filing_page
from desks.staff.desk import StaffDesk
from filings import clock, facts, services
from filings.actors import Actor
from filings.evidence.limited import concurrency
from filings.fields.display import masked_name
from filings.models import Filing, Sheet, SheetScan, Verification
from filings.states import Role
from filings.verification import sheet_files, sheets
from ministry import retention
from ministry.reference import english
from ministry.reference.domains import display_domain
from ministry.retention import DataKind

PAGES_A_MINUTE = 60
LATER = Verification.objects.filter(filing=OuterRef("verification__filing"), round__gt=OuterRef("verification__round"))


# --- To print -----------------------------------------------------------------------------------------


def blanks(filing: Filing) -> list[int]:
    """Return the entries (from 1) whose blank sheet can be printed: none unless the provider has the filing."""
    return list(range(1, facts.count(filing.facts) + 1)) if _is_verified_here(filing) else []


def _is_verified_here(filing: Filing) -> bool:
    """Return whether the provider has the filing and verifies it at its desk."""
    return filing.holder == Role.PROVIDER and not filing.is_reported


@require_safe
def blank(request: HttpRequest, filing_id: int, number: int, *, desk: StaffDesk) -> HttpResponse:
    """Return the sheet of a website (from 1) with empty boxes, to fill in by hand, and record the look."""
    actor = desk.actor_of(request)
    filing = get_object_or_404(Filing.objects.visible_to(actor).kept().select_related("provider"), pk=filing_id)
    if number not in blanks(filing):
        raise Http404
    name = f"{sheets.title_of(sheets.content(filing, number - 1))} {filing.pk}-{number}"
    from filings.verification import sheet_pdf

    with concurrency.making():
        services.record_look(filing, actor, f"blank sheet {number}")
        return _pdf(sheet_pdf.blank(filing, number - 1), name)


@require_safe
def issued(request: HttpRequest, filing_id: int, sheet_id: int, *, desk: StaffDesk) -> HttpResponse:
    """Return a sheet as it was issued, and record the look."""
    actor = desk.actor_of(request)
    filing, sheet = _sheet(actor, filing_id, sheet_id)
    services.record_look(filing, actor, f"sheet {sheet}")
    return _pdf(sheet_files.pdf_of(sheet), f"{sheets.title_of(sheet.content)} {sheet}")


def _sheet(actor: Actor, filing_id: int, sheet_id: int) -> tuple[Filing, Sheet]:
    filing = get_object_or_404(Filing.objects.visible_to(actor).kept().defer("facts"), pk=filing_id)
    return filing, get_object_or_404(_handed(filing, actor), pk=sheet_id)


def _handed(filing: Filing, actor: Actor) -> QuerySet[Sheet]:
    """Return the sheets of the rounds this desk was handed; for a provider only its own ones."""
    rows = Sheet.objects.filter(verification__filing=filing, verification__round__lte=filing.handed_to(actor.role))
    return rows.filter(verification__round__gt=filing.verified_elsewhere(actor.role))


def _pdf(content: bytes, name: str) -> HttpResponse:
    return file_response(content, PDF, f"{name}.pdf")


# --- The signed copies ----------------------------------------------------------------------------------


@require_safe
def scan(request: HttpRequest, filing_id: int, scan_id: int, *, desk: StaffDesk) -> HttpResponse:
    """Return a page of a signed copy, and record the look."""
    actor = desk.actor_of(request)
    filing = get_object_or_404(Filing.objects.visible_to(actor).kept().defer("facts"), pk=filing_id)
    rows = SheetScan.objects.filter(sheet__in=_handed(filing, actor)).select_related("sheet")
    found = get_object_or_404(rows, pk=scan_id)
    services.record_look(filing, actor, f"signed sheet {found.sheet} {found.version}/{found.page}")
    return picture_response(found.file)


def listed(filing: Filing, actor: Actor, desk: StaffDesk, *, latest: bool = False) -> list[dict[str, Any]]:
    """Return the sheets, all or of the latest round, with their signed copies, latest first. Two queries."""
    later = LATER.filter(round__lte=filing.handed_to(actor.role))
    rows = _handed(filing, actor).annotate(is_replaced=Exists(later))
    if latest:
        rows = rows.filter(is_replaced=False)
    scans = Prefetch("scans", SheetScan.objects.select_related("uploaded_by"))
    rows = rows.select_related("verification__verifier").prefetch_related(scans)
    return [_shown(sheet, filing, desk) for sheet in rows.order_by("-verification__round", "website")]


class _Replaced(TypedDict):
    is_replaced: bool  # whether a later round has a sheet of the same website


def _shown(sheet: "WithAnnotations[Sheet, _Replaced]", filing: Filing, desk: StaffDesk) -> dict[str, Any]:
    copies = [
        {
            "version": version,
            "by": pages[0].uploaded_by,
            "at": pages[0].uploaded_at,
            "items": [_page_item(sheet, scan, filing, desk) for scan in pages],
        }
        for version, scans in groupby(sheet.scans.all(), key=lambda scan: scan.version)
        if (pages := list(scans))
    ]
    return {
        "pk": sheet.pk,
        "number": str(sheet),
        "domain": sheet.content["domain"],
        "round": sheet.content["round"],
        "verifier": sheet.verification.verifier,
        "is_reported": filing.is_reported,
        "issued_at": sheet.issued_at,
        "is_replaced": sheet.is_replaced,
        "pdf_url": desk.url("sheet", filing.pk, sheet.pk),
        "public_url": reverse("sheet", args=[sheet.token]),
        "copies": copies,
    }


def _page_item(sheet: Sheet, scan: SheetScan, filing: Filing, desk: StaffDesk) -> EvidenceItem:
    place = {"number": sheet, "version": scan.version, "page": scan.page}
    return EvidenceItem.of(
        scan,
        _("Signed sheet %(number)s, version %(version)d, page %(page)d") % place,
        desk.url("sheet_scan", filing.pk, scan.pk),
        note=fingerprint(scan),
        advice=scan.advice,
    )


def page(request: HttpRequest, filing_id: int, *, desk: StaffDesk) -> HttpResponse:
    """Show blank sheets while the provider has the filing, issued ones with their signed copies, and the form for more.

    Only the provider adds copies; where there is no form, nothing can be posted.
    """
    actor = desk.actor_of(request)
    filing = filing_page.visible(actor, filing_id)
    rows = listed(filing, actor, desk)
    form = _scan_form(request, rows) if actor.role == Role.PROVIDER and rows and not filing.is_reported else None
    if request.method == "POST" and form is None:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if form and request.method == "POST" and _kept(form, filing, actor):
        messages.success(request, _("The signed copy has been saved."))
        return redirect(desk.url("sheets", filing.pk))
    context = {
        "filing": filing,
        "rows": rows,
        "form": form,
        "is_of_one": len(rows) == 1,
        "blanks": [
            {
                "of": display_domain(facts.known_by(filing.facts, number - 1)),
                "url": desk.url("blank_sheet", filing.pk, number),
            }
            for number in blanks(filing)
            if actor.role == Role.PROVIDER
        ],
        "kept_until": clock.papers_kept_until(filing),
        "years_kept": retention.length(DataKind.VERIFIED),
        "queue": desk.queue_url,
        "back": desk.filing_url(filing.pk),
    }
    return render(request, "desk/sheets.html", context)


def _scan_form(request: HttpRequest, rows: list[dict[str, Any]]) -> ScanForm:
    form = ScanForm(request.POST or None, request.FILES or None)
    choices = [*EMPTY, *((str(row["pk"]), f"{row['number']} {row['domain']}") for row in rows)]
    form.fields["sheet"].choices = choices  # type: ignore[attr-defined]
    return form


def _kept(form: ScanForm, filing: Filing, actor: Actor) -> bool:
    """Store the uploaded copy and return whether it was; errors are added to the fields."""
    if not form.is_valid():
        return False
    with refusals_at(form, "pages", file="pages"):
        services.add_scan(filing.pk, actor, int(form.cleaned_data["sheet"]), form.cleaned_data["pages"])
    return not form.errors


# --- The public page --------------------------------------------------------------------------------------


@require_safe
@never_cache
def public(request: HttpRequest, token: str) -> HttpResponse:
    """Show anybody whether a sheet is genuine and still the latest, until it is erased. One query; no personal data."""
    if wait := throttle.seconds_to_wait("sheet", address_of(request), tries=PAGES_A_MINUTE, seconds=60):
        return throttle.refusal(request, wait)
    kept = Sheet.objects.filter(verification__filing__erased_at=None).annotate(is_replaced=Exists(LATER))
    sheet = get_object_or_404(kept, token=token)
    content = sheet.content
    rows = [
        SummaryRow(_("Number of the sheet"), content["number"], code=True),
        SummaryRow(_("Access provider"), content["provider"]),
        SummaryRow(
            _("Date of the report") if content.get("reported") else _("Date of the verification"),
            date_format(timezone.localdate(sheet.issued_at)),
        ),
        SummaryRow(english.named(content.get("service", "")) or _("Domain"), content["domain"], code=True),
        SummaryRow(_("Site host"), masked_name(content["host"])),
        SummaryRow(_("SHA-256 of what is printed on it"), sheet.sha256, code=True),
    ]
    return render(request, "filings/sheet.html", {"rows": rows, "sheet": sheet})
