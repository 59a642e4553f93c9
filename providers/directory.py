"""自行备案导航: the three entrances by which a host chooses a provider, open to everybody."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts import throttle
from accounts.models import Party, User
from accounts.throttle import address_of
from desks import paging
from desks.access import as_host
from desks.files import PNG, file_response
from filings import services
from filings.actors import Actor
from filings.clock import WORKING_DAYS
from filings.evidence.quarantine import InQuarantine, opened
from filings.figures import bureau_time
from filings.models import Entrance
from ministry.public import too_many
from ministry.reference import provinces
from ministry.reference.provinces import Province
from providers import finding, intents
from providers.models import Provider
from providers.models.provider import ProviderQuerySet

SEARCHES_A_MINUTE = 60
PAGE_SIZE = 20  # providers, about 30 kB; our own choice
LOGO_SECONDS = 365 * 24 * 3600


@require_safe
def ministry(request: HttpRequest) -> HttpResponse:
    """Show a page of the ministry's directory: of all providers, or of those of one province. One query.

    A province that does not exist gets 404, without a query.
    """
    chosen = request.GET.get("province", "")
    rows, kept = Provider.objects.listed(), {}
    is_known = not chosen or chosen in dict(provinces.CHOICES)
    if chosen:
        rows, kept = rows.serving(chosen) if is_known else rows.none(), {"province": chosen}
    context = {
        **_page(request, rows, kept),
        "provinces": provinces.PROVINCES,
        "chosen": chosen,
        "is_known": is_known,
        "entrance": Entrance.MINISTRY,
    }
    status = HTTPStatus.OK if is_known else HTTPStatus.NOT_FOUND
    return render(request, "providers/directory.html", context, status=status)


@require_safe
def bureau(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a page of a bureau's directory: the providers licensed in its province; its decision times. Two queries."""
    province = _province(slug)
    context = {
        **_page(request, Provider.objects.listed().serving(province.code), {}),
        "province": province,
        "entrance": Entrance.BUREAU,
        "figures": bureau_time.of_bureau(province.code),
        "working_days": WORKING_DAYS,
    }
    return render(request, "providers/bureau_directory.html", context)


def _page(request: HttpRequest, rows: ProviderQuerySet, kept: dict[str, str]) -> dict[str, object]:
    """Return the providers of one page by name, with the URLs of the first and the next page, which keep ``kept``.

    The first page for an old URL after whose place no provider is left: one query more.
    """
    found = paging.page(rows, "name", request.GET.dict(), size=PAGE_SIZE)
    if found.cursor and not found.rows:
        found = paging.page(rows, "name", {}, size=PAGE_SIZE)
    return {
        "providers": found.rows,
        "first_url": f"{request.path}?{urlencode(kept)}".rstrip("?") if found.cursor else "",
        "next_url": f"?{urlencode({**kept, 'after': found.next_cursor})}" if found.next_cursor else "",
    }


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Show the provider that owns an IP address, or those whose name contains the words. One query."""
    typed = request.GET.get("q", "")
    if wait := seconds_to_wait(request, typed):
        return refused(request, wait, typed)
    context = {"found": finding.find(typed), "typed": typed[: finding.LONGEST], "entrance": Entrance.MINISTRY}
    return render(request, "providers/find.html", context)


def seconds_to_wait(request: HttpRequest, typed: str) -> int:
    """Count a search; return 0, or beyond ``SEARCHES_A_MINUTE`` how long this visitor must wait.

    Empty ones don't count.
    """
    if not typed.strip():
        return 0
    return throttle.seconds_to_wait("find", address_of(request), tries=SEARCHES_A_MINUTE, seconds=too_many.WINDOW)


def refused(request: HttpRequest, wait: int, typed: str, action: str = "") -> HttpResponse:
    """Return the page for visitors who have searched too often; ``action``: URL of the search, else the directory."""
    return too_many.page(
        request,
        wait,
        action=action or reverse("directory:find"),
        label=_("IP address of the server, or part of the company's name"),
        typed=typed,
        most=SEARCHES_A_MINUTE,
    )


def _province(slug: str) -> Province:
    for province in provinces.PROVINCES:
        if province.slug == slug:
            return province
    raise Http404


@require_safe
def provider(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a provider's own entrance."""
    found = get_object_or_404(Provider.objects.select_related("measured_work"), slug=slug, is_active=True)
    served = [provinces.by_code(code) for code in found.provinces]
    return render(
        request,
        "providers/provider.html",
        {
            "provider": found,
            "served": served,
            "entrance": _entrance(request),
            "announcements": found.announcements.in_force(),
        },
    )


@require_safe
@cache_control(public=True, max_age=LOGO_SECONDS, immutable=True)
def logo(request: HttpRequest, slug: str, stamp: str) -> HttpResponse:
    """Return a provider's logo. Each logo has a URL of its own, so browsers may cache it for good."""
    found = get_object_or_404(Provider, slug=slug, is_active=True)
    if not stamp or stamp != found.logo_stamp:
        raise Http404
    try:
        with opened(found.logo) as file:
            return file_response(file.read(), PNG, published=True)
    except (FileNotFoundError, InQuarantine):
        raise Http404 from None


def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Start a draft with the chosen provider; a visitor signs in or signs up first, and finds the draft begun."""
    found = get_object_or_404(Provider, slug=slug, is_active=True)
    if isinstance(request.user, User) and request.user.party != Party.HOST:
        messages.error(request, _("Staff accounts can't start a filing. Sign in with a host's account."))
        return redirect("directory:provider", found.slug)
    if request.user.is_authenticated:
        return _start(request, found)
    if request.method == "POST" and found.accepts_new:
        intents.store(request, found, _entrance(request), intents.facts_in(request.GET.dict()))
        words = _("Sign in or sign up first. You can then start your filing with %(provider)s.")
        messages.info(request, words % {"provider": found})
    return redirect_to_login(request.get_full_path())


@as_host
def _start(request: HttpRequest, actor: Actor, found: Provider) -> HttpResponse:
    """Start the draft on POST; if there is one with the provider already, offer to continue that."""
    entrance = _entrance(request)
    if begun := intents.begun(request, found):
        return redirect("filings:section", *begun)
    if request.method == "POST":
        if not found.accepts_new:
            messages.error(request, _("This provider is not accepting new filings at present. Choose another one."))
            return redirect("directory:ministry")
        values, another = intents.facts_in(request.GET.dict()), "another" in request.POST
        made = services.start_once(actor, provider_id=found.pk, entrance=entrance, another=another, values=values)
        if made:
            return redirect("filings:section", made.pk, intents.first_page(values))
    if drafts := services.begun_with(actor, found.pk):
        return render(request, "providers/begun.html", {"provider": found, "drafts": drafts, "entrance": entrance})
    return redirect(f"{reverse('directory:provider', args=[found.slug])}?entrance={entrance}")


def _entrance(request: HttpRequest) -> Entrance:
    """Return the entrance named in the link, by default the provider's own."""
    way = request.GET.get("entrance", "")
    return Entrance(way) if way in Entrance.values else Entrance.PROVIDER
