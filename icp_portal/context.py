"""What every page knows: whose desk it is, and whether this is a demonstration."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.models import Party, User
from bureaus.access import acting


def portal(request: HttpRequest) -> dict[str, Any]:
    """``portal`` in every template; looked up only by pages that show it."""
    return {"portal": SimpleLazyObject(lambda: _portal(request))}


def _portal(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    party = user.party if isinstance(user, User) else ""
    return {
        "demo": settings.DEMO,
        "party": party,
        "party_name": Party(party).label if party and party != Party.HOST else "",
        "home_url": reverse(settings.DESKS[party]) if party else reverse("home"),
        "nav": _marked(request.path, _navigation(request, party)),
    }


def _marked(path: str, entries: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """The entries, the one marked under whose address the page lies: of several the longest."""
    above = [url for _label, url in entries if path.startswith(url)]
    here = max(above, key=len, default="")
    marks = {here: "page" if here == path else "true"}
    return [{"label": label, "url": url, "current": marks.get(url, "")} for label, url in entries]


def _navigation(request: HttpRequest, party: str) -> list[tuple[str, str]]:
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
                (_("Filing on behalf"), reverse("provider_desk:mandates")),
                (_("Orders"), reverse("provider_desk:orders")),
                (_("Figures"), reverse("provider_desk:figures")),
                (_("Our house"), reverse("provider_desk:house")),
                public[1],
            ]
        case Party.BUREAU:
            reviewer = acting(request)
            return [
                (_("Queue"), reverse(settings.DESKS[party])),
                (_("Orders"), reverse("bureau_desk:orders")),
                (_("Open questions"), reverse("bureau_desk:questions")),
                *([(_("Board"), reverse("bureau_desk:board"))] if reviewer and reviewer.supervises else []),
                *([(_("Division of work"), reverse("bureau_desk:office"))] if reviewer else []),
                (_("Rules of the bureau"), reverse("bureau_desk:rules")),
                (_("Second readings"), reverse("bureau_desk:rechecks")),
                (_("Providers"), reverse("bureau_desk:providers")),
                (_("Monthly bulletins"), reverse("bureau_desk:bulletins")),
                public[1],
            ]
        case Party.MINISTRY:
            return [
                (_("Tables"), reverse(settings.DESKS[party])),
                (_("Work calendar"), reverse("calendar:years")),
                public[1],
            ]
    return public
