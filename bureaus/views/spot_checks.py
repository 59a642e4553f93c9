"""Spot checks at the bureau's desk: domains compared with the register, questions to providers, their answers."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bureaus.access import actor_of
from desks.components import StatusPill
from desks.forms import CheckedField, PortalForm
from desks.noted_fields import optional
from desks.paging import page
from desks.refusals import refusals_at
from filings.evidence.files import read_upload
from filings.evidence.limited import FileRefused, running
from ministry.reference import lookups
from ministry.reference.typed_text import normal_text, shown
from records import spot_checks
from records.models import CheckedDomain, DomainStanding, SpotCheck, SpotQuestion

TONES = {DomainStanding.FILED: "done", DomainStanding.ELSEWHERE: "info", DomainStanding.UNFILED: "wrong"}
LONGEST_OCCASION, LONGEST_TEXT = 128, 500
HEADINGS = ("域名", "网址", "domain", "domains", "url")
MOST_FAULTS = 10  # wrong lines that are named at a time


class SpotCheckForm(PortalForm):
    """Form for a spot check: its occasion, and the domains or URLs, one a line or as a file."""

    occasion = CheckedField(
        check=lambda text: normal_text(text, LONGEST_OCCASION),
        label=gettext_lazy("Occasion"),
        max_length=LONGEST_OCCASION,
        help_text=gettext_lazy("For example: monthly check, complaint no. 12. Only your bureau sees it."),
    )
    domains = optional(
        forms.CharField(
            label=gettext_lazy("Domains"),
            max_length=spot_checks.MOST_DOMAINS * (lookups.LONGEST + 2),
            widget=forms.Textarea(attrs={"rows": 8, "autocapitalize": "off", "spellcheck": "false"}),
        )
    )
    file = optional(
        forms.FileField(
            label=gettext_lazy("A list as a file"),
            allow_empty_file=True,
            help_text=gettext_lazy("Excel (.xlsx) or CSV; the first column is read, added to what is typed above."),
            widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,text/csv"}),
        )
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domains"].help_text = _("Domains, URLs or IP addresses, one a line, at most %(limit)d.") % {
            "limit": spot_checks.MOST_DOMAINS
        }

    def clean_domains(self) -> list[str]:
        """Return the typed domains as the register stores them; raise ValidationError with the wrong lines."""
        return _domains(enumerate(self.cleaned_data["domains"].splitlines(), start=1))

    def clean_file(self) -> list[str]:
        """Return the domains of the file's first column, below its heading; raise ValidationError as the others do."""
        if not (upload := self.cleaned_data["file"]):
            return []
        try:
            table, _parts = running.run("table", read_upload(upload), most_rows=spot_checks.MOST_DOMAINS + 1)
        except FileRefused as refused:
            words = _("This file can't be read now. Try again, or save it as .xlsx or CSV (UTF-8) and upload that.")
            raise ValidationError(words, code="invalid") from refused
        rows = [(number, texts[0]) for number, texts in table["rows"] if texts]
        return _domains(rows[1:] if rows and rows[0][1].strip().casefold() in HEADINGS else rows)

    def clean(self) -> dict[str, Any]:
        """Join what was typed and what the file has; there must be something."""
        cleaned = super().clean() or {}
        cleaned["domains"] = [*cleaned.get("domains", ()), *cleaned.pop("file", ())]
        if not cleaned["domains"] and not {"domains", "file"} & self.errors.keys():
            self.add_error(
                "domains", ValidationError(_("Enter at least one domain, or choose a file."), code="required")
            )
        return cleaned


def _domains(lines: Iterable[tuple[int, str]]) -> list[str]:
    """Return the domains of numbered lines, empty ones left out; raise ValidationError with the wrong lines."""
    found, faults = [], []
    for number, line in lines:
        if not line.strip():
            continue
        try:
            found.append(_domain(line))
        except ValidationError as error:
            values = {"number": number, "text": shown(line.strip()), "fault": " ".join(error.messages)}
            faults.append(_("Line %(number)d, %(text)s: %(fault)s") % values)
    if faults:
        raise ValidationError(faults[:MOST_FAULTS])
    return found


def _domain(line: str) -> str:
    """Return the domain or address that a line names, as the register stores it; raise ValidationError for others."""
    if not (domain := lookups.understand(line).domain):
        raise ValidationError(_("This is neither a domain, a URL nor an IP address."), code="invalid")
    return domain


class SpotQuestionForm(PortalForm):
    """Which providers are asked about which domains, and when the answer is due."""

    domains = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Domains not on record"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one domain.")},
    )
    providers: forms.Field = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Access providers"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one provider.")},
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Working days to answer"),
        coerce=int,
        choices=[(days, days) for days in spot_checks.DAYS],
        initial=spot_checks.USUAL_DAYS,
    )
    text = optional(
        forms.CharField(
            label=gettext_lazy("Message to the providers"),
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
    )

    def __init__(self, *args: Any, unfiled: list[CheckedDomain], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domains"].choices = [(row.pk, row.shown) for row in unfiled]  # type: ignore[attr-defined]
        self.fields["providers"].queryset = spot_checks.providers()  # type: ignore[attr-defined]
        self.fields["days"].help_text = _("%(days)d working days are this portal's default; no rule sets a term.") % {
            "days": spot_checks.USUAL_DAYS
        }


def listed(request: HttpRequest) -> HttpResponse:
    """List the bureau's spot checks, newest first; compare more domains with the register."""
    actor = actor_of(request)
    form = SpotCheckForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with refusals_at(form, "domains"):
            made = spot_checks.compare(actor, form.cleaned_data["occasion"], form.cleaned_data["domains"])
            return redirect("bureau_desk:spot_check", made.pk)
    found = page(SpotCheck.objects.visible_to(actor), "made_at", request.GET, descending=True)
    numbers = _numbers([check.pk for check in found.rows])
    rows = [{"check": check, **numbers.get(check.pk, NO_NUMBERS)} for check in found.rows]
    context = {"form": form, "page": found, "rows": rows}
    return render(request, "bureaus/orders/spot_checks.html", context)


NO_NUMBERS = {"domains": 0, "unfiled": 0, "unanswered": 0, "late": 0}


def _numbers(check_ids: list[int]) -> dict[int, dict[str, int]]:
    """Count, for each check, its domains and those not on record, unanswered and late. Two queries."""
    found = {pk: dict(NO_NUMBERS) for pk in check_ids}
    of_checks = CheckedDomain.objects.filter(check_of__in=check_ids)
    for pk, standing in of_checks.values_list("check_of", "standing"):
        found[pk]["domains"] += 1
        found[pk]["unfiled"] += standing == DomainStanding.UNFILED
    today = timezone.localdate()
    waiting = SpotQuestion.objects.open().filter(domain__check_of__in=check_ids)
    for pk, due in waiting.values_list("domain__check_of", "answer_by"):
        found[pk]["unanswered"] += 1
        found[pk]["late"] += due < today
    return found


def one(request: HttpRequest, check_id: int) -> HttpResponse:
    """Show a spot check with the register's results and the providers' answers; ask providers."""
    actor = actor_of(request)
    check = get_object_or_404(SpotCheck.objects.visible_to(actor), pk=check_id)
    rows = check.domains.select_related("website__subject").prefetch_related("questions__provider", "questions__events")
    domains = list(rows.order_by("pk"))
    unfiled = [row for row in domains if row.standing == DomainStanding.UNFILED]
    form = SpotQuestionForm(request.POST or None, unfiled=unfiled)
    if form.is_valid():
        cleaned = form.cleaned_data
        with refusals_at(form):
            asked = spot_checks.ask(
                check.pk, actor, cleaned["domains"], cleaned["providers"], cleaned["days"], cleaned["text"]
            )
            words = ngettext("One question has been sent.", "%(asked)d questions have been sent.", asked)
            messages.success(request, words % {"asked": asked})
            return redirect("bureau_desk:spot_check", check.pk)
    today = timezone.localdate()
    context = {
        "check": check,
        "form": form if unfiled else None,
        "rows": [
            {
                "row": row,
                "pill": StatusPill(row.get_standing_display(), TONES[DomainStanding(row.standing)]),
                "questions": [{"question": each, "late": each.is_late(today)} for each in row.questions.all()],
            }
            for row in domains
        ],
    }
    return render(request, "bureaus/orders/spot_check.html", context)
