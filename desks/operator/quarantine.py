"""Files in quarantine at /ministry/quarantine/: what was found in which file, and a page to release one with a reason.

No file is opened here: whose it is and the name of the malware are enough to decide.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast
from urllib.parse import urlencode

from django import forms
from django.apps import apps
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.models import User
from desks.components import page_tabs
from desks.forms import PortalForm
from desks.paging import page
from filings.evidence import quarantine
from filings.models import QuarantinedFile
from ministry.operators.site import DeskNotice

SHORTEST_REASON, LONGEST_REASON = 5, 200  # characters; our own choice
TABS = {"": gettext_lazy("In quarantine"), "released": gettext_lazy("Released from quarantine")}
KEYS = {"": "found_at", "released": "released_at"}


class ReleaseForm(PortalForm):
    """Why a file may be opened again."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("How you know that it is a false alarm. It goes on record with your name."),
    )


class OwnerTable(NamedTuple):
    """A table whose rows name files: what a file of it is; where its row leads to the filing and to the upload."""

    words: Promise
    filing: str | None = None
    upload: str | None = None  # prefix of ``uploaded_at`` and ``uploaded_by``


OWNERS = {
    "filings.Evidence": OwnerTable(gettext_lazy("Picture of a filing"), "filing", ""),
    "filings.SheetScan": OwnerTable(gettext_lazy("Scan of a signed sheet"), "sheet__verification__filing", ""),
    "filings.SheetPdf": OwnerTable(gettext_lazy("Verification sheet as PDF"), "sheet__verification__filing"),
    "filings.OfficialPage": OwnerTable(
        gettext_lazy("Page of a paper of an order, an answer or a proof"), None, "paper__"
    ),
    "providers.Provider": OwnerTable(gettext_lazy("Logo of an access provider")),
    "post_office.Attachment": OwnerTable(gettext_lazy("Attachment of an e-mail")),
}

NO_TABLE = OwnerTable(gettext_lazy("File"))


@dataclass(frozen=True, slots=True)
class FileOwner:
    """A file in words and, where known, the keys of its filing and of the account that uploaded it, and when."""

    words: str
    filing_id: int | None = None
    uploaded_at: datetime | None = None
    account_id: int | None = None


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the files in quarantine, the first found first, or those released, the last released first. One query."""
    tab = request.GET.get("tab", "") if request.GET.get("tab", "") in TABS else ""
    rows = QuarantinedFile.objects.filter(released_at__isnull=not tab).select_related("released_by")
    found = page(rows, KEYS[tab], request.GET, descending=bool(tab))
    here = {"tab": tab}
    context = {
        "tabs": page_tabs(TABS, tab, lambda key: f"?{urlencode({'tab': key})}"),
        "tab": tab,
        "rows": [(row, _words(row)) for row in found.rows],
        "first_url": f"?{urlencode(here)}" if found.cursor else "",
        "next_url": f"?{urlencode(here | {'after': found.next_cursor})}" if found.next_cursor else "",
    }
    return render(request, "ministry/quarantine/list.html", context)


def one(request: HttpRequest, row_id: int) -> HttpResponse:
    """Show whose file it is and what was found; release it with a reason (POST)."""
    row = get_object_or_404(QuarantinedFile.objects.select_related("released_by"), pk=row_id)
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if quarantine.release(row.file, form.cleaned_data["reason"], by=cast(User, request.user)):
            messages.success(request, _("The file can be opened again. Your name and the reason are on record."))
        else:
            messages.warning(request, _("This file has been released already."))
        return redirect("operators:quarantined_file", row.pk)
    return render(request, "ministry/quarantine/one.html", {"row": row, "owner": _owner(row), "form": form})


def notice() -> DeskNotice | None:
    """Return the notice of files in quarantine for the operators' start page; None when there are none. One query."""
    if not (count := len(quarantine.names())):
        return None
    title = ngettext("Malware was found in %(count)d stored file", "Malware was found in %(count)d stored files", count)
    text = _("Nobody can open it before it is replaced or released.")
    return DeskNotice(title % {"count": count}, text, reverse("operators:quarantine"))


def _words(row: QuarantinedFile) -> str:
    """Return what the file is and the key of its row; as stored for a table that has no files any more."""
    label, key, _column = row.of.split(" ")
    return f"{OWNERS[label].words} {key}" if label in OWNERS else row.of


def _owner(row: QuarantinedFile) -> FileOwner:
    """Return whose file it is. One query."""
    label, key, _column = row.of.split(" ")
    of = OWNERS.get(label, NO_TABLE)
    paths = {"filing_id": of.filing} if of.filing else {}
    if of.upload is not None:
        paths |= {"uploaded_at": f"{of.upload}uploaded_at", "account_id": f"{of.upload}uploaded_by"}
    rows = apps.get_model(label)._base_manager.filter(pk=key).values_list(*paths.values()) if paths else []
    return FileOwner(_words(row), **dict(zip(paths, next(iter(rows), ()), strict=False)))
