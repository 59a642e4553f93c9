"""Template context of every page: party, navigation, and whether this is a demonstration."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Language, Party, User
from bureaus.access import acting
from filings.actors import Actor
from icp_portal.handbook import places

Entry = tuple[str, str]  # label and URL of a page
Group = tuple[str, list[Entry]]  # label of a navigation entry, and its pages


class NavEntry(NamedTuple):
    """An entry of ``components/site_nav.html``; ``current`` is its aria-current, or empty."""

    label: str
    url: str
    current: str


# The page on which staff choose the mails they get.
MAILS: dict[str, str] = {Party.PROVIDER: "provider_desk:my_mails", Party.BUREAU: "bureau_desk:my_mails"}


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return ``portal`` for every template, evaluated only by pages that use it."""
    return {"portal": SimpleLazyObject(lambda: _portal(request))}


def _portal(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    party = user.party if isinstance(user, User) else ""
    page = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "demo": settings.DEMO,
        "other_language": next(one for one in Language if one != get_language()),
        "party": party,
        "party_name": Party(party).label if party and party != Party.HOST else "",
        "home_url": reverse(settings.DESKS[party]) if party else reverse("home"),
        "mails_url": reverse(MAILS[party]) if party in MAILS else "",
        "handbook_url": places.url_about(party, page),
        **_marked(request.path, _navigation(request, party)),
    }


def _marked(path: str, groups: list[Group]) -> dict[str, Any]:
    """Return ``nav``, the groups with the current one marked, and ``subnav``, its pages if it has several.

    The current entry is the one whose URL is the longest prefix of the path; ``marked`` says which and how.
    """
    above = [url for _label, pages in groups for _page, url in pages if path.startswith(url)]
    here = max(above, key=len, default="")
    mark = "page" if here == path else "true"
    nav, subnav = [], []
    for label, pages in groups:
        entries = [NavEntry(page, url, mark if url == here else "") for page, url in pages]
        is_here = any(entry.current for entry in entries)
        first = entries[0]
        nav.append(NavEntry(label, first.url, (first.current or "true") if is_here else ""))
        if is_here and len(entries) > 1:
            subnav = entries
    return {"nav": nav, "subnav": subnav, "marked": f"{here} {mark}"}


def _navigation(request: HttpRequest, party: str) -> list[Group]:
    if party == Party.BUREAU:
        return _of_bureau(acting(request))
    return [(label, [(label, url)]) for label, url in _pages_of(party)]


def _of_bureau(reviewer: Actor | None) -> list[Group]:
    """Return a bureau's pages in groups, as they don't fit on one line; some are for the chief only."""
    is_chief = reviewer is not None and reviewer.supervises
    queue, lookup = (_("Queue"), reverse(settings.DESKS[Party.BUREAU])), (_("Look up a filing"), reverse("query"))
    if reviewer is None:
        return [(queue[0], [queue]), (lookup[0], [lookup])]
    board = [(_("Board"), reverse("bureau_desk:board"))] if is_chief else []
    announcements = [(_("Announcements"), reverse("bureau_desk:announcements"))] if is_chief else []
    connections = [(_("Interface connections"), reverse("connections:listed"))] if is_chief else []
    consistency = [(_("Decision consistency"), reverse("bureau_desk:consistency"))] if is_chief else []
    return [
        (queue[0], [queue, (_("Open questions"), reverse("bureau_desk:questions"))]),
        (_("Orders"), [(_("Orders"), reverse("bureau_desk:orders"))]),
        (
            _("Supervision"),
            [
                (_("Quality checks"), reverse("bureau_desk:rechecks")),
                (_("Providers"), reverse("bureau_desk:providers")),
                *consistency,
                (_("Monthly bulletins"), reverse("bureau_desk:bulletins")),
            ],
        ),
        (
            _("Our bureau"),
            [
                *board,
                (_("Assignment of work"), reverse("bureau_desk:office")),
                (_("Rules of the bureau"), reverse("bureau_desk:rules")),
                *announcements,
                *connections,
                (_("Standard wordings"), reverse("bureau_desk:phrases")),
            ],
        ),
        (lookup[0], [lookup]),
    ]


def _pages_of(party: str) -> list[Entry]:
    public = [
        (_("Filing guide"), reverse("guide:ask")),
        (_("Look up a filing"), reverse("query")),
        (_("Find an access provider"), reverse("directory:ministry")),
    ]
    match party:
        case Party.HOST:
            return [
                (_("My filings"), reverse("filings:home")),
                (_("My records"), reverse("records:home")),
                *public,
            ]
        case Party.PROVIDER:
            return [
                (_("Queue"), reverse(settings.DESKS[party])),
                (_("Appointments"), reverse("provider_desk:appointments")),
                (_("Filing for hosts"), reverse("provider_desk:mandates")),
                (_("Orders"), reverse("provider_desk:orders")),
                (_("Figures"), reverse("provider_desk:figures")),
                (_("Our organisation"), reverse("provider_desk:organisation")),
                public[1],
            ]
        case Party.MINISTRY:
            return [
                (_("Overview"), reverse(settings.DESKS[party])),
                (_("E-mails"), reverse("operators:mails")),
                (_("Audit log"), reverse("operators:log")),
                (_("Work calendar"), reverse("calendar:years")),
                (_("Filing guide"), reverse("guide_desk:pages")),
                public[1],
            ]
    return public
