"""Base class of the desks' admin sites, each open to one party; other signed-in users get 404."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, TypeVar

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path

from accounts.links import page_of
from accounts.models import Party, User

T = TypeVar("T")
# Route below the desk, view, URL name
Address = tuple[str, Callable[..., HttpResponseBase], str]

PASSWORD_PAGES = ("password_change", "password_change_done")


def asked_once(request: HttpRequest, name: str, find: Callable[[], T]) -> T:
    """Return ``find()``, called once per request and ``name``: permission check and view both need the actor."""
    known = vars(request)
    if name not in known:
        known[name] = find()
    found: T = known[name]
    return found


class DeskSite(AdminSite):
    """An admin site for one party. Users sign in through allauth, with its second factor and its rate limits."""

    party: Party
    addresses: Sequence[Address] = ()
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.is_active and user.party == self.party and self.is_appointed(request)

    def is_appointed(self, request: HttpRequest) -> bool:
        """Return whether the user belongs to an organisation of this party; overridden by each desk."""
        return True

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Redirect anonymous visitors to sign in; raise Http404 for signed-in users without permission."""
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if self.has_permission(request):
                return inner(request, *args, **kwargs)
            return self.login(request)

        return guarded

    def guarded(self, addresses: Iterable[Address]) -> list[URLPattern]:
        """Return routes behind the permission check, for the desk itself and for packages that add pages to it."""
        return [path(route, self.admin_view(view), name=name) for route, view, name in addresses]

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return the desk's routes behind the permission check; without Django's password pages, allauth has those."""
        rest = [url for url in super().get_urls() if getattr(url, "name", "") not in PASSWORD_PAGES]
        return [*self.guarded(self.addresses), *rest]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get("next") or page_of(request))
