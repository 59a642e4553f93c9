"""The blacklist at the bureau's desk: what this bureau has entered, with reason and end; nothing is ever deleted."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import User
from bureaus.access import actor_of
from desks.components import PageTab, StatusPill, page_tabs
from desks.noted_fields import optional
from desks.paging import page
from ministry.models import BlacklistedDomain, BlacklistedSubject
from ministry.operators.blacklist import DomainEntryForm, SubjectEntryForm, end_form
from ministry.reference import certificates, code_tables, domains
from ministry.register import blacklist
from ministry.register.blacklist import Entry

KINDS: dict[str, tuple[type[Entry], type[forms.ModelForm[Any]]]] = {
    "subjects": (BlacklistedSubject, SubjectEntryForm),
    "domains": (BlacklistedDomain, DomainEntryForm),
}
LABELS = {"subjects": gettext_lazy("Site hosts"), "domains": gettext_lazy("Domains")}
COLUMNS = {"subjects": gettext_lazy("Site host"), "domains": gettext_lazy("Domain")}
NEW = {"subjects": gettext_lazy("Add a site host"), "domains": gettext_lazy("Add a domain")}
DAYS = ("since", "until")


def _kind(kind: str) -> tuple[type[Entry], type[forms.ModelForm[Any]]]:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


def _tabs(current: str) -> list[PageTab]:
    return page_tabs(LABELS, current, lambda kind: reverse("bureau_desk:blacklist", args=[kind]))


def _row(entry: Entry) -> dict[str, Any]:
    """Return an entry for lists and pages, the certificate number masked."""
    if isinstance(entry, BlacklistedDomain):
        what, certificate = domains.display_domain(entry.domain), ""
    else:
        kind = code_tables.name_of(code_tables.CERTIFICATE_TYPES, entry.cert_type)
        what, certificate = entry.name, f"{kind} {certificates.mask(entry.number)}"
    today = timezone.localdate()
    is_over = entry.until is not None and entry.until < today
    is_coming = entry.since > today
    label = _("ended") if is_over else _("not yet in force") if is_coming else _("in force")
    return {
        "entry": entry,
        "what": what,
        "certificate": certificate,
        "pill": StatusPill(label, "neutral" if is_over or is_coming else "wrong"),
    }


@require_safe
def listed(request: HttpRequest, kind: str) -> HttpResponse:
    """List this bureau's entries, newest first."""
    model, _form = _kind(kind)
    rows = model.objects.filter(province=actor_of(request).bureau_id)
    found = page(rows, "since", request.GET, descending=True)
    context = {
        "kind": kind,
        "column": COLUMNS[kind],
        "new": NEW[kind],
        "tabs": _tabs(kind),
        "page": found,
        "rows": [_row(entry) for entry in found.rows],
    }
    return render(request, "bureaus/orders/blacklist.html", context)


def _with_pickers(form: forms.ModelForm[Any]) -> forms.ModelForm[Any]:
    """Return the form with the browser's date pickers."""
    form.use_required_attribute = False
    for name in DAYS:
        if name in form.fields:
            form.fields[name].widget = forms.DateInput(
                attrs={"type": "date", "class": "input-medium"}, format="%Y-%m-%d"
            )
            if not form.fields[name].required:
                optional(form.fields[name])
    return form


def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Put a subject or a domain on the blacklist."""
    model, form_class = _kind(kind)
    actor = actor_of(request)
    entry: Any = model(province=actor.bureau_id)
    form = _with_pickers(form_class(request.POST or None, instance=entry, initial={"since": timezone.localdate()}))
    if request.method == "POST" and form.is_valid():
        blacklist.enter(form.instance, by=_user(actor.person_id))
        messages.success(request, _("Added to the blacklist; it applies from its first day."))
        return redirect("bureau_desk:blacklisted", kind, form.instance.pk)
    context = {"kind": kind, "title": NEW[kind], "form": form, "tabs": _tabs(kind)}
    return render(request, "bureaus/orders/blacklist_new.html", context)


def one(request: HttpRequest, kind: str, entry_id: int) -> HttpResponse:
    """Show an entry of this bureau with all its changes; set or remove its end, with a reason."""
    model, _form = _kind(kind)
    actor = actor_of(request)
    entry: Any = get_object_or_404(model, pk=entry_id, province=actor.bureau_id)
    form_class = forms.modelform_factory(model, form=end_form(actor.person_id), fields=("until",))
    form = _with_pickers(form_class(request.POST or None, instance=entry))
    with transaction.atomic():
        if request.method == "POST" and form.is_valid():
            cleaned = form.cleaned_data
            by = _user(actor.person_id)
            blacklist.end(entry, cleaned["until"], by=by, why=cleaned["why"], seen=cleaned["seen"])
            messages.success(request, _("The last day has been recorded."))
            return redirect("bureau_desk:blacklisted", kind, entry.pk)
    if form.errors:
        entry.refresh_from_db()
    context = {"kind": kind, "form": form, "changes": entry.changes.select_related("user"), **_row(entry)}
    return render(request, "bureaus/orders/blacklisted.html", context)


def _user(user_id: int) -> User:
    return User.objects.get(pk=user_id)
