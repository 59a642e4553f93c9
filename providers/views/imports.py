"""Importing many filings on behalf: the template, the file, its faults, what to write, progress."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import throttle
from desks.files import XLSX, file_response
from desks.forms import PortalForm
from desks.noted_fields import optional
from desks.paging import page
from desks.refusals import refusals_at
from desks.scan_form import scan_field
from filings.actors import Actor
from filings.agreements import mandates
from filings.evidence.files import read_upload
from filings.evidence.limited import concurrency
from filings.models import MandateWay
from hosts.views.mandates import lengths
from providers.access import for_role
from providers.imports import writing
from providers.imports.reading import MOST_BYTES, MOST_ROWS
from providers.models import Import, ImportMode, ImportState, StaffRole
from providers.views.onbehalf import tabs

FILES_AN_HOUR = 30
ROWS_SHOWN = 100  # faulty rows on the page; all of them are in the workbook to correct
LOOK_AGAIN = 3  # seconds


class FileForm(PortalForm):
    """The file to be read."""

    file = forms.FileField(
        label=gettext_lazy("The filled-in file"),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choose the file first.")},
        help_text=format_lazy(
            gettext_lazy("Excel (.xlsx) or CSV (UTF-8 or GB 18030), at most {mb} MB and {rows} rows."),
            mb=MOST_BYTES // 1024**2,
            rows=MOST_ROWS,
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,text/csv"}),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Return the file; raise ValidationError if it is too large."""
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if (upload.size or 0) > MOST_BYTES:
            raise ValidationError(
                _("The file is larger than %(mb)d MB. Upload it in parts.") % {"mb": MOST_BYTES // 1024**2}
            )
        return upload


class ImportDecisionForm(PortalForm):
    """What is to be written, and by which mandates."""

    mode = forms.ChoiceField(
        label=gettext_lazy("Rows to write"),
        choices=ImportMode.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("“All rows or none” is only possible if no row has an error."),
    )
    way = forms.ChoiceField(
        label=gettext_lazy("The hosts' mandates"),
        choices=[
            (MandateWay.INVITE, gettext_lazy("Ask each host for its consent by e-mail")),
            (MandateWay.PAPER, gettext_lazy("A signed document that covers all of them")),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Hosts with a mandate in force are not asked again."),
    )
    days = optional(
        forms.TypedChoiceField(
            label=gettext_lazy("Duration of the requested mandate"),
            choices=lengths,
            coerce=int,
            empty_value=None,
            widget=forms.RadioSelect,
        )
    )
    until = optional(
        forms.DateField(
            label=gettext_lazy("Valid until, as in the document"),
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        )
    )
    pages = optional(
        scan_field(
            gettext_lazy("The signed document"),
            gettext_lazy(
                "A scan as PDF, or photos as JPEG or PNG; signatures and seals visible, at most {pages} pages."
            ),
        )
    )

    def clean(self) -> dict[str, Any]:
        """Check the fields that the chosen way needs."""
        cleaned = super().clean() or {}
        if cleaned.get("way") == MandateWay.PAPER:
            if not cleaned.get("pages"):
                self.add_error("pages", _("Choose the scan of the signed document first."))
            if "until" not in self.errors and not cleaned.get("until"):
                self.add_error("until", _("Enter the date until which the document is valid."))
        elif cleaned.get("way") == MandateWay.INVITE and not cleaned.get("days"):
            self.add_error("days", _("Choose the duration of the requested mandate."))
        return cleaned


def _own(actor: Actor) -> QuerySet[Import]:
    return Import.objects.visible_to(actor).select_related("made_by")


@for_role(StaffRole.VERIFIER)
def imports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Upload a file; list the earlier ones, newest first."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        if wait := throttle.seconds_to_wait("import", str(actor.person_id), tries=FILES_AN_HOUR, seconds=3600):
            return throttle.refusal(request, wait)
        upload = form.cleaned_data["file"]
        with refusals_at(form, "file", file="file"):
            batch = writing.begin(actor, upload.name or "", read_upload(upload))
            return redirect("provider_desk:import", batch.pk)
    context = {
        "form": form,
        "page": page(_own(actor), "id", request.GET, descending=True),
        "tabs": tabs("provider_desk:imports"),
    }
    return render(request, "providers/behalf/imports.html", context)


@require_safe
@for_role(StaffRole.VERIFIER)
def template(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Return the workbook to fill in."""
    from providers.imports import files

    with concurrency.making():
        return _workbook(files.template(), _("ICP filings to import"))


@for_role(StaffRole.VERIFIER)
def one(request: HttpRequest, actor: Actor, import_id: int) -> HttpResponse:
    """Show the progress and the faults of an import; take the decision what to write.

    While it is under way, browsers reload the page by themselves, with or without scripts.
    """
    batch = get_object_or_404(_own(actor), pk=import_id)
    counts = batch.counts()
    # "All rows or none" is impossible while a row has faults.
    mode = ImportMode.ROWS if counts["faulty"] else ImportMode.ALL
    first = {"mode": mode, "way": MandateWay.INVITE, "days": mandates.LENGTHS[1]}
    form = ImportDecisionForm(request.POST or None, request.FILES or None, initial=first)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form, file="pages"):
            writing.decide(batch.pk, actor, **_decision(form))
            messages.success(request, _("The rows are being written."))
            return redirect("provider_desk:import", batch.pk)
    from providers.imports import files

    lines = list(files.problem_lines(batch, ROWS_SHOWN)) if batch.state != ImportState.CHECKING else []
    context = {
        "batch": batch,
        "is_checked": batch.state == ImportState.CHECKED,
        "is_done": batch.state == ImportState.DONE,
        "form": form,
        "lines": lines,
        "counts": counts,
        "good": counts["all"] - counts["faulty"],
        "more_faulty": max(0, counts["faulty"] + counts["refused"] - ROWS_SHOWN),
        "progress": _progress(batch, counts),
    }
    response = render(request, "providers/behalf/import.html", context)
    if batch.is_under_way:
        response["Refresh"] = str(LOOK_AGAIN)
    return response


def _decision(form: ImportDecisionForm) -> dict[str, Any]:
    cleaned = form.cleaned_data
    return {**cleaned, "mode": ImportMode(cleaned["mode"]), "way": MandateWay(cleaned["way"])}


def _progress(batch: Import, counts: dict[str, int]) -> dict[str, int] | None:
    """Return the progress of checking or of writing row by row; None otherwise."""
    match batch.state:
        case ImportState.CHECKING:
            return {"done": counts["checked"], "all": counts["all"]}
        case ImportState.WRITING if batch.mode == ImportMode.ROWS:
            return {"done": counts["written"] + counts["refused"], "all": counts["all"] - counts["faulty"]}
    return None


@require_safe
@for_role(StaffRole.VERIFIER)
def faults(request: HttpRequest, actor: Actor, import_id: int) -> HttpResponse:
    """Return a workbook of the faulty rows, to correct and send again."""
    from providers.imports import files

    batch = get_object_or_404(_own(actor), pk=import_id)
    with concurrency.making():
        return _workbook(files.corrections(batch), _("Rows of import %(id)d to correct") % {"id": batch.pk})


def _workbook(content: bytes, name: str) -> HttpResponse:
    return file_response(content, XLSX, f"{name}.xlsx")
