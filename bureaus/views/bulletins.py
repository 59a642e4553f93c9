"""Monthly bulletins: previewed and published at the desk, and the public pages."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureaus import bulletins, rechecks
from bureaus.access import actor_of
from bureaus.bulletins import Content
from bureaus.forms_supervision import BulletinForm
from bureaus.models import Bulletin, Bureau
from bureaus.models.bureau import PUBLIC
from desks.files import PDF, XLSX, file_response
from desks.refusals import refusals_at
from desks.staff import months
from desks.staff.tables import FigureTable
from filings.evidence.limited import concurrency
from filings.figures.provider_work import MONTHS, Span
from ministry import versions
from ministry.reference import provinces

FILES = {"xlsx": XLSX, "pdf": PDF}


def _shown(content: Content) -> dict[str, Any]:
    """Return a bulletin for ``bureaus/_bulletin.html``."""
    return {
        "title": bulletins.title(content),
        "charts": [{"title": title, "chart": chart} for title, chart in bulletins.drawings(content)],
        "tables": [FigureTable(part.id, part.title, part.head, part.rows) for part in bulletins.parts(content)],
        "remark": content["remark"],
        "made_on": dt.date.fromisoformat(content["made_on"]),
    }


def _file(content: Content, made_at: dt.datetime, form: str, *, published: bool = False) -> HttpResponse:
    if form not in FILES:
        raise Http404
    from bureaus import bulletin_files

    made = bulletin_files.pdf(content, made_at) if form == "pdf" else bulletin_files.workbook(content)
    name = f"bulletin-{provinces.by_code(content['bureau']).slug}-{content['month']}.{form}"
    return file_response(made, FILES[form], name, published=published)


# --- At the desk --------------------------------------------------------------------------------------


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the last twelve months with their published bulletins. One query."""
    actor = actor_of(request)
    span = Span.of(timezone.localdate(), MONTHS + 1)
    published: dict[dt.date, Bulletin] = {}
    for bulletin in Bulletin.objects.filter(bureau=actor.bureau_id, month__gte=span.first).select_related(
        "published_by"
    ):
        published.setdefault(bulletin.month, bulletin)
    context = {
        "rows": [(month, published.get(month)) for month in reversed(span.months)],
        "slug": provinces.by_code(actor.bureau_id).slug,
    }
    return render(request, "bureaus/bulletins.html", context)


def edit(request: HttpRequest, month: str) -> HttpResponse:
    """Show a month as counted now; the chief adds what the portal does not count, and publishes it."""
    actor, first = actor_of(request), months.read(month)
    chief = rechecks.is_chief(actor)
    if request.method == "POST" and not chief:
        raise Http404
    form = BulletinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned = dict(form.cleaned_data)
        with refusals_at(form):
            bulletins.publish(
                actor, first, version=versions.seen(request.POST), remark=cleaned.pop("remark"), typed=cleaned
            )
            messages.success(request, _("The bulletin is published."))
            return redirect("bulletins:month", provinces.by_code(actor.bureau_id).slug, f"{first:%Y-%m}")
    context = {
        "month": first,
        "form": form if chief and Span.of(first).end <= timezone.localdate() else None,
        "version": bulletins.latest_version(actor.bureau_id, first),
        "slug": provinces.by_code(actor.bureau_id).slug,
        **_shown(bulletins.draft(actor.bureau_id, first)),
    }
    return render(request, "bureaus/bulletin_edit.html", context)


@require_safe
def draft_file(request: HttpRequest, month: str, form: str) -> HttpResponse:
    """Return a month as counted now, as a file."""
    with concurrency.making():
        return _file(bulletins.draft(actor_of(request).bureau_id, months.read(month)), timezone.now(), form)


# --- Public ---------------------------------------------------------------------------------------------


@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """List what a bureau has published, newest month first."""
    bureau = _bureau(slug)
    versions = Bulletin.objects.only("month", "version", "published_at")
    rows = versions.filter(bureau=bureau).order_by("-month", "-version").distinct("month")
    return render(request, "bureaus/bulletin_index.html", {"bureau": bureau, "slug": slug, "rows": rows})


@require_safe
def published(request: HttpRequest, slug: str, month: str) -> HttpResponse:
    """Show the newest version of a month; 404 before it is published."""
    bulletin = _bulletin(slug, month)
    context = {"bulletin": bulletin, "slug": slug, "month": month, **_shown(bulletin.content)}
    return render(request, "bureaus/bulletin.html", context)


@require_safe
def published_file(request: HttpRequest, slug: str, month: str, form: str) -> HttpResponse:
    """Return the newest version of a month as a file."""
    bulletin = _bulletin(slug, month)
    return _file(bulletin.content, bulletin.published_at, form, published=True)


def _bureau(slug: str) -> Bureau:
    codes = [province.code for province in provinces.PROVINCES if province.slug == slug]
    return get_object_or_404(Bureau.objects.only(*PUBLIC), province__in=codes)


def _bulletin(slug: str, month: str) -> Bulletin:
    bureau = _bureau(slug)
    found = Bulletin.objects.defer("published_by").filter(bureau=bureau, month=months.read(month)).first()
    if found is None:
        raise Http404
    found.bureau = bureau
    return found
