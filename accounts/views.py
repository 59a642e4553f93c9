"""Account pages in addition to those of allauth."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts import addresses, languages
from accounts.mail import mask_address
from accounts.models import Language, User


def language(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the language of pages and return to ``next``: by GET for this browser, by POST for the account, too.

    404 for a language that the portal does not have.
    """
    if code not in Language.values:
        raise Http404
    back = request.POST.get("next") or request.GET.get("next") or ""
    response = redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "home")
    languages.choose(response, code)
    if request.method == "POST" and isinstance(request.user, User):
        languages.remember(request.user, code)
    return response


def put_back(request: HttpRequest, token: str) -> HttpResponse:
    """Undo a change of address by the link mailed to the old one. GET changes nothing: mail programs follow links."""
    change = addresses.of_token(token)
    if change is None:
        raise Http404
    taken = False
    if request.method == "POST":
        try:
            addresses.put_back(change.pk)
        except addresses.Taken:
            taken = True
        else:
            messages.success(
                request, _("Your address has been restored and everybody has been signed out. Set a new password now.")
            )
            return redirect("account_reset_password")
    return render(
        request, "accounts/put_back.html", {"change": change, "new": mask_address(change.new), "taken": taken}
    )
